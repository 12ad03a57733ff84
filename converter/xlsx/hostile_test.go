package xlsx_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/xlsx"
	"github.com/dynasette/dynasette/internal/tries"
)

func TestRefuses(t *testing.T) {
	sound := newBook("S", head2)
	row := `<row><c><v>1</v></c></row>`
	long := strings.Repeat("x", 1<<20)
	tests := []struct {
		name     string
		c        xlsx.Converter
		document []byte
		want     error
		says     string
	}{
		{"a binary workbook", xlsx.Converter{}, book{"xl/workbook.bin": "", "_rels/.rels": ""}.zip(), converter.ErrUnsupported, ".xlsb"},
		{"a text document", xlsx.Converter{}, sound.with("_rels/.rels", "xl/workbook.xml", "word/document.xml").
			with("word/document.xml", "", "<w/>").zip(), converter.ErrUnknownFormat, "without a workbook"},
		{"an OpenDocument file", xlsx.Converter{}, book{"mimetype": "", "content.xml": ""}.zip(), converter.ErrUnsupported, "OpenDocument"},
		{"nothing", xlsx.Converter{}, nil, converter.ErrEmpty, ""},
		{"no zip", xlsx.Converter{}, []byte("PK\x03\x04, and then something else"), converter.ErrCorrupt, ""},
		{"no sheets", xlsx.Converter{}, newBook().zip(), converter.ErrEmpty, "no sheet has cells"},
		{"no cells", xlsx.Converter{}, newBook("S", "<row/>").zip(), converter.ErrEmpty, "no sheet has cells"},
		{"a sheet that is not there", xlsx.Converter{}, sound.with("xl/_rels/workbook.xml.rels", "sheet1", "sheet9").zip(), converter.ErrCorrupt, "sheet9.xml is missing"},
		{"a sheet not asked for", xlsx.Converter{Reading: xlsx.Reading{Sheets: []string{"T"}}}, sound.zip(), converter.ErrUnsupported, `no sheet "T"`},
		{"malformed XML", xlsx.Converter{}, newBook("S", head2+"<row><c></row>").zip(), converter.ErrCorrupt, `sheet "S"`},
		{"a document type", xlsx.Converter{}, sound.with("xl/workbook.xml", "<workbook", `<!DOCTYPE a [<!ENTITY b "c">]><workbook`).zip(), converter.ErrCorrupt, "document type"},
		{"no UTF-8", xlsx.Converter{}, newBook("S", head2+"<row><c t=\"str\"><v>\xfc</v></c></row>").zip(), converter.ErrCorrupt, "not UTF-8"},
		{"a missing shared string", xlsx.Converter{}, newBook("S", strings.Repeat(row, 200)+`<row><c t="s"><v>7</v></c></row>`).zip(), converter.ErrCorrupt, "no shared string"},

		{"too many files", xlsx.Converter{Limits: xlsx.Limits{Entries: 3}}, sound.zip(), converter.ErrLimit, "3 files"},
		{"too large", xlsx.Converter{Limits: xlsx.Limits{Size: 500}}, sound.zip(), converter.ErrLimit, "unpacks to"},
		{"too much text", xlsx.Converter{Limits: xlsx.Limits{Strings: 1 << 19}}, sound.strings("<t>" + long + "</t>").zip(), converter.ErrLimit, "shared strings"},
		{"too long a row", xlsx.Converter{Limits: xlsx.Limits{Row: 1 << 19}}, newBook("S", `<row><c t="str"><v>`+long+`</v></c></row>`).zip(), converter.ErrLimit, "in one row"},
		{"a bomb", xlsx.Converter{}, newBook("S", strings.Repeat("<row/>"+strings.Repeat(" ", 64<<10), 1100)).zip(), converter.ErrLimit, "500 times its size"},
		{"a bomb of shared strings", xlsx.Converter{},
			newBook("S", `<row>`+strings.Repeat(`<c t="s"><v>0</v></c>`, 300)+`</row>`).strings("<t>" + long + "</t>").zip(), converter.ErrLimit, "a few cells"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := converter.Convert(context.Background(), tt.c, input("x.xlsx", tt.document), new(converter.Bounded), converter.Options{})
			if !errors.Is(err, tt.want) || !strings.Contains(err.Error(), tt.says) || !converter.Permanent(err) {
				t.Errorf("got %v, want %v: … %s", err, tt.want, tt.says)
			}
		})
	}
}

// A directory of many entries is refused before they are all in memory.
func TestManyEntries(t *testing.T) {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for range 200_000 {
		if _, err := w.CreateRaw(&zip.FileHeader{Name: "x"}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	c := xlsx.Converter{Limits: xlsx.Limits{Entries: 100}}
	_, err := converter.Convert(context.Background(), c, input("x.xlsx", out.Bytes()), new(converter.Bounded), converter.Options{})
	if !errors.Is(err, converter.ErrLimit) {
		t.Error(err)
	}
}

// A wide sheet with few cells in its rows must not take memory for all that it lacks.
func TestWideAndSparse(t *testing.T) {
	var b strings.Builder
	b.WriteString(`<row><c r="A1" t="str"><v>first</v></c><c r="BXX1" t="str"><v>last</v></c></row>`)
	rows := tries.Of(20_000)
	for range rows {
		b.WriteString(`<row><c r="BXX1"><v>1</v></c></row>`)
	}
	_, summary, err := convert(t, xlsx.Converter{}, input("x.xlsx", newBook("S", b.String()).zip()))
	if err != nil || summary.Tables[0].Rows != int64(rows) || len(summary.Tables[0].Columns) != 1999 {
		t.Error(summary.Tables[0].Rows, len(summary.Tables[0].Columns), err)
	}
}

// Every error of reading comes back, and every document that is cut short is an error.
func TestBrokenOff(t *testing.T) {
	document := newBook("S", head2+`<row><c s="1"><v>45000</v></c><c t="s"><v>0</v></c></row>`).strings("<t>x</t>").styles("yyyy").zip()
	broken := errors.New("broken")
	for n := range document {
		_, err := converter.Convert(context.Background(), xlsx.Converter{}, input("x.xlsx", document[:n]), new(converter.Bounded), converter.Options{})
		if err == nil {
			t.Errorf("no error for the first %d of %d bytes", n, len(document))
		}
		in := input("x.xlsx", document)
		in.ReaderAt = brokenAt{in.ReaderAt, int64(n), broken}
		_, err = converter.Convert(context.Background(), xlsx.Converter{}, in, new(converter.Bounded), converter.Options{})
		if !errors.Is(err, broken) || errors.Is(err, converter.ErrCorrupt) {
			t.Errorf("an error at byte %d comes back as %v", n, err)
		}
	}
}

// brokenAt cannot read one byte.
type brokenAt struct {
	io.ReaderAt
	at  int64
	err error
}

func (b brokenAt) ReadAt(p []byte, off int64) (int, error) {
	if off <= b.at && b.at < off+int64(len(p)) {
		n, _ := b.ReaderAt.ReadAt(p[:b.at-off], off)
		return n, b.err
	}
	return b.ReaderAt.ReadAt(p, off)
}

func TestSniff(t *testing.T) {
	sound := newBook("S", head2).zip()
	for name, want := range map[string]bool{
		string(sound): true,
		string(book{"[Content_Types].xml": "", "word/document.xml": ""}.zip()):                    false,
		string(book{"[Content_Types].xml": strings.Repeat("x", 999), "XL\\Styles.xml": ""}.zip()): true,
		string(book{"xl/data.csv": ""}.zip()):                                                     false,
		"PK\x03\x04":                                                                              false,
		"":                                                                                        false,
	} {
		if got := xlsx.Format.Sniff([]byte(name)); got != want {
			t.Errorf("%.60q: %v", name, got)
		}
	}
	for _, n := range []int{0, 10, 30, 40} { // cut anywhere
		xlsx.Format.Sniff(sound[:n])
	}
	var r converter.Registry
	r.Register(xlsx.Format, xlsx.Converter{})
	for name, want := range map[string]string{"x.xlsx": "xlsx", "x.csv": "xlsx", "noname": "xlsx"} {
		if f, _, err := r.Detect(input(name, sound)); err != nil || f.Name != want {
			t.Errorf("%s: %s %v", name, f.Name, err)
		}
	}
}

// FuzzConvert puts any XML into the parts of a workbook, and any bytes into the archive.
func FuzzConvert(f *testing.F) {
	f.Add([]byte(head2+`<row><c t="s" s="1"><v>0</v></c></row>`), []byte("<si><t>x</t></si>"), []byte(`<cellXfs><xf numFmtId="14"/></cellXfs>`),
		[]byte(`<sheet name="S" r:id="rId1"/>`), uint16(0), byte(0))
	f.Add([]byte(`<row><c><v>1</v></c></row></sheetData><mergeCells><mergeCell ref="A1:XFD9"/>`), []byte(""), []byte(`<numFmt numFmtId="14" formatCode="[h]"/>`),
		[]byte(`<workbookPr date1904="1"/><sheet name="" r:id="rId1"/><sheet name="" r:id="rId1"/>`), uint16(60), byte(1))
	f.Fuzz(func(t *testing.T, sheet, texts, styles, list []byte, at uint16, change byte) {
		b := newBook("S", string(sheet))
		b = b.with("xl/sharedStrings.xml", "", "<sst>"+string(texts)+"</sst>").with("xl/styles.xml", "", string(styles))
		b = b.with("xl/workbook.xml", "", "<workbook>"+string(list)+"</workbook>")
		document := b.zip()
		document[int(at)%len(document)] ^= change
		in := input("x.xlsx", document)
		limits := xlsx.Limits{Size: 4 << 20, Strings: 4 << 20}
		summary, err := converter.Convert(context.Background(), xlsx.Converter{Limits: limits}, in, new(converter.Bounded), converter.Options{})
		if err != nil && (strings.Contains(err.Error(), "panic") || !converter.Permanent(err)) {
			t.Fatal(err)
		}
		if err == nil && len(summary.Tables) == 0 {
			t.Fatal("neither a table nor an error")
		}
	})
}

// Entries that lie about their sizes are found out.
func TestLyingSizes(t *testing.T) {
	document := newBook("S", head2+`<row><c><v>1</v></c></row>`).zip()
	directory := bytes.LastIndex(document, []byte("PK\x01\x02"))
	for _, size := range []uint32{0, 1, 1 << 30, 1<<32 - 1} {
		lying := bytes.Clone(document)
		for at := bytes.Index(lying, []byte("PK\x01\x02")); at <= directory && at >= 0; {
			binary.LittleEndian.PutUint32(lying[at+20:], size)
			next := bytes.Index(lying[at+4:], []byte("PK\x01\x02"))
			if next < 0 {
				break
			}
			at += 4 + next
		}
		_, err := converter.Convert(context.Background(), xlsx.Converter{}, input("x.xlsx", lying), new(converter.Bounded), converter.Options{})
		if err == nil {
			t.Errorf("no error for parts that are said to have %d bytes", size)
		}
	}
}
