package csv

import (
	"math/rand"
	"slices"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/internal/tries"
)

// checkMarks holds the marks of a chunk against what parse makes of it, and reports whether there
// are any.
func checkMarks(t *testing.T, text string, header []string) bool {
	t.Helper()
	d := dialect{delimiter: ',', quote: '"', lineEnds: lineEnds{newline: '\n'}}
	r := &reading{dialect: d, section: new(section), header: header, width: len(header)}
	b := converter.Batch{Data: []byte(text)}
	p := &parser{dialect: d, data: b.Data, batch: &b, width: len(header)}
	if !r.mark(p) {
		if len(b.Ends)+len(b.Cells) > 0 {
			t.Fatalf("%q is not marked, and has rows", text)
		}
		return false
	}
	twin := converter.Batch{Data: []byte(text)}
	q := &parser{dialect: d, data: twin.Data, batch: &twin, width: len(header)}
	if end := q.parse(0); end != len(text) || len(twin.Rejects())+len(q.findings()) > 0 || q.short > 0 || r.repeats(&twin) || r.footing(&twin, twin.Rows()-1) {
		t.Fatalf("%q is marked, and is not plain", text)
	}
	if !slices.Equal(b.Ends, twin.Ends) {
		t.Fatalf("%q: rows end at %d, and are to at %d", text, b.Ends, twin.Ends)
	}
	marks, pos := b.Marks(), 0
	for i, c := range twin.Cells {
		end := pos
		for marks.Ends[end/64]>>(end%64)&1 == 0 {
			end++
		}
		got, kind := text[pos:end], converter.KindUntyped
		if strings.HasPrefix(got, `"`) {
			got, kind = strings.ReplaceAll(got[1:len(got)-1], `""`, `"`), converter.KindQuoted
		}
		if want := string(twin.Data[c.Off:][:c.Len()]); got != want || kind != c.Kind() {
			t.Fatalf("%q: cell %d is %q, and is to be %q", text, i, got, want)
		}
		if pos = end + 1; text[end] == '\r' {
			pos++
		}
	}
	if pos != len(text) {
		t.Fatalf("%q: the last row ends at %d", text, pos)
	}
	return true
}

func TestMarks(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	pieces := []string{"a", "1", `"x"`, `"x,y"`, `"""x"""`, "long enough for several words of a mask ", "\"x\ny\"", "\"x,\"\"y\n\"", "b", // those of sound rows come first
		",", "\n", "\r\n", `"`, `""`, `"a`, `b"`, "a,b,c\n", "\r", "\ufeff"}
	marked, runs := 0, tries.Of(20_000)
	for range runs {
		var text strings.Builder
		odd := r.Intn(3) // how much is
		for range 1 + r.Intn(12) {
			for i := range 3 {
				if i > 0 {
					text.WriteByte(',')
				}
				if r.Intn(6) > 0 {
					text.WriteString(pieces[r.Intn(8)])
				}
				if r.Intn(20) < odd {
					text.WriteString(pieces[r.Intn(len(pieces))])
				}
			}
			text.WriteString([]string{"\n", "\n", "\r\n"}[r.Intn(3)])
		}
		if checkMarks(t, text.String(), []string{[]string{"a", "", "x"}[r.Intn(3)], "b", "c"}) {
			marked++
		}
	}
	if marked < runs/25 {
		t.Errorf("only %d of %d are marked", marked, runs)
	}
}

// A document without damage is marked, however its cells are quoted and its lines end.
func TestMarksOfSoundDocuments(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	for range tries.Of(300) {
		m := made{delimiter: ",", newline: []string{"\n", "\r\n"}[r.Intn(2)], quoteAll: r.Intn(2) == 0}
		width := 2 + r.Intn(60)
		spans := r.Intn(width)
		for range 1 + r.Intn(60) {
			row := make([]string, width)
			for i := range row {
				kind := kindNames[r.Intn(len(kindNames))]
				if (kind == "lines") != (i == spans) || r.Intn(4) == 0 && i < width-1 {
					kind = []string{"whole", "quoted", "sentence", "decimal"}[r.Intn(4)]
				}
				row[i] = kinds[kind](r)
			}
			m.rows = append(m.rows, row)
		}
		text := m.text()
		text = text[strings.Index(text, m.newline)+len(m.newline):] // behind the header, which is none
		if !checkMarks(t, text, append([]string{"header"}, make([]string, width-1)...)) {
			t.Fatalf("%q is not marked", text)
		}
	}
}

func FuzzMarks(f *testing.F) {
	f.Add("1,\"x\ny\",2\n3,\"a\"\"b\",4\r\n")
	f.Add("1,\"x\ny,z\",\"2\n\"\n,,\"\"\n")
	f.Fuzz(func(t *testing.T, text string) { checkMarks(t, text, []string{"a", "b", "c"}) })
}
