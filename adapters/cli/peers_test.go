package cli

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter/all"
)

// What other programs call a command says which one is meant, whatever flags it has, with an
// example that is a sound command line.
func TestPeers(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range peers {
		for _, word := range p.words {
			if seen[word] {
				t.Errorf("%s is there twice", word)
			}
			seen[word] = true
			var out, said bytes.Buffer
			run := Program{Name: "dynasette", Formats: all.Formats(), Stdout: &out, Stderr: &said}
			if code := run.Run(t.Context(), []string{word, "data.db", "people", "-", "--csv", "--pk", "id", "-q", "3", "--help"}); code != exitUsage {
				t.Errorf("%s: exit code %d", word, code)
			}
			if out.Len() > 0 || !strings.Contains(said.String(), "dynasette: there is no command "+word) ||
				!strings.Contains(said.String(), "dynasette "+p.example[0]) || !strings.HasSuffix(said.String(), "Run 'dynasette --help' for how to use it.\n") {
				t.Errorf("%s: %s%s", word, out.String(), said.String())
			}
		}
		a := &app{Program: Program{Name: "dynasette", Formats: all.Formats()}}
		for line := range strings.Lines(a.examples(p.example...)) {
			checkExample(t, a.root(), p.words[0], strings.TrimSpace(line))
		}
	}
	a := &app{Program: Program{Name: "dynasette", Formats: all.Formats()}}
	for _, cmd := range a.root().Commands() {
		if i := slices.IndexFunc(peers, func(p peer) bool { return slices.Contains(p.words, cmd.Name()) }); i >= 0 && !cmd.Hidden {
			t.Errorf("%s is a command of this program", cmd.Name())
		}
	}
}
