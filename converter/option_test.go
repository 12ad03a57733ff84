package converter_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
)

// configured is a converter that only has options.
type configured struct{ options []converter.Option }

func (configured) Convert(context.Context, *converter.Input, *converter.Writer) error { return nil }
func (c configured) Options() []converter.Option                                      { return c.options }
func (c configured) With(string, string) (converter.Converter, error)                 { return c, nil }

type outer struct {
	configured
	inner []string
}

func (o outer) Inner() []string { return o.inner }

func TestSettings(t *testing.T) {
	c := configured{[]converter.Option{
		{Name: "header", Kind: converter.OptionSwitch},
		{Name: "no-header", Kind: converter.OptionSwitch},
		{Name: "no-index", Kind: converter.OptionSwitch},
		{Name: "skip", Kind: converter.OptionNumber, Default: "0"},
		{Name: "sheet", Kind: converter.OptionList},
	}}
	for want, facts := range map[string][]converter.Fact{
		"map[skip:0]":                     nil,
		"map[header:yes skip:2]":          {{Key: "header", Value: "yes"}, {Key: "skip", Value: "2"}},
		"map[no-header:yes skip:0]":       {{Key: "header", Value: "no"}, {Key: "skip", Value: "many"}},
		"map[no-index:no sheet:a skip:0]": {{Key: "index", Value: "yes"}, {Key: "sheet", Value: "a"}, {Key: "header", Value: "a, b"}},
	} {
		if got := fmt.Sprint(converter.Settings(c, facts)); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// A switch is set of a format that has no more than its other side.
func TestOtherSide(t *testing.T) {
	set := &setting{options: []converter.Option{{Name: "no-header", Kind: converter.OptionSwitch}}}
	r := new(converter.Registry)
	r.Register(converter.Format{Name: "a"}, set)
	for value, want := range map[string]string{"yes": "no-header=no", "no": "no-header=yes"} {
		if _, err := r.With("header", value); err != nil || set.last != want {
			t.Errorf("header %s is %s: %v", value, set.last, err)
		}
	}
	if _, err := r.With("header", "perhaps"); err == nil {
		t.Error("a switch is perhaps on")
	}
	if _, err := r.With("index", "no"); !errors.Is(err, converter.ErrNoOption) {
		t.Errorf("got %v", err)
	}
}

// setting is a converter that remembers what was set last.
type setting struct {
	configured
	options []converter.Option
	last    string
}

func (s *setting) Options() []converter.Option { return s.options }
func (s *setting) With(name, value string) (converter.Converter, error) {
	s.last = name + "=" + value
	return s, nil
}

func TestOptionsOf(t *testing.T) {
	option := func(name string) configured { return configured{[]converter.Option{{Name: name}}} }
	r := new(converter.Registry)
	r.Register(converter.Format{Name: "a"}, option("x"))
	r.Register(converter.Format{Name: "b"}, option("y"))
	r.Register(converter.Format{Name: "program"}, outer{option("own"), []string{"a"}})
	r.Register(converter.Format{Name: "pack"}, outer{configured{}, nil})
	for name, want := range map[string]string{"a": "x", "program": "own x", "pack": "x y own", "nix": ""} {
		if got := names(r.OptionsOf(name)); got != want {
			t.Errorf("%s has %s, want %s", name, got, want)
		}
	}
	only := r.Only("b")
	if got := names(only.OptionsOf("pack")); got != "y" {
		t.Errorf("only b in it, a packing has %s", got)
	}
	if got := names(r.Only("pack").OptionsOf("pack")); got != "x y own" {
		t.Errorf("a packing itself has %s", got)
	}
}

func names(options []converter.Option) string {
	var list []string
	for _, o := range options {
		list = append(list, o.Name)
	}
	return strings.Join(list, " ")
}

// An option is described soundly, and alike for all formats, or its format is refused.
func TestBadOptions(t *testing.T) {
	for want, o := range map[string]converter.Option{
		"want lower-case words": {Name: "No_Header"},
		"another kind for a":    {Name: "skip", Kind: converter.OptionText},
	} {
		r := new(converter.Registry)
		r.Register(converter.Format{Name: "a"}, configured{[]converter.Option{{Name: "skip", Kind: converter.OptionNumber}}})
		if err := r.Add(converter.Format{Name: "b"}, configured{[]converter.Option{o}}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v", o, err)
		}
	}
}
