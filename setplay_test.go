package dynasette_test

import (
	"slices"
	"strings"

	"github.com/dynasette/dynasette"
)

// playSet is the one set of a play, of some of these.
const playSet = "s/"

var playMembers = []string{"s/1.csv", "s/2.csv", "s/3.csv", "s/4.csv"}

func isMember(name string) bool { return strings.HasPrefix(name, playSet) }

// Rules that put all of them into one database, or one table, or half of them, or none.
var setRules = []string{
	"resources: [{path: 's/*.csv', into: {database: s}}]",
	"resources: [{path: 's/*', into: {database: s, table: all}, schema: {primaryKey: a}, source_column: file}]",
	"resources: [{path: 's/[12].csv', into: {table: s}}]",
	"title: none of them",
}

// playSets has rules put uploads into a set.
func (p *play) playSets() {
	p.sets = true
	if p.intn(4) > 0 {
		p.ruleSets()
	}
}

// ruleSets is rule of a play of sets.
func (p *play) ruleSets() []dynasette.Event {
	switch n := p.intn(6); n {
	case 0:
		return p.uploads.Delete(rulesFile)
	case 1:
		return p.putRules("")
	default:
		return p.putRules(setRules[n-2])
	}
}

// mendSets has no broken file in the way of what the set is to be in the end.
func (p *play) mendSets() {
	if _, broken := p.rulesNow(); broken {
		p.putRules(setRules[p.intn(len(setRules))])
	}
	for _, name := range playMembers {
		_, generation, there := p.uploads.Content(name)
		p.mu.Lock()
		bad := there && p.bad[generation]
		p.mu.Unlock()
		switch {
		case bad && p.intn(2) == 0:
			p.put(name, sound)
		case bad:
			p.remove(name)
		}
	}
}

// inSet reports whether the rules that there are put an upload into the set.
func (p *play) inSet(name string) bool {
	text, _ := p.rulesNow()
	half := strings.Contains(text, "[12]")
	return p.sets && isMember(name) && strings.Contains(text, "into") && (!half || slices.Contains(playMembers[:2], name))
}

// setServed checks that the set's database is what its files are, and returns what then is served.
func (p *play) setServed(m *dynasette.Manifest) []string {
	var names []string
	for _, name := range p.uploads.Names() {
		if p.inSet(name) {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	d := database(m, playSet)
	if d == nil {
		return []string{playSet + "@of " + strings.Join(names, " ")}
	}
	text, _ := p.rulesNow()
	if string(read(p.t, p.store, d.Object)) != directly(p.t, &p.uploads, text, names...) {
		p.t.Errorf("by the rules %q the set is not what %s make", text, names)
	}
	return []string{d.Source + "@" + d.SourceGeneration}
}
