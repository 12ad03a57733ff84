package charset

import "slices"

// words are pieces of a text in which bytes beyond ASCII stand: each once, and of a long text
// about as many from its end as from its beginning. What tells encodings apart is in them.
type words struct {
	list   [][]byte
	known  map[string]bool
	size   int // of list, in bytes
	looked int // how many were looked at since the last time that thin was called
	stride int // one of so many is looked at, less one
	skip   int // how many are still to be passed over

	inside bool // the text so far ends within a word
	taken  bool // which is looked at
	word   []byte
}

const (
	maxWord   = 256      // bytes; what is longer is cut off
	maxWords  = 32 << 10 // bytes of all
	maxLooked = 16 << 10 // words
)

// add goes on with the text.
func (w *words) add(text []byte) {
	for at := 0; at < len(text); {
		if !w.inside {
			// To the first byte beyond ASCII, and back to where its word begins.
			from := at
			if at += ascii(text[at:]); at == len(text) {
				return
			}
			if w.inside, w.taken = true, w.skip == 0; w.taken {
				w.skip = w.stride
				for at > from && inWord(text[at-1]) {
					at--
				}
			} else {
				w.skip--
			}
		}
		end := at
		for end < len(text) && inWord(text[end]) {
			end++
		}
		if w.taken && len(w.word) < maxWord {
			w.word = append(w.word, text[at:min(end, at+maxWord-len(w.word))]...)
		}
		if at = end; at < len(text) {
			w.end()
		}
	}
}

// inWord reports whether a byte may be of a word in any encoding. Signs of ASCII from '@' on
// may, since they are the second bytes of characters in some.
func inWord(b byte) bool { return b >= '@' && b != 0x7f }

// end ends the word at hand.
func (w *words) end() {
	if w.inside && w.taken {
		w.keep()
	}
	w.inside, w.word = false, w.word[:0]
}

// keep keeps the word at hand, if it is a new one.
func (w *words) keep() {
	if !w.known[string(w.word)] {
		if w.known == nil {
			w.known = map[string]bool{}
		}
		word := slices.Clone(w.word)
		w.known[string(word)] = true
		w.list = append(w.list, word)
		w.size += len(word)
	}
	if w.looked++; w.size > maxWords {
		w.thin()
	} else if w.looked > maxLooked {
		w.looked, w.stride = 0, 2*w.stride+1
	}
}

// thin leaves out every other word, of those to come as well.
func (w *words) thin() {
	kept := w.list[:0]
	w.size = 0
	for i, word := range w.list {
		if i%2 == 0 {
			kept = append(kept, word)
			w.size += len(word)
		} else {
			delete(w.known, string(word))
		}
	}
	clear(w.list[len(kept):])
	w.list = kept
	w.looked, w.stride = 0, 2*w.stride+1
}
