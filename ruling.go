package dynasette

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/rules"
)

// Files with rules that lie among the uploads are kept, as far as they can be followed, in
// rules.json, and the pointer says which version of it counts. Whoever replaces it writes it, then the
// pointer, and then looks at every record; whoever converts reads the pointer after the record is
// written, as each release does anyway. So either of the two sees what the other did, and where
// nobody has rules nothing is read for them.

const rulesName = "rules.json"

// A ruleFile is a file with rules, or a part of one.
type ruleFile struct {
	Name       string      `json:"name"`
	Generation string      `json:"generation,omitempty"` // of the upload; "": there is none, and a file names it as a part
	Size       int64       `json:"size,omitempty"`
	Updated    time.Time   `json:"updated,omitzero"`
	Good       bool        `json:"good,omitempty"` // there was a text that can be used, the last of which is:
	Text       string      `json:"text,omitempty"`
	Faults     []ruleFault `json:"faults,omitempty"` // why that is not the live upload's
	Part       bool        `json:"part,omitempty"`   // it is one because another file names it
}

// A ruleFault is what is wrong with a file.
type ruleFault struct {
	Line    int64  `json:"line,omitempty"`
	Message string `json:"message"` // with where it is
}

// fault returns why a file is not followed as it is, or nil.
func (f *ruleFile) fault() error {
	if len(f.Faults) == 0 {
		return nil
	}
	var lines []string
	for _, fault := range f.Faults {
		lines = append(lines, fault.Message)
	}
	switch said := strings.Join(lines, "\n"); {
	case strings.Contains(said, "last good"):
		return errors.New(said)
	case f.Good:
		return errors.New(said + "\nThe last good rules of " + f.Name + " are followed until that is mended")
	default:
		return errors.New(said + "\nNo rule of " + f.Name + " is followed until that is mended")
	}
}

// failure is fault as a Failure, or nil.
func (f *ruleFile) failure(build string) *Failure {
	err := f.fault()
	if err == nil {
		return nil
	}
	return &Failure{
		Source: f.Name, Generation: f.Generation, Size: f.Size, Converter: build, Time: f.Updated,
		Message: strings.ReplaceAll(err.Error(), "\n", "; "), Line: f.Faults[0].Line,
	}
}

// A rulebook is all files with rules, by name.
type rulebook struct {
	Files []ruleFile `json:"files"`
	Left  int        `json:"left,omitempty"` // how many more there are than are followed
}

func (b *rulebook) find(name string) *ruleFile {
	i, ok := slices.BinarySearchFunc(b.Files, name, func(f ruleFile, name string) int { return strings.Compare(f.Name, name) })
	if !ok {
		return nil
	}
	return &b.Files[i]
}

// version is what the pointer calls it.
func (b *rulebook) version() string {
	if len(b.Files) == 0 && b.Left == 0 {
		return ""
	}
	data, err := json.Marshal(b)
	if err != nil {
		panic(err) // texts and times can be encoded
	}
	return sha256Hex(string(data))[:16]
}

// set reads what the files say.
func (b *rulebook) set(formats *converter.Registry) *rules.Set {
	var names []string
	for _, f := range b.Files {
		if f.Good && !f.Part {
			names = append(names, f.Name)
		}
	}
	return rules.ReadTexts(func(name string) (string, error) {
		if f := b.find(name); f != nil && f.Good {
			return f.Text, nil
		}
		return "", errNoFile
	}, names, formats)
}

// A ruling is what is said of uploads by rules among them.
type ruling struct {
	version    string // that the pointer named when it was read
	book       rulebook
	generation string // of the book
	set        *rules.Set
}

// isRules reports whether an upload is a file with rules, and so no document.
func (r *ruling) isRules(name string) bool { return rules.Only(name) || r.book.find(name) != nil }

// omits reports whether no database is to be made of an upload.
func (r *ruling) omits(name string) bool { return r.isRules(name) || r.set.Rule(name).Skip }

// build returns that of the databases that are made of an upload.
func (r *ruling) build(p *Pipeline, name string) string {
	if hash := r.set.Hash(name); hash != "" {
		return p.build + "." + hash
	}
	return p.build
}

// rulings remembers what was read last.
type rulings struct {
	mu    sync.Mutex
	known bool   // a pointer was read
	seen  string // version that it named
	are   int64  // as in the pointer
	last  *ruling

	matched   string              // what unmatched was found for
	unmatched map[string][]string // what rules speak of and is not there, by their file
}

// see notes which version a pointer names that was just read, or written: an answer may come
// later than that of a later question.
func (k *rulings) see(at pointer) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.known || at.RulesAre >= k.are {
		k.known, k.seen, k.are = true, at.Rules, at.RulesAre
	}
}

// next numbers the next version.
func (k *rulings) next(last int64) int64 {
	k.mu.Lock()
	defer k.mu.Unlock()
	return max(last, k.are) + 1
}

// version returns the one that was seen last.
func (k *rulings) version() (string, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.seen, k.known
}

// ruling returns what counts by the pointer that was read last.
func (p *Pipeline) ruling(ctx context.Context) (*ruling, error) {
	version, known := p.rulings.version()
	if !known {
		if _, err := p.readPointer(ctx); err != nil {
			return nil, err
		}
		version, _ = p.rulings.version()
	}
	return p.rulingOf(ctx, version)
}

// rulingOf returns what counts where the pointer names a version.
func (p *Pipeline) rulingOf(ctx context.Context, version string) (*ruling, error) {
	p.rulings.mu.Lock()
	last := p.rulings.last
	p.rulings.mu.Unlock()
	if last != nil && last.version == version {
		return last, nil
	}
	r, err := &ruling{set: new(rulebook).set(p.Formats)}, error(nil)
	if version != "" {
		if r, err = p.readRuling(ctx); err != nil {
			return nil, err
		}
	}
	r.version = version
	p.remember(r)
	return r, nil
}

func (p *Pipeline) remember(r *ruling) {
	p.rulings.mu.Lock()
	defer p.rulings.mu.Unlock()
	p.rulings.last = r
}

// readRuling reads the rules as they are now. A book that can't be read is as good as none:
// it will be replaced.
func (p *Pipeline) readRuling(ctx context.Context) (*ruling, error) {
	r := &ruling{}
	data, generation, err := p.Store.Read(ctx, rulesName)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return nil, err
	}
	if r.generation = generation; err == nil && json.Unmarshal(data, &r.book) != nil {
		r.book = rulebook{}
	}
	r.set = r.book.set(p.Formats)
	return r, nil
}

// overruled reports whether other rules count than those by which something was done.
func (p *Pipeline) overruled(version string) bool {
	seen, _ := p.rulings.version()
	return seen != version
}

// outdated is overruled, after a look.
func (p *Pipeline) outdated(ctx context.Context, version string) (bool, error) {
	_, err := p.readPointer(ctx)
	return p.overruled(version), err
}

// ruleFailures calls fn for every file with rules that can't be followed as it is.
func (p *Pipeline) ruleFailures(ctx context.Context, at pointer, fn func(Failure) error) error {
	r, err := p.rulingOf(ctx, at.Rules)
	if err != nil {
		return err
	}
	for _, f := range r.book.Files {
		fault := f.failure(p.build)
		if fault == nil {
			continue
		}
		if err := fn(*fault); err != nil {
			return err
		}
	}
	return nil
}
