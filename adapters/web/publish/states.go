package publish

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/dynasette/dynasette"
)

// A list is sources as the first page shows them: what is under way, what is in trouble, and the rest, by
// when it was uploaded.
type list struct {
	dynasette.States
	Items  []item
	Search string
	Left   int    // that are not shown
	Live   bool   // something is under way
	Silent string // what shows the data, and says nothing of what it should
}

// shownSources is how many sources are on one page.
const shownSources = 100

func (h *Handler) list(r *http.Request) (list, error) {
	all, err := h.board.states(r.Context())
	if err != nil {
		return list{}, err
	}
	l := list{States: all, Search: r.URL.Query().Get("q")}
	for _, s := range all.Sources {
		l.Live = l.Live || s.Phase.UnderWay()
		if strings.Contains(strings.ToLower(s.Source), strings.ToLower(l.Search)) {
			l.Items = append(l.Items, item{s, h.Data})
		}
	}
	if len(noticesOf(all, h.Data)) > 0 {
		l.Silent = h.Silent
	}
	slices.SortStableFunc(l.Items, func(a, b item) int {
		return cmp.Or(cmp.Compare(b.rank(), a.rank()), b.updated().Compare(a.updated()), strings.Compare(a.Source, b.Source))
	})
	if n := len(l.Items) - shownSources; n > 0 {
		l.Items, l.Left = l.Items[:shownSources], n
	}
	return l, nil
}

func (i item) rank() int {
	switch {
	case i.Phase.UnderWay():
		return 2
	case i.Phase.Troubled():
		return 1
	}
	return 0
}

func (i item) updated() time.Time {
	if i.Served == nil {
		return time.Time{}
	}
	return i.Served.Updated
}

// stateJSON is for programs: what States are, without tables.
type stateJSON struct {
	Release string       `json:"release,omitempty"`
	Since   time.Time    `json:"since,omitzero"`
	Trying  string       `json:"trying,omitempty"`
	Of      string       `json:"of,omitempty"`
	Sources []sourceJSON `json:"sources"`
	More    int          `json:"more,omitempty"` // that are left out: ask for fewer by ?q=
}

type sourceJSON struct {
	Source   string             `json:"source"`
	Phase    dynasette.Phase    `json:"phase"`
	URL      string             `json:"url"`
	Database string             `json:"database,omitempty"`
	Rows     int64              `json:"rows,omitempty"`
	Rejects  int64              `json:"rejects,omitempty"`
	Size     int64              `json:"size,omitempty"`
	Updated  time.Time          `json:"updated,omitzero"`
	Work     *dynasette.Work    `json:"work,omitempty"`
	Failure  *dynasette.Failure `json:"failure,omitempty"`
}

// shownJSON is how many sources one answer has.
const shownJSON = 1000

func (h *Handler) stateJSON(w http.ResponseWriter, r *http.Request) {
	all, err := h.board.states(r.Context())
	if err != nil {
		h.failed(w, r, err, "")
		return
	}
	answer := stateJSON{Release: all.Release, Since: all.Since, Trying: all.Trying, Of: all.Of, Sources: []sourceJSON{}}
	q := strings.ToLower(r.URL.Query().Get("q"))
	for _, s := range all.Sources {
		if !strings.Contains(strings.ToLower(s.Source), q) {
			continue
		}
		if len(answer.Sources) == shownJSON {
			answer.More++
			continue
		}
		one := sourceJSON{Source: s.Source, Phase: s.Phase, URL: sourceURL(s.Source), Work: s.Work, Failure: s.Failure}
		if d := s.Served; d != nil {
			one.Database, one.Rows, one.Rejects, one.Size, one.Updated = d.Slug, d.Rows(), d.Rejects, d.Size, d.Updated
		}
		answer.Sources = append(answer.Sources, one)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	json.NewEncoder(w).Encode(answer)
}
