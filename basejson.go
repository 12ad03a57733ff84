package dynasette

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// readJSON reads JSON.
func (t *baseText) readJSON(text string) (any, *baseError) {
	t.reset()
	if err := json.Unmarshal([]byte(text), new(any)); err != nil {
		e := &baseError{err: err}
		if syntax := (*json.SyntaxError)(nil); errors.As(err, &syntax) {
			e.line, e.column = position(text, int(syntax.Offset)-1)
			if strings.HasPrefix(err.Error(), "unexpected end") {
				e.line, e.column = position(text, len(text))
			}
		}
		return nil, e
	}
	r := &jsonReader{baseText: t, text: text, decoder: json.NewDecoder(strings.NewReader(text))}
	r.decoder.UseNumber()
	root, err := r.value(nil)
	if e := (*baseError)(nil); err != nil && !errors.As(err, &e) {
		return nil, &baseError{err: err}
	} else if err != nil {
		return nil, e
	}
	return root, nil
}

// position returns the line and the column of a byte.
func position(text string, offset int) (line, column int) {
	before := text[:min(max(offset, 0), len(text))]
	start := strings.LastIndexByte(before, '\n') + 1
	return strings.Count(before, "\n") + 1, utf8.RuneCountInString(before[start:]) + 1
}

// A jsonReader reads sound JSON token by token, to know where everything stands.
type jsonReader struct {
	*baseText
	text    string
	decoder *json.Decoder
	counted int // offset up to which lines are counted
	line    int // of what follows, from 0
	column  int
}

// next returns the next token and where it stands.
func (r *jsonReader) next() (json.Token, entry, error) {
	at := int(r.decoder.InputOffset())
	at += len(r.text[at:]) - len(strings.TrimLeft(r.text[at:], " \t\r\n,:"))
	passed := r.text[r.counted:at]
	if n := strings.Count(passed, "\n"); n > 0 {
		r.line, r.column = r.line+n, 0
		passed = passed[strings.LastIndexByte(passed, '\n')+1:]
	}
	r.counted, r.column = at, r.column+utf8.RuneCountInString(passed)
	token, err := r.decoder.Token()
	return token, entry{line: r.line + 1, column: r.column + 1}, err
}

func (r *jsonReader) value(path []string) (any, error) {
	token, _, err := r.next()
	if err != nil {
		return nil, err
	}
	return r.rest(token, path)
}

// rest reads what begins with a token.
func (r *jsonReader) rest(token json.Token, path []string) (any, error) {
	switch token {
	case json.Delim('{'):
		m := map[string]any{}
		for r.decoder.More() {
			token, e, err := r.next()
			if err != nil {
				return nil, err
			}
			key := token.(string)
			if m[key], err = r.child(append(path, key), e); err != nil {
				return nil, err
			}
		}
		_, _, err := r.next()
		return m, err
	case json.Delim('['):
		list := []any{}
		for r.decoder.More() {
			token, e, err := r.next()
			if err != nil {
				return nil, err
			}
			at := append(path, strconv.Itoa(len(list)))
			e.spelling = spelling(token)
			if err := r.enter(at, e); err != nil {
				return nil, err
			}
			v, err := r.rest(token, at)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		_, _, err := r.next()
		return list, err
	}
	return plainValue(token), nil
}

// child reads the value of a key.
func (r *jsonReader) child(path []string, e entry) (any, error) {
	token, _, err := r.next()
	if err != nil {
		return nil, err
	}
	e.spelling = spelling(token)
	if err := r.enter(path, e); err != nil {
		return nil, err
	}
	return r.rest(token, path)
}

func spelling(token json.Token) string {
	if _, ok := token.(json.Delim); ok || token == nil {
		return ""
	}
	return fmt.Sprint(token)
}
