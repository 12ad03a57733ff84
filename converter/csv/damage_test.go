package csv

import (
	"flag"
	"fmt"
	"math/rand"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/internal/tries"
)

// A sound is a document whose rows are known.
type sound struct {
	delimiter, newline string
	rows               [][]string // the header first
	cells              [][]string // as they are written
}

func (s *sound) text() string {
	var b strings.Builder
	for _, row := range s.cells {
		b.WriteString(strings.Join(row, s.delimiter) + s.newline)
	}
	return b.String()
}

// soundDocument makes one up: of words, numbers, blanks and text that holds what it may in
// quotes.
func soundDocument(r *rand.Rand) *sound {
	s := &sound{delimiter: []string{",", ";", "\t", "|"}[r.Intn(4)], newline: []string{"\n", "\n", "\r\n", "\r"}[r.Intn(4)]}
	width, rows := 2+r.Intn(6), 3+r.Intn(30)
	always := r.Intn(3) == 0                       // everything is quoted
	quoted := []float64{0.05, 0.3, 0.9}[r.Intn(3)] // of texts
	pieces := []string{"a", "bc ", " d", "é", "12", "'"}
	if r.Intn(2) == 0 {
		pieces = append(pieces, s.newline) // cells of several lines
	}
	if r.Intn(2) == 0 {
		pieces = append(pieces, s.delimiter)
	}
	if r.Intn(2) == 0 {
		pieces = append(pieces, `"`)
	}
	numbers := make([]bool, width)
	for i := range numbers {
		numbers[i] = r.Intn(3) == 0
	}
	for n := range rows {
		var row, written []string
		for i := range width {
			cell := ""
			switch {
			case n == 0:
				cell = fmt.Sprintf("c%d", i)
			case numbers[i]:
				cell = fmt.Sprint(r.Intn(1000))
			case r.Float64() < quoted:
				for range r.Intn(6) {
					cell += pieces[r.Intn(len(pieces))]
				}
			case r.Intn(8) > 0:
				cell = []string{"x", "word", "two words", "1x"}[r.Intn(4)]
			}
			spelled := cell
			if always || strings.ContainsAny(cell, s.delimiter+"\"\r\n") || strings.Trim(cell, " ") != cell || r.Intn(20) == 0 {
				spelled = `"` + strings.ReplaceAll(cell, `"`, `""`) + `"`
			}
			row, written = append(row, cell), append(written, spelled)
		}
		s.rows, s.cells = append(s.rows, row), append(s.cells, written)
	}
	return s
}

// mangled is the document with one quote more, or one less, and the index of the row that
// has it.
func (s *sound) mangled(r *rand.Rand) (string, int) {
	text := s.text()
	at := r.Intn(len(text))
	if quotes := strings.Count(text, `"`); quotes > 0 && r.Intn(2) == 0 {
		at = 0
		for n := r.Intn(quotes); ; at++ {
			if text[at] == '"' {
				if n--; n < 0 {
					break
				}
			}
		}
		return text[:at] + text[at+1:], s.rowAt(at)
	}
	for !utf8.RuneStart(text[at]) {
		at--
	}
	return text[:at] + `"` + text[at:], s.rowAt(at)
}

func (s *sound) rowAt(at int) int {
	for i, row := range s.cells {
		if at -= len(strings.Join(row, s.delimiter) + s.newline); at < 0 {
			return i
		}
	}
	return len(s.cells) - 1
}

// A quote too many or too few, anywhere in a document, costs its own row at most, or what
// else it costs is said.
func TestOneQuote(t *testing.T) {
	seed := int64(5)
	end := time.Now().Add(*quotesFor)
	lost, docs := 0, 0
	for round := 0; round < tries.Of(1200) || time.Now().Before(end); round++ {
		docs++
		lost += oneQuote(t, rand.New(rand.NewSource(seed+int64(round))))
		if t.Failed() {
			t.Fatalf("seed %d", seed+int64(round))
		}
	}
	if lost > docs/100 {
		t.Errorf("%d rows beside the damaged one are lost in %d documents", lost, docs)
	}
	t.Logf("%d rows beside the damaged one are lost in %d documents", lost, docs)
}

// A sound document has all of its rows, and nothing to say.
func TestSound(t *testing.T) {
	end := time.Now().Add(*quotesFor)
	for seed := int64(0); seed < int64(tries.Of(300)) || time.Now().Before(end); seed++ {
		r := rand.New(rand.NewSource(seed))
		s := soundDocument(r)
		for _, c := range []Converter{
			{Delimiter: s.delimiter, Quote: '"', Header: true, Skip: -1, chunk: []int{0, 1, 5, 40}[r.Intn(4)]},
			{Delimiter: s.delimiter, Header: true, Skip: -1},
		} {
			if !strings.Contains(s.text(), `"`) {
				c.Quote = '"' // or 'x' might well be a text in quotes
			}
			db, err := convert(t, c, "t.csv", s.text(), converter.Options{Rule: converter.TableRule{TextOnly: true}})
			if err != nil {
				t.Fatalf("seed %d: %q: %v", seed, s.text(), err)
			}
			var got [][]string
			for _, row := range db.rows(t, "t") {
				got = append(got, spelled(row, len(s.rows[0])))
			}
			if !slices.EqualFunc(got, s.rows[1:], slices.Equal) {
				t.Fatalf("seed %d: %q:\n%q\nwant\n%q", seed, s.text(), got, s.rows[1:])
			}
			if f := db.summary.Documents[0].Findings; len(f) > 0 {
				t.Fatalf("seed %d: %q: %v", seed, s.text(), f)
			}
		}
	}
}

// oneQuote returns how many rows are lost beside the one that has been damaged.
func oneQuote(t *testing.T, r *rand.Rand) (lost int) {
	t.Helper()
	s := soundDocument(r)
	text, damaged := s.mangled(r)
	c := Converter{Delimiter: s.delimiter, Quote: '"', Header: true, Skip: -1, chunk: []int{0, 1, 5, 40}[r.Intn(4)]}
	db, err := convert(t, c, "t.csv", text, converter.Options{Rule: converter.TableRule{TextOnly: true}})
	if err != nil {
		if damaged > 0 {
			t.Errorf("%q: %v", text, err)
		}
		return 0
	}
	got := map[string]int{}
	for _, row := range db.rows(t, "t") {
		got[fmt.Sprintf("%q", spelled(row, len(s.rows[0])))]++
	}
	rejects := ""
	if db.has("_rejects") {
		rejects = db.show(t, "_rejects")
	}
	for i, row := range s.rows[1:] {
		key := fmt.Sprintf("%q", row)
		if i+1 == damaged {
			continue
		}
		if got[key]--; got[key] >= 0 {
			continue
		}
		lost++
		said := slices.ContainsFunc(db.summary.Documents[0].Findings, func(f converter.Finding) bool { return f.Severity > converter.Note })
		if !said {
			t.Errorf("in chunks of %d %q\nrow %d %q is lost, and not a word; row %d was damaged\n%s\nrejects %s\nfindings %v", c.chunk, text, i+1, row, damaged, db.show(t, "t"), rejects, db.summary.Documents[0].Findings)
		}
	}
	return lost
}

// spelled returns the texts of a row, NULL as a blank one.
func spelled(row []any, width int) []string {
	cells := make([]string, width)
	for i := range min(width, len(row)) {
		cells[i], _ = row[i].(string)
	}
	if len(row) > width && row[width] != nil {
		cells = append(cells, fmt.Sprint(row[width])) // _extra
	}
	return cells
}

var quotesFor = flag.Duration("quotes", 0, "how long to damage documents by a quote, beyond the usual number of them")
