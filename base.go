package dynasette

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/internal/suggest"
)

// base is what the operator says about the data and how to serve it: documents in the
// folder base/ of the Store, where no uploader can put anything. All of them are optional:
//
//   - metadata.json (or .yaml): as Datasette 0.65 reads it; merged into what is known
//     about the data, its own values first. "{updated}" in title, description and
//     description_html at the top stands for the time of the data.
//   - settings.json: settings of Datasette, for both versions.
//   - datasette.yaml (or .json): configuration for Datasette 1.0, its own values first; its
//     settings are for both versions.
//   - queries/DATABASE/NAME.sql: a stored query; metadata.json may say more of it under that name.
//
// Where settings.json and datasette.yaml both have a setting, 0.65 gets that of the one and
// 1.0 that of the other. A database is named by its slug or by its upload; what is said under
// the upload's name comes first.
type base struct {
	documents   map[string]string // by name without folder
	generations map[string]string // of those that are as they lie in the Store
	identity    string            // a hash of the documents
}

// baseOf returns documents as a base.
func baseOf(documents map[string]string) base {
	b := base{documents: documents}
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(documents)) {
		parts = append(parts, name, documents[name])
	}
	if len(parts) > 0 {
		b.identity = sha256Hex(parts...)
	}
	return b
}

const baseFolder = "base/"

// baseFiles are the names that are looked for; of each line the first one counts.
var baseFiles = [][]string{
	{"metadata.json", "metadata.yaml", "metadata.yml"},
	{"settings.json"},
	{"datasette.yaml", "datasette.yml", "datasette.json"},
}

// document returns the name of one of the documents, and whether it is there.
func (b base) document(candidates []string) (name string, there bool) {
	i := slices.IndexFunc(candidates, func(name string) bool { _, ok := b.documents[name]; return ok })
	if i < 0 {
		return "", false
	}
	return candidates[i], true
}

// text reads a document; without one it is empty.
func (b base) text(candidates []string) (*baseText, error) {
	name, there := b.document(candidates)
	if !there {
		return &baseText{root: map[string]any{}}, nil
	}
	return readBaseText(name, b.documents[name])
}

// readBase reads the documents that can be used, and the last good ones in place of those
// that can't. Documents that are as they were are not read again, nor those that are as the release has
// them that is served.
func (p *Pipeline) readBase(ctx context.Context, last base) (b base, faults, odd []BaseFinding, err error) {
	there := map[string]string{}
	if err := p.Store.List(ctx, baseFolder, func(o Object) error {
		there[strings.TrimPrefix(o.Name, baseFolder)] = o.Generation
		return nil
	}); err != nil {
		return base{}, nil, nil, err
	}
	documents, generations, used := map[string]string{}, map[string]string{}, map[string]bool{}
	for _, candidates := range candidatesOf(slices.Sorted(maps.Keys(there))) {
		i := slices.IndexFunc(candidates, func(name string) bool { return there[name] != "" })
		if i < 0 {
			continue
		}
		name := candidates[i]
		used[name] = true
		if there[name] == last.generations[name] {
			documents[name], generations[name] = last.documents[name], there[name]
			continue
		}
		doc, err := p.bases.read(ctx, p.Store, name, there[name])
		if errors.Is(err, ErrNotFound) {
			continue
		}
		if err != nil {
			return base{}, nil, nil, err
		}
		if doc.fault == nil {
			documents[name], generations[name] = doc.text, doc.generation
			continue
		}
		fault := *doc.fault
		if good, ok := last.document(candidates); ok {
			documents[good] = last.documents[good]
			fault.Message += "; the last good text is used"
		} else {
			fault.Message += "; it is left out"
		}
		faults = append(faults, fault)
	}
	b = baseOf(documents)
	b.generations = generations
	return b, faults, unread(there, used), nil
}

// unread finds documents that nobody reads.
func unread(there map[string]string, used map[string]bool) []BaseFinding {
	var all []BaseFinding
	for _, name := range slices.Sorted(maps.Keys(there)) {
		if used[name] || Ignored(name) {
			continue
		}
		f := BaseFinding{Document: baseFolder + name, Finding: converter.Finding{Code: "document-unread", Count: 1, Message: "is not read"}}
		for _, candidates := range baseFiles {
			if slices.Contains(candidates, name) {
				i := slices.IndexFunc(candidates, func(name string) bool { return used[name] })
				f.Severity, f.Message = converter.Doubt, "is not read, as "+candidates[i]+" is there"
			} else if best := suggest.For(name, candidates); best != "" {
				f.Severity, f.Try = converter.Doubt, []string{best}
			}
		}
		all = append(all, f)
	}
	return all
}

// bases remembers the documents that were read.
type bases struct {
	mu    sync.Mutex
	known map[string]baseDocument // by name
}

type baseDocument struct {
	generation, text string
	fault            *BaseFinding
}

func (k *bases) read(ctx context.Context, store Store, name, generation string) (baseDocument, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if known := k.known[name]; known.generation == generation {
		return known, nil
	}
	data, generation, err := store.Read(ctx, baseFolder+name)
	if err != nil {
		return baseDocument{}, err
	}
	if k.known == nil {
		k.known = map[string]baseDocument{}
	}
	k.known[name] = baseDocument{generation, string(data), baseFault(name, string(data))}
	return k.known[name], nil
}

// baseFault says why a document can't be used, if so: it can't be read, or Datasette would
// not start with it.
func baseFault(name, text string) *BaseFinding {
	f := &BaseFinding{Document: baseFolder + name, Finding: converter.Finding{
		Code: "document-unusable", Severity: converter.Loss, Count: 1,
	}}
	m := &Manifest{}
	documents, _, err := contents(m, baseOf(map[string]string{name: text}))
	if err != nil {
		f.Message = err.Error()
		if at := (*baseError)(nil); errors.As(err, &at) {
			f.Line, f.Position, f.Message = int64(at.line), at.column, at.Error()
		}
		return f
	}
	var what []string
	for _, problem := range lint(m, documents) {
		if !slices.Contains(what, problem.Fault) { // metadata becomes configuration, too
			what = append(what, problem.Fault)
		}
	}
	if len(what) == 0 {
		return nil
	}
	f.Message = strings.Join(what, "; ")
	return f
}

// sha256Hex returns a hash of texts, of all their bytes and where each ends.
func sha256Hex(texts ...string) string {
	h := sha256.New()
	for _, t := range texts {
		fmt.Fprintf(h, "%d:%s", len(t), t)
	}
	return hex.EncodeToString(h.Sum(nil))
}
