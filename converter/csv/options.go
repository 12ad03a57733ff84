package csv

import (
	"strconv"
	"strings"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/headerrows"
	"github.com/dynasette/dynasette/converter/internal/plaintext"
)

// Options lists what can be set; see converter.Configurable.
func (c Converter) Options() []converter.Option {
	return []converter.Option{
		plaintext.EncodingOption(),
		{
			Name: "delimiter", Kind: converter.OptionText, Usage: "`TEXT` between cells, tab, space (one or more), spaces (two or more), fixed, or none",
			Values: []string{",", ";", "tab", "|", "||", Blanks, WideGaps, Columns, OneColumn}, Settles: true,
		},
		{
			Name: "quote", Kind: converter.OptionCharacter, Usage: "`CHAR` around cells, or none",
			Values: []string{`"`, `'`, "none"}, Default: `"`,
		},
		{
			Name: "escape", Kind: converter.OptionCharacter, Usage: "`CHAR` before a quote within quotes, where it is not doubled, or none",
			Values: []string{`\`, "none"},
		},
		{
			Name: "comment", Kind: converter.OptionCharacter, Usage: "lines that begin with `CHAR` are no rows, and go to _rejects",
			Values: []string{"#", "%", ";"},
		},
		{Name: "skip", Kind: converter.OptionNumber, Usage: "`N` lines or rows come before the header", Default: "0"},
		headerrows.RowsOption(),
		headerrows.JoinOption(),
		{Name: "header", Kind: converter.OptionSwitch, Usage: "the first row names the columns, whatever it looks like"},
		{Name: "no-header", Kind: converter.OptionSwitch, Usage: "the first row is data"},
	}
}

// With returns the converter with an option set.
func (c Converter) With(name, value string) (converter.Converter, error) {
	var err error
	switch name {
	case "encoding":
		c.Encoding, err = value, plaintext.CheckEncoding(value)
	case "delimiter":
		c.Delimiter, err = parseDelimiter(value)
	case "quote":
		c.Quote, err = character(value)
	case "escape":
		c.Escape, err = character(value)
	case "comment":
		c.Comment, err = converter.Character(value)
	case "skip":
		if c.Skip, err = strconv.Atoi(value); c.Skip == 0 {
			c.Skip = -1 // none, and don't look for any
		}
	case "header-rows":
		c.HeaderRows, err = headerrows.Parse(value)
	case "header-join":
		c.HeaderJoin = value
	case "header":
		c.Header, c.NoHeader = value == converter.Yes, value != converter.Yes
	case "no-header":
		c.Header, c.NoHeader = value != converter.Yes, value == converter.Yes
	default:
		err = converter.ErrNoOption
	}
	return c, err
}

// character returns the character that a value spells, or None.
func character(value string) (byte, error) {
	if strings.EqualFold(value, "none") {
		return None, nil
	}
	return converter.Character(value)
}
