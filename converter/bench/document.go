package main

import (
	"bufio"
	"io"
	"math/rand"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A format writes the rows of a table as a document.
type format interface {
	begin(columns []string) error
	row(cells []cell) error
	end() error
}

// newFormat returns the one for documents whose names end so. "shared.xlsx" is a workbook as
// spreadsheets write it, and "xlsx" one as programs do.
func newFormat(end string, w *bufio.Writer) format {
	switch end {
	case "ndjson":
		return &objects{w: w}
	case "json":
		return &objects{w: w, array: true}
	case "xlsx":
		return &workbook{out: w}
	case "shared.xlsx":
		return &workbook{out: w, shared: true}
	}
	return &commas{w: w}
}

// write writes a document of so many rows; the same each time. It returns what is in it.
func (t table) write(out io.Writer, end string, rows int) (*tally, error) {
	w := bufio.NewWriterSize(out, 1<<20)
	f := newFormat(end, w)
	columns := t.columns()
	sums := newTally(columns)
	if err := f.begin(columns); err != nil {
		return nil, err
	}
	r := rand.New(rand.NewSource(1))
	var cells []cell
	for i := range rows {
		cells = t.row(cells[:0], r, i)
		sums.add(cells)
		if err := f.row(cells); err != nil {
			return nil, err
		}
	}
	if err := f.end(); err != nil {
		return nil, err
	}
	return sums, w.Flush()
}

// Commas are CSV, with quotes where they have to be.
type commas struct {
	w *bufio.Writer
	b []byte
}

func (f *commas) begin(columns []string) error {
	_, err := f.w.WriteString(strings.Join(columns, ",") + "\n")
	return err
}

func (f *commas) row(cells []cell) error {
	b := f.b[:0]
	for i, c := range cells {
		if i > 0 {
			b = append(b, ',')
		}
		switch c.kind {
		case blank:
		case text, instant:
			if !strings.ContainsAny(c.text, ",\"\n") {
				b = append(b, c.text...)
				break
			}
			b = append(b, '"')
			b = append(b, strings.ReplaceAll(c.text, `"`, `""`)...)
			b = append(b, '"')
		default:
			b = c.appendNumber(b)
		}
	}
	f.b = append(b, '\n')
	_, err := f.w.Write(f.b)
	return err
}

func (f *commas) end() error { return nil }

// Objects are JSON, one a line, or as the elements of an array.
type objects struct {
	w     *bufio.Writer
	array bool
	keys  []string
	any   bool
	b     []byte
}

func (f *objects) begin(columns []string) error {
	for _, name := range columns {
		f.keys = append(f.keys, strconv.Quote(name)+":")
	}
	if f.array {
		return f.w.WriteByte('[')
	}
	return nil
}

func (f *objects) row(cells []cell) error {
	b := f.b[:0]
	if f.any && f.array {
		b = append(b, ',')
	}
	if f.any || f.array {
		b = append(b, '\n')
	}
	f.any = true
	b = append(b, '{')
	for i, c := range cells {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, f.keys[i]...)
		switch c.kind {
		case blank:
			b = append(b, "null"...)
		case boolean:
			b = strconv.AppendBool(b, c.number == 1)
		case text, instant:
			b = strconv.AppendQuote(b, c.text) // which is JSON's way for these texts
		default:
			b = c.appendNumber(b)
		}
	}
	f.b = append(b, '}')
	_, err := f.w.Write(f.b)
	return err
}

func (f *objects) end() error {
	end := "\n"
	if f.array {
		end = "\n]\n"
	}
	_, err := f.w.WriteString(end)
	return err
}

// A tally is what is in a document, so that what became of it can be checked.
type tally struct {
	rows int
	sums []sum
}

// A sum is that of a column's integers, of decimals without their points, of the characters of
// texts, or of the hours of instants.
type sum struct {
	column string
	kind   kind
	digits int
	sum    int64
}

func newTally(columns []string) *tally {
	t := &tally{sums: make([]sum, len(columns))}
	for i, name := range columns {
		t.sums[i].column = name
	}
	return t
}

func (t *tally) add(cells []cell) {
	t.rows++
	for i, c := range cells {
		s := &t.sums[i]
		switch c.kind {
		case blank:
			continue
		case text:
			s.sum += int64(utf8.RuneCountInString(c.text))
		case instant:
			hour, _ := strconv.Atoi(c.text[11:13])
			s.sum += int64(hour)
		default:
			s.sum += c.number
		}
		s.kind, s.digits = c.kind, c.digits
	}
}
