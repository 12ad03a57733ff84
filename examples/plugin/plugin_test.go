package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// A step of README is a file to write or commands to run.
type step struct {
	file, text string
	commands   []string
}

var (
	section = regexp.MustCompile(`(?s)\n## A format of your own\n(.*?)\n(No Go\?|## )`)
	fenced  = regexp.MustCompile("(?s)(?:<!-- examples/plugin/([^\n]*) -->\n *)?```(\\w*)\n(.*?)\n( *)```\n")
)

func steps(t *testing.T) (list []step) {
	t.Helper()
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	found := section.FindSubmatch(readme)
	if found == nil {
		t.Fatal("README has no such section")
	}
	for _, m := range fenced.FindAllSubmatch(found[1], -1) {
		text := string(regexp.MustCompile(`(?m)^`+string(m[4])).ReplaceAll(m[3], nil)) + "\n"
		switch {
		case len(m[1]) > 0:
			list = append(list, step{file: string(m[1]), text: text})
		case string(m[2]) == "console":
			var commands []string
			for line := range strings.Lines(text) {
				command, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "$ ")
				if !ok {
					t.Fatalf("no command: %s", line)
				}
				commands = append(commands, command)
			}
			list = append(list, step{commands: commands})
		default:
			t.Fatalf("neither a file nor commands:\n%s", text)
		}
	}
	return list
}

// The steps of README, as they are written, from an empty folder. Only where the module
// comes from differs: it is this checkout, and the modules that it needs are taken as they
// are in the module cache, without asking a database of checksums.
func TestSteps(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a program")
	}
	for _, program := range []string{"sh", "gzip"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skip(err)
		}
	}
	checkout, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	run := func(command string) string {
		t.Helper()
		cmd := exec.Command("sh", "-c", command)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GOFLAGS=", "GOWORK=off", "GOSUMDB=off")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", command, err, out)
		}
		return string(out)
	}
	said := map[string]string{} // by command
	for _, s := range steps(t) {
		if s.file != "" {
			path := filepath.Join(dir, filepath.FromSlash(s.file))
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(s.text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		for _, command := range s.commands {
			said[command] = run(command)
			if strings.HasPrefix(command, "go mod init ") {
				run(fmt.Sprintf("go mod edit -replace='github.com/dynasette/dynasette=%s'", checkout))
			}
		}
	}
	if db, err := os.ReadFile(filepath.Join(dir, "settings.db")); err != nil || !bytes.HasPrefix(db, []byte("SQLite format 3\x00")) {
		t.Error("no database", err)
	}
	if inspected := said["go run . inspect settings.env.gz --comment ';'"]; !strings.Contains(inspected, "env   (of what is packed)") {
		t.Errorf("inspect:\n%s", inspected)
	}
	golden, err := os.ReadFile("env/testdata/sample.env.sql")
	if err != nil {
		t.Fatal(err)
	}
	if made, err := os.ReadFile(filepath.Join(dir, "env/testdata/sample.env.sql")); err != nil || !bytes.Equal(made, golden) {
		t.Errorf("-update wrote %q, %v; want %q", made, err, golden)
	}
	if help := run("go run . help convert"); !strings.Contains(help, "--comment CHAR") {
		t.Errorf("help:\n%s", help)
	}
	if formats := run("go run . formats"); !strings.Contains(formats, "NAME=value lines") || !strings.Contains(formats, "csv") {
		t.Errorf("formats:\n%s", formats)
	}
}
