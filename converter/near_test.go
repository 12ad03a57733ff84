package converter

import (
	"fmt"
	"math/rand"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/internal/tries"
)

// missOf is what is seen in cells, with a batch for each of the given lengths.
func missOf(cells []string, lengths ...int) *nearMiss {
	p := &plan{modes: make([]mode, 1), columns: []int32{0}, extra: -1}
	all, rows := newNearMiss(), int64(0)
	for _, n := range append(lengths, len(cells)) {
		n = min(n, len(cells))
		var b Batch
		for _, c := range cells[:n] {
			b.Add(Untyped(c))
			b.EndRow()
		}
		cells = cells[n:]
		m := newNearMiss()
		m.scan(&b, p, 0, false)
		if m.left && (all.numbers > 0 || all.numbered) {
			m = newNearMiss()
			m.scan(&b, p, 0, true)
		}
		if !all.hopeless {
			all.merge(m, rows)
		}
		rows += int64(n)
	}
	return all
}

func repeated(n int, cell string) []string { return slices.Repeat([]string{cell}, n) }

func TestAdvice(t *testing.T) {
	for _, test := range []struct {
		name  string
		cells []string
		want  string // "" if there is nothing to say
	}{
		{"NA", []string{"1.5", "NA", "2", "NA"}, `REAL 2 × "NA" row 2: --null NA`},
		{"NA first", []string{"NA", "2"}, `INTEGER 1 × "NA" row 1: --null NA`},
		{"mostly NA", append(repeated(50, "NA"), "2"), `INTEGER 50 × "NA" row 1: --null NA`},
		{"two words", []string{"1", "-", "", "n/a", "2", " - "}, `INTEGER 2 × "-", 1 × "n/a" row 2: --null - --null n/a`},
		{"decimal commas", []string{"3,50", "4", "0,5"}, `REAL 2 × decimal commas row 1: --decimal v=,`},
		{"german", []string{"567", "1.200,00", "3,50", "1.234"}, `REAL 3 × decimal commas and points between thousands row 2: --decimal v=, --group v=.`},
		{"english", []string{"1,234", "5", "2,345.5"}, `REAL 2 × commas between thousands row 1: --group v=,`},
		{"commas", []string{"1,234", "12,345"}, `INTEGER 2 × commas between thousands row 1: --group v=,`},
		{"french", []string{"1 234,5", "12 345"}, `REAL 2 × decimal commas and blanks between thousands row 1: --decimal v=, --group v=space`},
		{"percent", []string{"12%", "5.5 %", "NA"}, `REAL 2 × the unit "%", 1 × "NA" row 1: --unit v=% --null NA`},
		{"dollars", []string{"$1,234", "-$5", "$7"}, `INTEGER 3 × commas between thousands and the unit "$" row 1: --group v=, --unit v=$`},
		{"euros", []string{"3,50 €", "4,00 €"}, `REAL 2 × decimal commas and the unit "€" row 1: --decimal v=, --unit v=€`},
		{"unit row", []string{"[°C]", "25.6", "25.7"}, `REAL 1 × "[°C]" in the first row row 1: --null [°C]`},
		{"unit row with a digit", []string{"m2", "25.6", "25.7"}, `REAL 1 × "m2" in the first row row 1: --null m2`},
		{"letters as units", []string{"3 kg", "4 kg", "5.5 kg"}, `REAL 3 × the unit "kg" row 1: --unit v=kg`},
		{"large integers and words", []string{"9007199254740993", "NA", "1"}, `INTEGER 1 × "NA" row 2: --null NA`},

		{"large integers, decimals and words", []string{"9007199254740993", "NA", "1.5"}, ""},
		{"words", []string{"M", "F", "M"}, ""},
		{"words and a number", []string{"S", "M", "L", "42"}, ""},
		{"five words", []string{"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "a", "b", "c", "d", "e"}, ""},
		{"codes", []string{"1", "2", "3", "007"}, ""},
		{"dates", []string{"2024-01-02", "2024-01-03", "5"}, ""},
		{"a date, then numbers", []string{"2024-01-02", "5", "6"}, ""},
		{"times", []string{"12:30", "5", "6"}, ""},
		{"ranges", []string{"10-19", "5", "6"}, ""},
		{"house numbers", []string{"12", "14", "3a", "17", "18"}, ""},
		{"ordinals", []string{"1st", "2nd", "3rd"}, ""},
		{"identifiers", []string{"Q42", "Q5", "Q1"}, ""},
		{"telephone", []string{"+49 30 1234", "+49 30 5678"}, ""},
		{"versions", []string{"1.2.3", "1.2", "1.3"}, ""},
		{"addresses", []string{"10.0.0.1", "10.0.0.2"}, ""},
		{"points and commas", []string{"1.5", "1,5"}, ""},
		{"two units", []string{"3 kg", "4 g", "5 kg"}, ""},
		{"18 digits", []string{"0.123456789012345678", "1.5"}, ""},
		{"codes with e", []string{"12e4", "5"}, ""},
		{"long text", []string{"1", "2", "3", strings.Repeat("long ", 20)}, ""},
		{"many words first", append(repeated(maxBefore+1, "NA"), "1", "2"), ""},
		{"as many words first as may be", append(repeated(maxBefore, "NA"), "1", "2"), `INTEGER 4,096 × "NA" row 1: --null NA`},
		{"many words behind a number", append([]string{"1"}, append(repeated(maxBefore+9, "NA"), "2")...), `INTEGER 4,105 × "NA" row 2: --null NA`},
	} {
		t.Run(test.name, func(t *testing.T) {
			a, ok := missOf(test.cells).advise("v", false)
			got := fmt.Sprintf("%s %s row %d: %s", a.declared, strings.Join(a.counted, ", "), a.first.row, strings.Join(a.try, " "))
			if !ok {
				got = ""
			}
			if got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

// What is ambiguous is read as in the rest of the document.
func TestAdviceWithCommas(t *testing.T) {
	for cells, want := range map[string]string{
		"1,234 12,345":    "--decimal v=,",
		"1.234 NA 12.345": "--decimal v=, --group v=. --null NA",
		"1 NA 2":          "--null NA",
		"1.5 NA":          "--null NA",
	} {
		a, _ := missOf(strings.Fields(cells)).advise("v", true)
		if got := strings.Join(a.try, " "); got != want {
			t.Errorf("%s: %s, want %s", cells, got, want)
		}
	}
}

// What is seen in a column does not depend on where its batches are cut.
func TestNearMissMerges(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	said := 0
	for range tries.Of(20000) {
		cells := randomColumn(r)
		want := missOf(cells)
		var cuts []int
		for range r.Intn(5) {
			cuts = append(cuts, r.Intn(len(cells)+1))
		}
		got := missOf(cells, cuts...)
		for _, m := range []*nearMiss{want, got} {
			m.buf, m.left = nil, false
			for way := range ways { // of others it does not matter
				if m.possible&(1<<way) == 0 {
					m.reals &^= 1 << way
					m.bigs &^= 1 << way
					m.grouped &^= 1 << way
				}
			}
		}
		if !reflect.DeepEqual(got, want) && !(got.hopeless && want.hopeless) {
			t.Fatalf("%q cut %v:\n%+v, want\n%+v", cells, cuts, got, want)
		}
		if _, ok := want.advise("v", false); ok {
			said++
		}
	}
	if said < tries.Of(2000) {
		t.Errorf("something is said of %d columns only", said)
	}
}

// randomColumn is a column of numbers in one spelling or several, with or without words.
func randomColumn(r *rand.Rand) []string {
	words := []string{"NA", "n/a", "-", "?", "x", "null", "007", "2024-01-02", "m2", "", " ", "12a", "+5"}
	r.Shuffle(len(words), func(i, j int) { words[i], words[j] = words[j], words[i] })
	words = words[:r.Intn(6)]
	spellings := []Spelling{{}, ways[r.Intn(len(ways))]}
	if r.Intn(3) == 0 {
		spellings[1].Unit = []string{"%", "€", "kg"}[r.Intn(3)]
	}
	spellings = spellings[r.Intn(2) : 1+r.Intn(2)]
	if len(spellings) == 0 {
		spellings = []Spelling{{}}
	}
	var cells []string
	digits := r.Intn(4)
	for range 1 + r.Intn(30) {
		if len(words) > 0 && r.Intn(4) == 0 {
			cells = append(cells, words[r.Intn(len(words))])
			continue
		}
		plain := strconv.FormatFloat(r.NormFloat64()*10000, 'f', digits, 64)
		cells = append(cells, spellAs(r, spellings[r.Intn(len(spellings))], plain))
	}
	return cells
}
