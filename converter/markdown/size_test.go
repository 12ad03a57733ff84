package markdown

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/dumptest"
)

// TestMemory holds how much memory long documents take: those that would take too much are
// not rendered.
func TestMemory(t *testing.T) {
	unit := "Some *text* with [a link](http://e.example/x) and `code`, and more words.\n\n- item\n- item two\n\n"
	for name, test := range map[string]struct {
		text     string
		rendered bool
	}{
		"25 MB":          {"# Title\n\n" + strings.Repeat(unit, 25_000_000/len(unit)), false},
		"25 MB of words": {"# Title\n\n" + strings.Repeat("word ", 5_000_000), false},
		"1 MB":           {"# Title\n\n" + strings.Repeat(unit, 1_000_000/len(unit)), true},
	} {
		var got string
		var findings []converter.Finding
		var err error
		grown := dumptest.Peak(func() { got, findings, err = dump(t, Converter{}, "x.md", test.text) })
		if err != nil || !strings.HasPrefix(got, "documents(path TEXT, title TEXT, text TEXT, html TEXT)\n'x.md'|'Title'|'# Title\n\n") {
			t.Errorf("%s: %.100s, %v", name, got, err)
		}
		if missing := slices.ContainsFunc(findings, func(f converter.Finding) bool { return f.Code == "no-html" }); missing == test.rendered {
			t.Errorf("%s: %v", name, findings)
		}
		// The database is in memory, and its dump.
		if limit := uint64(256<<20 + 6*len(test.text)); grown > limit {
			t.Errorf("%s: %d MiB", name, grown>>20)
		}
	}
}

// TestReferences has many definitions of links: they are found, and in little time.
func TestReferences(t *testing.T) {
	var b strings.Builder
	for i := range 100 {
		fmt.Fprintf(&b, "[a %d][R%d]\n\n", i, i)
	}
	for i := range 100 {
		title := ""
		if i%3 == 0 {
			title = fmt.Sprintf(" \"t %d\"", i)
		}
		if i%7 == 0 {
			title = fmt.Sprintf("\n  'u %d'", i)
		}
		fmt.Fprintf(&b, "[r%d]: http://e.example/%d%s\n", i, i, title)
	}
	b.WriteString("[r1]: http://other.example\n")
	got, _, err := dump(t, Converter{}, "x.md", b.String())
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`<a href="http://e.example/1" rel="nofollow">a 1</a>`,
		`<a href="http://e.example/3" title="t 3" rel="nofollow">a 3</a>`,
		`<a href="http://e.example/7" title="u 7" rel="nofollow">a 7</a>`,
		`<a href="http://e.example/99" title="t 99" rel="nofollow">a 99</a>`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in %s", want, got)
		}
	}
	if strings.Contains(got, "R9") && !strings.Contains(got, "[R9]") {
		t.Error(got)
	}
}

// BenchmarkReferences costs as much for each link of many as for each of a few.
func BenchmarkReferences(b *testing.B) {
	for _, n := range []int{1_000, 30_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			var text strings.Builder
			for i := range n {
				fmt.Fprintf(&text, "[a %d][r%d]\n\n", i, i)
			}
			for i := range n {
				fmt.Fprintf(&text, "[r%d]: http://e.example/%d\n", i, i)
			}
			b.SetBytes(int64(text.Len()))
			for b.Loop() {
				if _, err := parse([]byte(text.String())); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
