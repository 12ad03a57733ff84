package xls

import (
	"encoding/binary"
	"math"
)

// Records of Excel 2, where they are others than those of Excel 5 ([XLSFF] 5).
const (
	id2Integer  = 0x0002
	id2Number   = 0x0003
	id2Label    = 0x0004
	id2BoolErr  = 0x0005
	id2Formula  = 0x0006
	id2String   = 0x0007
	id2BOF      = 0x0009
	id2Format   = 0x001e // of Excel 3, too
	id3BOF      = 0x0209
	id3XF       = 0x0243
	id4BOF      = 0x0409
	id4XF       = 0x0443
	attributes2 = 3 // bytes of a cell of Excel 2, in the place of its style; the second has its format
)

// generation returns which Excel's a workbook is whose first record is of that kind: 5 is also 95 to 2003,
// 0 none.
func generation(id uint16) int {
	switch id {
	case id2BOF:
		return 2
	case id3BOF:
		return 3
	case id4BOF:
		return 4
	case idBOF:
		return 5
	}
	return 0
}

// A modern makes the records of Excel 2 to 4 those of Excel 5.
type modern struct {
	generation int
	scratch    []byte
}

// modern is what the records of a stream need; nil if they are those of Excel 5 or later.
func (s *stream) modern() *modern {
	if s.generation == 0 || s.generation >= 5 {
		return nil
	}
	return &modern{generation: s.generation}
}

// cells2 are the kinds that records with cells of Excel 2 have in Excel 5.
var cells2 = [...]uint16{id2Integer: idNumber, id2Number: idNumber, id2Label: idLabel, id2BoolErr: idBoolErr, id2Formula: idFormula, id2String: 0}

// record returns what a record is in Excel 5. One that leaves no room for what it has there is empty.
func (m *modern) record(r record) record {
	const more = 16
	if len(r.data) > math.MaxUint16-more {
		r.data = nil
	}
	switch r.id {
	case id2BOF, id3BOF, id4BOF:
		r.id = idBOF
		return r
	case id3XF, id4XF:
		r.id = idXF
		if len(r.data) >= 2 {
			m.scratch = append(m.scratch[:0], 0, 0, r.data[1], 0) // the number format
			r.data = m.scratch
		}
		return r
	case idFormula3, idFormula4:
		if len(r.data) >= 16 {
			return m.formula(r, r.data[:16], r.data[16:])
		}
		return r
	case id2Format:
		r.id = idFormat
		m.scratch = append(append(m.scratch[:0], 0, 0), r.data...)
		r.data = m.scratch
		return r
	}
	if m.generation != 2 || int(r.id) >= len(cells2) {
		return r
	}
	switch id := cells2[r.id]; {
	case r.id == id2String:
		r.id, r.data = idString, m.counted(nil, r.data)
	case id != 0 && len(r.data) < 4+attributes2+2:
		r.id, r.data = id, nil // too short for whoever reads it
	case id != 0:
		r = m.cell(id, r)
	}
	return r
}

// cell makes a cell of Excel 2 one that has a style, which is the place of its number format.
func (m *modern) cell(id uint16, r record) record {
	head := append(append(make([]byte, 0, 16), r.data[:4]...), r.data[5]&0x3f, 0)
	value := r.data[4+attributes2:]
	switch r.id {
	case id2Integer:
		f := float64(binary.LittleEndian.Uint16(value))
		r.data = binary.LittleEndian.AppendUint64(head, math.Float64bits(f))
	case id2Label:
		r.data = m.counted(head, value)
	case id2Formula:
		if len(value) < 10 {
			r.data = nil
			break
		}
		head = append(append(head, value[:8]...), value[8]&1, 0)
		r = m.formula(r, head, append([]byte{value[9], 0}, value[10:]...))
	default:
		m.scratch = append(append(m.scratch[:0], head...), value...)
		r.data = m.scratch
	}
	r.id = id
	return r
}

// counted makes a text whose length is a byte one whose length is two, behind a head.
func (m *modern) counted(head, b []byte) []byte {
	if len(b) == 0 {
		return nil
	}
	m.scratch = append(append(m.scratch[:0], head...), b[0], 0)
	m.scratch = append(m.scratch, b[1:]...)
	return m.scratch
}

// formula puts the four bytes between flags and length that Excel 5 has there.
func (m *modern) formula(r record, head, parsed []byte) record {
	m.scratch = append(append(append(m.scratch[:0], head...), 0, 0, 0, 0), parsed...)
	r.id, r.data = idFormula, m.scratch
	return r
}
