// Package dbase reads tables of dBASE and its kin, .dbf: dBASE III to 7, FoxPro and Visual
// FoxPro, with the files that belong to them, and makes rows of their records.
package dbase

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/signature"
)

// A header is what a table says of itself.
type header struct {
	version  byte
	count    int64 // of the records, as it says
	start    int64 // of the first record
	width    int   // of a record, in bytes
	language byte  // the language driver's id
	driver   string
	level7   bool
	fields   []field

	memoFields int // how many of them have memos
	empty      int // how many more there are, of no bytes
}

// maxHeader is the longest that a header can be: its length has 16 bits.
const maxHeader = 1<<16 - 1

// oldHeader is how long that of dBASE II is.
const oldHeader = 521

// versions are the first bytes of tables: which program has written them, and whether there are memos.
var versions = []byte{
	0x02, 0x03, 0x04, 0x05, 0x07, 0x30, 0x31, 0x32, 0x43, 0x63, 0x7b,
	0x83, 0x87, 0x8b, 0x8c, 0x8e, 0xcb, 0xe5, 0xf5, 0xfb,
}

func (h *header) visual() bool { return h.version >= 0x30 && h.version <= 0x32 }

// Sniff reports whether a document that begins so is a table: what its header says of its fields
// and of its records has to agree.
func Sniff(head []byte) bool {
	h, err := parse(head)
	if err != nil || !slices.Contains(versions, h.version) || !dated(h, head) || len(h.fields) == 0 {
		return false
	}
	return !slices.ContainsFunc(h.fields, func(f field) bool { return f.kind == unknown })
}

// dated reports whether the day of the last change may be one.
func dated(h *header, head []byte) bool {
	if h.start == oldHeader && h.language == 0 && head[3] <= 12 && head[4] <= 31 { // dBASE II
		return true
	}
	return head[2] <= 12 && head[3] <= 31
}

// isOther returns what a document is that is only called as tables are: a text. Headers have bytes of 0, in
// what is reserved and behind names, and texts have none.
func isOther(head []byte) error {
	head = head[:min(len(head), oldHeader)]
	if len(head) < 32 || bytes.IndexByte(head, 0) >= 0 {
		return nil
	}
	if kind, ok := signature.Of(head); ok {
		return &converter.NoTableError{Kind: kind.Name, Advice: kind.Advice}
	}
	return &converter.NoTableError{Kind: "a text and no table of dBASE", Advice: "call it what it is, as .csv, or use --format csv"}
}

func corrupt(offset int, format string, args ...any) error {
	return &converter.SyntaxError{Offset: int64(offset), Err: fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), converter.ErrCorrupt)}
}

// parse reads the header that a document begins with.
func parse(head []byte) (*header, error) {
	if len(head) < 32 {
		return nil, corrupt(len(head), "the file ends within its header")
	}
	if head[0] == 2 {
		if h := parseOld(head); h != nil {
			return h, nil
		}
	}
	h := &header{
		version: head[0], count: int64(binary.LittleEndian.Uint32(head[4:])), language: head[29],
		start: int64(binary.LittleEndian.Uint16(head[8:])), width: int(binary.LittleEndian.Uint16(head[10:])),
	}
	if h.start < 32 {
		return nil, corrupt(8, "a header of %d bytes, which is too short to be one", h.start)
	}
	if int64(len(head)) < h.start {
		return nil, corrupt(len(head), "the file ends within its header")
	}
	head = head[:h.start]
	h.level7 = h.version&7 == 4
	if h.level7 {
		if h.fields = h.descriptors(head, 68, 48); len(h.fields) > 0 && h.layOut() == nil {
			driver, _, _ := bytes.Cut(head[32:64], []byte{0})
			h.driver = string(driver)
			return h, nil
		}
		h.level7 = false
	}
	h.fields = h.descriptors(head, 32, 32)
	return h, h.layOut()
}

// parseOld reads the header of a table of dBASE II, which is of one length; nil if it is none.
func parseOld(head []byte) *header {
	const start, fieldsAt, size = oldHeader, 8, 16
	if len(head) < start {
		return nil
	}
	h := &header{version: head[0], count: int64(binary.LittleEndian.Uint16(head[1:])), start: start, width: int(binary.LittleEndian.Uint16(head[6:]))}
	taken := 1
	for at := fieldsAt; at+size <= start && head[at] != '\r'; at += size {
		d := head[at : at+size]
		name, _, _ := bytes.Cut(d[:11], []byte{0})
		f := field{name: name, letter: d[11], width: int(d[12]), decimals: int(d[15]), described: at}
		f.kind = h.kindOf(&f)
		h.fields = append(h.fields, f)
		taken += f.width
	}
	if taken != h.width || h.layOut() != nil {
		return nil
	}
	return h
}

// descriptors reads the fields that the header describes from a place on, in so many bytes each.
func (h *header) descriptors(head []byte, at, size int) (fields []field) {
	for ; at+size <= len(head) && head[at] != '\r'; at += size {
		d, name := head[at:at+size], 11
		if size == 48 {
			name = 32
			d = slices.Concat(d[:11], d[32:33], make([]byte, 4), d[33:35], make([]byte, 14)) // as others have it
		}
		if d[0] == 0 && d[11] == 0 {
			break
		}
		text, _, _ := bytes.Cut(head[at:at+name], []byte{0})
		f := field{name: bytes.TrimRight(text, " "), letter: d[11], width: int(d[16]), decimals: int(d[17]), flags: d[18], described: at}
		f.kind = h.kindOf(&f)
		fields = append(fields, f)
	}
	return fields
}

// layOut finds out where in a record the fields are.
func (h *header) layOut() error {
	plain, wide := 1, 1
	for i := range h.fields {
		f := &h.fields[i]
		plain += f.width
		wide += f.width
		if f.letter == 'C' {
			wide += f.decimals << 8
		}
	}
	if plain != h.width && wide == h.width { // texts of more than 255 bytes, as Clipper and FoxPro have them
		for i := range h.fields {
			if f := &h.fields[i]; f.letter == 'C' {
				f.width += f.decimals << 8
			}
		}
		plain = wide
	}
	if plain > h.width && len(h.fields) > 0 {
		return corrupt(10, "the fields take %d bytes of a record, which has %d", plain, h.width)
	}
	some := len(h.fields)
	h.fields = slices.DeleteFunc(h.fields, func(f field) bool { return f.width == 0 }) // rows of many would cost nothing
	h.empty = some - len(h.fields)
	at, bit := 1, 0
	for i := range h.fields {
		f := &h.fields[i]
		f.at, f.null, f.full = at, -1, -1
		if f.isMemo() {
			f.memo = h.memoFields
			h.memoFields++
		}
		at += f.width
		if !h.visual() {
			continue
		}
		if f.kind == varchar || f.kind == varbinary {
			f.full = bit
			bit++
		}
		if f.flags&nullable != 0 {
			f.null = bit
			bit++
		}
	}
	return nil
}

// nullFlags returns the hidden field of Visual FoxPro that tells which values are NULL; nil if
// there is none.
func (h *header) nullFlags() *field {
	i := slices.IndexFunc(h.fields, func(f field) bool { return f.kind == flags })
	if i < 0 {
		return nil
	}
	return &h.fields[i]
}
