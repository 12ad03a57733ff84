package xlsx

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/dynasette/dynasette/converter/internal/markup"
)

// readCells returns every cell of a sheet as text, and the merged ranges behind them.
func readCells(r io.Reader, size int) (string, error) {
	cut := markup.NewCutter(r, "sheetData", "row", 1<<20)
	cut.Size = size
	var b strings.Builder
	for {
		chunk, err := cut.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return b.String(), err
		}
		scan := rowScanner{b: chunk}
		for {
			ok, err := scan.next()
			if err != nil {
				return b.String(), err
			}
			if !ok {
				break
			}
			b.WriteString("row\n")
			for _, c := range scan.Cells {
				fmt.Fprintf(&b, "%d %d %d %q\n", c.Col, c.Kind, c.Style, c.Value)
			}
		}
		cut.Reuse(chunk)
	}
	err := cut.Drain(func(t *markup.Tag) {
		if t.Is("mergeCell") {
			fmt.Fprintf(&b, "merged %s\n", t.Attr("ref"))
		}
	})
	return b.String(), err
}

var sheetXML = []string{
	`<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>12</v></c><c r="C1"><f>1</f><v>1.5</v></c></row><row/></sheetData><mergeCells><mergeCell ref="A1:B2"/></mergeCells></worksheet>`,
	`<?xml version="1.0"?><x:worksheet xmlns:x="u"><!-- <x:sheetData> --><x:sheetData><x:row><x:c t="inlineStr"><x:is><x:r><x:t>a&amp;</x:t></x:r><x:r><x:t>b</x:t></x:r></x:is></x:c></x:row ></x:sheetData></x:worksheet>`,
	`<worksheet><sheetData/></worksheet>`,
	`<worksheet><sheetData><row/><row/><row r="9"/></sheetData></worksheet>`,
	`<worksheet><sheetData><row><c t="str"><v><![CDATA[</row>]]>x<!-- </v></c></row></sheetData> --></v></c></row><!-- <row> --><row></row></sheetData></worksheet>`,
	`<worksheet><sheetData><row><c><v>1</v></c></row></sheetData><rowBreaks><brk/></rowBreaks><from><row>7</row></from></worksheet>`,
	`<worksheet><sheetData><row><c r="B1" a=">"><v>1</v></c><c r="A1" t='b'><v>1</v><extLst><ext><v>9</v></ext></extLst></c></row></sheetData></worksheet>`,
}

func TestCutter(t *testing.T) {
	for _, sheet := range sheetXML {
		want, err := readCells(strings.NewReader(sheet), 1<<16)
		if err != nil {
			t.Fatalf("%s: %v", sheet, err)
		}
		for size := 1; size < len(sheet); size++ {
			got, err := readCells(iotest.OneByteReader(strings.NewReader(sheet)), size)
			if err != nil || got != want {
				t.Fatalf("in chunks of %d: %v\ngot %s\nwant %s", size, err, got, want)
			}
		}
	}
}

// A sheet that ends early is an error, wherever it does.
func TestCutterTruncated(t *testing.T) {
	for _, sheet := range sheetXML {
		for n := range strings.LastIndex(sheet, "sheetData") + len("sheetData") {
			if got, err := readCells(strings.NewReader(sheet[:n]), 64); err == nil {
				t.Errorf("no error for %s, which reads as\n%s", sheet[:n], got)
			}
		}
		broken := errors.New("broken")
		for n := range sheet {
			r := io.MultiReader(strings.NewReader(sheet[:n]), iotest.ErrReader(broken))
			if _, err := readCells(r, 16); !errors.Is(err, broken) {
				t.Errorf("a read error after %d bytes comes back as %v", n, err)
			}
		}
	}
}

func TestCutterRefuses(t *testing.T) {
	for name, sheet := range map[string]string{
		"a document type":   `<!DOCTYPE x [<!ENTITY a "b">]><worksheet><sheetData/></worksheet>`,
		"a row without end": `<worksheet><sheetData><row>` + strings.Repeat("<c/>", 1<<19),
		"an endless tag":    `<worksheet a="` + strings.Repeat("x", 1<<22),
		"crossed tags":      `<worksheet><sheetData><row><c></row></c></sheetData>`,
		"a bare <":          `<worksheet><sheetData><row><c <v>1</v></c></row></sheetData>`,
		"a wrong end":       `<worksheet><sheetData></worksheet>`,
		"column XFE":        `<worksheet><sheetData><row><c r="XFE1"><v>1</v></c></row></sheetData>`,
		"no column":         `<worksheet><sheetData><row><c r="1"><v>1</v></c></row></sheetData>`,
	} {
		if got, err := readCells(strings.NewReader(sheet), 64); err == nil {
			t.Errorf("%s is read as %q", name, got)
		}
	}
}

// wellFormed asks the standard library, which is stricter than a reader of sheets must be.
func wellFormed(text []byte) bool {
	d := xml.NewDecoder(bytes.NewReader(text))
	for {
		if _, err := d.Token(); err != nil {
			return err == io.EOF
		}
	}
}

// FuzzSheet checks that cells do not depend on how a sheet arrives or is cut. Of XML that
// is malformed, a part may be read one way and refused the other.
func FuzzSheet(f *testing.F) {
	for i, sheet := range sheetXML {
		f.Add([]byte(sheet), uint8(i*7))
	}
	f.Fuzz(func(t *testing.T, sheet []byte, size uint8) {
		want, wantErr := readCells(bytes.NewReader(sheet), 1<<16)
		got, err := readCells(iotest.HalfReader(bytes.NewReader(sheet)), 1+int(size))
		if (err == nil) != (wantErr == nil) && wellFormed(sheet) {
			t.Fatalf("at once: %v; in chunks of %d: %v", wantErr, size, err)
		}
		if err == nil && wantErr == nil && got != want && wellFormed(sheet) {
			t.Fatalf("in chunks of %d\n%s\nat once\n%s", size, got, want)
		}
	})
}
