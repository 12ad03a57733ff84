package charset

import "slices"

// words are pieces of a text in which bytes beyond ASCII stand: each once, and of a long text
// about as many from its end as from its beginning. What tells encodings apart is in them.
type words struct {
	list   [][]byte
	known  map[string]bool
	size   int    // of list, in bytes
	stride int    // one of so many is kept, less one
	skip   int    // how many are still to be left out
	word   []byte // that the text so far ends with
}

const (
	maxWord  = 256      // bytes
	maxWords = 32 << 10 // bytes of all
)

// add goes on with the text.
func (w *words) add(text []byte) {
	for at := 0; at < len(text); {
		if len(w.word) == 0 {
			// To the first byte beyond ASCII, and back to where its word begins.
			from := at
			if at += ascii(text[at:]); at == len(text) {
				break
			}
			for at > from && inWord(text[at-1]) {
				at--
			}
		}
		end := at
		for end < len(text) && inWord(text[end]) {
			end++
		}
		w.word = append(w.word, text[at:min(end, at+maxWord)]...)
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
	word := w.word
	w.word = w.word[:0]
	if len(word) == 0 || len(word) > 2*maxWord {
		return
	}
	if w.skip > 0 {
		w.skip--
		return
	}
	w.skip = w.stride
	if w.known[string(word)] {
		return
	}
	if w.known == nil {
		w.known = map[string]bool{}
	}
	w.known[string(word)] = true
	w.list = append(w.list, slices.Clone(word))
	w.size += len(word)
	if w.size > maxWords {
		w.thin()
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
	w.stride = 2*w.stride + 1
}
