package ods

import (
	"fmt"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/markup"
	"github.com/dynasette/dynasette/converter/internal/sheets"
)

// Number formats of a book, by the styles that cells have for it. What a cell is, its type says;
// only dates at midnight need to know whether their format shows it.
const (
	styleNumber = iota
	styleDuration
	styleDate // without a time
)

var formats = []sheets.NumFormat{styleNumber: nil, styleDuration: sheets.ParseFormat("[h]:mm:ss"), styleDate: sheets.ParseFormat("yyyy-mm-dd")}

// styles are what matters of the styles of sheets and cells.
type styles struct {
	hidden map[string]bool   // sheets' that are not shown
	timed  map[string]bool   // of data styles, and then of cells', that are of dates: whether they show the time
	cells  map[string]styled // cells'

	family, name string // of the one that is being read
	date         string // the same, of a data style for dates
}

type styled struct{ parent, data string }

// maxStyles is how many may be kept.
const maxStyles = 1 << 17

// within returns an error if there are too many.
func (s *styles) within() error {
	if len(s.hidden)+len(s.timed)+len(s.cells) > maxStyles {
		return fmt.Errorf("%w: more than %d styles", converter.ErrLimit, maxStyles)
	}
	return nil
}

// tag takes a tag of the part that has styles.
func (s *styles) tag(t *markup.Tag) {
	if t.Kind == markup.Close {
		if string(t.Name) == "date-style" {
			s.date = ""
		}
		return
	}
	switch string(t.Name) {
	case "style":
		s.family, s.name = t.Attr("family"), t.Attr("name")
		if s.family == "table-cell" {
			put(&s.cells, s.name, styled{t.Attr("parent-style-name"), t.Attr("data-style-name")})
		}
	case "table-properties":
		if s.family == "table" && t.Attr("display") == "false" {
			put(&s.hidden, s.name, true)
		}
	case "date-style":
		s.date = t.Attr("name")
		put(&s.timed, s.date, false)
		if t.Kind == markup.Empty {
			s.date = ""
		}
	case "hours", "minutes", "seconds":
		if s.date != "" {
			put(&s.timed, s.date, true)
		}
	}
}

// put keeps what is said of a name, unless that is longer than any honest one.
func put[T any](m *map[string]T, name string, of T) {
	if len(name) > 1000 {
		return
	}
	if *m == nil {
		*m = make(map[string]T)
	}
	(*m)[name] = of
}

// resolve finds the styles of cells that are of dates.
func (s *styles) resolve() {
	timed := make(map[string]bool)
	for name, of := range s.cells {
		for range 16 { // longer chains of parents are none of a person
			if of.data != "" || of.parent == "" {
				break
			}
			of = s.cells[of.parent]
		}
		if shows, ok := s.timed[of.data]; ok {
			timed[name] = shows
		}
	}
	s.timed, s.cells = timed, nil
}
