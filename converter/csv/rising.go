package csv

import (
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// rising reports whether the first row names its columns by years, months, times or other
// numbers, and whether that is certain: behind a text they rise, and more than chance speaks
// for them, since the rows below may look alike.
func rising(rows []sampleRow) (named, certain bool) {
	run, ok := riseOf(rows[0].cells)
	if !ok {
		return false, false
	}
	evidence := 0
	if run.n >= 3 {
		evidence++
	}
	if run.n >= 5 {
		evidence++
	}
	if run.even {
		evidence++
	}
	if run.round {
		evidence++
	}
	other := unlike(rows)
	if other {
		evidence++
	}
	alike := len(rows) > 1
	for _, r := range rows[1:] {
		if same, ok := riseOf(r.cells); !ok || !same.even {
			alike = false
		}
	}
	if alike {
		evidence--
	}
	return evidence >= 2, evidence > 2 || other
}

// A rise is values in a row, each larger than the one before.
type rise struct {
	n     int
	even  bool // they are equally far from each other; two: next to each other
	round bool // they are years, months, or full or half hours
}

// riseOf returns the rise in cells, which begins behind one text or more and goes to the
// end, further texts and blanks aside.
func riseOf(cells []string) (rise, bool) {
	var values []float64
	r := rise{even: true, round: true}
	unit, behind := "", false
	for i, c := range cells {
		c = strings.TrimSpace(c)
		v, kind, round, ok := rank(c)
		switch {
		case !ok && c != "" && shapeOf(c) != textual, ok && i == 0, ok && behind, ok && unit != "" && kind != unit:
			return r, false
		case !ok:
			if i == 0 && c == "" {
				return r, false
			}
			behind = len(values) > 0
			continue
		case len(values) > 0 && v <= values[len(values)-1]:
			return r, false
		}
		unit = kind
		values = append(values, v)
		r.round = r.round && round
	}
	r.n = len(values)
	if r.n < 2 {
		return r, false
	}
	step := values[1] - values[0]
	for i := 1; i < r.n; i++ {
		if d := values[i] - values[i-1]; d-step > 1e-9 || step-d > 1e-9 {
			r.even = false
		}
	}
	if r.n == 2 {
		r.even = step == 1 || unit == "time" && step == 60
	}
	return r, true
}

// rank returns where a number, month, day or time of day stands among its kind.
func rank(s string) (value float64, kind string, round, ok bool) {
	if f, err := strconv.ParseFloat(s, 64); err == nil && shapeOf(s) == numeric {
		return f, "number", len(s) == 4 && f >= 1000 && f < 2200, true
	}
	if s == "" || s[0]-'0' > 9 || len(s) > len("2006-01-02") { // parsing costs, and most cells are none
		return 0, "", false, false
	}
	for _, layout := range []struct{ kind, layout string }{
		{"month", "2006-01"}, {"day", "2006-01-02"}, {"time", "15:04"}, {"time", "15:04:05"}, {"month", "2006/01"}, {"month", "01/2006"}, {"day", "2006/01/02"}, {"day", "02.01.2006"},
	} {
		t, err := time.Parse(layout.layout, s)
		if err != nil {
			continue
		}
		switch layout.kind {
		case "month":
			return float64(t.Year()*12 + int(t.Month())), layout.kind, true, true
		case "day":
			return float64(t.Unix() / (24 * 60 * 60)), layout.kind, false, true
		default:
			return float64(t.Hour()*60+t.Minute()) + float64(t.Second())/60, layout.kind, t.Minute()%30 == 0 && t.Second() == 0, true
		}
	}
	return 0, "", false, false
}

// unlike reports whether the first cell is written otherwise than those below it, which are
// alike: name above DE and FR, or region above A and B.
func unlike(rows []sampleRow) bool {
	if len(rows) < 2 {
		return false
	}
	first, same := manner(rows[0].cells[0]), true
	longest := 0
	for _, r := range rows[1:] {
		m := manner(r.cells[0])
		if m.letters == first.letters && m.digits == first.digits {
			same = false
		}
		longest = max(longest, m.length)
	}
	return same || first.length > 2*longest
}

// A way is how a text is written.
type way struct {
	letters string // "Aa", "AA", "aa" or ""
	digits  bool
	length  int
}

func manner(s string) way {
	w := way{length: utf8.RuneCountInString(s), digits: strings.ContainsFunc(s, unicode.IsDigit)}
	upper, lower := strings.ContainsFunc(s, unicode.IsUpper), strings.ContainsFunc(s, unicode.IsLower)
	switch {
	case upper && lower:
		w.letters = "Aa"
	case upper:
		w.letters = "AA"
	case lower:
		w.letters = "aa"
	}
	return w
}
