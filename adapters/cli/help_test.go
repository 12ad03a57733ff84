package cli

import (
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/dynasette/dynasette/converter/all"
	"github.com/dynasette/dynasette/sinks/restart/command"
)

// The help texts are the reference, so none may be missing.
func TestHelp(t *testing.T) {
	a := &app{Program: Program{Name: "dynasette", Formats: all.Formats()}}
	var check func(cmd *cobra.Command)
	check = func(cmd *cobra.Command) {
		if cmd.Hidden { // for the program itself
			return
		}
		path := cmd.CommandPath()
		if cmd.Short == "" || cmd.Long == "" || cmd.Example == "" {
			t.Errorf("%s: Short, Long or Example is missing", path)
		}
		if strings.HasSuffix(cmd.Short, ".") {
			t.Errorf("%s: Short ends with a period", path)
		}
		for _, text := range []string{cmd.Long, cmd.Example, cmd.UsageString()} {
			for line := range strings.Lines(text) {
				if n := len([]rune(strings.TrimRight(line, "\n"))); n > 100 {
					t.Errorf("%s: a line of %d characters: %s", path, n, line)
				}
			}
		}
		for line := range strings.Lines(cmd.Example) {
			checkExample(t, cmd.Root(), path, strings.TrimSpace(line))
		}
		for _, sub := range cmd.Commands() {
			check(sub)
		}
	}
	for _, cmd := range a.root().Commands() {
		if name := cmd.Name(); name != "help" && name != "completion" && !cmd.Hidden { // cobra's own, and for no person
			check(cmd)
		}
	}
	if root := a.root(); root.Example == "" || root.Long == "" {
		t.Error("the program itself: Long or Example is missing")
	}
}

// checkExample checks that the example's command and flags exist.
func checkExample(t *testing.T, root *cobra.Command, path, line string) {
	line, _, _ = strings.Cut(line, "   ") // a remark
	line, _, _ = strings.Cut(line, " < ")
	words, err := command.Split(line)
	if err != nil {
		t.Errorf("%s: %s: %v", path, line, err)
		return
	}
	if words[0] != root.Name() {
		t.Errorf("%s: %s: does not begin with the program's name", path, line)
		return
	}
	cmd, rest, err := root.Find(words[1:])
	if err != nil {
		t.Errorf("%s: %s: %v", path, line, err)
		return
	}
	if err := cmd.ParseFlags(rest); err != nil {
		t.Errorf("%s: %s: %v", path, line, err)
	}
	if err := cmd.ValidateArgs(cmd.Flags().Args()); err != nil {
		t.Errorf("%s: %s: %v", path, line, err)
	}
}
