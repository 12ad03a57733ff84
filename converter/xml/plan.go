package xml

import (
	"slices"
	"strings"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/xmltext"
)

// A plan says which elements are rows. If there are none, the root element is one.
type plan struct {
	root *xmltext.Shape
	out  *converter.Writer
	rows []*xmltext.Shape
}

// A holder is an element of which there is one, with elements that stand in it several times.
type holder struct {
	*xmltext.Shape
	lists []*xmltext.Shape // of its children, or in one of them that is nothing but a list
}

// bytes returns how much of the document its lists take.
func (h *holder) bytes() (n int64) {
	for _, s := range h.lists {
		n += s.Bytes
	}
	return n
}

// maxRest is how much of the document one list may take that is not made a table.
const maxRest = 4 << 20

// find looks for the rows.
func (p *plan) find() {
	holders := lists(p.root, nil, false)
	if len(holders) == 0 {
		holders = slices.DeleteFunc(lists(p.root, nil, true), func(h holder) bool { return 2*h.bytes() < p.root.Bytes })
	}
	if len(holders) == 0 {
		p.single()
		return
	}
	var best *holder
	own := &holders[0]
	switch {
	case own.Shape == p.root:
		p.take(own)
		best, _ = dominant(holders[1:])
		if best != nil && best.bytes() > own.bytes() {
			p.take(best)
		}
		p.tell(p.root)
	default:
		var certain bool
		if best, certain = dominant(holders); best == nil || !best.usual() && 8*best.bytes() < p.root.Bytes {
			p.guessed(holders, nil)
			break
		}
		p.take(best)
		p.out.Describe("path", spell(best.Shape), "what holds rows is there")
		p.tell(best.Shape)
		if !certain {
			p.guessed(holders, best)
		}
	}
	for _, h := range append(holders, lists(p.root, nil, true)...) {
		for _, s := range h.lists {
			if s.Bytes > maxRest && !apart(s) {
				p.take(&holder{h.Shape, []*xmltext.Shape{s}})
			}
		}
	}
	if len(p.rows) == 0 {
		p.single()
	}
}

// apart reports whether elements are rows, or in one.
func apart(s *xmltext.Shape) bool {
	for ; s != nil; s = s.Up {
		if s.Apart {
			return true
		}
	}
	return false
}

// tell says which elements are rows.
func (p *plan) tell(in *xmltext.Shape) {
	where := "at " + spell(in)
	if in == p.root {
		where = "of the root"
	}
	p.out.Describe("shape", "elements "+where+": "+names(p.rows), "they stand there several times")
}

// lists appends the holders in an element, outermost first: of lists whose elements have
// attributes or elements in them, or of those that are nothing but text. An element with
// nothing but a list in it, as <people> has <person>s, is one.
func lists(s *xmltext.Shape, holders []holder, plain bool) []holder {
	h := holder{Shape: s}
	for _, c := range s.Children {
		if c.Most < 2 && c.List() != nil {
			c = c.List()
		}
		if c.Most > 1 && c.Plain() == plain {
			h.lists = append(h.lists, c)
		}
	}
	if h.trim(); len(h.lists) > 0 {
		h.join()
		holders = append(holders, h)
	}
	for _, c := range s.Children {
		if c.Most < 2 && !c.Markup && c.List() == nil && !slices.Contains(h.lists, c) {
			holders = lists(c, holders, plain)
		}
	}
	return holders
}

// trim leaves lists away that have attributes alone and are little beside others, as links in
// a feed are.
func (h *holder) trim() {
	total := h.bytes()
	rich := slices.ContainsFunc(h.lists, func(s *xmltext.Shape) bool { return len(s.Children) > 0 })
	h.lists = slices.DeleteFunc(h.lists, func(s *xmltext.Shape) bool { return rich && len(s.Children) == 0 && 8*s.Bytes < total })
}

// join adds elements of which there is one and that are much like those of a list, with an
// attribute of the same name: a kind of rows that happens to have one.
func (h *holder) join() {
	lists := h.lists
	for _, c := range h.Children {
		if c.Most == 1 && len(c.Attrs) > 0 && !c.Markup && slices.ContainsFunc(lists, func(s *xmltext.Shape) bool { return like(c, s) }) {
			h.lists = append(h.lists, c)
		}
	}
}

// like reports whether elements have an attribute and at least half of all names in common
// with others.
func like(c, s *xmltext.Shape) bool {
	attrs, common := 0, 0
	for _, n := range c.Attrs {
		if slices.Contains(s.Attrs, n) {
			attrs++
		}
	}
	for _, n := range c.Children {
		if s.Child(n.Name) != nil {
			common++
		}
	}
	return attrs > 0 && 2*(attrs+common) >= len(c.Attrs)+len(c.Children)
}

// usualNames are those of elements that are records.
var usualNames = strings.Fields("record row item entry result hit doc document url member featuremember feature placemark element node value " +
	"records rows items entries results hits docs documents data list object")

// usual reports whether records are known to have such a name.
func (h *holder) usual() bool {
	return slices.ContainsFunc(h.lists, func(s *xmltext.Shape) bool { return slices.Contains(usualNames, fold(s.Name.Local)) })
}

// dominant returns the holder that holds the records: the only one, or else the only one
// whose elements have a usual name, or that holds more than all others. It is certain
// that it does if it is the only one.
func dominant(holders []holder) (best *holder, certain bool) {
	if len(holders) == 1 {
		return &holders[0], true
	}
	var named []*holder
	var total int64
	for i := range holders {
		total += holders[i].bytes()
		if holders[i].usual() {
			named = append(named, &holders[i])
		}
	}
	if len(named) == 1 {
		return named[0], false
	}
	for i := range holders {
		if 2*holders[i].bytes() > total {
			return &holders[i], false
		}
	}
	return nil, false
}

// take makes rows of a holder's lists, or of what their elements only wrap.
func (p *plan) take(h *holder) {
	before := len(p.rows)
	defer func() { agree(p.rows[before:]) }()
	for _, s := range h.lists {
		s.Apart, s.Up.Holds = true, true
		if !wraps(s) {
			p.rows = append(p.rows, s)
			continue
		}
		for _, c := range s.Children {
			c.Apart = true
			p.rows = append(p.rows, c)
		}
	}
}

// agree has what stands several times in one kind of rows be a list in all of them.
func agree(rows []*xmltext.Shape) {
	several := map[*xmltext.Name]bool{}
	for _, s := range rows {
		for _, c := range s.Children {
			several[c.Name] = several[c.Name] || c.Most > 1
		}
	}
	for _, s := range rows {
		for _, c := range s.Children {
			if several[c.Name] {
				c.Most = max(c.Most, 2)
			}
		}
	}
}

// wraps reports whether elements are there only to have another one in them, with more to it.
func wraps(s *xmltext.Shape) bool {
	if len(s.Attrs) > 0 || s.Text || s.Markup || s.Inner != 1 {
		return false
	}
	return !slices.ContainsFunc(s.Children, func(c *xmltext.Shape) bool { return c.Markup || len(c.Attrs)+len(c.Children) < 2 })
}

// singleNames are those of elements that are records also where there is but one.
var singleNames = strings.Fields("record row item entry result hit doc url member featuremember feature placemark")

// single finds the row of a document in which nothing stands several times.
func (p *plan) single() {
	const deepest = 5
	level := []*xmltext.Shape{p.root}
	for range deepest {
		var next []*xmltext.Shape
		for _, at := range level {
			for _, s := range at.Children {
				if len(s.Children) == 0 || s.Most > 1 || at.Markup || s.Markup {
					continue
				}
				if slices.Contains(singleNames, fold(s.Name.Local)) {
					p.take(&holder{at, []*xmltext.Shape{s}})
					p.out.Describe("shape", "one element <"+s.Name.Local+">", "rows often have that name")
					return
				}
				next = append(next, s)
			}
		}
		level = next
	}
	p.out.Describe("shape", "one element", "nothing in it holds rows")
}

// guessed says that other elements may be meant than those of best, or that it may be some
// and none were taken.
func (p *plan) guessed(holders []holder, best *holder) {
	var others []string
	for i := range holders {
		for _, s := range holders[i].lists {
			if best == nil || holders[i].Shape != best.Shape {
				others = append(others, spell(s))
			}
		}
	}
	if len(others) == 0 {
		return
	}
	f := converter.Finding{Code: "records-guessed", Severity: converter.Doubt, Example: strings.Join(others[:min(len(others), 8)], ", "),
		Message: "several elements may hold the rows, and none of them stands out, so that the document is read as if there were none",
		Try:     []string{"--path", others[0]}}
	if best != nil {
		f.Message = "several elements may hold the rows; those in " + spell(best.Shape) + " were taken"
	}
	p.out.Report(f)
}

// names lists the names of elements.
func names(list []*xmltext.Shape) string {
	var b strings.Builder
	for i, s := range list {
		if i > 0 {
			b.WriteString(", ")
		}
		if i == 8 {
			b.WriteString("…")
			break
		}
		b.WriteString(s.Name.Local)
	}
	return b.String()
}
