package converter_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/dynasette/dynasette/converter"
)

// The zero Registry is empty and ready. package all has one of every built-in format.
func ExampleRegistry() {
	var formats converter.Registry
	formats.Register(converter.Format{Name: "env", Extensions: []string{".env"}, Doc: "NAME=value lines"}, converter.Func(textLines))
	err := formats.Add(converter.Format{Name: "settings", Extensions: []string{".env"}}, converter.Func(textLines))
	fmt.Println("error:", err)
	for _, f := range formats.Formats() {
		fmt.Println(f.Name, f.Extensions, f.Doc)
	}
	// Output:
	// error: extension .env belongs to env already
	// env [.env] NAME=value lines
}

// Content goes before names where it is certain, and names before content that only looks
// like something.
func ExampleRegistry_Detect() {
	var formats converter.Registry
	formats.Register(converter.Format{Name: "parquet", Extensions: []string{".parquet"}, Magic: "PAR1\x15"}, converter.Func(textLines))
	formats.Register(converter.Format{Name: "ini", Extensions: []string{".ini"}, Sniff: func(head []byte) bool { return bytes.HasPrefix(head, []byte("[")) }},
		converter.Func(textLines))
	formats.Register(converter.Format{Name: "env", Extensions: []string{".env"}, MediaTypes: []string{"text/x-env"}}, converter.Func(textLines))

	for _, in := range []*converter.Input{
		input("data.env", "PAR1\x15\x00"),
		input("prod.env", "[not a section]"),
		input("config", "[server]\n"),
		input("config", "?"),
	} {
		format, _, err := formats.Detect(in)
		if errors.Is(err, converter.ErrUnknownFormat) {
			fmt.Println(in.Name, "is of no known format")
			continue
		}
		fmt.Println(in.Name, "is", format.Name)
	}
	// Output:
	// data.env is parquet
	// prod.env is env
	// config is ini
	// config is of no known format
}

// env converts NAME=value lines. Its fields are options.
type env struct {
	Comment byte // lines that begin with it are left out; 0 is #
}

func (c env) Convert(ctx context.Context, in *converter.Input, out *converter.Writer) error {
	return textLines(ctx, in, out)
}

// Options describes what can be set.
func (c env) Options() []converter.Option {
	return []converter.Option{{
		Name: "comment", Kind: converter.OptionCharacter, Usage: "lines that begin with `CHAR` are left out",
		Values: []string{"#", ";"}, Default: "#",
	}}
}

// With returns the converter with an option set.
func (c env) With(name, value string) (converter.Converter, error) {
	var err error
	c.Comment, err = converter.Character(value)
	return c, err
}

// A converter with options lists them and takes their values as text. Flags, help and
// errors are made of the list.
func ExampleConfigurable() {
	var c converter.Configurable = env{}
	for _, o := range c.Options() {
		fmt.Printf("--%s: %s\n", o.Name, o.Usage)
		fmt.Println(o.Check("##"))
	}
	set, err := c.With("comment", ";")
	if err != nil {
		fmt.Println(err)
	}
	fmt.Printf("%c\n", set.(env).Comment)
	// Output:
	// --comment: lines that begin with `CHAR` are left out
	// want one ASCII character, tab, or space
	// ;
}

// With sets an option by name, for every format that has it. The registry itself stays as
// it is.
func ExampleRegistry_With() {
	var formats converter.Registry
	formats.Register(converter.Format{Name: "env", Extensions: []string{".env"}}, env{})

	set, err := formats.With("comment", ";")
	if err != nil {
		fmt.Println(err)
		return
	}
	_, c, _ := set.Lookup("env")
	fmt.Printf("%c\n", c.(env).Comment)

	_, err = formats.With("comment", "//")
	fmt.Println(err)
	_, err = formats.With("coment", ";")
	fmt.Println(err)
	// Output:
	// ;
	// option comment: "//": want one ASCII character, tab, or space
	// option coment: ";": there is no such option
}
