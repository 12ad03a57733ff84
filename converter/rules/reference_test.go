package rules

import (
	"fmt"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/all"
)

const referenceFile = "../RULES.md"

// referenced are the structures of dynasette.yaml, and what people are told that they are.
var referenced = []struct {
	is      any
	heading string
}{
	{&document{}, "The whole document"}, {&entry{}, "An entry of `resources`"}, {&schema{}, "`schema`"}, {&field{}, "A field, of `schema: {fields: […]}`"},
	{&constraints{}, "`constraints` of a field"}, {&foreignKey{}, "A foreign key, of `schema: {foreignKeys: […]}`"}, {&reference{}, "`reference` of a foreign key"},
	{&dialect{}, "`dialect`"}, {&extract{}, "One of `extract`, or the name of a column"}, {&search{}, "`search`, or a list of columns"}, {&into{}, "`into`"}, {&guard{}, "`guard`"},
	{&database{}, "A database, of `databases: {NAME: …}`"}, {&query{}, "A query, of `queries: {NAME: …}`, or its SQL"},
}

// What the reference says of words is what the decoder reads.
func TestReference(t *testing.T) {
	text, err := os.ReadFile(referenceFile)
	if err != nil {
		t.Fatal(err)
	}
	before, _, found := strings.Cut(string(text), "<!-- words -->\n")
	if !found {
		t.Fatalf("%s has no place for words", referenceFile)
	}
	var b strings.Builder
	for _, r := range referenced {
		fmt.Fprintf(&b, "\n### %s\n\n| word | |\n|---|---|\n", r.heading)
		walk(reflect.ValueOf(r.is).Elem(), func(f reflect.StructField, _ reflect.Value) { row(&b, f.Tag.Get("word"), f.Tag.Get("doc")) })
		if _, ok := r.is.(*entry); ok {
			for _, o := range all.Formats().Options() {
				if !slices.Contains(ownWords, o.Name) && !slices.Contains(wordsOf(r.is), o.Name) {
					row(&b, o.Name, strings.ReplaceAll(o.Usage, "`", "")+" ("+strings.Join(o.Formats, ", ")+")")
				}
			}
		}
	}
	var types []string
	for _, k := range converter.FieldTypes() {
		types = append(types, "`"+string(k)+"`")
	}
	fmt.Fprintf(&b, "\nThe types of fields: %s.\n", strings.Join(types, ", "))
	want := before + "<!-- words -->\n" + b.String()
	if *updateSchema {
		if err := os.WriteFile(referenceFile, []byte(want), 0o666); err != nil {
			t.Fatal(err)
		}
	} else if string(text) != want {
		t.Errorf("%s is not what the types say; -schema writes it", referenceFile)
	}
}

func row(b *strings.Builder, word, doc string) {
	fmt.Fprintf(b, "| `%s` | %s |\n", word, strings.ReplaceAll(doc, "|", "\\|"))
}

// The examples of the reference, and of README, can be read.
func TestReferenceExamples(t *testing.T) {
	for _, name := range []string{referenceFile, "../../README.md"} {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		tried := 0
		for _, m := range regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(string(text), -1) {
			if !strings.Contains(m[1], "resources:") {
				continue
			}
			tried++
			root, err := readYAML(m[1])
			if err != nil {
				t.Errorf("%s: %v\n%s", name, err, m[1])
				continue
			}
			d := &decoder{text: m[1], formats: all.Formats()}
			if !d.structure(root, new(document), "") || len(d.faults) > 0 {
				t.Errorf("%s: %v\n%s", name, d.faults, m[1])
			}
		}
		if tried == 0 {
			t.Errorf("%s has no examples", name)
		}
	}
}
