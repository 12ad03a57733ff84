package json

import (
	"bytes"

	"github.com/dynasette/dynasette/converter"
)

// object converts the one object that the document is, which is at p of the head.
func (d *document) object(h *head, p int) error {
	d.text.drop(p)
	line := d.text.line
	x, err := d.index(newStream(bytes.NewReader(h.s[p:h.n]), d.text.off, d.text.ahead, nil))
	if err != nil {
		return err
	}
	pl, certain := x.plan()
	// Objects that are alike so far are taken for rows, until one of another kind comes.
	guess := pl.shape == ofRows && pl.at == x && x.alike() && !certain
	recalled := d.out.Recall(recallWhole) != ""
	if !h.whole && (recalled || !certain && !guess) {
		if x, err = d.reread(); err != nil {
			return err
		}
		pl, certain = x.plan()
		guess = false
	}
	if !x.whole && !certain && !guess {
		pl = plan{shape: ofTables, at: x} // it is broken: going through it tells where
	}
	d.others(pl)
	if pl.at == x {
		switch {
		case pl.shape == oneFeature || pl.shape == oneGeometry:
			l, what := h.elements(p, false)
			l.geo, l.geometry = pl.shape == oneFeature, pl.shape == oneGeometry // also if its head does not tell
			if l.geo {
				what = "GeoJSON feature"
			}
			l.crs = x.crs
			d.sayCRS(x.crs)
			d.out.Describe("shape", what, "the text is one object of that type")
			return d.values(l)
		case pl.shape == ofColumns && x.whole:
			return d.columns(d.table(), h, x)
		}
	}
	w := newWalk(d, h, pl)
	w.guess = guess
	w.unsure = certain && !x.whole && !recalled && pl.shape == ofTables
	if err := w.value(pl.at.path()); err != nil {
		return err
	}
	if err := w.finish(); err != nil {
		return err
	}
	return d.end(d.text, line)
}

// others says where the rows are, if that is not the document itself, and which arrays were
// not taken, where that is a guess.
func (d *document) others(p plan) {
	if p.at.parent != nil && p.shape != ofBindings && !p.both {
		d.out.Describe("path", spellPath(p.at.path()), "what holds rows is there")
	}
	if p.at.parent != nil && (p.shape == ofRows || p.shape == ofColumns || p.at.grids == p.at.tables) {
		d.out.Report(converter.Finding{Code: "records-guessed", Severity: converter.Doubt, Example: spellPath(p.at.path()),
			Message: "the rows were taken from where most of the document is", Try: []string{"--path", "."}})
	}
	if len(p.others) == 0 {
		return
	}
	names := ""
	for i, n := range p.others[:min(len(p.others), 8)] {
		if i > 0 {
			names += ", "
		}
		names += spellPath(n.path())
	}
	f := converter.Finding{Code: "records-guessed", Severity: converter.Doubt, Example: names,
		Message: "several arrays may hold the rows, and none of them stands out, so that the document is read as if there were none",
		Try:     []string{"--path", spellPath(p.others[0].path())}}
	if p.at.parent != nil {
		f.Message = "several arrays may hold the rows; those at " + spellPath(p.at.path()) + " were taken"
		for _, n := range p.others {
			if n.parent != p.at {
				f.Try[1] = spellPath(n.path())
				break
			}
		}
	}
	d.out.Report(f)
}

// fresh returns the text from its start, and goes to its first value.
func (d *document) fresh() (*stream, error) {
	t := newStream(d.source.Reread(), d.source.Start, d.text.ahead, nil)
	t.need(maxGuard)
	t.drop(d.guard)
	t.space()
	return t, nil
}

// reread reads the document to its end for its index. Nothing may come after the object.
func (d *document) reread() (*node, error) {
	t, err := d.fresh()
	if err != nil {
		return nil, err
	}
	line := t.line
	x, err := d.index(t)
	if err == nil && x.whole {
		err = d.end(t, line)
	}
	return x, err
}

// chosen converts the part of the document that Path leads to.
func (d *document) chosen(h *head, p int) error {
	d.text.drop(p)
	line := d.text.line
	steps, err := parsePath(d.Path)
	if err != nil {
		return err
	}
	var x *node
	var path []string
	for _, path = range joined(steps) {
		t, err := d.fresh()
		if err != nil {
			return err
		}
		found, err := t.locate(path)
		if err != nil {
			return err
		}
		if !found || classes[t.space()] != classOpen {
			continue
		}
		if t.space() == '{' {
			x, err = d.index(t)
		} else {
			x, err = d.reread() // for lists of names that may stand anywhere
		}
		if err != nil {
			return err
		}
		break
	}
	if x == nil {
		if x, err = d.reread(); err == nil {
			err = noPath(d.Path, x)
		}
	}
	if err != nil {
		return err
	}
	shape, _ := x.own()
	if !x.whole {
		shape = ofTables
	}
	w := newWalk(d, h, plan{shape: shape, at: x})
	w.exact = true
	d.out.Describe("path", spellPath(path), "as asked for")
	if err := w.value(path); err != nil {
		return err
	}
	if err := w.finish(); err != nil {
		return err
	}
	return d.end(d.text, line)
}
