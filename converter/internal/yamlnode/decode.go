package yamlnode

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/dynasette/dynasette/converter"
	"go.yaml.in/yaml/v4"
	"go.yaml.in/yaml/v4/plugin/loaderlimits"
)

// A Decoder reads the documents of a YAML stream one by one.
type Decoder struct {
	text []byte
	line int64
	yaml *yaml.Loader
	err  error             // there is no Loader
	show *strings.Replacer // see hideBreaks
}

// NewDecoder returns a Decoder of text, UTF-8, whose first line is the given one (1-based)
// of the whole: errors count from there.
func NewDecoder(text []byte, line int64) *Decoder {
	text, show := hideBreaks(text)
	d := &Decoder{text: text, line: line, show: show}
	// How deep nodes may be nested and how far aliases expand is limited here, see Values.
	limits := loaderlimits.New(loaderlimits.DepthValue(MaxDepth+1), loaderlimits.AliasNone())
	d.yaml, d.err = yaml.NewLoader(bytes.NewReader(text), yaml.WithPlugin(limits))
	return d
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
	if d.err != nil {
		return nil, d.err
	}
	var doc yaml.Node
	switch err := d.yaml.Load(&doc); {
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

// fail makes a SyntaxError of an error of the library. What is broken there may have begun
// on a line before.
func (d *Decoder) fail(err error) error {
	var load *yaml.LoadError
	if !errors.As(err, &load) {
		return d.Line(&converter.SyntaxError{Line: 1, Err: err})
	}
	message, line := load.Message, load.Mark.Line
	if from := load.ContextMark.Line; load.ContextMsg != "" && from > 0 && from < line {
		message = fmt.Sprintf("%s, %s from line %d on", message, load.ContextMsg, int64(from)+d.line-1)
	}
	if at := firstInvalid(d.text); line == 0 && at >= 0 {
		line = 1 + bytes.Count(d.text[:at], []byte("\n"))
	}
	syntax := &converter.SyntaxError{Line: int64(max(line, 1)), Err: errors.New(message)}
	if strings.Contains(message, "max depth") {
		syntax.Err = fmt.Errorf("nested more than %d levels deep: %w", MaxDepth, converter.ErrLimit)
	}
	return d.Line(syntax)
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
