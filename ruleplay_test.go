package dynasette_test

import (
	"errors"
	"fmt"
	"path"
	"regexp"
	"strings"

	"github.com/dynasette/dynasette"
)

const (
	rulesFile = "dynasette.yaml"
	skippable = "z.csv" // rules may say that it is not to be served
)

// rule puts, breaks or deletes a file with rules.
func (p *play) rule() []dynasette.Event {
	text := ""
	if p.sets {
		return p.ruleSets()
	}
	guard := []string{"", ", guard: {rows: -0}", ", guard: {rows: -50%, columns: keep}"}[p.intn(3)]
	switch n := p.intn(100); p.intn(5) {
	case 0:
		return p.uploads.Delete(rulesFile)
	case 1: // broken
	case 2:
		text = fmt.Sprintf("resources: [{path: '**', name: t%d%s}, {path: %s, skip: true}]", n, guard, skippable)
	case 3:
		text = fmt.Sprintf("title: T%d", n)
	default:
		text = fmt.Sprintf("resources: [{path: '**', name: t%d%s}]", n, guard)
	}
	return p.putRules(text)
}

// putRules puts a file with rules; no text is a broken one.
func (p *play) putRules(text string) []dynasette.Event {
	events := p.uploads.Put(rulesFile, text+strings.Repeat("resources: [{nmae: x}]", max(0, 1-len(text))))
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ruled[events[0].Generation] = text
	return events
}

// acceptAll accepts all that is held back, and returns the uploads.
func (p *play) acceptAll(a *actor) (held []string) {
	p.t.Helper()
	if err := a.Failures(a.ctx, func(f dynasette.Failure) error {
		if f.Held != nil {
			held = append(held, f.Source)
		}
		return nil
	}); err != nil {
		p.t.Fatal(err)
	}
	for _, name := range held {
		if _, err := a.Accept(a.ctx, dynasette.Event{Name: name}); err != nil && !errors.Is(err, dynasette.ErrUnavailable) {
			p.t.Fatalf("accept %s: %v", name, err)
		}
	}
	return held
}

// rulesNow returns the rules that are among the uploads.
func (p *play) rulesNow() (text string, broken bool) {
	_, generation, there := p.uploads.Content(rulesFile)
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.ruled[generation], there && p.ruled[generation] == ""
}

var namesTables = regexp.MustCompile(`name: (t\d+)`)

// tableOf returns what rules call the table of an upload.
func tableOf(text, upload string) string {
	if named := namesTables.FindStringSubmatch(text); named != nil {
		return named[1]
	}
	return strings.TrimSuffix(strings.TrimSuffix(path.Base(upload), ".csv"), ".CSV")
}

// ruledAs checks that the databases of what is live are as a file with rules has them.
func (p *play) ruledAs(m *dynasette.Manifest, text string) {
	p.t.Helper()
	for _, d := range m.Databases {
		if d.Source == playSet {
			continue
		}
		_, live, _ := p.uploads.Content(d.Source)
		p.mu.Lock()
		old := live != d.SourceGeneration || p.poisoned[live]
		p.mu.Unlock()
		if want := tableOf(text, d.Source); !old && d.Tables[0].Name != want {
			p.t.Errorf("by the rules %q the table of %s is %s, and it is %s", text, d.Source, want, d.Tables[0].Name)
		}
		if title := fmt.Sprint(d.Words["title"]); strings.HasPrefix(text, "title") && title != strings.TrimPrefix(text, "title: ") {
			p.t.Errorf("by the rules %q the title of %s is %s", text, d.Source, title)
		}
	}
}

// ruledBy checks that all databases are by the same rules: those that are among the uploads, if they
// can be followed, and else any that once were.
func (p *play) ruledBy(m *dynasette.Manifest) {
	text, broken := p.rulesNow()
	if !broken {
		p.ruledAs(m, text)
		return
	}
	d := database(m, "last.csv")
	if name := d.Tables[0].Name; name != "last" {
		p.ruledAs(m, "name: "+name)
	} else if title, ok := d.Words["title"]; ok {
		p.ruledAs(m, fmt.Sprint("title: ", title))
	} else {
		p.ruledAs(m, "")
	}
}
