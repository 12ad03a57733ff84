package cli

import (
	"bufio"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

// A rowPrinter writes the rows of a query. Errors of w are for its Flush to return.
type rowPrinter interface {
	head(w *bufio.Writer, columns []string)
	row(w *bufio.Writer, cells []any) // of int64, float64, string, []byte, nil
	end(w *bufio.Writer)
}

// spell returns a value as text, that of a BLOB as SQL has it.
func spell(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return spellReal(v)
	case []byte:
		return "X'" + hex.EncodeToString(v) + "'"
	case string:
		return v
	}
	return fmt.Sprint(value)
}

// spellReal returns the shortest decimal that is that number and no whole one.
func spellReal(f float64) string {
	switch abs := math.Abs(f); {
	case math.IsInf(f, 1):
		return "9e999"
	case math.IsInf(f, -1):
		return "-9e999"
	case abs != 0 && (abs < 1e-6 || abs >= 1e21):
		return strconv.FormatFloat(f, 'e', -1, 64)
	}
	text := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(text, ".") {
		text += ".0"
	}
	return text
}

// separated prints CSV, or TSV.
type separated struct {
	comma   byte
	columns int
}

func (s *separated) head(w *bufio.Writer, columns []string) {
	s.columns = len(columns)
	cells := make([]any, len(columns))
	for i, c := range columns {
		cells[i] = c
	}
	s.row(w, cells)
}

func (s *separated) row(w *bufio.Writer, cells []any) {
	for i, c := range cells {
		if i > 0 {
			w.WriteByte(s.comma)
		}
		text := spell(c)
		blank := text == "" && (c != nil || s.columns == 1) // an empty line is no row
		if !blank && strings.Trim(text, " \t") == text && !strings.ContainsAny(text, "\"\r\n"+string(rune(s.comma))) {
			w.WriteString(text)
			continue
		}
		w.WriteString(`"` + strings.ReplaceAll(text, `"`, `""`) + `"`)
	}
	w.WriteByte('\n')
}

func (s *separated) end(*bufio.Writer) {}

// objects prints JSON: an array of objects, or an object a line.
type objects struct {
	lines bool
	keys  []string
	rows  int64
}

func (o *objects) head(w *bufio.Writer, columns []string) {
	taken := map[string]bool{}
	for _, c := range columns {
		taken[c] = true
	}
	nth := map[string]int{}
	for _, c := range columns {
		nth[c]++
		name := c
		for n := nth[c]; n > 1 && taken[name]; n++ {
			name = fmt.Sprintf("%s_%d", c, n)
		}
		taken[name] = true
		o.keys = append(o.keys, spellJSON(name))
	}
}

func (o *objects) row(w *bufio.Writer, cells []any) {
	if !o.lines {
		w.WriteString(map[bool]string{true: "[\n ", false: ",\n "}[o.rows == 0])
	}
	o.rows++
	for i, c := range cells {
		w.WriteString(map[bool]string{true: "{", false: ", "}[i == 0])
		w.WriteString(o.keys[i] + ": " + spellJSON(c))
	}
	w.WriteByte('}')
	if o.lines {
		w.WriteByte('\n')
	}
}

func (o *objects) end(w *bufio.Writer) {
	switch {
	case o.lines:
	case o.rows == 0:
		w.WriteString("[]\n")
	default:
		w.WriteString("\n]\n")
	}
}

func spellJSON(value any) string {
	switch v := value.(type) {
	case nil:
		return "null"
	case int64, float64:
		return spell(v)
	case []byte:
		return `{"$base64": true, "encoded": "` + base64.StdEncoding.EncodeToString(v) + `"}`
	case string:
		if !utf8.ValidString(v) {
			return spellJSON([]byte(v))
		}
		var b strings.Builder
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		_ = e.Encode(v) // a text can be
		return strings.TrimSuffix(b.String(), "\n")
	}
	return spellJSON(fmt.Sprint(value))
}

// aligned prints a table for people: the columns are as wide as the first rows need.
type aligned struct {
	widths  []int
	held    [][]any // the first rows, with the head
	printed bool
}

const alignedRows = 500

func (a *aligned) head(_ *bufio.Writer, columns []string) {
	a.widths = make([]int, len(columns))
	head, line := make([]any, len(columns)), make([]any, len(columns))
	for i, c := range columns {
		head[i], line[i] = c, ""
	}
	a.held = [][]any{head, line}
}

func (a *aligned) row(w *bufio.Writer, cells []any) {
	if a.printed {
		a.print(w, cells)
		return
	}
	a.held = append(a.held, append([]any(nil), cells...))
	if len(a.held) > alignedRows {
		a.end(w)
	}
}

func (a *aligned) end(w *bufio.Writer) {
	for _, row := range a.held {
		for i, c := range row {
			a.widths[i] = max(a.widths[i], utf8.RuneCountInString(spellLine(c)))
		}
	}
	for i, n := range a.widths {
		if len(a.held) > 1 {
			a.held[1][i] = strings.Repeat("-", n)
		}
	}
	for _, row := range a.held {
		a.print(w, row)
	}
	a.held, a.printed = nil, true
}

func (a *aligned) print(w *bufio.Writer, cells []any) {
	line := ""
	for i, c := range cells {
		text := spellLine(c)
		room := strings.Repeat(" ", max(0, a.widths[i]-utf8.RuneCountInString(text)))
		if i > 0 {
			line += "  "
		}
		switch c.(type) {
		case int64, float64:
			line += room + text
		default:
			line += text + room
		}
	}
	w.WriteString(strings.TrimRight(line, " ") + "\n")
}

// spellLine returns a value on a line, without what a terminal would obey.
func spellLine(value any) string {
	if value == nil {
		return "NULL"
	}
	return printable(strings.NewReplacer("\r\n", "↵", "\n", "↵", "\r", "↵", "\t", " ").Replace(spell(value)))
}

// A stoppable is a writer that takes nothing anymore once it is stopped.
type stoppable struct {
	w       io.Writer
	stopped func() error // why it is, or nil; may be nil: only stop stops it
	mu      sync.Mutex
	err     error
}

var errStopped = errors.New("stopped")

func (s *stoppable) buffered() *bufio.Writer { return bufio.NewWriterSize(s, 64<<10) }

func (s *stoppable) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil && s.stopped != nil {
		s.err = s.stopped()
	}
	if s.err != nil {
		return 0, s.err
	}
	n, err := s.w.Write(p)
	s.err = err
	return n, err
}

// failed returns why nothing is taken anymore.
func (s *stoppable) failed() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

func (s *stoppable) stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err = errStopped
}
