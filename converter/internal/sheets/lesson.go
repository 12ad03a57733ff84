package sheets

import (
	"encoding/json"
	"reflect"
)

// A lesson is what one run teaches the next about a sheet: what stands behind its rows, or
// shows only in them, and yet decides which tables and columns there are.
type lesson struct {
	Merged  [][4]int `json:",omitempty"` // cells that are shown as one, near the header
	Linked  []int    `json:",omitempty"` // columns with links that their cells don't show
	Several bool     `json:",omitempty"` // the sheet has to be looked at as a whole before it is read
}

// lessonsKey is under what the next run finds the lessons of all sheets.
const lessonsKey = "sheets"

func (l *lesson) setMerged(ranges []Range) {
	l.Merged = nil
	for _, r := range ranges {
		l.Merged = append(l.Merged, [4]int{r.Top, r.Left, r.Bottom, r.Right})
	}
}

func (l *lesson) merged() []Range {
	var ranges []Range
	for _, r := range l.Merged {
		ranges = append(ranges, Range{r[0], r[1], r[2], r[3]})
	}
	return ranges
}

// learn returns what the next run should know, or "" if there is nothing to learn.
func learn(readers []*sheetReader) string {
	lessons, news := make([]lesson, len(readers)), false
	for i, r := range readers {
		lessons[i] = r.learnt
		news = news || !reflect.DeepEqual(r.learnt, r.known)
	}
	if !news {
		return ""
	}
	text, err := json.Marshal(lessons)
	if err != nil {
		panic(err) // numbers can be encoded
	}
	return string(text)
}

// recall reads what learn returned, for so many sheets.
func recall(text string, sheets int) []lesson {
	lessons := make([]lesson, 0, sheets)
	if text != "" && json.Unmarshal([]byte(text), &lessons) != nil {
		panic("unreadable: " + text) // it is our own
	}
	return append(lessons, make([]lesson, sheets-len(lessons))...)
}
