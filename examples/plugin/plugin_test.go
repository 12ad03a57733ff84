package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The steps of the README, followed in a module of its own.
func TestSteps(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a program")
	}
	checkout, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	run := func(name string, args ...string) string {
		t.Helper()
		cmd := exec.Command(name, args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
		}
		return string(out)
	}
	put := func(from, to string) {
		t.Helper()
		text, err := os.ReadFile(from)
		if err != nil {
			t.Fatal(err)
		}
		text = bytes.ReplaceAll(text, []byte("github.com/dynasette/dynasette/examples/plugin/env"), []byte("example.com/env/env"))
		to = filepath.Join(dir, to)
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	run("go", "mod", "init", "example.com/env")
	run("go", "mod", "edit", "-require=github.com/dynasette/dynasette@v0.0.0", "-replace=github.com/dynasette/dynasette="+checkout)
	put("../../go.sum", "go.sum")
	put("env/env.go", "env/env.go")
	put("env/env_test.go", "env/env_test.go")
	put("env/testdata/sample.env", "env/testdata/sample.env")
	put("env/testdata/sample.env.sql", "env/testdata/sample.env.sql")
	put("main.go", "main.go")
	put("env/testdata/sample.env", "settings.env")
	run("go", "test", "./env")
	run("go", "run", ".", "convert", "settings.env", "-o", "settings.db")
	if db, err := os.ReadFile(filepath.Join(dir, "settings.db")); err != nil || !bytes.HasPrefix(db, []byte("SQLite format 3\x00")) {
		t.Error("no database", err)
	}
	if help := run("go", "run", ".", "help", "convert"); !strings.Contains(help, "--comment CHAR") {
		t.Errorf("help:\n%s", help)
	}
	if formats := run("go", "run", ".", "formats"); !strings.Contains(formats, "NAME=value lines") || !strings.Contains(formats, "csv") {
		t.Errorf("formats:\n%s", formats)
	}
}
