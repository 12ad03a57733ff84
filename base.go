package dynasette

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"go.yaml.in/yaml/v4"
)

// base is what the operator says about the data and how to serve it: documents in the
// folder base/ of the Store, where no uploader can put anything. All of them are optional:
//
//   - metadata.json (or .yaml): as Datasette 0.65 reads it; merged into what is known
//     about the data, its own values first. "{updated}" in title, description and
//     description_html at the top stands for the time of the data.
//   - settings.json: settings of Datasette, for both versions.
//   - datasette.yaml (or .json): configuration for Datasette 1.0 only, its own values first.
type base struct {
	documents map[string]string // by name without folder
	identity  string            // a hash of them all
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

// readBase reads the documents. Those that are as they were are not read again.
func (p *Pipeline) readBase(ctx context.Context) (base, error) {
	there := map[string]string{}
	if err := p.Store.List(ctx, baseFolder, func(o Object) error {
		there[strings.TrimPrefix(o.Name, baseFolder)] = o.Generation
		return nil
	}); err != nil {
		return base{}, err
	}
	documents := map[string]string{}
	for _, candidates := range baseFiles {
		i := slices.IndexFunc(candidates, func(name string) bool { return there[name] != "" })
		if i < 0 {
			continue
		}
		name := candidates[i]
		text, err := p.bases.read(ctx, p.Store, name, there[name])
		if errors.Is(err, ErrNotFound) {
			continue
		}
		if err != nil {
			return base{}, err
		}
		documents[name] = text
	}
	return baseOf(documents), nil
}

// bases remembers the documents that were read.
type bases struct {
	mu    sync.Mutex
	texts map[string][2]string // generation and text by name
}

func (k *bases) read(ctx context.Context, store Store, name, generation string) (string, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if known := k.texts[name]; known[0] == generation {
		return known[1], nil
	}
	data, generation, err := store.Read(ctx, baseFolder+name)
	if err != nil {
		return "", err
	}
	if k.texts == nil {
		k.texts = map[string][2]string{}
	}
	k.texts[name] = [2]string{generation, string(data)}
	return string(data), nil
}

// fault says why the documents can't be used.
func (b base) fault() error {
	m := &Manifest{}
	documents, err := contents(m, b)
	if err != nil {
		return err
	}
	if problems := lint(m, documents); len(problems) > 0 {
		return errors.New(joinProblems(problems))
	}
	return nil
}

func (b base) metadata() (map[string]any, error) { return b.parse(baseFiles[0]) }
func (b base) settings() (map[string]any, error) { return b.parse(baseFiles[1]) }
func (b base) config() (map[string]any, error)   { return b.parse(baseFiles[2]) }

// parse reads a document, if it is there.
func (b base) parse(candidates []string) (map[string]any, error) {
	for _, name := range candidates {
		text, ok := b.documents[name]
		if !ok {
			continue
		}
		var root any
		var err error
		if strings.HasSuffix(name, ".json") {
			d := json.NewDecoder(strings.NewReader(text))
			d.UseNumber()
			if err = d.Decode(&root); err == nil && d.More() {
				err = errors.New("there is something after the end")
			}
		} else {
			err = yaml.Unmarshal([]byte(text), &root)
		}
		if err != nil {
			return nil, fmt.Errorf("%s%s: %w", baseFolder, name, err)
		}
		if root == nil {
			continue
		}
		m, ok := plainValue(root).(map[string]any)
		if !ok {
			return nil, fmt.Errorf("%s%s: is not a mapping", baseFolder, name)
		}
		return m, nil
	}
	return map[string]any{}, nil
}

// plainValue makes of a value what JSON and YAML write the same way: keys that YAML takes
// for something else (2024) and dates become text, whole numbers stay whole.
func plainValue(value any) any {
	switch v := value.(type) {
	case map[string]any:
		for key, child := range v {
			v[key] = plainValue(child)
		}
	case map[any]any:
		m := make(map[string]any, len(v))
		for key, child := range v {
			m[fmt.Sprint(key)] = plainValue(child)
		}
		return m
	case []any:
		for i := range v {
			v[i] = plainValue(v[i])
		}
	case json.Number:
		if n, err := strconv.Atoi(v.String()); err == nil {
			return n
		}
		f, err := v.Float64()
		if err != nil {
			return v.String()
		}
		return f
	case time.Time:
		if v.Equal(v.Truncate(24 * time.Hour)) {
			return v.Format(time.DateOnly)
		}
		return v.Format(time.RFC3339)
	}
	return value
}

// sha256Hex returns a hash of texts, of all their bytes and where each ends.
func sha256Hex(texts ...string) string {
	h := sha256.New()
	for _, t := range texts {
		fmt.Fprintf(h, "%d:%s", len(t), t)
	}
	return hex.EncodeToString(h.Sum(nil))
}
