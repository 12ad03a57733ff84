package converter

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"

	"github.com/dustin/go-humanize"
)

// findings are those of one document, added up: one of each kind. Several goroutines may
// add some; what comes of it is the same in whatever order they do.
type findings struct {
	mu   sync.Mutex
	list []Finding // by kind
	more int64     // those of kinds beyond maxFindings
}

// maxFindings is how many kinds of findings are kept of a document: the first ones.
const maxFindings = 200

// add counts f with others of its kind; what is said of them is that of the first in the
// document.
func (s *findings) add(f Finding) {
	f.bound()
	s.mu.Lock()
	defer s.mu.Unlock()
	i, known := slices.BinarySearchFunc(s.list, f, Finding.kind)
	switch {
	case known:
		count := s.list[i].Count + f.Count
		if cmp.Or(f.place(s.list[i]), f.text(s.list[i])) < 0 {
			s.list[i] = f
		}
		s.list[i].Count = count
	case i == maxFindings:
		s.more += f.Count
	default:
		// A kind that is dropped here never comes back, as the first ones only get more.
		if last := maxFindings - 1; len(s.list) > last {
			s.more += s.list[last].Count
			s.list = s.list[:last]
		}
		s.list = slices.Insert(s.list, i, f)
	}
}

// sorted returns all, what matters most first, and then what comes first in the document.
func (s *findings) sorted() []Finding {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := slices.Clone(s.list)
	if s.more > 0 {
		list = append(list, Finding{Code: "findings-left-out", Count: s.more,
			Message: fmt.Sprintf("a finding is left out, as %d other kinds are listed", maxFindings)})
	}
	slices.SortFunc(list, func(f, g Finding) int {
		return cmp.Or(cmp.Compare(g.Severity, f.Severity), strings.Compare(f.Member, g.Member), f.place(g), f.kind(g))
	})
	return list
}

func (s *findings) clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.list, s.more = nil, 0
}

// Findings returns those of all documents with the document's name, or that of the one
// inside of it: what matters most first, then in the documents' order.
func (s Summary) Findings() iter.Seq2[string, Finding] {
	return func(yield func(string, Finding) bool) {
		for _, severity := range []Severity{Loss, Doubt, Note} {
			for _, d := range s.Documents {
				for _, f := range d.Findings {
					name := d.Name
					if f.Member != "" {
						name += "/" + f.Member
					}
					if f.Severity == severity && !yield(name, f) {
						return
					}
				}
			}
		}
	}
}

// Counts are a Summary's findings in few numbers.
type Counts struct {
	Rejected int64 `json:"rejected,omitempty"` // rows that are not in the tables, but in _rejects
	Losses   int   `json:"losses,omitempty"`   // other findings of the severity Loss
	Doubts   int   `json:"doubts,omitempty"`   // findings of the severity Doubt
	Notes    int   `json:"notes,omitempty"`    // findings of the severity Note
}

// Counts returns how much was found in all documents.
func (s Summary) Counts() Counts {
	var c Counts
	for _, f := range s.Findings() {
		switch {
		case f.Severity == Loss && f.Rejected:
			c.Rejected += f.Count
		case f.Severity == Loss:
			c.Losses++
		case f.Severity == Doubt:
			c.Doubts++
		default:
			c.Notes++
		}
	}
	return c
}

// String says what people should look at, "1 row rejected, 2 warnings", or nothing.
func (c Counts) String() string {
	var list []string
	add := func(n int64, one, many string) {
		if n > 0 {
			list = append(list, count(n, one, many))
		}
	}
	add(c.Rejected, "row rejected", "rows rejected")
	add(int64(c.Losses+c.Doubts), "warning", "warnings")
	return strings.Join(list, ", ")
}

// count says how many there are.
func count(n int64, one, many string) string {
	if n != 1 {
		one = many
	}
	return humanize.Comma(n) + " " + one
}
