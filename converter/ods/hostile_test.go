package ods_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/ods"
)

func TestRefuses(t *testing.T) {
	head2 := words("a", "b")
	sound := flat(sheet("S", head2+words("1", "2")))
	long := strings.Repeat("x", 1<<20)
	content := func(spreadsheet string) string {
		text := strings.Replace(string(flat(spreadsheet)), "<office:document ", "<office:document-content ", 1)
		return strings.Replace(text, "</office:document>", "</office:document-content>", 1)
	}
	small := ods.Converter{Limits: ods.Limits{Row: 1 << 18}}
	tests := []struct {
		name     string
		c        ods.Converter
		document []byte
		want     error
		says     string
	}{
		{"a password", ods.Converter{}, packed("mimetype", mediaType, "content.xml", "\x01\x02", "META-INF/manifest.xml",
			`<manifest:manifest><manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data/></manifest:file-entry></manifest:manifest>`), converter.ErrUnsupported, "save it without one"},
		{"a text document", ods.Converter{}, packed("mimetype", "application/vnd.oasis.opendocument.text", "content.xml", ""), converter.ErrUnsupported, "an OpenDocument document"},
		{"a text document that does not say so", ods.Converter{}, packed("META-INF/manifest.xml", "<x/>", "content.xml",
			`<office:document-content><office:body><office:text/></office:body></office:document-content>`), converter.ErrUnsupported, "an OpenDocument document"},
		{"a flat text document", ods.Converter{}, bytes.ReplaceAll(sound, []byte("spreadsheet"), []byte("text")), converter.ErrUnsupported, "an OpenDocument document"},
		{"an HTML page", ods.Converter{}, []byte("<!DOCTYPE html><html><table>"), converter.ErrCorrupt, "document type"},
		{"other XML", ods.Converter{}, []byte("<?xml version='1.0'?><towns><town/></towns>"), converter.ErrUnsupported, "an XML document"},
		{"no XML", ods.Converter{}, []byte("a,b\n1,2\n"), converter.ErrCorrupt, "no OpenDocument spreadsheet"},
		{"nothing", ods.Converter{}, nil, converter.ErrCorrupt, "no OpenDocument spreadsheet"},
		{"no content", ods.Converter{}, packed("mimetype", mediaType), converter.ErrCorrupt, "content.xml is missing"},
		{"no sheets", ods.Converter{}, flat(""), converter.ErrEmpty, "no sheet has cells"},
		{"no cells", ods.Converter{}, flat(sheet("S", row("", ""))), converter.ErrEmpty, "no sheet has cells"},
		{"a sheet not asked for", ods.Converter{Reading: ods.Reading{Sheets: []string{"T"}}}, sound, converter.ErrUnsupported, `no sheet "T"`},
		{"cut short", ods.Converter{}, sound[:len(sound)-90], converter.ErrCorrupt, "the table has no end"},
		{"cut short behind the sheets", ods.Converter{}, sound[:len(sound)-20], converter.ErrCorrupt, ""},
		{"malformed XML", ods.Converter{}, flat(sheet("S", head2+"<table:table-row><table:table-cell></table:table-row>")), converter.ErrCorrupt, `sheet "S"`},
		{"malformed attributes", ods.Converter{}, flat(sheet("S", head2+row(`office:value=1|`))), converter.ErrCorrupt, "malformed"},
		{"a document type", ods.Converter{}, bytes.Replace(sound, []byte("<office:document"), []byte(`<!DOCTYPE a [<!ENTITY b "c">]><office:document`), 1), converter.ErrCorrupt, "document type"},
		{"no UTF-8", ods.Converter{}, flat(sheet("S", head2+words("\xfc", "x"))), converter.ErrCorrupt, "not UTF-8"},

		{"too many columns", ods.Converter{}, flat(sheet("S", row(`office:value="1" table:number-columns-repeated="16385"|`))), converter.ErrCorrupt, "more than 16384 columns"},
		{"a cell too far right", ods.Converter{}, flat(sheet("S", row(`table:number-columns-repeated="2147483647"|`, `office:value="1"|`))), converter.ErrCorrupt, "more than 16384 columns"},
		{"a cell too far down", ods.Converter{}, flat(sheet("S", strings.Repeat(`<table:table-row table:number-rows-repeated="999999999"/>`, 2)+words("x"))), converter.ErrCorrupt, "rows"},
		{"a bomb of columns", ods.Converter{}, flat(sheet("S", row(`table:number-columns-repeated="16384"|<text:p>`+long+`</text:p>`))), converter.ErrLimit, "a few cells"},
		{"too long a row", small, flat(sheet("S", words(long))), converter.ErrLimit, "in one row"},
		{"too long a tag", small, flat(`<table:table table:name="` + long + `"/>`), converter.ErrLimit, "in one tag"},
		{"too long a comment", small, flat(sheet("S", "<!--"+long+"-->")), converter.ErrLimit, "in one tag"},
		{"a bomb of spaces", ods.Converter{}, flat(sheet("S", words(strings.Repeat(`<text:s text:c="9000000"/>`, 3)))), converter.ErrLimit, "in one cell"},
		{"very many spaces", ods.Converter{}, flat(sheet("S", words(`<text:s text:c="999999999"/>`))), converter.ErrLimit, "spaces"},
		{"very many sheets", ods.Converter{}, flat(strings.Repeat("<table:table/>", 40_000)), converter.ErrLimit, "32768 sheets"},
		{"many sheets", ods.Converter{Limits: ods.Limits{Tables: 2}}, flat(strings.Repeat(sheet("S", head2), 3)), converter.ErrLimit, "2 sheets"},
		{"too many files", ods.Converter{Limits: ods.Limits{Entries: 1}}, packed("mimetype", mediaType, "content.xml", ""), converter.ErrLimit, "1 files"},
		{"too large", ods.Converter{Limits: ods.Limits{Size: 900}}, packed("mimetype", mediaType, "content.xml", content(sheet("S", head2))), converter.ErrLimit, "unpacks to"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := converter.Convert(context.Background(), tt.c, input("x.ods", tt.document), new(converter.Bounded), converter.Options{})
			if !errors.Is(err, tt.want) || !strings.Contains(err.Error(), tt.says) || !converter.Permanent(err) {
				t.Errorf("got %v, want %v: … %s", err, tt.want, tt.says)
			}
		})
	}
}

// Deep nesting costs nothing.
func TestDeep(t *testing.T) {
	const n = 200_000
	for name, rows := range map[string]string{
		"groups": strings.Repeat("<table:table-row-group>", n) + words("a", "b") + words("1", "2") + strings.Repeat("</table:table-row-group>", n),
		"spans":  words("a", "b") + words(strings.Repeat("<text:span>", n)+"1"+strings.Repeat("</text:span>", n), "2"),
		"tables": words("a", "b") + row("|"+strings.Repeat("<table:table>", n)+"<text:p>1</text:p>"+strings.Repeat("</table:table>", n), "|<text:p>2</text:p>"),
	} {
		if got, _ := list(t, ods.Converter{}, input("x.fods", flat(sheet("S", rows)))); got != "S: a TEXT, b TEXT\n'1' '2'\n" {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// A row that is said to be there a billion times is refused before it is.
func TestBillion(t *testing.T) {
	if testing.Short() {
		t.Skip("makes 16 million cells")
	}
	document := flat(sheet("S", words("a")+`<table:table-row table:number-rows-repeated="2147483647"><table:table-cell office:value="1" table:number-columns-repeated="1000"/></table:table-row>`))
	_, err := converter.Convert(context.Background(), ods.Converter{}, input("x.fods", document), new(converter.Bounded), converter.Options{})
	if !errors.Is(err, converter.ErrLimit) || !strings.Contains(fmt.Sprint(err), "repeat each other") {
		t.Error(err)
	}
}

// Every error of reading comes back, and every document that is cut short is an error.
func TestBrokenOff(t *testing.T) {
	document := packed("mimetype", mediaType, "content.xml", string(flat(sheet("S", words("a", "b")+words("1", "2")))))
	broken := errors.New("broken")
	for n := range document {
		_, err := converter.Convert(context.Background(), ods.Converter{}, input("x.ods", document[:n]), new(converter.Bounded), converter.Options{})
		if err == nil {
			t.Errorf("no error for the first %d of %d bytes", n, len(document))
		}
		in := input("x.ods", document)
		in.ReaderAt = brokenAt{in.ReaderAt, int64(n), broken}
		_, err = converter.Convert(context.Background(), ods.Converter{}, in, new(converter.Bounded), converter.Options{})
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
