package xls_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/dumptest"
	"github.com/dynasette/dynasette/converter/xls"
)

func read(t testing.TB, path string) []byte {
	b, err := os.ReadFile("../../testdata/" + path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// renamed returns a compound file in which a stream has another name.
func renamed(b []byte, from, to string) []byte {
	const nameSize, length = 64, 64
	utf16 := func(s string) []byte { return append(wide(s)[3:], 0, 0) }
	at := bytes.Index(b, utf16(from))
	b = bytes.Clone(b)
	clear(b[at : at+nameSize])
	copy(b[at:], utf16(to))
	b[at+length] = byte(2*len(to) + 2)
	return b
}

// changed returns a document with other bytes at a place.
func changed(b []byte, at int, to ...any) []byte {
	b = bytes.Clone(b)
	copy(b[at:], le(to...))
	return b
}

func TestRefuses(t *testing.T) {
	sound := read(t, "xls/libreoffice.xls")
	fat := (1 + int(binary.LittleEndian.Uint32(sound[76:]))) * 512
	var many []sheet
	for range 4097 {
		many = append(many, sheet{name: "S"})
	}
	list := func(start int) biff { return biff{}.record(0x0085, uint32(start), uint16(0), uint8(1), uint8(0), "X") }
	nested := one(list(0), append(biff{}.names(1).record(0x0809, uint32(0x00100600)), biff{}.names(1).record(0x000a)...))
	nested = changed(nested, 24, uint32(bytes.LastIndex(nested, le(uint16(0x0809), uint16(4)))))
	for _, test := range []struct {
		name      string
		converter xls.Converter
		document  []byte
		want      error
		says      string
	}{
		{"a workbook of Office Open XML with a password", xls.Converter{}, read(t, "hostile/encrypted.xlsx"), converter.ErrUnsupported, "with a password: save it without one"},
		{"a workbook with a password", xls.Converter{}, read(t, "hostile/encrypted.xls"), converter.ErrUnsupported, "encrypted: save it without"},
		{"a text document", xls.Converter{}, renamed(sound, "Workbook", "WordDocument"), converter.ErrUnsupported, "a Word document (.doc)"},
		{"something else", xls.Converter{}, renamed(sound, "Workbook", "Xorkbook"), converter.ErrUnsupported, "without a workbook"},
		{"a workspace of Excel 4", xls.Converter{}, biff{}.record(0x0409, uint32(0x01000000)), converter.ErrUnsupported, "Excel 4 that is no worksheet: save its sheets as .xlsx"},
		{"a cell of Excel 2 that is cut", xls.Converter{}, biff{}.record(0x0009, uint32(0x00100002)).record(0x0002, uint32(0), uint32(0)).record(0x000a), converter.ErrCorrupt, "cut short"},
		{"a text of Excel 2 that fills its record", xls.Converter{}, biff{}.record(0x0009, uint32(0x00100002)).record(0x0004, make([]byte, 7), uint8(255), make([]byte, 65527)).record(0x000a), converter.ErrCorrupt, "cut short"},
		{"no workbook", xls.Converter{}, []byte("a,b\n1,2\n"), converter.ErrCorrupt, "cut short"},
		{"a compound file of few bytes", xls.Converter{}, sound[:40], converter.ErrCorrupt, "not a compound file that can be opened"},
		{"half a compound file", xls.Converter{}, sound[:len(sound)/2], converter.ErrCorrupt, "compound file"},
		{"sectors in a circle", xls.Converter{}, changed(sound, fat, make([]byte, 512)), converter.ErrCorrupt, "compound file"},
		{"a directory that is not there", xls.Converter{}, changed(sound, 48, uint32(1<<30)), converter.ErrCorrupt, "compound file"},
		{"very many tables of tables of sectors", xls.Converter{}, changed(changed(sound, 44, uint32(1<<31)), 68, uint32(0), uint32(1<<20)), converter.ErrCorrupt, "compound file"},
		{"very many tables of small sectors", xls.Converter{}, changed(changed(sound, 44, uint32(1<<31)), 60, uint32(0), uint32(1<<25)), converter.ErrCorrupt, "compound file"},
		{"a stream that is longer than the document", xls.Converter{}, changed(sound, bytes.Index(sound, wide("Workbook")[3:])+120, uint32(1<<31)), converter.ErrCorrupt, "cut short"},
		{"no sheets", xls.Converter{}, book(nil), converter.ErrEmpty, "no sheet has cells"},
		{"no cells", xls.Converter{}, one(nil, biff{}.cell(0x0201, 1, 0, 0)), converter.ErrEmpty, "no sheet has cells"},
		{"globals without an end", xls.Converter{}, biff{}.record(0x0809, uint32(0x00050600)), converter.ErrCorrupt, "cut short"},
		{"a sheet without an end", xls.Converter{}, one(nil, biff{}.names(1).record(0x0809, uint32(0x00200600))), converter.ErrCorrupt, "cut short"},
		{"a sheet that is not there", xls.Converter{}, book(list(1 << 30)), converter.ErrCorrupt, "what begins at byte 1073741824 of the document is not there"},
		{"a sheet that begins with something else", xls.Converter{}, book(list(20)), converter.ErrCorrupt, "there is no sheet"},
		{"two sheets that are one", xls.Converter{}, one(list(50), biff{}.names(1)), converter.ErrCorrupt, "are one part"},
		{"a sheet within a sheet", xls.Converter{}, nested, converter.ErrCorrupt, "begins within the other"},
		{"many sheets", xls.Converter{}, book(nil, many...), converter.ErrLimit, "more than 4096 sheets"},
		{"a column beyond all", xls.Converter{}, one(nil, biff{}.number(1, 16384, 0, 1)), converter.ErrCorrupt, "no such column: 16385"},
		{"columns beyond all", xls.Converter{}, one(nil, biff{}.record(0x00bd, uint16(0), uint16(16383), make([]byte, 12), uint16(2))), converter.ErrCorrupt, "no such column: 16385"},
		{"a number of 4 bytes", xls.Converter{}, one(nil, biff{}.cell(0x0203, 7, 0, 0, uint32(1))), converter.ErrCorrupt, "cut short"},
		{"a text that ends early", xls.Converter{}, one(nil, biff{}.cell(0x0204, 1, 0, 0, uint16(9), uint8(0), "abc")), converter.ErrCorrupt, "cut short"},
		{"a shared string that is not there", xls.Converter{}, one(biff{}.record(0x00fc, uint32(9), uint32(9), uint16(1), uint8(0), "x"), biff{}.shared(1, 0, 7)), converter.ErrCorrupt, "no shared string \"7\""},
		{"a long row", xls.Converter{Limits: xls.Limits{Row: 1000}}, one(nil, biff{}.label(3, 0, strings.Repeat("x", 999))), converter.ErrLimit, "row 3 has more than"},
		{"a long row in any order", xls.Converter{Limits: xls.Limits{Row: 1000}}, one(nil, biff{}.label(3, 0, strings.Repeat("x", 400)).label(2, 0, "x").label(3, 1, strings.Repeat("x", 400))), converter.ErrLimit, "row 3 has more than"},
		{"many shared strings", xls.Converter{Limits: xls.Limits{Strings: 1000}}, one(biff{}.record(0x00fc, uint32(9), uint32(9), wide("x")), nil), converter.ErrLimit, "shared strings of the workbook take more than"},
		{"many tables", xls.Converter{Limits: xls.Limits{Tables: 1}}, book(nil, sheet{name: "S", records: biff{}.names(1)}, sheet{name: "T", records: biff{}.names(1)}), converter.ErrLimit, "more than 1 sheets"},
		{"a code page that nobody knows", xls.Converter{}, biff{}.record(0x0809, uint32(0x00100500)).record(0x0042, uint16(1200)).record(0x000a), converter.ErrUnsupported, "code page 1200"},
	} {
		_, err := converter.Convert(context.Background(), test.converter, input("x.xls", test.document), new(converter.Bounded), converter.Options{})
		if !errors.Is(err, test.want) || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: got %v, want %v: … %s", test.name, err, test.want, test.says)
		}
	}
}

// What headers say is not believed, and memory is bounded whatever order rows come in.
func TestMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("some large workbooks")
	}
	const limit = 160 << 20
	sound := read(t, "xls/libreoffice.xls")
	many := func(rows, columns int, at func(row, col int) (int, int)) biff {
		b := make(biff, 0, 18*rows*columns)
		for row := range rows {
			for col := range columns {
				row, col := at(row, col)
				b = b.number(row+1, col, 0, float64(row))
			}
		}
		return one(nil, b)
	}
	for name, make := range map[string]func() []byte{
		"very many tables of sectors": func() []byte { return changed(sound, 44, uint32(1<<31)) },
		"very many rows and columns": func() []byte {
			return one(nil, biff{}.record(0x0200, uint32(0), uint32(1<<31), uint16(0), uint16(16384)).names(2))
		},
		"rows from the last to the first": func() []byte { return many(65536, 20, func(row, col int) (int, int) { return 65535 - row, col }) },
		"columns, one after the other":    func() []byte { return many(20, 65536, func(row, col int) (int, int) { return col, row }) },
		"many sheets of rows in any order": func() []byte {
			var list []sheet
			for range 1900 {
				list = append(list, sheet{name: "S", records: biff{}.label(65536, 0, "x").label(1, 0, "a").record(0x007d, uint32(0xff0000), uint32(0), uint32(1))})
			}
			return book(nil, list...)
		},
		"a cell in the last column":   func() []byte { return many(65536, 1, func(row, _ int) (int, int) { return row, 16383 }) },
		"a long text in every record": func() []byte { return one(nil, bytes.Repeat(biff{}.label(1, 0, strings.Repeat("x", 8000)), 900)) },
	} {
		t.Run(name, func(t *testing.T) {
			document := make()
			used := dumptest.Peak(func() {
				_, err := converter.Convert(context.Background(), xls.Converter{}, input("x.xls", document), new(converter.Bounded), converter.Options{})
				if err != nil && !converter.Permanent(err) {
					t.Error(err)
				}
			})
			t.Logf("%d MiB for %d MiB", used>>20, len(document)>>20)
			if used > limit {
				t.Errorf("%d MiB were in use", used>>20)
			}
		})
	}
}

func TestSniff(t *testing.T) {
	var r converter.Registry
	r.Register(xls.Format, xls.Converter{})
	r.Register(xls.Stream, xls.Converter{})
	for name, test := range map[string]struct {
		document []byte
		want     string
	}{
		"x.xls":         {read(t, "xls/libreoffice.xls"), "xls"},
		"x.csv":         {read(t, "xls/libreoffice.xls"), "xls"},
		"x.xlsx":        {read(t, "hostile/encrypted.xlsx"), "xls"},
		"script.xls":    {read(t, "xls/script.biff"), "biff"},
		"excel4.xls":    {biff{}.record(0x0409, uint32(0x00100000)), "biff"},
		"excel2.xls":    {biff{}.record(0x0009, uint32(0x00100002)), "biff"},
		"table.xls":     {[]byte("a\tb\n1\t2\n"), ""},
		"page.xls":      {[]byte("<html><table><tr><td>1</td></tr></table></html>"), ""},
		"tabs.xls":      {[]byte("\t\t\t\t\t\t\t\t\t\t\t"), ""},
		"utf16.xls":     {[]byte("\t\x00a\x00b\x00c\x00"), ""},
		"backspace.xls": {[]byte("\t\bhello, world"), ""},
	} {
		f, _, err := r.Detect(input(name, test.document))
		if f.Name != test.want || (err == nil) != (test.want != "") {
			t.Errorf("%s: %q, %v", name, f.Name, err)
		}
	}
}

// FuzzConvert puts any records among the globals and on the sheet, of each Excel.
func FuzzConvert(f *testing.F) {
	f.Add([]byte(styles("yyyy").record(0x00fc, uint32(1), uint32(1), wide("x"))), []byte(biff{}.names(2).shared(2, 0, 0).number(2, 1, 1, 1)), byte(8))
	f.Add([]byte(biff{}.record(0x0042, uint16(1252))), []byte(biff{}.cell(0x0204, 1, 0, 0, uint16(1), "a").formula(2, 0, 1.0, 0)), byte(5))
	f.Add([]byte(biff{}.record(0x001e, uint8(1), "0")), []byte(biff{}.record(0x0004, make([]byte, 7), uint8(1), "a").record(0x0006, make([]byte, 20))), byte(2))
	f.Fuzz(func(t *testing.T, globals, records []byte, version byte) {
		document := one(globals, records)
		switch id := map[byte]uint16{2: 0x0009, 3: 0x0209, 4: 0x0409}[version]; {
		case id != 0:
			document = append(append(biff{}.record(id, uint32(0x00100000)), globals...), records...).record(0x000a)
		case version != 8:
			document[5] = 5
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		limits := xls.Limits{Strings: 4 << 20}
		summary, err := converter.Convert(context.Background(), xls.Converter{Limits: limits}, input("x.xls", document), new(converter.Bounded), converter.Options{})
		runtime.ReadMemStats(&after)
		if used := after.TotalAlloc - before.TotalAlloc; used > 256<<20+100*uint64(len(document)) {
			t.Fatalf("%d MiB for %d bytes", used>>20, len(document))
		}
		if err != nil && (strings.Contains(err.Error(), "panic") || !converter.Permanent(err)) {
			t.Fatal(err)
		}
		if err == nil && len(summary.Tables) == 0 {
			t.Fatal("neither a table nor an error")
		}
	})
}

// Text that cells repeat is bounded by what the workbook has.
func TestGrowth(t *testing.T) {
	if testing.Short() {
		t.Skip("256 MiB of text")
	}
	var cells biff
	for row := range 65_000 {
		cells = cells.shared(row+1, 0, 0)
	}
	document := one(biff{}.record(0x00fc, uint32(1), uint32(1), wide(strings.Repeat("x", 5000))), cells)
	_, err := converter.Convert(context.Background(), xls.Converter{Limits: xls.Limits{Growth: 2}}, input("x.xls", document), new(converter.Bounded), converter.Options{})
	if !errors.Is(err, converter.ErrLimit) || !strings.Contains(err.Error(), "2 times as much text as its records") {
		t.Error(err)
	}
}
