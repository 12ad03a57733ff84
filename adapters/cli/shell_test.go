package cli

import (
	"slices"
	"testing"

	"github.com/dynasette/dynasette/sinks/restart/command"
)

func FuzzShellLine(f *testing.F) {
	f.Add("a", "it's", "")
	f.Add("$HOME", "`x`\n", `\"`)
	f.Fuzz(func(t *testing.T, a, b, c string) {
		words := []string{a, b, c}
		got, err := command.Split(shellLine(words))
		if err != nil || !slices.Equal(got, words) {
			t.Errorf("%q became %q by %s: %v", words, got, shellLine(words), err)
		}
	})
}
