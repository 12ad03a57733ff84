package xls_test

import (
	"bytes"
	"encoding/binary"
	"testing"
	"unicode/utf16"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/dumptest"
	"github.com/dynasette/dynasette/converter/xls"
)

// A biff is the records of a workbook, or of a part of one.
type biff []byte

// le are numbers in little-endian order, each as long as its type, bytes, and texts as they are.
func le(fields ...any) []byte {
	var b []byte
	for _, f := range fields {
		switch f := f.(type) {
		case string:
			b = append(b, f...)
		case []byte:
			b = append(b, f...)
		default:
			b, _ = binary.Append(b, binary.LittleEndian, f)
		}
	}
	return b
}

func (b biff) record(id uint16, fields ...any) biff {
	data := le(fields...)
	return append(b, le(id, uint16(len(data)), data)...)
}

func (b biff) cell(id uint16, row, col, style int, fields ...any) biff {
	return b.record(id, uint16(row-1), uint16(col), uint16(style), le(fields...))
}

func (b biff) number(row, col, style int, f float64) biff { return b.cell(0x0203, row, col, style, f) }

func (b biff) label(row, col int, text string) biff { return b.cell(0x0204, row, col, 0, wide(text)) }

func (b biff) shared(row, col, index int) biff { return b.cell(0x00fd, row, col, 0, uint32(index)) }

func (b biff) formula(row, col int, result any, flags int, parsed ...any) biff {
	p := le(parsed...)
	return b.cell(0x0006, row, col, 0, result, uint16(flags), uint32(0), uint16(len(p)), p)
}

// names adds a header: a, b, …
func (b biff) names(n int) biff {
	for i := range n {
		b = b.label(1, i, string(rune('a'+i)))
	}
	return b
}

// wide is a text of BIFF8, of two bytes a character, after its length.
func wide(text string) []byte {
	units := utf16.Encode([]rune(text))
	return le(uint16(len(units)), uint8(1), units)
}

// A sheet is one of a workbook of BIFF8.
type sheet struct {
	name    string
	state   int
	kind    int
	records biff
}

// book makes a workbook, of globals and sheets.
func book(globals biff, sheets ...sheet) biff {
	start := biff{}.record(0x0809, uint16(0x0600), uint16(0x0005), uint32(0), uint32(0), uint32(0))
	size := len(start) + len(globals) + 4
	for _, s := range sheets {
		size += 4 + 8 + len(s.name)
	}
	b := append(start, globals...)
	var rest biff
	for _, s := range sheets {
		b = b.record(0x0085, uint32(size+len(rest)), uint8(s.state), uint8(s.kind), uint8(len(s.name)), uint8(0), s.name)
		rest = rest.record(0x0809, uint16(0x0600), uint16(0x0010), uint32(0), uint32(0), uint32(0))
		rest = append(rest, s.records...).record(0x000a)
	}
	return append(b.record(0x000a), rest...)
}

// one makes a workbook of one sheet, S.
func one(globals, records biff) biff { return book(globals, sheet{name: "S", records: records}) }

// styles are number formats, and styles with them, from 1 on.
func styles(codes ...string) biff {
	b := biff{}.record(0x00e0, make([]byte, 20))
	for i, code := range codes {
		b = b.record(0x041e, uint16(164+i), wide(code)).record(0x00e0, uint16(0), uint16(164+i), make([]byte, 16))
	}
	return b
}

func input(name string, b []byte) *converter.Input {
	return &converter.Input{Name: name, Size: int64(len(b)), ReaderAt: bytes.NewReader(b)}
}

// rows converts a workbook, and returns its tables, and the codes of what was found.
func rows(t testing.TB, c xls.Converter, b []byte) (dump string, found string, err error) {
	dump, summary, err := dumptest.Convert(t, c, converter.Options{}, input("x.xls", b))
	for _, f := range summary.Findings() {
		found += f.Code + " " + f.Example + ";"
	}
	return dump, found, err
}
