package main

import (
	"archive/zip"
	"bufio"
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// A workbook has one sheet. Its texts stand in the cells, or in a table of their own.
type workbook struct {
	out    io.Writer
	shared bool

	archive *zip.Writer
	w       *bufio.Writer // the part that is being written
	texts   []string
	index   map[string]int
	rows    int
	columns []string
}

const (
	xmlHead   = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	packaging = "http://schemas.openxmlformats.org/package/2006/"
	office    = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	sheets    = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	media     = "application/vnd.openxmlformats-officedocument.spreadsheetml."
)

// part begins a part, and ends the one before.
func (b *workbook) part(name string) error {
	if b.w != nil {
		if err := b.w.Flush(); err != nil {
			return err
		}
	}
	w, err := b.archive.Create(name)
	b.w = bufio.NewWriterSize(w, 1<<16)
	b.w.WriteString(xmlHead)
	return err
}

func (b *workbook) begin(columns []string) error {
	b.archive, b.index = zip.NewWriter(b.out), map[string]int{}
	override := func(part, what string) string {
		return `<Override PartName="/xl/` + part + `" ContentType="` + media + what + `+xml"/>`
	}
	relation := func(id, what, target string) string {
		return `<Relationship Id="` + id + `" Type="` + office + `/` + what + `" Target="` + target + `"/>`
	}
	types := override("workbook.xml", "sheet.main") + override("worksheets/sheet1.xml", "worksheet")
	relations := relation("rId1", "worksheet", "worksheets/sheet1.xml")
	if b.shared {
		types += override("sharedStrings.xml", "sharedStrings")
		relations += relation("rId2", "sharedStrings", "sharedStrings.xml")
	}
	for _, part := range [][2]string{
		{"[Content_Types].xml", `<Types xmlns="` + packaging + `content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
			`<Default Extension="xml" ContentType="application/xml"/>` + types + `</Types>`},
		{"_rels/.rels", `<Relationships xmlns="` + packaging + `relationships">` + relation("rId1", "officeDocument", "xl/workbook.xml") + `</Relationships>`},
		{"xl/workbook.xml", `<workbook xmlns="` + sheets + `" xmlns:r="` + office + `"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="` + packaging + `relationships">` + relations + `</Relationships>`},
		{"xl/worksheets/sheet1.xml", `<worksheet xmlns="` + sheets + `"><sheetData>`},
	} {
		if err := b.part(part[0]); err != nil {
			return err
		}
		b.w.WriteString(part[1])
	}
	var names []cell
	for i, name := range columns {
		names = append(names, textOf(name))
		b.columns = append(b.columns, letters(i))
	}
	return b.row(names)
}

func (b *workbook) row(cells []cell) error {
	b.rows++
	at := strconv.Itoa(b.rows)
	b.w.WriteString(`<row r="` + at + `"`)
	if b.shared {
		fmt.Fprintf(b.w, ` spans="1:%d"`, len(cells))
	}
	b.w.WriteByte('>')
	for i, c := range cells {
		if c.kind == blank {
			continue
		}
		b.w.WriteString(`<c r="` + b.columns[i] + at + `"`)
		switch {
		case c.kind == boolean:
			fmt.Fprintf(b.w, ` t="b"><v>%d</v></c>`, c.number)
		case c.kind != text && c.kind != instant:
			b.w.WriteString("><v>")
			b.w.Write(c.appendNumber(b.w.AvailableBuffer()))
			b.w.WriteString("</v></c>")
		case b.shared:
			n, known := b.index[c.text]
			if !known {
				n = len(b.texts)
				b.index[c.text] = n
				b.texts = append(b.texts, c.text)
			}
			fmt.Fprintf(b.w, ` t="s"><v>%d</v></c>`, n)
		default:
			b.w.WriteString(` t="inlineStr"><is><t>`)
			xml.EscapeText(b.w, []byte(c.text))
			b.w.WriteString("</t></is></c>")
		}
	}
	_, err := b.w.WriteString("</row>")
	return err
}

func (b *workbook) end() error {
	b.w.WriteString("</sheetData></worksheet>")
	if b.shared {
		if err := b.part("xl/sharedStrings.xml"); err != nil {
			return err
		}
		fmt.Fprintf(b.w, `<sst xmlns="%s" uniqueCount="%d">`, sheets, len(b.texts))
		for _, t := range b.texts {
			b.w.WriteString("<si><t>")
			xml.EscapeText(b.w, []byte(t))
			b.w.WriteString("</t></si>")
		}
		b.w.WriteString("</sst>")
	}
	if err := b.w.Flush(); err != nil {
		return err
	}
	return b.archive.Close()
}

// letters is what a spreadsheet calls a column, from A on.
func letters(column int) string {
	var b strings.Builder
	if column >= 26 {
		b.WriteString(letters(column/26 - 1))
	}
	b.WriteByte(byte('A' + column%26))
	return b.String()
}
