package dir

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"sync"

	"github.com/dynasette/dynasette"
)

// The metadata of a document lies in a file that is named by the document's generation. If
// it gets lost (a folder that was copied by hand), the document is read instead.

// known remembers metadata by generation, which never changes.
type known struct {
	mu  sync.Mutex
	all map[string]map[string]string
}

// maxKnown bounds the memory; what is forgotten is read again.
const maxKnown = 100_000

func (k *known) get(gen string) (map[string]string, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	m, ok := k.all[gen]
	return m, ok
}

func (k *known) put(gen string, m map[string]string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.all == nil || len(k.all) >= maxKnown {
		k.all = map[string]map[string]string{}
	}
	k.all[gen] = m
}

func (k *known) forget(gen string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.all, gen)
}

func (s *Store) factsFile(gen string) string {
	return filepath.Join(s.root, factsDir, gen+".json")
}

func (s *Store) metadata(gen string) map[string]string {
	m, ok := s.known.get(gen)
	if !ok {
		if data, err := os.ReadFile(s.factsFile(gen)); err == nil && json.Unmarshal(data, &m) != nil {
			return nil
		}
		s.known.put(gen, m)
	}
	return maps.Clone(m)
}

// writeMetadata is called before the generation becomes visible, under the lock.
func (s *Store) writeMetadata(gen string, m map[string]string) error {
	data, err := json.Marshal(m)
	if err != nil {
		return err
	}
	if err := os.WriteFile(s.factsFile(gen), data, 0o666); err != nil {
		return err
	}
	s.known.put(gen, maps.Clone(m))
	return nil
}

// forget removes the metadata of a document that is gone.
func (s *Store) forget(info fs.FileInfo) {
	if gen := generation(info); len(s.metadata(gen)) > 0 {
		s.known.forget(gen)
		os.Remove(s.factsFile(gen)) // what remains is swept
	}
}

// sweepFacts removes the metadata that belongs to no file. It is called under the lock.
func (s *Store) sweepFacts(ctx context.Context) error {
	alive := map[string]bool{}
	err := s.List(ctx, "", func(o dynasette.Object) error {
		alive[o.Generation+".json"] = true
		return nil
	})
	if err != nil {
		return err
	}
	entries, err := os.ReadDir(filepath.Join(s.root, factsDir))
	if err != nil {
		return err
	}
	for _, e := range entries {
		if alive[e.Name()] {
			continue
		}
		if err := os.Remove(filepath.Join(s.root, factsDir, e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}
