package shapefile

import (
	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/dbase"
)

// A filler makes rows of some shapes.
type filler struct {
	*layer
	b       *converter.Batch
	points  bool
	damaged converter.Finding
	endless converter.Finding
	beyond  converter.Finding
	orphans converter.Finding
	patches converter.Finding
}

// fill makes rows of shapes and of the records that belong to them; of nil, if there are none. It runs on any
// goroutine.
func (l *layer) fill(b *converter.Batch, c chunk, records *dbase.Chunk) error {
	f := &filler{layer: l, b: b, points: l.kind.flat() == point}
	err := f.rows(c, records)
	for _, found := range []*converter.Finding{&f.damaged, &f.endless, &f.beyond, &f.orphans, &f.patches} {
		if found.Count > 0 {
			b.Report(*found)
		}
	}
	return err
}

func (f *filler) rows(c chunk, records *dbase.Chunk) error {
	if records != nil {
		return records.Fill(f.b, func(record int64) error {
			i := record - records.First
			return f.shape(c.all[i], c.places[i])
		})
	}
	for i := range c.all {
		for range f.width {
			f.b.Add(converter.Value{})
		}
		if err := f.shape(c.all[i], c.places[i]); err != nil {
			return err
		}
		f.b.EndRow()
	}
	return nil
}

// note counts a finding about the current row.
func (f *filler) note(found *converter.Finding, is converter.Finding) {
	if found.Count == 0 {
		is.Row = int64(f.b.Rows()) + 1
		*found = is
	}
	found.Count++
}

// shape adds the cells of a shape to the current row.
func (f *filler) shape(content []byte, place int64) error {
	s, err := parse(content)
	if err != nil {
		f.note(&f.damaged, converter.Finding{Code: "shape-damaged", Severity: converter.Loss, Offset: place, Message: "a shape is damaged, so that its geometry is NULL"})
		f.nothing()
		return nil
	}
	if !s.finite() {
		f.note(&f.endless, converter.Finding{Code: "position-infinite", Severity: converter.Loss, Offset: place, Message: "a shape with positions that are no numbers, or infinite, is NULL"})
		f.nothing()
		return nil
	}
	form, orphans, err := s.form()
	if err != nil {
		return &converter.SyntaxError{Offset: place, Err: err}
	}
	if orphans > 0 {
		f.note(&f.orphans, converter.Finding{Code: "hole-alone", Severity: converter.Doubt, Offset: place, Message: "a hole that lies in no ring is an area of its own"})
	}
	if form.name == "" {
		f.nothing()
		return nil
	}
	if s.kind == multipatch {
		f.note(&f.patches, converter.Finding{Code: "multipatch", Message: "a multipatch is areas of three coordinates"})
	}
	at := len(f.b.Data)
	f.b.Data = s.appendGeometry(f.b.Data, &form)
	f.b.Cells = append(f.b.Cells, converter.Span(converter.KindText, at, len(f.b.Data)-at))
	if f.points {
		f.position(&s, &form)
	}
	return f.measures(&s, &form)
}

// nothing adds the cells of what has no geometry.
func (f *filler) nothing() {
	n := 1
	if f.points {
		n += 2
	}
	if f.measured {
		n++
	}
	for range n {
		f.b.Add(converter.Value{})
	}
}

// position adds the columns of a point.
func (f *filler) position(s *shape, form *form) {
	if !form.point {
		f.b.Add(converter.Value{})
		f.b.Add(converter.Value{})
		return
	}
	x, y := s.x(0), s.y(0)
	f.b.Add(converter.Real(x))
	f.b.Add(converter.Real(y))
	if f.crs.degrees && (x < -180 || x > 180 || y < -90 || y > 90) {
		f.note(&f.beyond, converter.Finding{Code: "position-beyond", Severity: converter.Doubt,
			Message: "a position is beyond all longitudes and latitudes, and may be in another reference system"})
	}
}

// measures adds the column of measures.
func (f *filler) measures(s *shape, form *form) error {
	any, some := s.measured()
	if !f.measured {
		if some {
			return f.out.Again(measuresKey, "there are some")
		}
		return nil
	}
	switch {
	case !any:
		f.b.Add(converter.Value{})
	case f.points && form.point:
		f.b.Add(converter.Real(float(s.m, 0)))
	default:
		at := len(f.b.Data)
		f.b.Data = s.appendMeasures(f.b.Data, form)
		f.b.Cells = append(f.b.Cells, converter.Span(converter.KindText, at, len(f.b.Data)-at))
	}
	return nil
}
