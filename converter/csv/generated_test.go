package csv

import (
	"fmt"
	"math/rand"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/internal/tries"
)

// kinds are of cells that columns of ordinary files have.
var kinds = map[string]func(*rand.Rand) string{
	"whole":   func(r *rand.Rand) string { return fmt.Sprint(r.Intn(100000)) },
	"decimal": func(r *rand.Rand) string { return fmt.Sprintf("%d.%02d", r.Intn(1000), r.Intn(100)) },
	"year":    func(r *rand.Rand) string { return fmt.Sprint(1850 + r.Intn(170)) },
	"day":     day,
	"time":    func(r *rand.Rand) string { return fmt.Sprintf("%02d:%02d", r.Intn(24), r.Intn(60)) },
	"stamp": func(r *rand.Rand) string {
		return fmt.Sprintf("20%02d-01-02 %02d:%02d:00", r.Intn(25), r.Intn(24), r.Intn(60))
	},
	"word":   word,
	"person": person,
	"sentence": func(r *rand.Rand) string {
		return strings.Join([]string{person(r), "and", word(r) + ", " + word(r)}, " ")
	},
	"place": func(r *rand.Rand) string { return fmt.Sprintf("%d %s St; %s", r.Intn(100), word(r), word(r)) },
	"url": func(r *rand.Rand) string {
		return "https://" + word(r) + fmt.Sprintf(".example/%d?a=b#c", r.Intn(1000))
	},
	"code": func(r *rand.Rand) string {
		return fmt.Sprintf("%c%c-%03d", 'A'+r.Intn(26), 'A'+r.Intn(26), r.Intn(1000))
	},
	"choice": func(r *rand.Rand) string { return []string{"yes", "no"}[r.Intn(2)] },
	"quoted": func(r *rand.Rand) string { return word(r) + " \"" + word(r) + "\"" },
	"lines":  func(r *rand.Rand) string { return word(r) + "\n" + word(r) },
}

var (
	kindNames = []string{"whole", "decimal", "year", "day", "time", "stamp", "word", "person", "sentence", "place", "url", "code", "choice", "quoted", "lines"}
	words     = strings.Fields("alpha bravo charlie delta echo foxtrot golf hotel india juliet kilo lima mike november oscar papa quebec romeo sierra tango")
	headers   = strings.Fields("id name town country amount price date note kind score ratio lat lon url street zip count total rank remark first last")
)

func word(r *rand.Rand) string { return words[r.Intn(len(words))] }

func person(r *rand.Rand) string { return strings.ToUpper(word(r)) + " " + word(r) }

func day(r *rand.Rand) string {
	return fmt.Sprintf("20%02d-%02d-%02d", r.Intn(25), 1+r.Intn(12), 1+r.Intn(28))
}

// A made document is one whose rows are known.
type made struct {
	delimiter, newline string
	header             []string
	rows               [][]string
	before, behind     []string // lines around the table
	quoteAll           bool
}

func (m *made) write(row []string) string {
	var cells []string
	for _, c := range row {
		if m.quoteAll || strings.Contains(c, m.delimiter) || strings.ContainsAny(c, "\"\r\n") {
			c = `"` + strings.ReplaceAll(c, `"`, `""`) + `"`
		}
		cells = append(cells, c)
	}
	return strings.Join(cells, m.delimiter)
}

func (m *made) text() string {
	lines := append([]string(nil), m.before...)
	lines = append(lines, m.write(m.header))
	for _, row := range m.rows {
		lines = append(lines, m.write(row))
	}
	return strings.Join(append(lines, m.behind...), m.newline) + m.newline
}

// ordinary makes an ordinary document up: with a header, and at least one column that is no
// text, or texts of which none is the header's.
func ordinary(r *rand.Rand, delimiters []string) *made {
	m := &made{delimiter: delimiters[r.Intn(len(delimiters))], newline: []string{"\n", "\r\n", "\r"}[r.Intn(3)], quoteAll: r.Intn(4) == 0}
	width := 2 + r.Intn(7)
	for _, i := range r.Perm(len(headers))[:width] {
		m.header = append(m.header, headers[i])
	}
	var columns []string
	for range width {
		columns = append(columns, kindNames[r.Intn(len(kindNames))])
	}
	columns[r.Intn(width)] = kindNames[r.Intn(6)]
	blanks := r.Intn(3) == 0
	for range 2 + r.Intn(40) {
		var row []string
		for i, kind := range columns {
			cell := kinds[kind](r)
			if blanks && i > 0 && r.Intn(6) == 0 {
				cell = ""
			}
			row = append(row, cell)
		}
		m.rows = append(m.rows, row)
	}
	return m
}

func (m *made) check(t *testing.T, db database, text string) {
	t.Helper()
	facts := db.summary.Documents[0].Facts
	if len(db.summary.Tables) != 1 {
		t.Fatalf("%d tables, %v, of\n%s", len(db.summary.Tables), facts, text)
	}
	var names []string
	for _, c := range db.summary.Tables[0].Columns {
		names = append(names, c.Name)
	}
	if strings.Join(names, ",") != strings.Join(m.header, ",") {
		t.Fatalf("columns %q, want %q, %v, of\n%s", names, m.header, facts, text)
	}
	got := db.rows(t, "t")
	if len(got) != len(m.rows) {
		t.Fatalf("%d rows, want %d, %v, of\n%s", len(got), len(m.rows), facts, text)
	}
	for i, row := range m.rows {
		for j, want := range row {
			if cell, _ := got[i][j].(string); cell != want {
				t.Fatalf("row %d: %q, want %q, %v, of\n%s", i, got[i], row, facts, text)
			}
		}
	}
}

// Of an ordinary document every cell is read, and nothing is said.
func TestOrdinary(t *testing.T) {
	r := rand.New(rand.NewSource(8))
	for range tries.Of(1500) {
		m := ordinary(r, []string{",", ";", "\t", "|"})
		text := m.text()
		db, err := convert(t, Converter{chunk: []int{0, 16}[r.Intn(2)]}, "t.csv", text, converter.Options{Rule: converter.TableRule{TextOnly: true}})
		if err != nil {
			t.Fatalf("%v in\n%s", err, text)
		}
		m.check(t, db, text)
		if found := db.summary.Documents[0].Findings; len(found) > 0 {
			t.Fatalf("%v, of\n%s", found, text)
		}
	}
}

// So is a document of one column, whatever stands in it.
func TestOrdinaryColumn(t *testing.T) {
	r := rand.New(rand.NewSource(9))
	for range tries.Of(1500) {
		m := &made{delimiter: ",", newline: []string{"\n", "\r\n", "\r"}[r.Intn(3)]}
		kind := kindNames[r.Intn(len(kindNames))]
		m.header = []string{headers[r.Intn(len(headers))]}
		for range 3 + r.Intn(40) {
			m.rows = append(m.rows, []string{kinds[kind](r)})
		}
		if r.Intn(2) == 0 {
			m.delimiter = "\x00" // commas are not quoted, since they divide nothing
		}
		text := m.text()
		db, err := convert(t, Converter{}, "t.csv", text, converter.Options{Rule: converter.TableRule{TextOnly: true}})
		if err != nil {
			t.Fatalf("%v in\n%s", err, text)
		}
		m.check(t, db, text)
		if found := db.summary.Documents[0].Findings; len(found) > 0 {
			t.Fatalf("%v, of\n%s", found, text)
		}
	}
}

// Of a document with lines around its table, of several files joined, or with a rare
// delimiter, every cell is read too, and all else is in a fact or rejected, and said.
func TestAround(t *testing.T) {
	r := rand.New(rand.NewSource(10))
	for range tries.Of(1500) {
		m := ordinary(r, []string{",", ";", "\t", "|", "^", "~", "||", "|~|", "\x01", "\x1f"})
		m.quoteAll = m.quoteAll || len(m.delimiter) > 1 // a cell may begin or end with a part of it
		rejects := 0
		switch r.Intn(4) {
		case 0:
			m.before = []string{"Report of " + day(r), ""}
		case 1:
			m.before = []string{"# made by hand", "#", "# " + word(r)}
		case 2:
			m.before = []string{"", ""}
		}
		if len(m.header) > 2 && r.Intn(3) == 0 {
			m.behind = []string{"", "Source: the office", "Made on " + day(r)}
			rejects += 2
		}
		text := m.text()
		if r.Intn(4) == 0 {
			whole := *m
			whole.before, whole.behind = nil, nil
			at := r.Intn(len(m.rows))
			whole.rows = m.rows[at:]
			rest := whole.text()
			whole.rows, whole.before = m.rows[:at], m.before
			text = whole.text() + rest + strings.Join(append(m.behind, ""), m.newline)
			rejects++
		}
		db, err := convert(t, Converter{chunk: []int{0, 16}[r.Intn(2)]}, "t.csv", text, converter.Options{Rule: converter.TableRule{TextOnly: true}})
		if err != nil {
			t.Fatalf("%v in\n%s", err, text)
		}
		m.check(t, db, text)
		var kept strings.Builder
		for _, f := range db.summary.Documents[0].Facts {
			kept.WriteString(f.Value + "\n")
		}
		for _, line := range m.before {
			if !strings.Contains(kept.String(), line) {
				t.Fatalf("%q is not kept, of\n%s", line, text)
			}
		}
		if db.summary.Rejects != int64(rejects) {
			t.Fatalf("%d rejects, want %d, %v, of\n%s", db.summary.Rejects, rejects, db.summary.Documents[0].Facts, text)
		}
		for _, f := range db.summary.Documents[0].Findings {
			if f.Severity != converter.Note {
				t.Fatalf("%v, of\n%s", f, text)
			}
		}
	}
}
