package fts5

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// maxToken is how many bytes of a token FTS5 looks at.
const maxToken = 32768

// A Tokenizer cuts text into tokens, as FTS5's tokenizers unicode61 and porter do. It is not
// changed by being used.
type Tokenizer struct {
	porter bool
	keep   bool                // diacritics
	ascii  [utf8.RuneSelf]byte // what a character becomes in a token; 0 if it is in none
	low    []int32             // likewise, of those below lowEnd; see other
	simple map[rune]rune       // letters without their diacritics
}

const (
	lowEnd    = 0x3000
	separator = -1
	mark      = -2
)

type span struct{ first, last rune }

type fold struct {
	first, last rune
	step, by    rune
}

// NewTokenizer returns the tokenizer that FTS5's option tokenize names: "porter",
// "unicode61 remove_diacritics 2", "porter unicode61"; "" is unicode61.
func NewTokenizer(spec string) (*Tokenizer, error) {
	words := strings.Fields(strings.ToLower(spec))
	t := &Tokenizer{}
	if len(words) > 0 && words[0] == "porter" {
		t.porter, words = true, words[1:]
	}
	if len(words) > 0 && words[0] == "unicode61" {
		words = words[1:]
	} else if len(words) > 0 {
		return nil, fmt.Errorf("tokenize %q: want porter, unicode61, or both, perhaps with remove_diacritics 0, 1 or 2", spec)
	}
	diacritics := "1"
	if len(words) == 2 && words[0] == "remove_diacritics" {
		diacritics, words = strings.Trim(words[1], "'\""), nil
	}
	if len(words) > 0 || diacritics != "0" && diacritics != "1" && diacritics != "2" {
		return nil, fmt.Errorf("tokenize %q: of unicode61's options only remove_diacritics can be said, as 0, 1 or 2", spec)
	}
	t.keep, t.simple = diacritics == "0", map[rune]rune{}
	for _, pairs := range map[string][]string{"1": {plain}, "2": {plain, complex}}[diacritics] {
		letters := []rune(pairs)
		for i := 0; i < len(letters); i += 2 {
			t.simple[letters[i]] = letters[i+1]
		}
	}
	for c := range t.ascii {
		switch {
		case 'A' <= c && c <= 'Z':
			t.ascii[c] = byte(c) + 'a' - 'A'
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9':
			t.ascii[c] = byte(c)
		}
	}
	low := make([]rune, lowEnd)
	for c := range low {
		low[c] = t.other(rune(c))
	}
	t.low = low
	return t, nil
}

// other returns what a character beyond ASCII becomes in a token, or separator or mark.
func (t *Tokenizer) other(c rune) rune {
	if c < rune(len(t.low)) {
		return t.low[c]
	}
	switch {
	case within(marks, c):
		return mark
	case within(separators, c):
		return separator
	}
	for _, f := range folds {
		if f.first <= c && c <= f.last && (c-f.first)%f.step == 0 {
			c += f.by
			break
		}
	}
	if plain, ok := t.simple[c]; ok {
		return plain
	}
	return c
}

func within(spans []span, c rune) bool {
	lo, hi := 0, len(spans)
	for lo < hi {
		m := (lo + hi) / 2
		if c > spans[m].last {
			lo = m + 1
		} else {
			hi = m
		}
	}
	return lo < len(spans) && spans[lo].first <= c
}

// Tokens calls each for the tokens of the text. A token is valid until each returns.
func (t *Tokenizer) Tokens(text, buf []byte, each func(token []byte)) []byte {
	for i := 0; i < len(text); {
		buf = buf[:0]
		begun := false
		for i < len(text) {
			c := text[i]
			if c < utf8.RuneSelf {
				i++
				f := t.ascii[c]
				if f == 0 {
					if begun {
						break
					}
					continue
				}
				begun, buf = true, append(buf, f)
				continue
			}
			r, size := decode(text[i:])
			i += size
			f := t.other(r)
			if f == separator || f == mark && !begun {
				if begun {
					break
				}
				continue
			}
			begun = true
			if f != mark {
				buf = appendRune(buf, f)
			} else if t.keep {
				buf = appendRune(buf, r)
			}
		}
		if begun {
			each(buf[:min(len(buf), maxToken)])
		}
	}
	return buf
}

// decode reads a character as SQLite does, also from what is not UTF-8.
func decode(b []byte) (c rune, n int) {
	c, n = rune(b[0]), 1
	switch {
	case c < 0xc0:
		return c, n
	case c < 0xe0:
		c &= 0x1f
	case c < 0xf0:
		c &= 0x0f
	case c < 0xf8:
		c &= 0x07
	case c < 0xfc:
		c &= 0x03
	case c < 0xfe:
		c &= 0x01
	default:
		c = 0
	}
	for n < len(b) && b[n]&0xc0 == 0x80 {
		c = rune(uint32(c)<<6 | uint32(b[n]&0x3f))
		n++
	}
	switch {
	case uint32(c) > utf8.MaxRune:
		c = 1<<noRune | c&(1<<noRune-1)
	case !utf8.ValidRune(c) || c < utf8.RuneSelf || c&^1 == 0xfffe:
		c = utf8.RuneError
	}
	return c, n
}

// noRune is the bit that is set in what is beyond Unicode: to SQLite it is a letter of four
// bytes, of whose bits so many count.
const noRune = 21

func appendRune(b []byte, c rune) []byte {
	if c>>noRune == 0 {
		return utf8.AppendRune(b, c)
	}
	return append(b, 0xf0|byte(c>>18)&7, 0x80|byte(c>>12)&0x3f, 0x80|byte(c>>6)&0x3f, 0x80|byte(c)&0x3f)
}
