package csv

import (
	"fmt"
	"io"
	"math/rand"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/internal/tries"
)

// However lines end, stepping from line to line, counting them, and looking for the last end
// agree.
func TestLineEnds(t *testing.T) {
	r := rand.New(rand.NewSource(5))
	for range tries.Of(3000) {
		var b strings.Builder
		for range r.Intn(20) {
			b.WriteString([]string{"a", "\n", "\r", "\r\n", "\r\r\n", ",", "\"b\"", " "}[r.Intn(8)])
		}
		text := []byte(b.String())
		for _, e := range []lineEnds{{newline: '\n'}, {newline: '\r'}, {newline: '\n', either: true}, {newline: '\n', twice: true}} {
			lines, at, last := 0, 0, -1
			for next := e.next(text, 0); next >= 0; next = e.next(text, at) {
				lines, last, at = lines+1, next, next
			}
			if got := e.count(text); got != lines {
				t.Fatalf("%q, %+v: %d lines, counted %d", text, e, lines, got)
			}
			open := e.either && len(text) > 0 && text[len(text)-1] == '\r'
			if got := e.last(text) + 1; got != max(last, 0) && !open {
				t.Fatalf("%q, %+v: the last line ends at %d, found %d", text, e, last, got)
			}
			if got := e.first(text, lines); len(got) != max(last, 0) && lines > 0 {
				t.Fatalf("%q, %+v: the first %d lines are %q", text, e, lines, got)
			}
		}
	}
}

func TestFindLineEnds(t *testing.T) {
	for text, want := range map[string]lineEnds{
		"a,b\n1,2\n":                             {newline: '\n'},
		"a,b\r\n1,2\r\n":                         {newline: '\n'},
		"a,b\r1,2\r":                             {newline: '\r'},
		"a,b\r1,\"x\ny\"\r2,\"z\nq\"\r":          {newline: '\r'},
		"a,b\r1,\"x\n\"\"y\"\r\"2\n\",\"z\nq\"":  {newline: '\r'},
		"a,b\r1,2\n3,4\r\n":                      {newline: '\n', either: true},
		"a,b\r\r\n1,2\r\r\n":                     {newline: '\n', twice: true},
		"a,b\n1,\"x\ry\"\n2,\"z\rq\"\n":          {newline: '\n'},
		"a,5\" pipe\r1,x\r2,7\"\r":               {newline: '\r'},
		"a":                                      {newline: '\n'},
		"a,b\r" + strings.Repeat("x\n,y\n", 100): {newline: '\n'},
	} {
		if got := findLineEnds([]byte(text)); got != want {
			t.Errorf("%.40q: %+v, want %+v", text, got, want)
		}
	}
}

// NULs and ^Z at the end go, all else stays, however the text is read.
func TestPadding(t *testing.T) {
	r := rand.New(rand.NewSource(6))
	for range tries.Of(2000) {
		var b strings.Builder
		for range r.Intn(12) {
			b.WriteString([]string{"a", "\x00", "\x1a", "\n", strings.Repeat("\x00", 30), "bc"}[r.Intn(6)])
		}
		text := b.String()
		want := strings.TrimRight(text, "\x00\x1a")
		if runs := strings.Count(text[len(want):], "\x00\x1a") + strings.Count(text[len(want):], "\x1a\x00"); runs >= maxRuns {
			continue
		}
		for _, in := range []io.Reader{strings.NewReader(text), iotest.OneByteReader(strings.NewReader(text)), iotest.HalfReader(strings.NewReader(text)), iotest.DataErrReader(strings.NewReader(text))} {
			p := &padding{in: in}
			got, err := io.ReadAll(p)
			if err != nil || string(got) != want || p.cut != int64(len(text)-len(want)) {
				t.Fatalf("%q: %q, %v, %d left out; want %q", text, got, err, p.cut, want)
			}
		}
	}
	failing := &padding{in: iotest.ErrReader(io.ErrClosedPipe)}
	if _, err := io.ReadAll(failing); err != io.ErrClosedPipe {
		t.Error(err)
	}
}

// A file whose rows end with CR is read as one, also where its cells have LF, its rows are
// longer than the sample, and lines before the header are skipped.
func TestCarriageReturns(t *testing.T) {
	long := strings.Repeat("x", sampleSize)
	for _, test := range []struct {
		name, text string
		c          Converter
		rows       int64
		columns    int
	}{
		{"LF in quotes", "a,b\r1,\"x\ny\"\r2,\"z\"\r", Converter{}, 2, 2},
		{"skipped", "p\rq\ra,b\r1,\"x\ny\"\r2,\"z\nq\"\r3,w\r", Converter{Skip: 2, Header: true}, 3, 2},
		{"long rows", "a,b\r" + strings.Repeat("1,"+long+"\r", 3), Converter{}, 3, 2},
		{"a long header", "a," + long + "\r" + strings.Repeat("1,2\r", 3), Converter{}, 3, 2},
		{"a long row of LF", "a,b\r" + strings.Repeat("1,\""+strings.Repeat("x\n", sampleSize)+"\"\r", 3), Converter{}, 3, 2},
	} {
		db, err := convert(t, test.c, "t.csv", test.text, converter.Options{})
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		if table := db.summary.Tables[0]; table.Rows != test.rows || len(table.Columns) != test.columns || db.summary.Rejects > 0 {
			t.Errorf("%s: %d rows of %d columns, %d rejects", test.name, table.Rows, len(table.Columns), db.summary.Rejects)
		}
	}
}

// Newlines without anything else cost as much as their number.
func TestNewlines(t *testing.T) {
	newlines := strings.Repeat("\n", 8<<20)
	if _, err := convert(t, Converter{}, "t.csv", newlines, converter.Options{}); err == nil {
		t.Error("no error")
	}
	db, err := convert(t, Converter{}, "t.csv", "a,b\n1,x\n"+newlines+"2,y\n", converter.Options{})
	if err != nil || db.show(t, "t") != "1|\"x\"\n2|\"y\"\n" {
		t.Errorf("%v", err)
	}
	_, err = convert(t, Converter{Skip: len(newlines), Delimiter: ","}, "t.csv", newlines+"a,b\n1,\"x\n", converter.Options{})
	if want := fmt.Sprintf("line %d: byte %d", len(newlines)+2, len(newlines)+4); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("%v; want %s", err, want)
	}
}
