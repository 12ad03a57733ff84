package fts5

import "unicode/utf8"

// maxToken is how many bytes of a token FTS5 looks at.
const maxToken = 32768

// A Tokenizer cuts text into tokens, as FTS5's tokenizers do. It is not changed by being used.
type Tokenizer struct {
	porter   bool
	trigrams bool
	bytes    bool                // beyond ASCII all are of tokens, as they are
	keep     bool                // diacritics
	ascii    [utf8.RuneSelf]byte // what a character becomes in a token; 0 if it is in none
	low      []int32             // likewise, of those below lowEnd; see other
	simple   map[rune]rune       // letters without their diacritics
	odd      map[rune]bool       // letters that are separators here, and the other way round
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

// other returns what a character beyond ASCII becomes in a token, or separator or mark.
func (t *Tokenizer) other(c rune) rune {
	if c < rune(len(t.low)) {
		return t.low[c]
	}
	switch {
	case within(marks, c):
		return mark
	case within(separators, c) != t.odd[c]:
		return separator
	}
	c = folded(c)
	if plain, ok := t.simple[c]; ok {
		return plain
	}
	return c
}

// folded returns a letter's lower case.
func folded(c rune) rune {
	if c < utf8.RuneSelf {
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		return c
	}
	for _, f := range folds {
		if f.first <= c && c <= f.last && (c-f.first)%f.step == 0 {
			return c + f.by
		}
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
	if t.trigrams {
		return t.threes(text, buf, each)
	}
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
			if t.bytes {
				i++
				begun, buf = true, append(buf, c)
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

// threes calls each for all three characters that follow one another, up to a NUL.
func (t *Tokenizer) threes(text, buf []byte, each func(token []byte)) []byte {
	var ends [2]int // of the last two characters in buf
	buf = buf[:0]
	for i, n := 0, 0; i < len(text) && text[i] != 0; n++ {
		c, size := decode(text[i:])
		i += size
		if !t.keep {
			c = folded(c)
		}
		if buf = appendRune(buf, c); n >= 2 {
			each(buf)
			buf = buf[:copy(buf, buf[ends[0]:])]
			ends[1] -= ends[0]
		}
		ends[0], ends[1] = ends[1], len(buf)
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
