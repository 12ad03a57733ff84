package sqlitefile

// A Field is where a value of a record is.
type Field struct {
	Serial uint32 // its serial type
	At     uint32 // its first byte
}

// Size returns how many bytes the value takes.
func (f Field) Size() uint32 { return uint32(SerialSize(uint64(f.Serial))) }

// serialSizes are how many bytes values take, by serial types below 12.
var serialSizes = [12]uint8{0, 1, 2, 3, 4, 6, 8, 8}

// SerialSize returns how many bytes a value of that serial type takes.
func SerialSize(serial uint64) int {
	if serial < 12 {
		return int(serialSizes[serial])
	}
	return int(serial-12) / 2
}

// AppendFields appends where the first n values are of the record that is at data[at:], and that
// this package wrote. Those that it has not are NULL.
func AppendFields(fields []Field, data []byte, at uint32, n int) []Field {
	size, k := Varint(data[at:])
	head := data[at+uint32(k) : at+uint32(size)]
	at += uint32(size)
	for ; n > 0; n-- {
		if len(head) == 0 {
			fields = append(fields, Field{})
			continue
		}
		f := Field{uint32(head[0]), at}
		if f.Serial < 0x80 {
			head = head[1:]
		} else {
			long, k := Varint(head)
			f.Serial, head = uint32(long), head[k:]
		}
		fields = append(fields, f)
		at += f.Size()
	}
	return fields
}

// A Record is the first values of a record that this package wrote.
type Record struct {
	serials []uint64
	ends    []uint32 // of the values in body
	body    []byte
}

// Read reads the first n values of a record, or all there are.
func (r *Record) Read(record []byte, n int) {
	r.serials, r.ends = r.serials[:0], r.ends[:0]
	size, at := Varint(record)
	end, head := uint32(0), int(size)
	r.body = record[head:]
	for at < head && len(r.serials) < n {
		serial := uint64(record[at])
		if at++; serial >= 0x80 {
			long, n := Varint(record[at-1:])
			serial, at = long, at-1+n
		}
		end += uint32(SerialSize(serial))
		r.serials, r.ends = append(r.serials, serial), append(r.ends, end)
	}
}

// Len returns how many values were read.
func (r *Record) Len() int { return len(r.serials) }

// Value returns the serial type and the bytes of value i; one that is not there is NULL.
func (r *Record) Value(i int) (serial uint64, value []byte) {
	if i < 0 || i >= len(r.serials) {
		return SerialNull, nil
	}
	from := uint32(0)
	if i > 0 {
		from = r.ends[i-1]
	}
	return r.serials[i], r.body[from:r.ends[i]]
}
