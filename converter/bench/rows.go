package main

import (
	"fmt"
	"math"
	"math/rand"
	"strconv"
	"strings"
)

// A table is what a document is made of: the same each time.
type table struct {
	header string // names with commas between them
	// row appends the cells of row i, which are random otherwise.
	row func(cells []cell, r *rand.Rand, i int) []cell
}

func (t table) columns() []string { return strings.Split(t.header, ",") }

var words = strings.Fields("alpha bravo charlie delta echo foxtrot golf hotel india juliet kilo lima mike november oscar papa québec romeo sierra tango")

func word(r *rand.Rand) string { return words[r.Intn(len(words))] }

func date(century string, year int, r *rand.Rand) string {
	return fmt.Sprintf("%s%02d-%02d-%02d", century, year, 1+r.Intn(12), 1+r.Intn(28))
}

// remark is blank at times, and has commas, quotes and newlines at others.
func remark(r *rand.Rand, of int) cell {
	switch r.Intn(of) {
	case 0:
		return textOf(word(r) + ", " + word(r) + "\n" + word(r))
	case 1:
		return textOf(`the "` + word(r) + `" of ` + word(r))
	case 2:
		return cell{}
	}
	return textOf(word(r) + " " + word(r) + ", " + word(r))
}

// narrow has few columns, most of them numbers.
var narrow = table{"id,kind,n,x,y", func(cells []cell, r *rand.Rand, i int) []cell {
	return append(cells, integerOf(i), textOf(word(r)), integerOf(r.Intn(1e9)), decimalOf(r.Intn(180_000), 3), decimalOf(r.Intn(90_000), 3))
}}

// wide has what tables of people and places have, with codes that begin with zeros and quoted text.
var wide = table{"id,name,city,zip,born,seen,a,b,c,d,e,f,g,lat,lon,price,note,kind,flag,count", func(cells []cell, r *rand.Rand, i int) []cell {
	seen := fmt.Sprintf("%sT%02d:%02d:%02dZ", date("20", 24, r), r.Intn(24), r.Intn(60), r.Intn(60))
	return append(cells, integerOf(i+1), textOf(word(r)+" "+word(r)), textOf(word(r)), textOf(fmt.Sprintf("%05d", r.Intn(100_000))),
		textOf(date("19", r.Intn(99), r)), cell{kind: instant, text: seen},
		integerOf(r.Intn(10)), integerOf(r.Intn(1000)), integerOf(r.Intn(1_000_000)), integerOf(r.Intn(1e9)),
		decimalOf(r.Intn(10_000), 2), decimalOf(r.Intn(10_000_000), 3), decimalOf(r.Intn(10_000), 4), decimalOf(r.Intn(90_000_000), 6), decimalOf(r.Intn(180_000_000), 6),
		decimalOf(r.Intn(100_000), 2), remark(r, 6), textOf(word(r)), integerOf(r.Intn(2)), integerOf(r.Intn(100)))
}}

// prose has one column that is nearly all of it.
var prose = table{"id,title,body,tag", func(cells []cell, r *rand.Rand, i int) []cell {
	var body strings.Builder
	for k := range 40 {
		body.WriteString(word(r))
		if k%9 == 8 {
			body.WriteByte(',')
		}
		body.WriteByte(' ')
	}
	return append(cells, integerOf(i), textOf(word(r)+" "+word(r)+" "+word(r)), textOf(body.String()), textOf(word(r)))
}}

// mixed is a row of integers, decimals, words, ISO dates, codes with leading zeros, and quoted
// text with commas, quotes and newlines.
var mixed = table{"id,amount,price,name,city,date,code,comment,count,ratio", func(cells []cell, r *rand.Rand, i int) []cell {
	return append(cells, integerOf(i+1), integerOf(r.Intn(1_000_000)), decimalOf(r.Intn(1_000_000), 2), textOf(word(r)+" "+word(r)), textOf(word(r)),
		textOf(date("20", r.Intn(25), r)), textOf(fmt.Sprintf("%05d", r.Intn(100_000))), remark(r, 5), integerOf(r.Intn(100)), decimalOf(r.Intn(10_000), 4))
}}

// record is what APIs answer with.
var record = table{"id,name,city,n,x,ok,day,note", func(cells []cell, r *rand.Rand, i int) []cell {
	return append(cells, integerOf(i), textOf(word(r)+" "+word(r)), textOf(word(r)), integerOf(r.Intn(1e9)), decimalOf(r.Intn(180_000), 3),
		booleanOf(r.Intn(2) == 0), textOf(date("20", 24, r)), textOf(word(r)+" "+word(r)))
}}

// book is a sheet of numbers, repeated words, sentences and codes.
var book = table{"id,name,price,phrase,code,ratio,ok,note,n,tag", func(cells []cell, r *rand.Rand, i int) []cell {
	return append(cells, integerOf(i+1), textOf(word(r)), decimalOf(r.Intn(100_000), 2), textOf(fmt.Sprintf("%s & %s %d", word(r), word(r), r.Intn(1000))),
		textOf(fmt.Sprintf("%05d", r.Intn(90_000))), decimalOf(r.Intn(1e9), 4), booleanOf(r.Intn(3) == 0),
		textOf(word(r)+" "+word(r)+", "+word(r)), integerOf(r.Intn(1_000_003)), textOf(word(r)))
}}

// many returns a table of n columns: an id, then integers, words and decimals in turn.
func many(n int) table {
	names := make([]string, n)
	for c := range names {
		names[c] = "c" + strconv.Itoa(c+1)
	}
	return table{strings.Join(names, ","), func(cells []cell, r *rand.Rand, i int) []cell {
		cells = append(cells, integerOf(i+1))
		for c := 1; c < n; c++ {
			switch c % 3 {
			case 0:
				cells = append(cells, integerOf(r.Intn(100_000)))
			case 1:
				cells = append(cells, textOf(word(r)))
			default:
				cells = append(cells, decimalOf(r.Intn(100_000), 2))
			}
		}
		return cells
	}}
}

// sale is a row with a key, a date, an integer of a million, a text of a thousand of which some
// are frequent, a decimal, and a text that is of that row only.
var sale = table{"id,day,account,region,amount,note", func(cells []cell, r *rand.Rand, i int) []cell {
	region := min(r.Intn(1000), r.Intn(1000))
	return append(cells, integerOf(i+1), textOf(date("20", r.Intn(25), r)), integerOf(r.Intn(1_000_000)),
		textOf(fmt.Sprintf("%s %03d", words[region%len(words)], region)), decimalOf(r.Intn(100_000), 2), textOf(fmt.Sprintf("note %x", r.Uint32())))
}}

// title is a row with a text of 4 to 11 words. Words are as frequent as in a language: of 30,000
// few are common and most are rare.
var title = table{"id,title,year", func(cells []cell, r *rand.Rand, i int) []cell {
	var all []string
	for range 4 + r.Intn(8) {
		// Zipf's law, nearly: a rank is drawn evenly among the orders of magnitude.
		all = append(all, invented(int(math.Exp(r.Float64()*math.Log(30000)))))
	}
	return append(cells, integerOf(i+1), textOf(strings.Join(all, " ")), integerOf(1900+r.Intn(125)))
}}

// invented returns a word of one to four syllables for a number.
func invented(n int) string {
	var b []byte
	for n > 0 {
		b = append(b, "bdfgklmnprstvz"[n%14], "aeiou"[n/14%5])
		n /= 70
	}
	return string(b)
}
