package dynasette

import (
	"testing"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/rules"
)

// Lint looks at documents of a release, by name.
func Lint(m *Manifest, documents map[string]string) []problem {
	var all []document
	for name, text := range documents {
		all = append(all, document{name, []byte(text)})
	}
	return lint(m, all)
}

// UseRules has the pipeline convert by other rules than converter.Rules, as a program of
// another time does.
func (p *Pipeline) UseRules(rules int) {
	p.start()
	p.build = p.fingerprint(rules)
}

// Build returns what the pipeline makes databases with.
func (p *Pipeline) Build() string {
	p.start()
	return p.build
}

// CheckFirstPage looks at the first page of a database.
var CheckFirstPage = checkFirstPage

// NewReleaseID makes an ID.
var NewReleaseID = newReleaseID

// Key returns what stands for an upload's name in names of objects.
var Key = key

// NameAll gives slugs to uploads, in that order.
func NameAll(names map[string]string, uploads ...string) {
	for _, u := range uploads {
		nameAll(names, []Database{{Source: u}}, func(string) string { return "" })
	}
}

// FormerSlug returns what an upload was called before.
var FormerSlug = formerSlug

// Contents returns the documents of a release that is made with base documents.
func Contents(m *Manifest, base map[string]string) (map[string]string, []BaseFinding, error) {
	documents, found, err := contents(m, baseOf(base))
	all := map[string]string{}
	for _, d := range documents {
		all[d.name] = string(d.data)
	}
	return all, sortedBaseFindings(found), err
}

// BaseFault says why a base document can't be used.
var BaseFault = baseFault

// ReadConfig reads a document of YAML.
var ReadConfig = readConfig

// Breaches returns what of a guard in a file with rules a new version of an upload does not keep.
func Breaches(t testing.TB, text, source string, before, after *converter.Summary) []Breach {
	book := rulebook{Files: []ruleFile{{Name: rules.FileName, Good: true, Text: text}}}
	r := &ruling{book: book, set: book.set(new(converter.Registry))}
	if len(r.set.Faults) > 0 {
		t.Fatal(r.set.Faults)
	}
	return r.breaches(source, &made{Summary: *before, Generation: "1"}, &made{Summary: *after, Generation: "2"})
}
