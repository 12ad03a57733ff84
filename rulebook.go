package dynasette

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/dynasette/dynasette/converter/rules"
)

// Bounds of what files with rules among uploads may be together, and one.
const (
	maxRuleFiles = 200
	maxRuleBytes = 4 << 20
	maxRuleFile  = 1 << 20
)

// errNoFile: a file with rules names a part that is not there.
var errNoFile = &fs.PathError{Op: "open", Err: fs.ErrNotExist}

// mayRule reports whether an upload has to be looked into for rules.
func (r *ruling) mayRule(name string) bool {
	return utf8.ValidString(name) && (rules.Named(name) || r.book.find(name) != nil)
}

// A keeper brings the rules that are kept up to date with the uploads.
type keeper struct {
	p    *Pipeline
	live map[string]Upload // all that may have rules
	left *IncompleteError  // but for these

	fresh  []ruleFile      // what is broken and was not
	unread map[string]bool // what somebody is writing: it stays as it was
}

// keep returns the pointer as it then is. The pointer, and the rules that were kept, were read
// before the uploads were listed: so nobody puts back what is older.
func (k *keeper) keep(ctx context.Context, at pointer, was *ruling) (pointer, error) {
	if at.Rules == "" && len(k.live) == 0 {
		return at, nil
	}
	b := &bookmaker{p: k.p, ctx: ctx, old: &was.book, live: k.live, left: k.left, next: map[string]*ruleFile{}, unread: map[string]bool{}}
	next, err := b.make()
	if err != nil {
		return at, err
	}
	k.fresh, k.unread = b.fresh, b.unread
	if next.version() == at.Rules {
		return at, nil
	}
	return k.p.writeRules(ctx, at, was, next)
}

// writeRules replaces the rules, and then has the pointer say so.
func (p *Pipeline) writeRules(ctx context.Context, at pointer, was *ruling, next *rulebook) (pointer, error) {
	version, generation := next.version(), was.generation
	if was.book.version() != version {
		data, err := json.Marshal(next)
		if err != nil {
			return at, err
		}
		if generation, err = p.put(ctx, rulesName, data, was.generation, nil); err != nil {
			return at, err
		}
	}
	to := at
	to.Rules, to.RulesAre = version, p.rulings.next(at.RulesAre)
	at, err := p.point(ctx, at, to)
	if err != nil {
		return at, err
	}
	p.remember(&ruling{version, *next, generation, next.set(p.Formats)})
	return at, nil
}

// A bookmaker makes a rulebook of the files as they are now and as they were.
type bookmaker struct {
	p    *Pipeline
	ctx  context.Context
	old  *rulebook
	live map[string]Upload // all there are now
	left *IncompleteError  // but for these

	next   map[string]*ruleFile
	bytes  int
	fresh  []ruleFile      // broken ones that were not, or otherwise
	unread map[string]bool // that somebody is writing
	err    error           // of the Source
}

func (b *bookmaker) make() (*rulebook, error) {
	names := map[string]bool{}
	for name := range b.live {
		names[name] = true
	}
	for _, f := range b.old.Files {
		if _, there := b.live[f.Name]; !there && b.left.lacks(f.Name) {
			b.next[f.Name] = &f
		}
	}
	book := &rulebook{}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if !rules.Named(name) {
			continue // a part, if one of the others still names it
		}
		if len(b.next) >= maxRuleFiles {
			book.Left++
			continue
		}
		b.file(name)
		if b.err != nil {
			return nil, b.err
		}
	}
	used := b.parts()
	if b.err != nil {
		return nil, b.err
	}
	for _, name := range slices.Sorted(maps.Keys(b.next)) {
		if f := b.next[name]; !f.Part || used[name] || b.left.lacks(name) {
			book.Files = append(book.Files, *f)
		}
	}
	return book, nil
}

// file takes a file that may have rules.
func (b *bookmaker) file(name string) {
	up := b.live[name]
	old := b.old.find(name)
	if old != nil && old.Generation == up.Generation && !old.Part {
		f := *old
		b.next[name] = &f
		b.bytes += len(f.Text)
		return
	}
	if old != nil && old.Generation == up.Generation && !rules.Only(name) {
		return // a part of another one, as was found when it was read
	}
	if old == nil {
		old = &ruleFile{}
	}
	f := &ruleFile{Name: name, Generation: up.Generation, Size: up.Size, Updated: up.Updated.UTC(), Good: old.Good, Text: old.Text}
	text, err := b.read(up)
	switch {
	case errors.Is(err, ErrUnfinished):
		b.unread[name] = true
		if old.Name != "" { // it comes again, when it is complete
			b.next[name] = old
			b.bytes += len(old.Text)
		}
		return
	case b.err != nil:
		return
	case err != nil && !rules.Only(name):
		return // whoever converts it will say so
	case err != nil:
		f.Faults = []ruleFault{{Message: fmt.Sprintf("%s: %v", name, err)}}
	default:
		s := rules.ReadTexts(func(part string) (string, error) {
			if part == name {
				return text, nil
			}
			return b.part(part)
		}, []string{name}, b.p.Formats)
		if b.err != nil || !s.IsRules(name) {
			return
		}
		for _, fault := range append(s.Faults, s.Unused(nil)...) {
			f.Faults = append(f.Faults, ruleFault{int64(fault.Line), fault.Error()})
		}
	}
	if len(f.Faults) == 0 {
		f.Good, f.Text = true, text
	} else {
		b.broken(f)
	}
	b.bytes += len(f.Text)
	b.next[name] = f
}

// broken notes that a file is not followed as it is.
func (b *bookmaker) broken(f *ruleFile) {
	const most = 20
	if n := len(f.Faults); n > most {
		f.Faults = append(f.Faults[:most], ruleFault{Message: fmt.Sprintf("%s: and %d more", f.Name, n-most)})
	}
	for i := range f.Faults {
		f.Faults[i].Message = bounded(f.Faults[i].Message)
	}
	b.fresh = append(b.fresh, *f)
}

// parts reads all files as they are followed, and returns which parts they name.
func (b *bookmaker) parts() map[string]bool {
	used := map[string]bool{}
	var names []string
	for _, name := range slices.Sorted(maps.Keys(b.next)) {
		if f := b.next[name]; f.Good && !f.Part {
			names = append(names, name)
		}
	}
	rules.ReadTexts(func(name string) (string, error) {
		if f := b.next[name]; f != nil && !f.Part {
			return f.Text, nil
		}
		used[name] = true
		return b.part(name)
	}, names, b.p.Formats)
	return used
}

// part returns the text of a file that another one names as a part of it.
func (b *bookmaker) part(name string) (string, error) {
	f := b.next[name]
	if f == nil {
		if b.p.ignores(name) || !utf8.ValidString(name) {
			return "", errNoFile
		}
		if f = b.newPart(name); f == nil {
			return "", errNoFile
		}
		b.next[name] = f
		b.bytes += len(f.Text)
	}
	if !f.Good {
		if len(f.Faults) > 0 {
			return "", f.fault()
		}
		return "", errNoFile
	}
	return f.Text, nil
}

func (b *bookmaker) newPart(name string) *ruleFile {
	if len(b.next) >= 2*maxRuleFiles {
		return nil
	}
	old := b.old.find(name)
	up, there := b.live[name]
	if !there && (old == nil || old.Generation != "") { // it was not known as one when uploads were listed
		var err error
		up, err = b.p.Source.Stat(b.ctx, name)
		if there = err == nil; err != nil && !errors.Is(err, ErrNotFound) {
			b.err = err
			return nil
		}
	}
	if !there {
		return &ruleFile{Name: name, Part: true}
	}
	if old != nil && old.Generation == up.Generation {
		f := *old
		f.Part = true
		return &f
	}
	f := &ruleFile{Name: name, Generation: up.Generation, Size: up.Size, Updated: up.Updated.UTC(), Part: true}
	if old != nil {
		f.Good, f.Text = old.Good, old.Text
	}
	text, err := b.read(up)
	switch {
	case errors.Is(err, ErrUnfinished):
		b.unread[name] = true
		if old == nil {
			return &ruleFile{Name: name, Part: true}
		}
		return old
	case b.err != nil:
		return nil
	case err == nil && strings.HasSuffix(name, ".json"):
		if err = json.Unmarshal([]byte(strings.TrimPrefix(text, "\uFEFF")), new(any)); err != nil {
			err = fmt.Errorf("it is no JSON: %w. The last good one is used, if there was any", err)
		}
	}
	if err != nil {
		f.Faults = []ruleFault{{Message: fmt.Sprintf("%s: %v", name, err)}}
		b.broken(f)
		return f
	}
	f.Good, f.Text = true, text
	return f
}

// read reads an upload. An error of the Source is also b.err.
func (b *bookmaker) read(up Upload) (text string, err error) {
	most := int64(min(maxRuleFile, maxRuleBytes-b.bytes))
	if up.Size > most {
		return "", fmt.Errorf("it has %d bytes, and rules have at most %d, and all together %d; it is not followed", up.Size, maxRuleFile, maxRuleBytes)
	}
	doc, err := b.p.Source.Open(b.ctx, up)
	if err != nil {
		if !errors.Is(err, ErrUnfinished) {
			b.err = err
		}
		return "", err
	}
	data, err := io.ReadAll(io.NewSectionReader(doc, 0, up.Size))
	if closeErr := doc.Close(); closeErr != nil {
		err = closeErr
	}
	if err != nil {
		b.err = err
	}
	return string(data), err
}

// sniff reports whether an upload that may have rules, by its name, has any, or has words of
// theirs.
func (p *Pipeline) sniff(ctx context.Context, name string) (bool, error) {
	up, err := p.Source.Stat(ctx, name)
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	b := &bookmaker{p: p, ctx: ctx}
	text, err := b.read(up)
	if b.err != nil || err != nil {
		return false, b.err
	}
	s := rules.ReadTexts(func(other string) (string, error) {
		if other == name {
			return text, nil
		}
		return "", errNoFile
	}, []string{name}, p.Formats)
	return s.IsRules(name), nil
}
