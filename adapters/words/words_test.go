package words_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
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

// Whatever is said in a document's words is read from a file of people's just as it was put there, and the options of its
// format are those that are set.
func TestRead(t *testing.T) {
	names := []string{"a", "A b", "<script>alert(1)</script>", "\"", "'", "a: #b", "- x", "null", "yes", "1.0", "~", "{a}", "[b]*?", "a\nb", "a\r\nb", "\t", "😀é\u202eright", "\u2028", "\u0085", "\x7f", strings.Repeat("長い", 150), "a\\b", "%", "&a", "*a", "!!str", "|", ">", "@", "`", "", " ", "ends ", "#"}
	some := func(r *rand.Rand, of ...string) []string {
		list := slices.Clone(of)
		r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		return list[:r.IntN(min(len(list), 4)+1)]
	}
	options := all.Formats().Options()
	for i := range tries.Of(60) {
		r := rand.New(rand.NewPCG(2, uint64(i)))
		d := words.Document{Name: []string{"a.csv", "x [1]*.csv", "é😀 #1.xlsx", "b.zip", "\"q\".csv", "yes"}[r.IntN(6)], Options: map[string][]string{}}
		for _, o := range options {
			if r.IntN(3) > 0 || slices.Contains([]string{"no-header", "header-rows", "header-join"}, o.Name) {
				continue
			}
			value := ""
			switch o.Kind {
			case converter.OptionSwitch:
				value = []string{"yes", "no"}[r.IntN(2)]
			case converter.OptionNumber:
				value = fmt.Sprint(r.IntN(20))
			case converter.OptionChoice:
				value = o.Values[r.IntN(len(o.Values))]
			case converter.OptionList:
				d.Options[o.Name] = slices.DeleteFunc(some(r, names...), func(s string) bool { return s == "" })
				continue
			default:
				if value = map[string]string{"encoding": "windows-1252", "path": "result.records"}[o.Name]; value == "" {
					value = o.Values[r.IntN(len(o.Values))]
				}
			}
			if _, err := all.Formats().With(o.Name, value); err != nil {
				t.Fatal(err)
			}
			d.Options[o.Name] = []string{value}
		}
		if r.IntN(2) > 0 {
			d.Null = some(r, names...)
		}
		d.Decimal, d.Group = []string{"", ",", "."}[r.IntN(3)], []string{"", "'", " "}[r.IntN(3)]
		for range r.IntN(4) {
			table := words.Table{Name: names[r.IntN(len(names))]}
			if r.IntN(2) > 0 {
				table.Document = d.Name + "/" + []string{"x.csv", "[y]/{z}.csv"}[r.IntN(2)]
			}
			if slices.ContainsFunc(d.Tables, func(o words.Table) bool {
				return o.Name == table.Name && o.Document == table.Document || o.Name == "" || table.Name == ""
			}) {
				continue
			}
			for _, name := range some(r, names...) {
				f := words.Field{Name: name, Drop: r.IntN(3) == 0}
				if !f.Drop {
					f.Key, f.Search, f.Unit = r.IntN(3) == 0, r.IntN(3) == 0, r.IntN(3) == 0
					f.Type = append(converter.FieldTypes(), "")[r.IntN(len(converter.FieldTypes())+1)]
					if as := names[r.IntN(len(names))]; as != name {
						f.As = as
					}
				}
				if f != (words.Field{Name: name}) {
					table.Fields = append(table.Fields, f)
				}
			}
			if table.Fields != nil {
				d.Tables = append(d.Tables, table)
			}
		}
		text, err := words.Put("# mine\nresources:\n  - path: '*'\n    encoding: utf-8\n", d)
		if err != nil {
			t.Fatalf("%v\n%s", err, d.Entries())
		}
		got, err := words.Read(text, d.Name, all.Formats())
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		if a, b := plain(got), plain(d); a != b {
			t.Fatalf("got\n%s\nwant\n%s\n%s", a, b, text)
		}
	}
}

// plain writes what a document says, whatever the order is in which it does where that is the same.
func plain(d words.Document) string {
	if skip := d.Options["skip"]; skip != nil && d.Options["header"] == nil {
		d.Options["header"] = []string{converter.Yes} // which is said by the same word
	}
	maps.DeleteFunc(d.Options, func(_ string, values []string) bool { return len(values) == 0 })
	if len(d.Null) == 0 {
		d.Null = nil
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%q %q %q %q %q\n", d.Name, d.Options, d.Null, d.Decimal, d.Group)
	slices.SortFunc(d.Tables, func(a, b words.Table) int { return strings.Compare(a.Document+"\x00"+a.Name, b.Document+"\x00"+b.Name) })
	for _, t := range d.Tables {
		fmt.Fprintf(&b, "%q %q\n", t.Document, t.Name)
		for _, f := range t.Fields {
			if f.Key {
				fmt.Fprintf(&b, "key %q\n", f.Name)
			}
		}
		slices.SortFunc(t.Fields, func(a, b words.Field) int { return strings.Compare(a.Name, b.Name) })
		for _, f := range t.Fields {
			fmt.Fprintf(&b, "%+q\n", fmt.Sprintf("%+v", f))
		}
	}
	return b.String()
}
