// Package rules reads what people say about their files: dynasette.yaml, which is ours,
// datapackage.json of Frictionless Data, and CSVW's metadata; and says what of it holds for
// a document and its tables, as a converter.Rule.
//
// Ours are orders: a word that is none, or can't be obeyed, is a fault of the whole file.
// Others' are claims, of which what can't be used is said and passed over.
package rules

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/dynasette/dynasette/converter"
)

// Names of the files.
const (
	FileName    = "dynasette.yaml"
	packageName = "datapackage.json"
	csvwSuffix  = "metadata.json"
)

// MayBe reports whether a file of that name may have rules. Only looking into it can tell
// of those that are called NAME.json; see Read.
func MayBe(name string) bool {
	base := path.Base(name)
	return base == FileName || base == "dynasette.yml" || strings.HasSuffix(base, ".json")
}

// Named reports whether a file of that name is looked into, where not every file of a folder
// is: ours, and others' where their standards have them lie.
func Named(name string) bool {
	return Only(name) || strings.HasSuffix(path.Base(name), csvwSuffix)
}

// Only reports whether a file of that name has rules, or is broken: it is never a document.
func Only(name string) bool {
	base := path.Base(name)
	return base == FileName || base == "dynasette.yml" || base == packageName
}

// A Set is all rules that hold for the documents of a folder.
type Set struct {
	// Faults are why files are not used; of one of ours there may be several.
	Faults Faults
	// Notes are what of others' files is not used, or is read otherwise than it is written.
	Notes Faults
	// Flags are options of formats that flags set, which go before any rule.
	Flags map[string]bool

	layers  []*layer // what later ones say counts
	formats []converter.Format
	files   map[string]bool
	broken  []broken
	inline  []Inline
}

// A layer is what one file says.
type layer struct {
	file     string
	claim    bool // it is somebody else's
	rank     int
	entries  []*entry
	about    about
	into     map[string]*about // of databases, by name
	database string            // that all entries are in; "": each in its own
	globs    map[*entry][]glob
}

// about is what is said of a database.
type about struct {
	credits
	words   *words
	queries map[string]*query
}

// broken is a file that can't be used.
type broken struct {
	fault *Fault
	claim bool
}

// Read reads those of the named files that have rules. Names of documents in rules are
// relative to the file that they stand in; nothing but files is read. The formats are those whose
// options may be set.
func Read(files fs.FS, names []string, formats *converter.Registry) *Set {
	return readSet(func(name string, limit int64) (string, error) { return readFile(files, name, limit) }, names, formats)
}

// ReadTexts is Read where open returns the text of a file, which may be one that a file of
// rules names as a part of it.
func ReadTexts(open func(name string) (text string, err error), names []string, formats *converter.Registry) *Set {
	return readSet(func(name string, limit int64) (string, error) {
		text, err := open(name)
		if err == nil && int64(len(text)) > limit {
			return text[:limit], errLong
		}
		return text, err
	}, names, formats)
}

func readSet(open func(name string, limit int64) (text string, err error), names []string, formats *converter.Registry) *Set {
	s := &Set{files: map[string]bool{}}
	if formats != nil {
		s.formats = formats.Formats()
	}
	names = slices.Clone(names)
	slices.Sort(names)
	for _, name := range names {
		if !MayBe(name) {
			continue
		}
		r := &reader{name: name, formats: formats, open: open}
		l, ours, err := r.read()
		if l == nil && err == nil {
			continue
		}
		s.files[name] = true
		for _, n := range r.referredTo {
			s.files[n] = true
		}
		for _, note := range r.notes {
			if note.File == "" {
				note.File = name
			}
			s.Notes = append(s.Notes, note)
		}
		var faults Faults
		if fault := (*Fault)(nil); errors.As(err, &faults) {
			for _, f := range faults {
				f.File = name
			}
			s.Faults = append(s.Faults, faults...)
		} else if errors.As(err, &fault) {
			fault.File = name
			s.broken = append(s.broken, broken{fault, !ours})
		} else if err != nil {
			s.broken = append(s.broken, broken{&Fault{File: name, Message: fileProblem(err)}, !ours})
		} else {
			s.layers = append(s.layers, l)
			s.inline = append(s.inline, r.inline...)
		}
	}
	slices.SortStableFunc(s.layers, func(a, b *layer) int {
		if a.rank != b.rank {
			return a.rank - b.rank
		}
		return strings.Count(a.file, "/") - strings.Count(b.file, "/") // the nearest counts
	})
	return s
}

// IsRules reports whether a file has rules, or is named in them as a part of them: it is no
// document then.
func (s *Set) IsRules(name string) bool { return s.files[name] }

// Files returns the names of all files that have rules.
func (s *Set) Files() []string {
	var names []string
	for name := range s.files {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// A reader reads one file.
type reader struct {
	name       string
	text       string
	formats    *converter.Registry
	open       func(name string, limit int64) (string, error)
	notes      Faults
	referredTo []string
	inline     []Inline
}

// read returns what the file says; nil if it has no rules. It also returns whether it is one
// of ours.
func (r *reader) read() (l *layer, ours bool, err error) {
	base := path.Base(r.name)
	ours = !strings.HasSuffix(base, ".json")
	if !ours && base != packageName && !r.mayBeCSVW() {
		return nil, false, nil
	}
	if r.text, err = r.open(r.name, maxBytes); err != nil {
		if base != packageName && !ours {
			return nil, ours, nil // whoever converts it will say so
		}
		return nil, ours, err
	}
	root, notes, err := readAny(r.name, r.text)
	if err != nil {
		return nil, ours, err
	}
	switch {
	case ours:
		l, err = r.readOurs(root)
	case base == packageName:
		l, err = r.readPackage(root)
	case isCSVW(root):
		l, err = r.readCSVW(root)
	default:
		return nil, false, nil
	}
	r.notes = append(r.notes, notes...)
	if err != nil {
		return nil, ours, err
	}
	switch {
	case ours:
		l.rank = 2
	case base == packageName:
		l.rank = 1
	}
	l.globs = map[*entry][]glob{}
	for _, e := range l.entries {
		for _, p := range e.Path {
			g := glob{text: path.Join(path.Dir(r.name), p)}
			if !e.literal {
				g = newGlob(path.Join(path.Dir(r.name), p))
			}
			l.globs[e] = append(l.globs[e], g)
		}
	}
	return l, ours, nil
}

// mayBeCSVW looks at a document's beginning, where metadata of CSV on the Web has its context:
// most JSON is none, and may be long.
func (r *reader) mayBeCSVW() bool {
	head, err := r.open(r.name, headBytes)
	return (err == nil || errors.Is(err, errLong)) && strings.Contains(head, strings.TrimPrefix(csvwContext, "http:"))
}

// readOurs reads dynasette.yaml. All that is wrong with it is said at once.
func (r *reader) readOurs(root *node) (*layer, error) {
	d := &decoder{text: r.text, formats: r.formats}
	var doc document
	d.structure(root, &doc, "")
	l := &layer{file: r.name, entries: doc.Resources, into: map[string]*about{}}
	l.about = about{credits: doc.credits, words: &doc.words}
	for name, db := range doc.Databases {
		l.into[name] = &about{credits: db.credits, words: &db.words, queries: db.Queries}
	}
	for _, e := range l.entries {
		e.check(d)
	}
	if len(d.faults) > 0 {
		slices.SortStableFunc(d.faults, func(a, b *Fault) int {
			if a.Line != b.Line {
				return a.Line - b.Line
			}
			return a.Column - b.Column
		})
		return nil, d.faults
	}
	for _, e := range l.entries {
		r.notes = append(r.notes, e.unheard()...)
	}
	return l, nil
}

// unheard says which words of an entry are read and change nothing.
func (e *entry) unheard() (notes Faults) {
	d := e.Dialect
	if d == nil {
		return nil
	}
	if d.DoubleQuote != nil && !*d.DoubleQuote && d.EscapeChar == "" {
		notes = append(notes, d.said["doubleQuote"].node().fault("doubleQuote changes nothing: what is before a quote within quotes is said by escapeChar"))
	}
	return notes
}

// check finds what of an entry can't be, word by word.
func (e *entry) check(d *decoder) {
	at := func(w *words, word string) *node {
		return w.said[word].node()
	}
	for i, p := range e.Path {
		clean, why := localPath(p)
		if why != "" {
			d.fault(at(&e.words, "path"), "path %s: %s", clip(p), why)
		}
		e.Path[i] = clean
	}
	numbers := converter.Spelling{Decimal: e.DecimalChar, Group: e.GroupChar}
	if err := numbers.Check(); err != nil {
		word := "groupChar"
		if !e.says(word) {
			word = "decimalChar"
		}
		d.fault(at(&e.words, word), "%v", err)
		numbers = converter.Spelling{}
	}
	for _, x := range e.Extract {
		if n := len(x.As); n > 0 && n != len(x.Columns) {
			d.fault(at(&x.words, "as"), "as has %d names, and columns has %d: say one for each", n, len(x.Columns))
		}
	}
	if e.Schema != nil {
		for _, f := range e.Schema.Fields {
			f.normalize(d)
			if err := (converter.Spelling{Decimal: f.DecimalChar, Group: f.GroupChar}).Or(numbers).Check(); err != nil {
				d.fault(at(&f.words, "name"), "field %s: %v", clip(f.Name), err)
			}
		}
		for _, k := range e.Schema.ForeignKeys {
			if k.Reference == nil {
				continue
			}
			if n := len(k.Reference.Fields); n > 0 && n != len(k.Fields) {
				d.fault(at(&k.words, "fields"), "the foreign key and its reference differ in how many columns they have: %d and %d", len(k.Fields), n)
			}
		}
	}
	if e.Dialect != nil {
		for _, s := range e.Dialect.settings() {
			if d.formats == nil {
				continue
			}
			if _, err := d.formats.With(s.Option, s.Value); err != nil {
				var wrong *converter.OptionError
				errors.As(err, &wrong)
				d.fault(at(&e.Dialect.words, s.word), "%s is %q: %v", s.word, clip(s.Value), wrong.Err)
			}
		}
	}
	if e.Encoding != "" && d.formats != nil {
		if _, err := d.formats.With("encoding", e.Encoding); err != nil {
			var wrong *converter.OptionError
			errors.As(err, &wrong)
			d.fault(at(&e.words, "encoding"), "%v", wrong.Err)
		}
	}
	if e.Guard != nil && e.Guard.says("rejects") && e.ofTable() {
		d.fault(at(&e.Guard.words, "rejects"), "rejected rows are counted of a whole document: have an entry of the path say this, without a table")
	}
	if e.Sort != "" && e.SortDesc != "" {
		d.fault(at(&e.words, "sort_desc"), "there is sort as well; a table is sorted one way")
	}
}

// readAny reads JSON or YAML, by the name.
func readAny(name, text string) (*node, Faults, error) {
	text = strings.TrimPrefix(text, "\uFEFF")
	if strings.HasSuffix(name, ".json") {
		return readJSON(text)
	}
	if at := invalidUTF8(text); at >= 0 && !strings.HasPrefix(text, "\xff\xfe") && !strings.HasPrefix(text, "\xfe\xff") {
		before := text[:at]
		return nil, nil, &Fault{Line: strings.Count(before, "\n") + 1, Column: utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:]) + 1,
			Message: fmt.Sprintf("byte 0x%02x is not UTF-8: save the file as UTF-8", text[at])}
	}
	root, err := readYAML(text)
	return root, nil, err
}

// invalidUTF8 returns where a text is not UTF-8; -1: nowhere.
func invalidUTF8(text string) int {
	for i, r := range text {
		if r == utf8.RuneError {
			if _, n := utf8.DecodeRuneInString(text[i:]); n == 1 {
				return i
			}
		}
	}
	return -1
}

// readFile reads a file. The error is errLong if it has more bytes than the limit, which are
// returned.
func readFile(files fs.FS, name string, limit int64) (string, error) {
	f, err := files.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil {
		return "", err
	} else if !info.Mode().IsRegular() {
		return "", errors.New("it is no file")
	}
	text, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(text)) > limit {
		return string(text[:limit]), errLong
	}
	return string(text), err
}

var errLong = fmt.Errorf("it has more than %d MiB", maxBytes>>20)

// fileProblem says why a file can't be read, without its path.
func fileProblem(err error) string {
	if errors.Is(err, fs.ErrNotExist) {
		return "there is no such file here"
	}
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err.Error()
	}
	return err.Error()
}
