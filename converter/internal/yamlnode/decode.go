package yamlnode

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/dynasette/dynasette/converter"
	"go.yaml.in/yaml/v3"
)

// A Decoder reads the documents of a YAML stream one by one.
type Decoder struct {
	text []byte
	line int64
	yaml *yaml.Decoder
	show *strings.Replacer // see hideBreaks
}

// NewDecoder returns a Decoder of text, UTF-8, whose first line is the given one (1-based)
// of the whole: errors count from there.
func NewDecoder(text []byte, line int64) *Decoder {
	text, show := hideBreaks(text)
	return &Decoder{text: text, line: line, yaml: yaml.NewDecoder(bytes.NewReader(text)), show: show}
}

// Next returns the root node of the next document, or io.EOF. Lines of nodes count from
// the start of the text, see Line. Other errors are a *converter.SyntaxError.
func (d *Decoder) Next() (root *yaml.Node, err error) {
	defer func() {
		// The library reports a fault in itself by a panic, and untrusted input finds them.
		if fault := recover(); fault != nil {
			err = d.fail(fmt.Errorf("the YAML parser gave up: %v", fault))
		}
	}()
	var doc yaml.Node
	switch err := d.yaml.Decode(&doc); {
	case err == io.EOF:
		return nil, io.EOF
	case err != nil:
		return nil, d.fail(err)
	case len(doc.Content) == 0:
		return &yaml.Node{Kind: yaml.ScalarNode}, nil
	}
	if d.show != nil {
		showBreaks(&doc, d.show)
	}
	return doc.Content[0], nil
}

// Line makes the lines of an error count from the start of the whole.
func (d *Decoder) Line(err error) error {
	var syntax *converter.SyntaxError
	if d.line > 1 && errors.As(err, &syntax) && syntax.Line > 0 {
		syntax.Line += d.line - 1
	}
	return err
}

// fail makes a SyntaxError of an error of the library, "yaml: line 3: …".
func (d *Decoder) fail(err error) error {
	message := strings.TrimPrefix(err.Error(), "yaml: ")
	var line int
	if rest, ok := strings.CutPrefix(message, "line "); ok {
		number, problem, _ := strings.Cut(rest, ": ")
		if n, err := strconv.Atoi(number); err == nil {
			line, message = n, problem
			if parserProblem(problem) {
				line++ // the library counts these from 0
			}
		}
	}
	if line == 0 {
		line = d.find(message)
	}
	return d.Line(&converter.SyntaxError{Line: int64(max(line, 1)), Err: errors.New(message)})
}

// parserProblem reports whether a problem is one of the parser, not of the scanner.
func parserProblem(problem string) bool {
	for _, p := range []string{"key", "node content", "'-' indicator", "',' or ']'", "',' or '}'", "<document start>"} {
		if problem == "did not find expected "+p {
			return true
		}
	}
	return false
}

// find looks for the line of a problem that the library reports without one.
func (d *Decoder) find(message string) int {
	at := -1
	if name, ok := strings.CutPrefix(message, "unknown anchor '"); ok {
		name, _, _ = strings.Cut(name, "'")
		at = bytes.Index(d.text, []byte("*"+name))
	} else {
		at = firstInvalid(d.text)
	}
	if at < 0 {
		return 1
	}
	return 1 + bytes.Count(d.text[:at], []byte("\n"))
}

// firstInvalid returns the position of the first byte that may not stand in a YAML stream
// (YAML 1.2.2, 5.1), or -1.
func firstInvalid(text []byte) int {
	for i := 0; i < len(text); {
		c := text[i]
		if c < utf8.RuneSelf {
			if c < ' ' && c != '\t' && c != '\n' && c != '\r' || c == 0x7f {
				return i
			}
			i++
			continue
		}
		r, size := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return -1
}
