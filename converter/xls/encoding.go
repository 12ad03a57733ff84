package xls

import (
	"encoding/binary"
	"fmt"
	"io"
	"strconv"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/charset"
	"github.com/dynasette/dynasette/converter/internal/sheets"
)

// An encoding is that of texts that are bytes, as they are before BIFF8.
type encoding struct {
	name string
	why  string
	next string // what it may be instead, if it is a guess
}

// codePage takes in the encoding that the workbook names, unless another one is asked for.
func (w *workbook) codePage(page uint16) error {
	if w.encoding.name != "" {
		return nil
	}
	name := map[uint16]string{367: charset.Default, 932: "shift_jis", 936: "gbk", 949: "euc-kr", 950: "big5",
		10000: "macintosh", 10007: "x-mac-cyrillic", 32768: "macintosh", 32769: charset.Default, 65001: charset.UTF8}[page]
	if name == "" {
		name = strconv.Itoa(int(page))
	}
	found, err := charset.Find(name, nil)
	if err != nil {
		return fmt.Errorf("%w: its texts are in code page %d: name their encoding (--encoding NAME), or save the workbook as .xlsx", converter.ErrUnsupported, page)
	}
	w.encoding = encoding{name: found, why: "the workbook says so"}
	return nil
}

// findEncoding guesses the encoding of texts if neither the workbook says which it is nor anybody else,
// and describes it.
func (w *workbook) findEncoding(out *converter.Writer) error {
	if w.biff8 {
		return nil
	}
	if w.encoding.name == "" {
		s, err := charset.NewSurvey(&texts{sheets: w.sheets})
		if err != nil {
			return err
		}
		w.encoding = encoding{name: charset.Default, why: "nothing else is said"}
		if s.Sequences+s.Strays.Count > 0 {
			if w.encoding.why = "the texts look like it"; s.IsUTF8() {
				w.encoding.name = charset.UTF8
			} else {
				w.encoding.name, w.encoding.next = s.Guess()
			}
			w.doubt(out)
		}
	}
	out.Describe("encoding", w.encoding.name, w.encoding.why)
	return nil
}

// doubt says that the encoding is a guess.
func (w *workbook) doubt(out *converter.Writer) {
	f := converter.Finding{Code: "encoding-guessed", Severity: converter.Doubt, Try: []string{"--encoding", "NAME"},
		Message: "the workbook does not say which encoding its texts are in, and " + w.encoding.name + " is a guess"}
	if w.encoding.next != "" {
		f.Message += "; next is " + w.encoding.next
		f.Try[1] = w.encoding.next
	}
	out.Report(f)
}

// Texts reads the texts in the cells of all sheets, as bytes, a line each.
type texts struct {
	sheets []sheets.Sheet
	walk   *walk
	rest   []byte
}

func (t *texts) Read(p []byte) (int, error) {
	for len(t.rest) == 0 {
		if t.walk == nil {
			if len(t.sheets) == 0 {
				return 0, io.EOF
			}
			c := t.sheets[0].Content.(*content)
			t.sheets = t.sheets[1:]
			var err error
			if t.walk, err = c.walk(); err != nil {
				return 0, err
			}
		}
		r, err := t.walk.next()
		if err == io.EOF {
			t.walk = nil
			continue
		}
		if err != nil {
			return 0, err
		}
		if b := textOf(r); len(b) > 0 {
			t.rest = append(append(t.rest[:0], b...), '\n')
		}
	}
	n := copy(p, t.rest)
	t.rest = t.rest[n:]
	return n, nil
}

// textOf returns the text in a record, as bytes.
func textOf(r record) []byte {
	at := 6 // behind row, column and style
	switch r.id {
	case idString:
		at = 0
	case idLabel, idRString:
	default:
		return nil
	}
	if len(r.data) < at+2 {
		return nil
	}
	b := r.data[at+2:]
	return b[:min(len(b), int(binary.LittleEndian.Uint16(r.data[at:])))]
}
