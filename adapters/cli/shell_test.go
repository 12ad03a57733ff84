package cli

import (
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/sinks/restart/command"
)

func FuzzShellLine(f *testing.F) {
	f.Add("a", "it's", "")
	f.Add("$HOME", "`x`\n", `\"`)
	f.Add("$HOME", "?\xcc", "\x802")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		words := []string{a, b, c}
		for _, w := range words { // each: two halves of a character are none
			if printable(w) != w {
				return // see TestShellControls
			}
		}
		got, err := command.Split(shellLine(words))
		if err != nil || !slices.Equal(got, words) {
			t.Errorf("%q became %q by %s: %v", words, got, shellLine(words), err)
		}
	})
}

// TestShellControls: what a terminal would obey is not in the line, and yet the word is the same.
func TestShellControls(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("looks for bash: ", err)
	}
	for _, word := range []string{
		"\x1b[31mred", "a\nb", "it's\r", `\x41` + "\x01" + "41", "\xffé\x9b", "\u202e'\\", "\u0085$HOME`id`", "\u2028\"", "\x7f",
	} {
		line := shellLine([]string{"printf", "%s", word})
		if printable(line) != line {
			t.Errorf("%q is in the line %q", word, line)
		}
		if out, err := exec.Command(bash, "-c", line).Output(); err != nil || string(out) != word {
			t.Errorf("%q became %q by %s: %v", word, out, line, err)
		}
	}
	if line := shellQuote("plain text's"); strings.HasPrefix(line, "$") {
		t.Errorf("%s", line)
	}
}
