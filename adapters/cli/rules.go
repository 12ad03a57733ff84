package cli

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dynasette/dynasette/adapters/places"
	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/rules"
)

// A ruling is the rules that lie in the folders of documents.
type ruling struct {
	documents map[string]ruled // by their names
}

// ruled is a document for which there may be rules.
type ruled struct {
	rules  *rules.Set
	within string // its name in their folder
}

// rule returns what is said of a document, or of what is inside of one.
func (r *ruling) rule(name string) converter.Rule {
	if d, ok := r.documents[name]; ok {
		return d.rules.Rule(d.within)
	}
	for outer := name; ; {
		i := strings.LastIndexByte(outer, '/')
		if i < 0 {
			return converter.Rule{}
		}
		outer = outer[:i]
		if d, ok := r.documents[outer]; ok {
			return d.rules.Rule(d.within + name[i:])
		}
	}
}

// locate finds documents, and reads the rules that lie in their folders: a file with rules
// makes no table, and what is to be skipped is left out.
func (c *conversion) locate(ctx context.Context, args []string) ([]document, aside, error) {
	found, left, err := c.app.locate(ctx, args)
	if err != nil {
		return nil, left, err
	}
	var folders []string
	for _, d := range found {
		if d.folder != "" && !slices.Contains(folders, d.folder) {
			folders = append(folders, d.folder)
		}
	}
	var files []document // with rules
	for _, folder := range folders {
		f := &follower{conversion: c, folder: folder, left: &left}
		if found, err = f.follow(ctx, found); err != nil {
			return nil, left, err
		}
		files = append(files, f.files...)
	}
	if len(found) == 0 {
		return nil, left, fmt.Errorf("%s: there are rules here, and no document to convert by them", strings.Join(args, ", "))
	}
	found = append(found, files...)
	distinguish(found)
	c.ruling.documents = map[string]ruled{}
	for _, d := range found {
		if d.rules != nil {
			c.ruling.documents[d.name] = ruled{d.rules, d.within}
		}
	}
	return found, left, nil
}

// A follower reads the rules of a folder, and does what they say of which documents there are.
type follower struct {
	*conversion
	folder string
	left   *aside
	set    *rules.Set
	files  []document // with rules
}

// follow returns the documents with those of the folder as its rules have them.
func (f *follower) follow(ctx context.Context, found []document) ([]document, error) {
	files := archiveFS{folderFS(f.folder), map[string]*zip.Reader{}}
	if places.SchemeOf(f.folder) != "" {
		files.files = objectsFS{ctx, found}
	}
	var open closers
	defer func() { open.Close() }()
	mine := func(d document) bool { return d.folder == f.folder }
	whole := slices.ContainsFunc(found, func(d document) bool { return mine(d) && !d.named })
	candidates, err := f.candidates(files, found, whole)
	if err != nil {
		return nil, err
	}
	var here []string
	for _, d := range found {
		if mine(d) {
			here = append(here, d.within)
		}
	}
	candidates = append(candidates, files.openArchives(here, &open)...)
	f.set = rules.Read(files, candidates, f.Formats)
	if len(f.set.Files()) == 0 {
		return found, nil
	}
	f.set.Flags = f.reading.flags()
	if found, err = f.named(found, whole); err != nil {
		return nil, err
	}
	for _, inline := range f.set.Inline() {
		found = append(found, document{name: inline.Name, folder: f.folder, within: inline.Name, text: inline.Text,
			place: filepath.Join(f.folder, filepath.FromSlash(inline.Name)), size: int64(len(inline.Text))})
	}
	all := slices.Clone(found)
	var documents []string
	found = slices.DeleteFunc(found, func(d document) bool {
		if !mine(d) || f.set.IsRules(d.within) {
			return mine(d)
		}
		documents = append(documents, d.within)
		return false
	})
	if whole { // what rules name is among the others
		rules.Sort(documents)
	}
	if faults := f.set.Conflicts(documents); len(faults) > 0 {
		return nil, faults
	}
	inside := map[string][]converter.Finding{} // of rules in an archive, by the archive
	byName := map[string]document{}
	for _, d := range all {
		if mine(d) {
			byName[d.within] = d
		}
	}
	for _, file := range f.set.Files() {
		about := f.set.Findings(file, documents, whole)
		if archive := archiveOf(file, documents); archive != "" {
			for _, about := range about {
				about.Line = 0 // it is none of the archive's
				inside[archive] = append(inside[archive], about)
			}
			continue
		}
		if len(about) == 0 {
			continue // what the database is made of is the same without it
		}
		d, known := byName[file]
		if !known { // it lies beside what was named
			d = document{name: file, place: filepath.Join(f.folder, filepath.FromSlash(file)), folder: f.folder, within: file}
		}
		d.as = &converter.Job{Format: rules.Format, Converter: rules.Converter(about)}
		f.files = append(f.files, d)
	}
	for i := range found {
		if mine(found[i]) {
			found[i].found = inside[found[i].within]
		}
	}
	return f.order(found, documents), nil
}

// archiveOf returns the document that a file lies in, or "".
func archiveOf(file string, documents []string) string {
	for outer := path.Dir(file); outer != "."; outer = path.Dir(outer) {
		if slices.Contains(documents, outer) {
			return outer
		}
	}
	return ""
}

// candidates returns the names of files that may have rules: of the whole folder, or of those
// that lie beside documents that were named themselves.
func (f *follower) candidates(files fs.FS, found []document, whole bool) (names []string, err error) {
	if !whole {
		entries, err := fs.ReadDir(files, ".")
		for _, e := range entries {
			if e.Type().IsRegular() && rules.Named(e.Name()) {
				names = append(names, e.Name())
			}
		}
		return names, err
	}
	for _, d := range found {
		if d.folder == f.folder && (d.object == nil || rules.Named(d.within)) { // to look into an object costs
			names = append(names, d.within)
		}
	}
	for _, place := range f.left.unclaimed {
		if name, ok := within(f.folder, place); ok {
			names = append(names, name)
		}
	}
	return names, nil
}

// named adds what rules name, whatever it is called. A file with rules that was named itself
// stands for the documents that it speaks of.
func (f *follower) named(found []document, whole bool) ([]document, error) {
	f.left.unclaimed = slices.DeleteFunc(f.left.unclaimed, func(place string) bool {
		name, ok := within(f.folder, place)
		if !ok || f.set.IsRules(name) {
			return ok
		}
		info, err := os.Stat(place)
		if err != nil || !info.Mode().IsRegular() || !f.set.Names(name) || f.set.Claims(name) && !f.readable(place, name) {
			return false
		}
		found = append(found, document{name: name, place: place, size: info.Size(), folder: f.folder, within: name})
		return true
	})
	if whole {
		return found, nil
	}
	for _, file := range slices.Clone(found) {
		if file.folder != f.folder || !f.set.IsRules(file.within) {
			continue
		}
		all, _, err := f.walk(f.folder)
		if err != nil {
			return nil, err
		}
		for _, d := range all {
			known := slices.ContainsFunc(found, func(k document) bool { return k.folder == d.folder && k.within == d.within })
			if !known && !f.set.IsRules(d.within) && f.set.Speaks(file.within, d.within) {
				found = append(found, d)
			}
		}
	}
	return found, nil
}

// readable reports whether a file that somebody else's rules name is of a known format: they
// also name what is no table, such as pictures.
func (f *follower) readable(place, name string) bool {
	file, err := os.Open(place)
	if err != nil {
		return true // whoever converts it will say so
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return true
	}
	in := &converter.Input{Name: name, Size: info.Size(), ReaderAt: file}
	_, _, err = f.Formats.Under(f.set.Rule(name)).Detect(in)
	return !errors.Is(err, converter.ErrUnknownFormat)
}

// order puts the folder's documents in the order that rules have, in the places that they have
// together, and leaves out what is to be skipped.
func (f *follower) order(found []document, documents []string) []document {
	byName := map[string]document{}
	for _, d := range found {
		if d.folder == f.folder {
			d.rules = f.set
			byName[d.within] = d
		}
	}
	ordered := f.set.Order(documents)
	for i := range found {
		if found[i].folder == f.folder {
			found[i], ordered = byName[ordered[0]], ordered[1:]
		}
	}
	return slices.DeleteFunc(found, func(d document) bool {
		skip := d.rules == f.set && f.set.Rule(d.within).Skip
		if skip {
			f.left.skipped = append(f.left.skipped, d.place)
		}
		return skip
	})
}

// within returns the name that a place has in a folder.
func within(folder, place string) (string, bool) {
	name, err := filepath.Rel(folder, place)
	return filepath.ToSlash(name), err == nil && filepath.IsLocal(name)
}
