package cli_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/adapters/cli"
	"github.com/dynasette/dynasette/adapters/gcp"
	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/all"
)

// run runs a command line in this process, on a registry with a few formats of our own.
func run(ctx context.Context, args ...string) (code int, stdout, stderr string) {
	formats := all.Formats()
	formats.Register(converter.Format{Name: "env", Extensions: []string{".env"}, Doc: "settings"}, converter.Func(convertEnv))
	formats.Register(converter.Format{Name: "bug", Extensions: []string{".bug"}}, converter.Func(
		func(context.Context, *converter.Input, *converter.Writer) error { panic("a bug") }))
	formats.Register(converter.Format{Name: "endless", Extensions: []string{".endless"}}, converter.Func(
		func(ctx context.Context, _ *converter.Input, _ *converter.Writer) error {
			<-ctx.Done()
			return ctx.Err()
		}))
	var out, errs bytes.Buffer
	p := cli.Program{Name: "mine", Formats: formats, Places: gcp.Places(), Stdin: strings.NewReader("a,b\n1,2\n"), Stdout: &out, Stderr: &errs}
	code = p.Run(ctx, args)
	return code, out.String(), errs.String()
}

func convertEnv(ctx context.Context, in *converter.Input, out *converter.Writer) error {
	settings := out.Table("settings", "name", "value")
	lines := bufio.NewScanner(in.Reader())
	for n := int64(1); lines.Scan(); n++ {
		name, value, ok := strings.Cut(lines.Text(), "=")
		if !ok {
			return &converter.SyntaxError{Line: n, Err: errors.New("want NAME=value"), Hint: "write NAME=value"}
		}
		if err := settings.Append(converter.Text(name), converter.Untyped(value)); err != nil {
			return err
		}
	}
	return lines.Err()
}

// A program with a format of its own has it in every command.
func TestOwnFormat(t *testing.T) {
	dir := t.TempDir()
	in, out := filepath.Join(dir, "site.env"), filepath.Join(dir, "site.db")
	writeFile(t, in, "PORT=80\nHOST=example.org\n")
	if code, _, stderr := run(t.Context(), "convert", in, "-o", out); code != 0 || !strings.Contains(stderr, "settings") {
		t.Errorf("exit %d: %s", code, stderr)
	}
	if code, stdout, _ := run(t.Context(), "inspect", in); code != 0 || !strings.Contains(stdout, "mine convert --format env") {
		t.Errorf("exit %d: %s", code, stdout)
	}
	if _, stdout, _ := run(t.Context(), "formats"); !strings.Contains(stdout, ".env") {
		t.Error(stdout)
	}
	if _, stdout, _ := run(t.Context(), "--help"); !strings.Contains(stdout, "mine convert") {
		t.Error(stdout)
	}
	// It has none of the options of CSV.
	code, _, stderr := run(t.Context(), "convert", in, "-o", out, "--force", "--delimiter", ";")
	if code != 2 || !strings.Contains(stderr, "--delimiter is not for env, which site.env is") {
		t.Errorf("exit %d: %s", code, stderr)
	}
}

// An error says where, why and what to do.
func TestErrors(t *testing.T) {
	dir := t.TempDir()
	in, out := filepath.Join(dir, "site.env"), filepath.Join(dir, "site.db")
	writeFile(t, in, "PORT=80\nHOST\n")
	code, stdout, stderr := run(t.Context(), "convert", in, "-o", out, "--json")
	if want := "mine: site.env: line 2: want NAME=value (write NAME=value)\n"; code != 1 || stderr != want {
		t.Errorf("exit %d: %q, want %q", code, stderr, want)
	}
	if want := `"line": 2`; !strings.Contains(stdout, want) {
		t.Errorf("%s, want %s", stdout, want)
	}
	bug := filepath.Join(dir, "x.bug")
	writeFile(t, bug, "x")
	code, _, stderr = run(t.Context(), "convert", bug, "-o", out)
	if want := "mine: x.bug: panic in the converter: a bug\n"; code != 1 || stderr != want {
		t.Errorf("exit %d: %q, want %q", code, stderr, want)
	}
	// What a file says does not reach the terminal's controls.
	writeFile(t, filepath.Join(dir, "\x1b[2J.nix"), "x")
	code, _, stderr = run(t.Context(), "convert", filepath.Join(dir, "\x1b[2J.nix"), "-o", out)
	if code != 1 || strings.Contains(stderr, "\x1b") {
		t.Errorf("exit %d: %q", code, stderr)
	}
}

func TestInterrupted(t *testing.T) {
	dir := t.TempDir()
	in, out := filepath.Join(dir, "x.endless"), filepath.Join(dir, "x.db")
	writeFile(t, in, "x")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	code, _, stderr := run(ctx, "convert", in, "-o", out)
	if code != 1 || stderr != "mine: interrupted\n" {
		t.Errorf("exit %d: %q", code, stderr)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("left behind: %v, %v", entries, err)
	}
}
