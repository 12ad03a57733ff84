package cli_test

import (
	"bytes"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/sinks/sinktest"
)

// TestTerminal: whatever uploads are called, and whatever is in them, no command tells a
// terminal what to do.
func TestTerminal(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	root, err := os.OpenRoot(folder)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	const escape = "\x1b]0;owned\x07\u202e\u009b"
	var odd []string
	for i, name := range sinktest.OddNames() {
		if dynasette.Printable(name) == name || root.MkdirAll(path.Dir(name), 0o777) != nil {
			continue
		}
		text := "a" + escape + ",b\n1,2" + escape + "\n3\n"
		if i%3 == 0 {
			text = "a,b\n1,\"" + escape
		}
		if root.WriteFile(name, []byte(text), 0o666) == nil {
			odd = append(odd, filepath.FromSlash(name))
		}
	}
	if len(odd) < 10 {
		t.Skipf("this folder can't have such names: %d", len(odd))
	}
	base := filepath.Join(folder, ".dynasette", "base")
	writeFile(t, filepath.Join(base, "metadata.yaml"), "databases:\n  \"x"+`\e]0;owned\a`+"\": {title: t}\n  c00-x: {tables: {\"c"+`\e`+"\": {sort: x}}}\n")
	writeFile(t, filepath.Join(base, "settings.json"), "{\""+escape[:5]+"\"}")
	clean := func(what string, text string) {
		t.Helper()
		for _, line := range strings.Split(text, "\n") {
			if got := dynasette.Printable(line); got != line {
				t.Errorf("%s prints %q", what, line)
			}
		}
	}
	run := func(args ...string) {
		t.Helper()
		cmd := exec.Command("dynasette", args...)
		cmd.Dir = folder
		var out bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &out
		if err := cmd.Run(); err != nil && cmd.ProcessState.ExitCode() > 2 {
			t.Errorf("%q: %v: %s", args, err, out.Bytes())
		}
		if out.Len() == 0 {
			t.Errorf("%q says nothing", args)
		}
		clean(strings.Join(args, " "), out.String())
	}
	served := t.TempDir()
	run("reconcile", ".", served)
	run("reconcile", ".", ".dynasette")
	run("releases", ".")
	run("releases", "failures", ".")
	for _, name := range odd {
		run("inspect", "./"+name)
		run("convert", "./"+name, "-o", filepath.Join(t.TempDir(), "x.db"))
	}
	run("convert", ".", "-o", filepath.Join(t.TempDir(), "x.db"))

	u := startUp(t, folder, "--verbose")
	u.wait("a release", func() bool { return len(u.releases()) > 0 })
	u.write("late\x1b[2J.csv", "a\n1\n")
	u.wait("the next", func() bool { return len(u.releases()) > 1 })
	u.end()
	clean("up", strings.Join(append(u.said(), u.releases()...), "\n"))
}
