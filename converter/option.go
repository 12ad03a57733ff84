package converter

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// An Option is something that can be set of a converter, described so that flags, help,
// completions, rules and forms can be made from it.
type Option struct {
	Name    string     `json:"name"`              // one lower-case word; may have hyphens
	Usage   string     `json:"usage"`             // one line without a period, with the value's name in `backquotes`
	Kind    OptionKind `json:"kind"`              // what its values are
	Values  []string   `json:"values,omitempty"`  // OptionChoice: all that are allowed; otherwise examples, and of an OptionCharacter all words
	Default string     `json:"default,omitempty"` // what holds if the option is not set and the document says nothing; may be empty
	Settles bool       `json:"-"`                 // setting it also settles the format, where only a document's content would tell
}

// OptionKind says what the values of an Option are.
type OptionKind uint8

// The kinds of options.
const (
	OptionText      OptionKind = iota // any text
	OptionChoice                      // one of Option.Values
	OptionSwitch                      // yes or no
	OptionNumber                      // a whole number, 0 or more
	OptionCharacter                   // what Character reads, or a word of Option.Values
	OptionList                        // texts: each call of With adds one
)

var optionKinds = [...]string{"text", "choice", "switch", "number", "character", "list"}

func (k OptionKind) String() string {
	if int(k) < len(optionKinds) {
		return optionKinds[k]
	}
	return fmt.Sprintf("kind %d", uint8(k))
}

// MarshalText returns the kind's name.
func (k OptionKind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// Values of an OptionSwitch.
const (
	Yes = "yes"
	No  = "no"
)

// Configurable is a Converter that has options. What a converter finds out about a document
// it should Describe under the option's name: then inspect repeats it.
//
// A switch called no-X is the other side of what is described as X: "header" is "no" if
// no-header is on.
type Configurable interface {
	Converter
	// Options lists what can be set. The list does not depend on what is set.
	Options() []Option
	// With returns a copy of the converter with one option set. The value has passed
	// Option.Check. An error says what is allowed.
	With(name, value string) (Converter, error)
}

// Check returns an error that says what is allowed if value can't be one of the option.
func (o Option) Check(value string) error {
	switch o.Kind {
	case OptionChoice:
		if !slices.Contains(o.Values, value) {
			return fmt.Errorf("want one of %s", strings.Join(o.Values, ", "))
		}
	case OptionSwitch:
		if value != Yes && value != No {
			return errors.New("want yes or no")
		}
	case OptionNumber:
		if n, err := strconv.Atoi(value); err != nil || n < 0 {
			return errors.New("want a number of 0 or more")
		}
	case OptionCharacter:
		same := func(word string) bool { return strings.EqualFold(word, value) }
		if _, err := Character(value); err == nil || slices.ContainsFunc(o.Values, same) {
			return nil
		}
		words := []string{"want one ASCII character", "tab", "space"}
		for _, v := range o.Values {
			if len(v) > 1 && !slices.Contains(words, v) {
				words = append(words, v)
			}
		}
		last := len(words) - 1
		return fmt.Errorf("%s, or %s", strings.Join(words[:last], ", "), words[last])
	}
	return nil
}

// Character returns the character that a value of an OptionCharacter spells: one of ASCII
// that can stand in a line, or tab, \t or space.
func Character(value string) (byte, error) {
	switch strings.ToLower(value) {
	case "tab", `\t`:
		return '\t', nil
	case "space":
		return ' ', nil
	}
	if len(value) != 1 || value[0] >= 0x80 || strings.Contains("\r\n\x00", value) {
		return 0, errors.New("want one ASCII character, tab, or space")
	}
	return value[0], nil
}

// Spelled returns a value as people can see and type it.
func (o Option) Spelled(value string) string {
	if o.Kind == OptionCharacter {
		switch value {
		case "\t":
			return "tab"
		case " ":
			return "space"
		}
	}
	return value
}

// An OptionError is a value that an option can't have, or an option that no format has.
type OptionError struct {
	Option string
	Value  string
	Err    error
}

func (e *OptionError) Error() string {
	return fmt.Sprintf("option %s: %q: %v", e.Option, e.Value, e.Err)
}

func (e *OptionError) Unwrap() error { return e.Err }

// ErrNoOption: no format has an option of that name.
var ErrNoOption = errors.New("there is no such option")

// Settings returns how a converter is to be set for it to read a document as it was read,
// by option: by the facts that it described, or else by the options' defaults. A fact that
// is no value of the option says nothing about it, and of the switches X and no-X only the
// one that is on is there.
func Settings(c Converter, facts []Fact) map[string]string {
	found := map[string]string{}
	for _, f := range facts {
		found[f.Key] = f.Value
	}
	settings := map[string]string{}
	for _, o := range own(c) {
		value := found[o.Name]
		if positive, ok := strings.CutPrefix(o.Name, "no-"); ok && o.Kind == OptionSwitch && value == "" {
			value = opposite[found[positive]]
		}
		if value == "" || o.Check(value) != nil {
			value = o.Default
		}
		if value != "" {
			settings[o.Name] = value
		}
	}
	for name, value := range settings { // of two that are opposite, the one that is on
		if value == No && (settings["no-"+name] == Yes || settings[strings.TrimPrefix(name, "no-")] == Yes) {
			delete(settings, name)
		}
	}
	return settings
}

var opposite = map[string]string{Yes: No, No: Yes}

// An Outer is a Converter whose documents hold documents of other formats: an archive, or
// one that runs a program. It finds those formats by Writer.Formats.
type Outer interface {
	Converter
	// Inner returns the names of the formats that may be inside; nil: any.
	Inner() []string
}

// A FormatOption is an option, and the formats that have it.
type FormatOption struct {
	Option
	Formats []string // their names
}

// Options returns the options of all formats, each name once.
func (r *Registry) Options() []FormatOption {
	var list []FormatOption
	for _, e := range r.entries {
		for _, o := range e.options {
			i := slices.IndexFunc(list, func(f FormatOption) bool { return f.Name == o.Name })
			if i < 0 {
				i = len(list)
				list = append(list, FormatOption{Option: o})
			}
			list[i].Formats = append(list[i].Formats, e.Name)
		}
	}
	return list
}

// OptionsOf returns the options of one format, and of those that may be inside of it; see
// Only.
func (r *Registry) OptionsOf(format string) []Option {
	var list []Option
	seen := map[string]bool{} // formats, and then options
	var visit func(name string)
	visit = func(name string) {
		if seen["format "+name] {
			return
		}
		seen["format "+name] = true
		_, c, _ := r.Lookup(name)
		for _, o := range own(c) {
			if !seen[o.Name] {
				seen[o.Name] = true
				list = append(list, o)
			}
		}
		if outer, ok := c.(Outer); ok {
			inner := outer.Inner()
			if _, only, known := r.Lookup(r.only); inner == nil && known && !packs(only) {
				inner = []string{r.only}
			} else if inner == nil {
				for _, e := range r.entries {
					inner = append(inner, e.Name)
				}
			}
			for _, name := range inner {
				visit(name)
			}
		}
	}
	visit(format)
	return list
}

func own(c Converter) []Option {
	if c, ok := c.(Configurable); ok {
		return c.Options()
	}
	return nil
}

// option returns the option of a name among a format's and a value for it: where there is no switch X but
// one called no-X, that with the opposite.
func option(options []Option, name, value string) (Option, string, bool) {
	for _, o := range options {
		if o.Name == name {
			return o, value, true
		}
	}
	for _, o := range options {
		if o.Name == "no-"+name && o.Kind == OptionSwitch {
			return o, cmp.Or(opposite[value], value), true
		}
	}
	return Option{}, "", false
}

// With returns a copy of r in which the option is set for every format that has it, or the switch no-X for
// those that have no other X. The error is an OptionError.
func (r *Registry) With(name, value string) (*Registry, error) {
	changed, found := r.Clone(), false
	for i := range changed.entries {
		e := &changed.entries[i]
		o, value, ok := option(e.options, name, value)
		if !ok {
			continue
		}
		found = true
		err := o.Check(value)
		if err == nil {
			e.Converter, err = e.Converter.(Configurable).With(o.Name, value)
		}
		if err != nil {
			return nil, &OptionError{name, value, err}
		}
		if o.Settles && e.Sniff != nil {
			e.Sniff = func([]byte) bool { return true }
		}
	}
	if !found {
		return nil, &OptionError{name, value, ErrNoOption}
	}
	return changed, nil
}

// Only returns a copy of r that takes every document for one of the named format, or for a
// packing with such a one inside; "" stands for none in particular.
func (r *Registry) Only(format string) *Registry {
	only := r.Clone()
	only.only = format
	return only
}

// packs reports whether documents of c may have any other format inside.
func packs(c Converter) bool {
	outer, ok := c.(Outer)
	return ok && outer.Inner() == nil
}
