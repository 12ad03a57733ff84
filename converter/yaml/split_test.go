package yaml

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/dumptest"
	"github.com/dynasette/dynasette/converter/internal/yamlnode"
)

// split returns the pieces of a text; by documents only, if there is a reason for the whole.
func split(text, whole string, size int) ([]piece, error) {
	s := newSplitter(strings.NewReader(text), whole, 1<<20)
	s.size = size
	var pieces []piece
	for {
		p, err := s.next()
		if err == io.EOF {
			return pieces, nil
		}
		if err != nil {
			return pieces, err
		}
		pieces = append(pieces, p)
	}
}

func TestSplit(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       []string
	}{
		{"items", "- a\n- b:\n  - c\n\n- d", []string{"1 - a\n", "2 - b:\n  - c\n\n", "5 - d"}},
		{"indented items", "# x\n  - a\n  - b\n", []string{"1 # x\n  - a\n", "3   - b\n"}},
		{"documents", "a: 1\n---\nb: 2\n---\n- c\n- d\n...\n# end\n", []string{"1 a: 1\n", "2 ---\nb: 2\n", "4 ---\n- c\n", "6 - d\n...\n# end\n"}},
		{"nothing between", "---\n---\n# x\n", []string{"1 ---\n"}},
		{"nothing with CRLF", "---\r\na: 1\r\n---\r\n# x\r\n", []string{"1 ---\r\na: 1\r\n"}},
		{"line breaks of old", "- a\r- b\n- c\n", []string{"1 - a\r- b\n- c\n"}},
		{"nothing at the end", "a: 1\n---\n# x\n", []string{"1 a: 1\n"}},
		{"directives", "%TAG ! !x\n---\na: 1\n...\n%YAML 1.2\n%TAG ! !y\n---\nb: 2\n", []string{"1 %TAG ! !x\n---\na: 1\n...\n", "5 #YAML 1.2\n%TAG ! !y\n---\nb: 2\n"}},
		{"not a marker", "a: |\n  ---\n ---\n---x\nb: 1\n", []string{"1 a: |\n  ---\n ---\n---x\nb: 1\n"}},
		{"content on the marker's line", "--- - a\n- b\n--- c\n", []string{"1 --- - a\n- b\n", "3 --- c\n"}},
		{"a long line", "- " + strings.Repeat("x", 70<<10) + "- \n- b\n", []string{"1 - " + strings.Repeat("x", 70<<10) + "- \n", "2 - b\n"}},
	} {
		pieces, err := split(test.text, "", 1)
		var got []string
		for _, p := range pieces {
			got = append(got, fmt.Sprintf("%d %s", p.line, p.text))
		}
		if err != nil || fmt.Sprintf("%q", got) != fmt.Sprintf("%q", test.want) {
			t.Errorf("%s: got %.200q, %v", test.name, got, err)
		}
	}
}

// records is a list of n mappings, as YAML.
func records(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "- name: record %d\n  count: %d\n  price: %d.25\n  tags: [a, b]\n", i, i, i)
	}
	return b.String()
}

// small makes a stream of some kilobytes one of many pieces.
const small = 4 << 10

func dumpPieces(t *testing.T, c Converter, text string) (string, converter.Summary, error) {
	t.Helper()
	c.piece = small
	return dumptest.Convert(t, c, converter.Options{}, dumptest.Input("x.yaml", text))
}

func TestLongList(t *testing.T) {
	got, summary, err := dumpPieces(t, Converter{}, records(1000))
	if err != nil || summary.Runs != 1 || summary.Tables[0].Rows != 1000 {
		t.Fatalf("%v, %v", summary, err)
	}
	whole, _, err := dump(t, records(1000))
	if err != nil || got != whole || !strings.HasSuffix(got, "'record 999'|999|999.25|'[\"a\",\"b\"]'\n") {
		t.Errorf("got %.100s … %s, %v", got, got[len(got)-100:], err)
	}
}

// TestLongListNotByItems: what needs the whole list is read as a whole.
func TestLongListNotByItems(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"alias of an earlier item":  {"- name: &first one\n" + records(300) + "- name: *first\n" + records(300), "'one'|NULL|NULL|NULL\n"},
		"quotes over items' dashes": {records(300) + strings.Repeat("- name: \"aaa\n- b\"\n", 600), "'aaa - b'|NULL|NULL|NULL\n"},
	} {
		got, summary, err := dumpPieces(t, Converter{}, test.text)
		if err != nil || summary.Runs != 2 || !strings.Contains(got, test.want) {
			t.Errorf("%s: %v, %v", name, summary.Runs, err)
		}
	}
}

func TestLongListErrors(t *testing.T) {
	text := records(300) + "- a: [\n" + records(300)
	_, _, err := dumpPieces(t, Converter{}, text)
	var syntax *converter.SyntaxError
	if !errors.As(err, &syntax) || syntax.Line != 1202 {
		t.Errorf("as a whole: %v", err)
	}
	_, _, err = dumpPieces(t, Converter{MaxValues: 5000}, text)
	if !errors.Is(err, converter.ErrLimit) || !strings.Contains(err.Error(), "x.yaml: line 1: the list can't be read item by item, since line 1202: ") {
		t.Errorf("too long: %v", err)
	}
	// An error in a value is found whichever way.
	text = records(300) + "- a: " + strings.Repeat("[", 1002) + strings.Repeat("]", 1002) + "\n" + records(300)
	_, _, err = dumpPieces(t, Converter{}, text)
	if !errors.Is(err, converter.ErrLimit) || !errors.As(err, &syntax) || syntax.Line != 1201 {
		t.Errorf("too deep: %v", err)
	}
}

func TestTooManyValues(t *testing.T) {
	for name, text := range map[string]string{
		"flow":    "[" + strings.Repeat("a,", 10_000) + "]",
		"mapping": "a:\n" + strings.Repeat("- b: c\n", 10_000),
		"list":    strings.Repeat("- b: c\n", 10_000),
	} {
		_, _, err := dumpPieces(t, Converter{MaxValues: 9_000}, text)
		if name == "list" && err != nil || name != "list" && !errors.Is(err, converter.ErrLimit) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// nodes returns the JSON of all items of a text, parsed in pieces.
func nodes(pieces []piece) (list []string, err error) {
	for _, p := range pieces {
		d := yamlnode.NewDecoder(p.text, p.line)
		for {
			root, err := d.Next()
			if err == io.EOF {
				break
			}
			if err != nil {
				return list, err
			}
			values := &yamlnode.Values{Budget: yamlnode.NewBudget(len(p.text))}
			for _, n := range items(root) {
				text, err := values.JSON(n)
				if err != nil {
					return list, err
				}
				list = append(list, text)
			}
		}
	}
	return list, nil
}

// FuzzSplit: what parses in pieces is what parses by documents, and that is what the parser
// makes of the whole, but for directives, which are mended for it.
func FuzzSplit(f *testing.F) {
	for _, text := range []string{
		"- a\n- b:\n  - c\n- d", "a: 1\n---\n- b\n- c\n...\n%YAML 1.1\n--- x\n", "- \"a\n- b\"\n- c", "- &a x\n- *a\n", "- |\n  a\n - b\n- c\n",
		"- - a\n  - b\n-\n  - c\n-   - d\n", "  - a\n  - b\n - c\n", "- {a: b,\n- c}\n", "- a\n# c\n- b # c\n\n\n- c\r\n- d\r", "? a\n- b\n: c\n- d", "- a: >\n\n b\n- c",
		"%YAML 1.2\n%TAG !a! b\n%HINT c\n---\n- !a!d e\n- f\n...\n%HINT\n--- g", "%YAML 1.2\n- a\n- b\n", "%a: 1\nb: 2\n",
	} {
		f.Add(text)
	}
	parse := func(text, whole string, size int) ([]string, error) {
		pieces, err := split(text, whole, size)
		if err != nil {
			return nil, err
		}
		return nodes(pieces)
	}
	f.Fuzz(func(t *testing.T, text string) {
		documents, err := parse(text, "by documents", len(text)+1)
		if !strings.Contains("\n"+text, "\n%") {
			raw, rawErr := nodes([]piece{{text: []byte(text), line: 1}})
			refused := rawErr != nil && !blank([]byte(text)) // a blank one is not parsed
			if fmt.Sprint(documents) != fmt.Sprint(raw) || (err != nil) != refused {
				t.Fatalf("%q: by documents %q, %v, whole %q, %v", text, documents, err, raw, rawErr)
			}
		}
		if err != nil {
			return // pieces can't be asked for more
		}
		pieces, err := parse(text, "", 1)
		if err != nil {
			return // it is parsed by documents then
		}
		if fmt.Sprint(pieces) != fmt.Sprint(documents) {
			t.Fatalf("%q: in pieces %q, by documents %q", text, pieces, documents)
		}
	})
}

func FuzzConvert(f *testing.F) {
	for _, text := range []string{"a: 1\n", "- {a: 1, <<: {b: 2}}\n- x\n", "a: {b: c}\nd: {}\n", "&a [*a]", "!!binary x: !y z", "\xff\xfea\x00"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var db dumptest.Database
		_, err := converter.Convert(context.Background(), Converter{MaxValues: 10_000}, dumptest.Input("x.yaml", text), &db, converter.Options{})
		if err != nil && (!converter.Permanent(err) || strings.Contains(err.Error(), "panic")) {
			t.Fatal(err)
		}
	})
}

func BenchmarkList(b *testing.B) {
	text := records(20_000)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		var db dumptest.Database
		if _, err := converter.Convert(context.Background(), Converter{}, dumptest.Input("x.yaml", text), &db, converter.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
