package charset

import (
	"embed"
	"strings"
	"unicode"
	"unicode/utf8"
)

// models has what models/train.go knows of languages.
//
//go:embed models/*.txt
var models embed.FS

func model(language string) string {
	text, err := models.ReadFile("models/" + language + ".txt")
	if err != nil {
		panic(err) // a name in candidates is wrong
	}
	return string(text)
}

// Costs are in half bits: of 2^-n they are 2n.
const (
	costForeign  = 26 // a letter that the language lacks
	costMixed    = 20 // a letter beyond ASCII beside one of ASCII, where the alphabet is another
	costCase     = 12 // a capital behind a small letter
	costNone     = 40 // no character at all
	costUncommon = 32 // a sign that is rarely in texts
	costInside   = 16 // a sign between letters
)

// letters is what a language writes, as far as it takes pairs of letters of which at least
// one is beyond ASCII. Letters are numbered: 0 is no letter, 1 to 26 are a to z.
type letters struct {
	numbers map[rune]uint8
	costs   [maxLetters][maxLetters]uint8 // of the second behind the first
	latin   bool
}

const (
	maxLetters = 128
	foreign    = maxLetters - 1 // the number of letters that the language lacks
)

// newLetters reads a model.
func newLetters(model string) *letters {
	l := &letters{numbers: map[rune]uint8{'.': 0}}
	for r := 'a'; r <= 'z'; r++ {
		l.numbers[r] = uint8(1 + r - 'a')
	}
	rows := strings.Split(strings.TrimSpace(model), "\n")
	for _, row := range rows[:2] { // of any letter, and behind any
		for i, r := range []rune(row) {
			if _, known := l.numbers[r]; i >= 2 && i%2 == 0 && !known {
				l.numbers[r] = uint8(len(l.numbers))
			}
		}
	}
	var general [2][maxLetters]uint8 // of '*' and '+'
	for i := range general {
		for n := range general[i] {
			general[i][n] = costForeign
		}
		l.row(rows[i], &general[i])
	}
	for n := range l.costs {
		l.costs[n] = general[0]
		if n > 26 {
			l.costs[n] = general[1]
		}
	}
	for _, row := range rows[2:] {
		r := []rune(row)
		costs := &l.costs[l.numbers[r[0]]]
		for n := range costs {
			costs[n] = min(costs[n]+uint8(r[1]-'0'), 2*costForeign)
		}
		l.row(row, costs)
	}
	first, _ := utf8.DecodeRuneInString(strings.TrimPrefix(rows[0], "*0"))
	if l.latin = unicode.Is(unicode.Latin, first); !l.latin {
		for n := range l.costs {
			for m := range l.costs[n] {
				if (n > 0 && n <= 26) != (m > 0 && m <= 26) && n > 0 && m > 0 {
					l.costs[n][m] += costMixed
				}
			}
		}
	}
	return l
}

// row reads the costs in a line of the model.
func (l *letters) row(row string, costs *[maxLetters]uint8) {
	r := []rune(row)
	for i := 2; i+1 < len(r); i += 2 {
		costs[l.numbers[r[i]]] = uint8(r[i+1] - '0')
	}
}

// fold returns a letter in lower case, and 0 for what is none, as µ, ª and º are.
func fold(r rune) rune {
	if r == 'µ' || r == 'ª' || r == 'º' || !unicode.IsLetter(r) && !unicode.IsMark(r) {
		return 0
	}
	if lower := unicode.ToLower(r); lower >= utf8.RuneSelf || r < utf8.RuneSelf {
		return lower
	}
	return r // İ is not i
}

// A page is an encoding of single bytes as the detector sees it.
type page struct {
	*table
	folded [256]rune // 0: no letter
	kind   [256]uint8
	sign   [256]uint8 // cost of what is no letter, beyond ASCII
}

const (
	noLetter = iota
	small
	capital
)

func newPage(t *table) *page {
	p := &page{table: t}
	for b, r := range t {
		p.folded[b] = fold(r)
		switch {
		case p.folded[b] == 0 && b >= utf8.RuneSelf:
			p.sign[b] = signCost(r)
		case unicode.IsUpper(r):
			p.kind[b] = capital
		case p.folded[b] != 0:
			p.kind[b] = small
		}
	}
	return p
}

// signCost is what a sign costs that is no letter.
func signCost(r rune) uint8 {
	switch {
	case r == '’':
		return 9
	case strings.ContainsRune("“”„«»–—…‘‚‹›•\u00a0", r):
		return 12
	case strings.ContainsRune("€£¢§°²³µ·©®™½¼¾×÷±ºª¡¿¶†‰№\u00ad", r), unicode.IsDigit(r):
		return 14
	case unicode.IsControl(r), unicode.Is(unicode.Co, r), unicode.Is(unicode.Cf, r):
		return costNone
	}
	return costUncommon
}

// A reading is a page read in a language: the numbers of its letters.
type reading struct {
	*page
	*letters
	numbers [256]uint8
}

func (p *page) in(l *letters) *reading {
	r := &reading{page: p, letters: l}
	for b := range r.numbers {
		switch n, known := l.numbers[p.folded[b]]; {
		case p.folded[b] == 0:
		case known:
			r.numbers[b] = n
		default:
			r.numbers[b] = foreign
		}
	}
	return r
}

// cost is what a word costs.
func (r *reading) cost(word []byte) int {
	sum := 0
	prev := byte('.')
	for i := 0; i <= len(word); i++ {
		cur := byte('.')
		if i < len(word) {
			cur = word[i]
		}
		if cur >= utf8.RuneSelf || prev >= utf8.RuneSelf {
			switch {
			case cur >= utf8.RuneSelf && r.folded[cur] == 0:
				sum += int(r.sign[cur])
				if i > 0 && i+1 < len(word) && r.table[cur] != '’' && r.folded[prev] != 0 && r.folded[word[i+1]] != 0 {
					sum += costInside
				}
			case r.folded[prev] == 0 && cur < utf8.RuneSelf:
				// behind a sign
			default:
				sum += int(r.costs[r.numbers[prev]][r.numbers[cur]])
				if r.kind[prev] == small && r.kind[cur] == capital {
					sum += costCase
				}
			}
		}
		prev = cur
	}
	return sum
}
