package fts5

import "bytes"

// stem returns the stem of an English word, in the same memory or buf: Porter's algorithm with
// the details of FTS5, which takes only words of 3 to 64 bytes.
func stem(token, buf []byte) []byte {
	if len(token) < 3 || len(token) > 64 {
		return token
	}
	w := append(buf[:0], token...)
	w = plural(w)
	w = past(w)
	if n := len(w); w[n-1] == 'y' && hasVowel(w[:n-1]) {
		w[n-1] = 'i'
	}
	w = replaceSuffix(w, longSuffixes, measured)
	w = replaceSuffix(w, middleSuffixes, measured)
	w = replaceSuffix(w, lastSuffixes, func(s []byte) bool { return measure(s) > 1 })
	if n := len(w); w[n-1] == 'e' {
		if m := measure(w[:n-1]); m > 1 || m == 1 && !short(w[:n-1]) {
			w = w[:n-1]
		}
	}
	if n := len(w); n > 1 && w[n-1] == 'l' && w[n-2] == 'l' && measure(w[:n-1]) > 1 {
		w = w[:n-1]
	}
	return w
}

// plural takes a plural's ending off.
func plural(w []byte) []byte {
	n := len(w)
	switch {
	case w[n-1] != 's' || w[n-2] == 's':
		return w
	case w[n-2] == 'e' && (n > 4 && w[n-4] == 's' && w[n-3] == 's' || n > 3 && w[n-3] == 'i'):
		return w[:n-2]
	}
	return w[:n-1]
}

// past takes -ed and -ing off.
func past(w []byte) []byte {
	n := len(w)
	switch {
	case n > 3 && bytes.HasSuffix(w, []byte("eed")):
		if measured(w[:n-3]) {
			w = w[:n-1]
		}
		return w
	case n > 2 && bytes.HasSuffix(w, []byte("ed")) && hasVowel(w[:n-2]):
		w = w[:n-2]
	case n > 3 && bytes.HasSuffix(w, []byte("ing")) && hasVowel(w[:n-3]):
		w = w[:n-3]
	default:
		return w
	}
	n = len(w)
	for _, s := range []string{"at", "bl", "iz"} {
		if n > 2 && string(w[n-2:]) == s {
			return append(w, 'e')
		}
	}
	switch c := w[n-1]; {
	case n > 1 && !vowel(c, false) && c != 'l' && c != 's' && c != 'z' && c == w[n-2]:
		return w[:n-1]
	case measure(w) == 1 && short(w):
		return append(w, 'e')
	}
	return w
}

type suffix struct{ from, to string }

// The first one that fits counts, so longer ones come first.
var (
	longSuffixes = []suffix{
		{"ational", "ate"}, {"tional", "tion"}, {"enci", "ence"}, {"anci", "ance"}, {"izer", "ize"}, {"logi", "log"},
		{"bli", "ble"}, {"alli", "al"}, {"entli", "ent"}, {"eli", "e"}, {"ousli", "ous"}, {"ization", "ize"}, {"ation", "ate"},
		{"ator", "ate"}, {"alism", "al"}, {"iveness", "ive"}, {"fulness", "ful"}, {"ousness", "ous"}, {"aliti", "al"},
		{"iviti", "ive"}, {"biliti", "ble"},
	}
	middleSuffixes = []suffix{
		{"ical", "ic"}, {"ness", ""}, {"icate", "ic"}, {"iciti", "ic"}, {"ful", ""}, {"ative", ""}, {"alize", "al"},
	}
	lastSuffixes = []suffix{
		{"al", ""}, {"ance", ""}, {"ence", ""}, {"er", ""}, {"ic", ""}, {"able", ""}, {"ible", ""}, {"ant", ""}, {"ement", ""},
		{"ment", ""}, {"ent", ""}, {"ion", ""}, {"ou", ""}, {"ism", ""}, {"ate", ""}, {"iti", ""}, {"ous", ""}, {"ive", ""}, {"ize", ""},
	}
)

// replaceSuffix replaces the suffix of w, if what is before it is enough.
func replaceSuffix(w []byte, suffixes []suffix, enough func(stem []byte) bool) []byte {
	for _, s := range suffixes {
		before := len(w) - len(s.from)
		if before < 1 || string(w[before:]) != s.from {
			continue
		}
		if s.from == "ion" && w[before-1] != 's' && w[before-1] != 't' || !enough(w[:before]) {
			return w
		}
		return append(w[:before], s.to...)
	}
	return w
}

func vowel(c byte, yIs bool) bool {
	return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u' || yIs && c == 'y'
}

func hasVowel(w []byte) bool {
	for i, c := range w {
		if vowel(c, i > 0) {
			return true
		}
	}
	return false
}

// measure counts how often consonants follow vowels, up to 2.
func measure(w []byte) (m int) {
	consonant := false
	for i := 0; m < 2; m++ {
		for ; i < len(w); i++ {
			if consonant = !vowel(w[i], consonant); !consonant {
				break
			}
		}
		for i++; i < len(w); i++ {
			if consonant = !vowel(w[i], consonant); consonant {
				break
			}
		}
		if i >= len(w) {
			return m
		}
		i++
	}
	return m
}

func measured(w []byte) bool { return measure(w) > 0 }

// short reports whether w ends with a consonant, a vowel, and a consonant other than w, x, y.
func short(w []byte) bool {
	if c := w[len(w)-1]; c == 'w' || c == 'x' || c == 'y' {
		return false
	}
	kinds, consonant := 0, false
	for _, c := range w {
		consonant = !vowel(c, consonant)
		kinds = kinds << 1 & 7
		if consonant {
			kinds |= 1
		}
	}
	return kinds == 5
}
