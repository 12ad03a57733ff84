package fts5

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// NewTokenizer returns the tokenizer that FTS5's option tokenize names: "porter",
// "unicode61 remove_diacritics 2 tokenchars '-_'", "porter ascii", "trigram"; "" is unicode61.
func NewTokenizer(spec string) (*Tokenizer, error) {
	t := &Tokenizer{}
	words, err := specWords(spec)
	if err == nil {
		err = t.specify(words)
	}
	if err != nil {
		return nil, fmt.Errorf("tokenize %q: %w", spec, err)
	}
	return t, nil
}

// specWords cuts it into words, which may be quoted.
func specWords(spec string) (words []string, err error) {
	for {
		if spec = strings.TrimLeft(spec, " \t\r\n"); spec == "" {
			return words, nil
		}
		if spec[0] != '\'' {
			end := strings.IndexFunc(spec, func(r rune) bool { return r < utf8.RuneSelf && !alphanumeric(r) && r != '_' })
			if end < 0 {
				end = len(spec)
			}
			if end == 0 {
				return nil, fmt.Errorf("%q has to stand within single quotes: '…'", spec[:1])
			}
			words, spec = append(words, spec[:end]), spec[end:]
			continue
		}
		var word strings.Builder
		for {
			spec = spec[1:]
			before, after, ok := strings.Cut(spec, "'")
			if !ok {
				return nil, errors.New("a quote is not closed")
			}
			word.WriteString(before)
			if spec = after; !strings.HasPrefix(spec, "'") {
				break
			}
			word.WriteByte('\'') // that is doubled
		}
		words = append(words, word.String())
	}
}

func alphanumeric(c rune) bool {
	return '0' <= c && c <= '9' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z'
}

// specify makes t the tokenizer of those words.
func (t *Tokenizer) specify(words []string) error {
	name, options := "unicode61", words
	if len(options) > 0 && strings.EqualFold(options[0], "porter") {
		t.porter, options = true, options[1:]
	}
	if len(options) > 0 {
		name, options = strings.ToLower(options[0]), options[1:]
	}
	known := map[string][]string{
		"unicode61": {"remove_diacritics", "tokenchars", "separators"},
		"ascii":     {"tokenchars", "separators"},
		"trigram":   {"case_sensitive"},
	}[name]
	if known == nil {
		return errors.New("want unicode61, ascii, trigram, or porter before one of them")
	}
	for c := range rune(utf8.RuneSelf) {
		if alphanumeric(c) {
			t.ascii[c] = byte(folded(c))
		}
	}
	t.trigrams, t.bytes = name == "trigram", name == "ascii"
	diacritics := "1"
	for ; len(options) > 0; options = options[2:] {
		option := strings.ToLower(options[0])
		if !slices.Contains(known, option) {
			return fmt.Errorf("of %s's options only %s can be said", name, strings.Join(known, ", "))
		}
		if len(options) == 1 {
			return fmt.Errorf("%s has no value", option)
		}
		switch value := options[1]; option {
		case "remove_diacritics":
			if diacritics = value; value != "0" && value != "1" && value != "2" {
				return errors.New("remove_diacritics is 0, 1 or 2")
			}
		case "case_sensitive":
			if t.keep = value == "1"; value != "0" && value != "1" {
				return errors.New("case_sensitive is 0 or 1")
			}
		default:
			t.except(value, option == "tokenchars")
		}
	}
	if name == "unicode61" {
		t.unicode(diacritics)
	}
	return nil
}

// except makes characters some of tokens, or of none.
func (t *Tokenizer) except(characters string, token bool) {
	for rest := []byte(characters); len(rest) > 0; {
		c, size := decode(rest)
		rest = rest[size:]
		switch {
		case c < utf8.RuneSelf && token:
			t.ascii[c] = byte(folded(c))
		case c < utf8.RuneSelf:
			t.ascii[c] = 0
		case !t.bytes && within(separators, c) == token && !within(marks, c):
			if t.odd == nil {
				t.odd = map[rune]bool{}
			}
			t.odd[c] = true
		}
	}
}

// unicode prepares what is asked of characters beyond ASCII.
func (t *Tokenizer) unicode(diacritics string) {
	t.keep, t.simple = diacritics == "0", map[rune]rune{}
	for _, pairs := range map[string][]string{"1": {plain}, "2": {plain, complex}}[diacritics] {
		letters := []rune(pairs)
		for i := 0; i < len(letters); i += 2 {
			t.simple[letters[i]] = letters[i+1]
		}
	}
	low := make([]rune, lowEnd)
	for c := range low {
		low[c] = t.other(rune(c))
	}
	t.low = low
}
