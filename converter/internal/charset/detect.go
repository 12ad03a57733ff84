package charset

import "slices"

// A speaker tells what a word costs in a language.
type speaker interface{ cost(word []byte) int }

// candidates are the encodings that text is looked at in, with the languages that are written
// in each, and how much more seldom than windows-1252 it is found, in half bits.
var candidates = []struct {
	encoding  string
	seldom    int
	languages []string
}{
	{"windows-1252", 0, western},
	{"windows-1250", 8, central},
	{"windows-1251", 6, cyrillic},
	{"windows-1253", 8, greek},
	{"windows-1254", 8, turkish},
	{"windows-1255", 8, hebrew},
	{"windows-1256", 8, arabic},
	{"windows-1257", 12, baltic},
	{"windows-1258", 16, vietnamese},
	{"windows-874", 10, thai},
	{"iso-8859-2", 14, central},
	{"iso-8859-5", 20, cyrillic},
	{"iso-8859-6", 20, arabic},
	{"iso-8859-7", 14, greek},
	{"iso-8859-8", 20, hebrew},
	{"iso-8859-13", 20, baltic},
	{"iso-8859-15", 14, western},
	{"koi8-r", 10, cyrillic},
	{"koi8-u", 16, cyrillic},
	{"macintosh", 16, western},
	{"x-mac-cyrillic", 20, cyrillic},
	{"cp437", 22, western},
	{"cp850", 18, western},
	{"cp852", 20, central},
	{"cp855", 26, cyrillic},
	{"cp862", 26, hebrew},
	{"ibm866", 12, cyrillic},
	{"shift_jis", 6, []string{"ja"}},
	{"euc-jp", 12, []string{"ja"}},
	{"gb18030", 6, []string{"zh-Hans"}},
	{"big5", 6, []string{"zh-Hant"}},
	{"euc-kr", 6, []string{"ko"}},
}

var (
	western    = []string{"en", "de", "fr", "es", "pt", "it", "nl", "da", "nb", "sv", "fi", "is", "ca", "sq"}
	central    = []string{"pl", "cs", "sk", "hu", "ro", "hr", "sl", "de", "sq"}
	cyrillic   = []string{"ru", "uk", "bg", "sr-Cyrl", "mk", "be"}
	greek      = []string{"el"}
	turkish    = []string{"tr"}
	hebrew     = []string{"he"}
	arabic     = []string{"ar", "fa"}
	baltic     = []string{"lt", "lv", "et"}
	vietnamese = []string{"vi"}
	thai       = []string{"th"}
)

// costOther is that a word is in another language of the encoding than most are.
const costOther = 8

// A guess is an encoding and what the words cost in it.
type guess struct {
	encoding string
	cost     int
}

// Guess returns the encoding that the text most likely has, if it is not UTF-8, and the one
// that comes next among those that read it differently. What reads as well in the default
// encoding is in that.
func (s *Survey) Guess() (name, next string) {
	guesses := s.guesses()
	name = guesses[0].encoding
	if s.same(name, Default) {
		name = Default
	}
	for _, g := range guesses[1:] {
		if !s.same(name, g.encoding) {
			return name, g.encoding
		}
	}
	return name, ""
}

// guesses returns all candidates, the likeliest first.
func (s *Survey) guesses() []guess {
	var list []guess
	alphabets := map[string]*letters{}
	for _, c := range candidates {
		var speakers []speaker
		t := newTable(legacy[c.encoding])
		p := (*page)(nil)
		if t != nil {
			p = newPage(t)
		}
		for _, language := range c.languages {
			if p == nil {
				speakers = append(speakers, newCharacters(c.encoding, model(language)))
				continue
			}
			if alphabets[language] == nil {
				alphabets[language] = newLetters(model(language))
			}
			speakers = append(speakers, p.in(alphabets[language]))
		}
		list = append(list, guess{c.encoding, c.seldom + s.words.cost(speakers)})
	}
	slices.SortStableFunc(list, func(a, b guess) int { return a.cost - b.cost })
	return list
}

// cost is what the words cost in the language that fits best, where each may also be of
// another one.
func (w *words) cost(speakers []speaker) int {
	sums := make([]int, len(speakers))
	costs := make([]int, len(speakers))
	for _, word := range w.list {
		for i, s := range speakers {
			costs[i] = s.cost(word)
		}
		other := slices.Min(costs) + costOther
		for i := range sums {
			sums[i] += min(costs[i], other)
		}
	}
	return slices.Min(sums)
}

// same reports whether two encodings read the words alike.
func (s *Survey) same(a, b string) bool {
	x, y := newDecoder(a), newDecoder(b)
	for _, word := range s.words.list {
		ignore := func(int, int, byte) {}
		one, _ := x.decode(nil, word, true, ignore)
		other, _ := y.decode(nil, word, true, ignore)
		if string(one) != string(other) {
			return false
		}
	}
	return true
}
