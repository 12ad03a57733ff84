package words_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/adapters/words"
	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/all"
	"github.com/dynasette/dynasette/converter/rules"
	"github.com/dynasette/dynasette/internal/tries"
)

func read(t *testing.T, text string) *rules.Set {
	t.Helper()
	set := rules.ReadTexts(func(string) (string, error) { return text, nil }, []string{rules.FileName}, all.Formats())
	if faults := append(set.Faults, set.Unused(nil)...); len(faults) > 0 {
		t.Fatalf("%v\n%s", faults, text)
	}
	return set
}

// Whatever people have written stays as it is, to the last byte; what is put there holds, and is there once.
func TestPut(t *testing.T) {
	names := []string{"a.csv", "x/[b]*.csv", `"q": {c}.csv`, "# d.csv", "<script>.csv", "é😀.csv", "a.csv/in/b.csv"}
	blocks := []string{"# mine\n", "\n", "resources:\n  - path: a.csv # by hand\n    text-only: true\n\n  # about b\n  - path: [b.csv, \"c.csv\"]\n    title: |\n      # no comment\n\n      - nor a list\n",
		"title: All\n", "# behind\ndatabases:\n  x:\n    title: X\n", "resources:\n- path: '*.csv'\n  dialect: {delimiter: ';'}\n"}
	for i := range tries.Of(100) {
		r := rand.New(rand.NewPCG(1, uint64(i)))
		var text strings.Builder
		listed := false
		said := map[string]bool{}
		for range r.IntN(5) {
			b := blocks[r.IntN(len(blocks))]
			key, _, _ := strings.Cut(strings.TrimPrefix(b, "# behind\n"), ":")
			if strings.HasPrefix(b, "resources") {
				if listed {
					continue
				}
				listed = true
			} else if said[key] && strings.Contains(b, ":") {
				continue
			}
			said[key] = true
			text.WriteString(b)
		}
		before, now := text.String(), text.String()
		last := map[string]string{}
		for range 1 + r.IntN(6) {
			name, delimiter := names[r.IntN(len(names))], string(";|,"[r.IntN(3)])
			d := words.Document{Name: name}
			if r.IntN(4) > 0 {
				d.Options = map[string][]string{"delimiter": {delimiter}}
				d.Tables = []words.Table{{Fields: []words.Field{{Name: "a: #b", Type: converter.StringType, As: "c\n\"", Search: true}}}}
				last[name] = delimiter
			} else {
				delete(last, name)
			}
			next, err := words.Put(now, d)
			if err != nil {
				t.Fatalf("%v\n%s", err, now)
			}
			if again, err := words.Put(next, d); err != nil || again != next {
				t.Fatalf("again: %v\n%s\nafter\n%s", err, again, next)
			}
			now = next
			set := read(t, now)
			for name, want := range last {
				got := ""
				for _, s := range set.Rule(name).Settings {
					if s.Option == "delimiter" {
						got = s.Value
					}
				}
				if got != want {
					t.Fatalf("%s: %q, want %q\n%s", name, got, want, now)
				}
			}
		}
		at := 0
		for line := range strings.Lines(before) { // all lines are there, in their order
			i := strings.Index(now[at:], line)
			if i < 0 {
				t.Fatalf("%q is gone:\n%s\nafter\n%s", line, before, now)
			}
			at += i + len(line)
		}
		for _, name := range names {
			var err error
			if now, err = words.Put(now, words.Document{Name: name}); err != nil {
				t.Fatal(err)
			}
		}
		if now != before {
			t.Fatalf("left:\n%s\nwant\n%s", now, before)
		}
	}
}

// What can't be added to safely is left alone.
func TestPutRefuses(t *testing.T) {
	d := words.Document{Name: "a.csv", Options: map[string][]string{"delimiter": {";"}}}
	for _, text := range []string{"resources: [{path: b.csv}]\n", "{resources: []}\n", "resources: *x\n", "[", "a: 1\n...\n"} {
		if got, err := words.Put(text, d); err == nil {
			t.Errorf("%q: %q", text, got)
		}
	}
}

// A pattern of a name fits that, and no other but one that is spelled as the pattern.
func TestLiteral(t *testing.T) {
	names := []string{"a*.csv", "ab.csv", "a?.csv", "[ab].csv", "a.csv", "{a,b}.csv", "b.csv", "[!a].csv"}
	for _, name := range names {
		set := read(t, fmt.Sprintf("resources:\n  - path: %s\n    encoding: utf-8\n", words.Quoted(words.Literal(name))))
		for _, other := range names {
			if fits := len(set.Rule(other).Settings) > 0; fits != (name == other) {
				t.Errorf("%s fits %s: %v", name, other, fits)
			}
		}
	}
}
