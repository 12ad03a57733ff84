// Package exec makes converters of programs: whatever reads a document and writes SQLite,
// CSV, NDJSON or another known format is a converter once it is described by a Config.
//
//	{"name": "access", "extensions": [".mdb"], "command": ["mdb-to-sqlite", "{out}", "{in}"]}
//	{"name": "fixed", "extensions": [".fwf"], "command": ["fwf2csv", "{in}"], "output": "csv"}
//
// A program runs in a scratch folder of its own, which is also its HOME and TMPDIR and is
// removed afterwards, with few environment variables and without standard input unless it
// asks for the document there. It is killed, with the processes that it has started, when
// it takes too long or writes too much. That is to contain what documents may do to
// honest programs; it is no sandbox for hostile ones.
package exec

import (
	"context"
	"fmt"
	"io"
	"os"
	osexec "os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/dynasette/dynasette/converter"
)

// Converter runs a program on each document, and again if a document has to be read again.
type Converter struct {
	Config Config
}

// Inner returns the name of the format that the program writes.
func (c Converter) Inner() []string { return []string{c.Config.output()} }

// Register adds the format of a Config to formats, which must have the one that the program
// writes.
func Register(formats *converter.Registry, c Config) error {
	if err := c.check(); err != nil {
		return fmt.Errorf("%q: %w", c.Name, err)
	}
	if _, _, ok := formats.Lookup(c.output()); !ok {
		return fmt.Errorf("%q: output %q is no known format", c.Name, c.output())
	}
	f := converter.Format{Name: c.Name, Extensions: c.Extensions, MediaTypes: c.MediaTypes, Doc: c.Doc}
	if f.Doc == "" {
		f.Doc = "converted by " + filepath.Base(c.Command[0])
	}
	return formats.Add(f, Converter{Config: c})
}

// Convert runs the program and converts what it has written.
func (c Converter) Convert(ctx context.Context, in *converter.Input, out *converter.Writer) error {
	c.Config = c.Config.withDefaults()
	formats := out.Formats()
	_, format, ok := formats.Lookup(c.Config.output())
	if !ok && len(formats.Formats()) == 0 {
		return converter.ErrNoFormats
	}
	if !ok {
		return fmt.Errorf("%s: output %q is no known format", c.Config.Name, c.Config.output())
	}
	scratch, err := os.MkdirTemp("", "dynasette-exec-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	written, err := c.run(ctx, in, scratch)
	if err != nil {
		return err
	}
	info, err := os.Lstat(written)
	switch {
	case os.IsNotExist(err):
		return fmt.Errorf("%s wrote nothing: %w", c.program(), converter.ErrEmpty)
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s wrote no file: %w", c.program(), converter.ErrCorrupt)
	case info.Size() == 0:
		return fmt.Errorf("%s wrote nothing: %w", c.program(), converter.ErrEmpty)
	case info.Size() > c.Config.MaxOutput:
		return c.tooMuch()
	}
	file, err := os.Open(written)
	if err != nil {
		return err
	}
	defer file.Close()
	out.Describe("program", c.program(), "it is the converter of "+c.Config.Name)
	// Lines and bytes of errors are those of the program's output, so they bear its name.
	return out.Inside(in.Name+"/output of "+c.program(), func(out *converter.Writer) error {
		return format.Convert(ctx, &converter.Input{Name: in.Name, Generation: in.Generation, Size: info.Size(), ReaderAt: file}, out)
	})
}

// program is what the program is called.
func (c Converter) program() string { return filepath.Base(c.Config.Command[0]) }

// run runs the program and returns the path of what it has written.
func (c Converter) run(ctx context.Context, in *converter.Input, scratch string) (string, error) {
	document := filepath.Join(scratch, "in", "document"+extension(in.Name))
	written := filepath.Join(scratch, "out", "output")
	if c.Config.output() == "sqlite" {
		written += ".db"
	}
	for _, path := range []string{document, written} {
		if err := os.Mkdir(filepath.Dir(path), 0o700); err != nil {
			return "", err
		}
	}
	if err := spool(ctx, in, document); err != nil {
		return "", err
	}
	name, err := osexec.LookPath(c.Config.Command[0])
	if err == nil {
		name, err = filepath.Abs(name) // the program starts in another folder
	}
	if err != nil {
		return "", fmt.Errorf("%s: %w", c.Config.Name, err)
	}
	place := strings.NewReplacer("{in}", document, "{out}", written, "{name}", baseName(in.Name))
	p := process{
		path: name, dir: scratch, env: c.environment(scratch),
		timeout: time.Duration(c.Config.Timeout), maxOutput: c.Config.MaxOutput, maxMemory: c.Config.MaxMemory,
	}
	for _, arg := range c.Config.Command[1:] {
		p.args = append(p.args, place.Replace(arg))
	}
	if !c.Config.mentions("{in}") {
		p.stdin = document
	}
	if !c.Config.mentions("{out}") {
		p.stdout = written
	}
	err = p.run(ctx)
	switch {
	case err == errTooMuch:
		err = c.tooMuch()
	case err != nil && ctx.Err() == nil:
		err = fmt.Errorf("%s: %w", c.program(), err)
	}
	return written, err
}

func (c Converter) tooMuch() error {
	return fmt.Errorf("%s wrote more than %d bytes: %w (raise max_output)", c.program(), c.Config.MaxOutput, converter.ErrLimit)
}

// environment is what a program may know of ours.
func (c Converter) environment(scratch string) []string {
	env := []string{"HOME=" + scratch, "TMPDIR=" + scratch}
	lang := "C.UTF-8"
	if set := os.Getenv("LANG"); set != "" {
		lang = set
	}
	env = append(env, "LANG="+lang)
	for _, name := range append([]string{"PATH"}, c.Config.Env...) {
		if value, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+value)
		}
	}
	return env
}

// spool writes the document to a file.
func spool(ctx context.Context, in *converter.Input, path string) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(file, reader{ctx, in.Reader()})
	if closed := file.Close(); err == nil {
		err = closed
	}
	return err
}

// reader stops when its context ends.
type reader struct {
	ctx context.Context
	io.Reader
}

func (r reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.Reader.Read(p)
}

// extension returns the extension of a name if it is a plain one: some programs go by it.
func extension(name string) string {
	ext := strings.ToLower(filepath.Ext(baseName(name)))
	plain := strings.Trim(strings.TrimPrefix(ext, "."), "abcdefghijklmnopqrstuvwxyz0123456789") == ""
	if !plain || len(ext) > 16 {
		return ""
	}
	return ext
}

// baseName returns a document's name without folders, such that no program takes it for
// an option.
func baseName(name string) string {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return '_'
		}
		return r
	}, name)
	if strings.HasPrefix(name, "-") {
		name = "_" + name[1:]
	}
	return name
}
