package main

import (
	"bufio"
	"fmt"
	"math"
	"math/rand"
	"os"
	"strings"
)

// generate writes a file; the same each time.
func generate(path string, rows int, header string, row func(w *bufio.Writer, r *rand.Rand, i int)) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 1<<20)
	r := rand.New(rand.NewSource(1))
	w.WriteString(header + "\n")
	for i := range rows {
		row(w, r, i)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return f.Close()
}

var words = strings.Fields("alpha bravo charlie delta echo foxtrot golf hotel india juliet kilo lima mike november oscar papa québec romeo sierra tango")

// mixed is a row of integers, decimals, words, ISO dates, codes with leading zeros, and quoted
// text with commas, quotes and newlines.
func mixed(w *bufio.Writer, r *rand.Rand, i int) {
	word := func() string { return words[r.Intn(len(words))] }
	fmt.Fprintf(w, "%d,%d,%d.%02d,%s %s,%s,20%02d-%02d-%02d,%05d,", i+1, r.Intn(1000000), r.Intn(10000), r.Intn(100),
		word(), word(), word(), r.Intn(25), 1+r.Intn(12), 1+r.Intn(28), r.Intn(100000))
	switch r.Intn(5) {
	case 0:
		fmt.Fprintf(w, "\"%s, %s\n%s\"", word(), word(), word())
	case 1:
		fmt.Fprintf(w, "\"the \"\"%s\"\" of %s\"", word(), word())
	case 2: // blank
	default:
		fmt.Fprintf(w, "\"%s %s, %s\"", word(), word(), word())
	}
	fmt.Fprintf(w, ",%d,%.4f\n", r.Intn(100), r.Float64())
}

// sale is a row with a key, a date, an integer of a million, a text of a thousand of which some
// are frequent, a decimal, and a text that is of that row only.
func sale(w *bufio.Writer, r *rand.Rand, i int) {
	region := min(r.Intn(1000), r.Intn(1000))
	fmt.Fprintf(w, "%d,20%02d-%02d-%02d,%d,%s %03d,%d.%02d,note %x\n", i+1, r.Intn(25), 1+r.Intn(12), 1+r.Intn(28), r.Intn(1000000),
		words[region%len(words)], region, r.Intn(1000), r.Intn(100), r.Uint32())
}

// title is a row with a text of 4 to 11 words. Words are as frequent as in a language: of 30,000
// few are common and most are rare.
func title(w *bufio.Writer, r *rand.Rand, i int) {
	fmt.Fprintf(w, "%d,", i+1)
	for n := 4 + r.Intn(8); n > 0; n-- {
		// Zipf's law, nearly: a rank is drawn evenly among the orders of magnitude.
		rank := int(math.Exp(r.Float64() * math.Log(30000)))
		w.WriteString(invented(rank))
		if n > 1 {
			w.WriteByte(' ')
		}
	}
	fmt.Fprintf(w, ",%d\n", 1900+r.Intn(125))
}

// invented returns a word of one to four syllables for a number.
func invented(n int) string {
	var b []byte
	for n > 0 {
		b = append(b, "bdfgklmnprstvz"[n%14], "aeiou"[n/14%5])
		n /= 70
	}
	return string(b)
}
