package dir

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/dynasette/dynasette"
)

// facts are what is known about a database besides its bytes. They lie in a file that is
// named by the database's generation, so its hard links have the same facts. If they get
// lost (a folder that was copied by hand), the database counts as unknown and is made
// anew.
type facts struct {
	SHA256   string            `json:"sha256"`
	Metadata map[string]string `json:"metadata,omitempty"`
}

func (s *Store) factsFile(gen string) string {
	return filepath.Join(s.root, factsDir, gen+".json")
}

func (s *Store) readFacts(gen string) facts {
	var f facts
	if data, err := os.ReadFile(s.factsFile(gen)); err == nil && json.Unmarshal(data, &f) != nil {
		return facts{}
	}
	return f
}

// writeFacts is called before the generation becomes visible, under the lock.
func (s *Store) writeFacts(gen string, f facts) error {
	data, err := json.Marshal(f)
	if err != nil {
		return err
	}
	return os.WriteFile(s.factsFile(gen), data, 0o666)
}

// forget removes the facts about a file that has lost its last name.
func (s *Store) forget(info fs.FileInfo) {
	if links(info) <= 1 {
		os.Remove(s.factsFile(generation(info))) // what remains is swept
	}
}

// sweepFacts removes the facts that belong to no file. It is called under the lock.
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
