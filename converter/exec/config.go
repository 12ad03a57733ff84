package exec

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/internal/pattern"
)

// Config says which documents a program converts, and how it is run.
type Config struct {
	Name       string   `json:"name"`       // of the format: one lower-case word
	Extensions []string `json:"extensions"` // as in ".shp"
	MediaTypes []string `json:"media_types"`
	Doc        string   `json:"doc"` // one line for the list of formats

	// Command is the program and its arguments. In these, {in} stands for the path of a
	// file with the document, {out} for the path that the program is to write to, and
	// {name} for the document's name without folders. It is not run by a shell.
	//
	// Without {in} the document is the program's standard input, and without {out} its
	// standard output is what it makes.
	Command []string `json:"command"`

	// Output is the format that the program writes: sqlite, csv, ndjson, or any other that
	// is known. Empty is sqlite.
	Output string `json:"output"`

	Timeout   Duration `json:"timeout"`    // 0 is 5 minutes
	MaxOutput int64    `json:"max_output"` // bytes; 0 is 4 GiB
	MaxMemory int64    `json:"max_memory"` // bytes of data of each process, where the system can limit it (Linux); 0 is 2 GiB
	Env       []string `json:"env"`        // names of variables that are passed on, besides PATH and LANG
}

// Duration is a time.Duration that JSON spells as in "90s" or "5m".
type Duration time.Duration

// UnmarshalJSON reads the spelling of time.ParseDuration.
func (d *Duration) UnmarshalJSON(text []byte) error {
	var s string
	if err := json.Unmarshal(text, &s); err != nil {
		return errors.New(`want a time as in "90s" or "5m"`)
	}
	parsed, err := time.ParseDuration(s)
	*d = Duration(parsed)
	return err
}

const (
	defaultTimeout   = 5 * time.Minute
	defaultMaxOutput = 4 << 30
	defaultMaxMemory = 2 << 30
)

// Load reads a JSON file of definitions: an array of Configs, or a single one.
func Load(r io.Reader) ([]Config, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	text = bytes.TrimSpace(text)
	var configs []Config
	if bytes.HasPrefix(text, []byte("{")) {
		configs = make([]Config, 1)
		err = decode(text, &configs[0])
	} else {
		err = decode(text, &configs)
	}
	if err != nil {
		return nil, err
	}
	for i, c := range configs {
		if err := c.check(); err != nil {
			return nil, fmt.Errorf("definition %d (%q): %w", i+1, c.Name, err)
		}
	}
	return configs, nil
}

// decode reads all of text, strictly; an error says the line.
func decode(text []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	err := d.Decode(into)
	at := d.InputOffset()
	var syntax *json.SyntaxError
	var mismatch *json.UnmarshalTypeError
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		at = int64(len(text))
	case errors.As(err, &syntax):
		at = syntax.Offset
	case errors.As(err, &mismatch):
		at = mismatch.Offset
		err = fmt.Errorf("%s: want %s, not %s", mismatch.Field, mismatch.Type, mismatch.Value)
	case err == nil:
		if len(bytes.TrimSpace(text[at:])) > 0 {
			err = errors.New("more than one value")
		}
	}
	if err == nil {
		return nil
	}
	line := 1 + bytes.Count(text[:min(at, int64(len(text)))], []byte("\n"))
	return &converter.SyntaxError{Line: int64(line), Err: err}
}

var (
	// misspelled finds what is likely meant as a placeholder, as in {input} and --from={file}. Braces
	// elsewhere are the program's own, as in the programs of jq and awk.
	misspelled = pattern.New(`^(?:--?[\w-]+=)?(\{\w+\})$`)
	variable   = pattern.New(`^[A-Za-z_][A-Za-z0-9_]*$`)
)

// check reports what can't be right. Register checks the rest.
func (c Config) check() error {
	if c.Name == "" {
		return errors.New("a name is missing")
	}
	if len(c.Extensions)+len(c.MediaTypes) == 0 {
		return errors.New("no extensions or media types to know its documents by")
	}
	if len(c.Command) == 0 || c.Command[0] == "" {
		return errors.New("no command")
	}
	placeholders := []string{"{in}", "{out}", "{name}"}
	for _, p := range placeholders {
		if strings.Contains(c.Command[0], p) {
			return fmt.Errorf("%s in the program's own name", p)
		}
	}
	for _, arg := range c.Command[1:] {
		if p := misspelled().FindStringSubmatch(arg); p != nil && !slices.Contains(placeholders, p[1]) {
			return fmt.Errorf("%s in the command: want {in}, {out} or {name}", p[1])
		}
	}
	if c.output() == "sqlite" && !c.mentions("{out}") {
		return errors.New(`a program that writes SQLite needs {out} in its command; for one that writes text to standard output, say "output": "csv" or "ndjson"`)
	}
	for _, name := range c.Env {
		if !variable().MatchString(name) {
			return fmt.Errorf("%q is not the name of an environment variable", name)
		}
	}
	if c.Timeout < 0 || c.MaxOutput < 0 || c.MaxMemory < 0 {
		return errors.New("a limit below 0")
	}
	return nil
}

// mentions reports whether the command has a placeholder.
func (c Config) mentions(placeholder string) bool {
	return slices.ContainsFunc(c.Command, func(arg string) bool { return strings.Contains(arg, placeholder) })
}

func (c Config) output() string {
	if c.Output == "" {
		return "sqlite"
	}
	return c.Output
}

// withDefaults returns c with its limits filled in.
func (c Config) withDefaults() Config {
	if c.Timeout == 0 {
		c.Timeout = Duration(defaultTimeout)
	}
	if c.MaxOutput == 0 {
		c.MaxOutput = defaultMaxOutput
	}
	if c.MaxMemory == 0 {
		c.MaxMemory = defaultMaxMemory
	}
	return c
}
