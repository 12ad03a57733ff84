package converter

import (
	"cmp"
	"slices"
)

// plan returns how to encode the batch with what is known of its table now, or nil if that is
// not enough. What is settled has places for all its columns, as far as the table has room; it runs in order then.
func (task *batchTask) plan(settled bool) *plan {
	h := task.handle
	known := h.table.plan.Load()
	p := &plan{modes: known.modes, spelled: known.spelled, near: known.near, extra: known.extra, names: task.columns}
	byName := known.byName
	var s *shapePlan
	if h.shape != nil {
		if s = h.shape.plan.Load(); s == nil {
			return nil
		}
		byName = s.byName
	}
	if task.byName() {
		p.names = task.named
		p.columns = make([]int32, len(task.named))
		for i, name := range task.named {
			place, ok := byName[name]
			if !ok && settled && s == nil {
				place, ok = h.table.byName[name][0], true // there is no room for it, so it was not published
			}
			if !ok {
				return nil
			}
			p.columns[i] = place
		}
	} else {
		places := h.places.Load()
		if places == nil || len(*places) < len(task.columns) {
			return nil
		}
		p.columns = (*places)[:len(task.columns)]
	}
	if s != nil && !s.fill(p) {
		return nil
	}
	for _, c := range p.columns {
		if int(c) >= len(p.modes) {
			return nil
		}
	}
	return p
}

// fill makes a plan one of the shape. Its columns are the document's so far.
func (s *shapePlan) fill(p *plan) bool {
	p.locals, p.columns = p.columns, make([]int32, len(p.columns))
	p.fixed, p.extracts = s.fixed, s.extracts
	for i, at := range p.locals {
		if int(at) >= len(s.places) {
			return false
		}
		p.columns[i] = s.places[at]
		if s.readers[at] != nil && p.readers == nil {
			p.readers, p.keep = make([]*reader, len(p.locals)), make([]bool, len(p.locals))
		}
		if s.readers[at] != nil {
			p.readers[i], p.keep[i] = s.readers[at], s.keep[at]
		}
		if slices.Contains(s.required, at) {
			p.required = append(p.required, int32(i))
		}
	}
	for _, f := range s.fixed {
		if int(f.place) >= len(p.modes) {
			return false
		}
	}
	for _, x := range s.extracts {
		if int(x.place) >= len(p.modes) {
			return false
		}
	}
	return true
}

// settle has the table gain the columns of the batch that it lacks. It runs in order.
func (task *batchTask) settle() error {
	h := task.handle
	if !task.byName() {
		h.place(task.columns)
		return nil
	}
	if h.shape != nil {
		h.shape.find(task.named)
		return h.shape.err
	}
	t := h.table
	before := len(t.columns)
	t.taken.promise(task.named)
	for i, name := range task.named {
		t.column(name, 0, i)
	}
	if len(t.columns) > before {
		t.publish()
	}
	return nil
}

// replan returns the plan of an admitted batch with what is known by now. It may run beside others.
func (task *batchTask) replan() *plan {
	if p := task.plan(false); p != nil {
		return p
	}
	known, p := task.handle.table.plan.Load(), *task.places
	p.modes, p.spelled, p.near, p.extra = known.modes, known.spelled, known.near, known.extra
	return &p
}

// rows returns the rows that are to be written.
func (task *batchTask) rows() *Batch {
	if task.places != nil && task.places.locals != nil {
		return &task.read
	}
	return &task.Batch
}

// shape makes the rows of the batch that the table's rule makes of them.
func (task *batchTask) shape(p *plan) error {
	task.spread()
	task.readRows(p)
	for len(task.extracts) < len(p.extracts) {
		task.extracts = append(task.extracts, extracting{})
	}
	for i, x := range p.extracts {
		if x.to == nil {
			task.extracts[i].plan = x
			continue // the document has none of its columns
		}
		if err := task.extracts[i].extract(&task.read, x, p.locals, x.to.plan.Load()); err != nil {
			return err
		}
	}
	return nil
}

// outdated reports whether more is known now of how cells are to be read than when the batch
// was.
func (task *batchTask) outdated() bool {
	if task.handle.shape == nil {
		return false
	}
	now := task.plan(false)
	return now == nil || !slices.Equal(now.readers, task.places.readers) || !slices.Equal(now.keep, task.places.keep)
}

// admitShaped learns what the batch's cells say of their columns, and has it read again if that
// changes how. It runs in order.
func (db *database) admitShaped(task *batchTask) error {
	s := task.handle.shape
	for s.learn(task) {
		if err := db.encodeInOrder(task); err != nil || task.used == nil {
			return err
		}
	}
	return nil
}

// admitExtracts gives the values that are extracted their ids. It runs in order.
func (db *database) admitExtracts(task *batchTask) error {
	for i := range task.places.extracts {
		x := &task.extracts[i]
		l := x.plan.to
		if l == nil {
			continue
		}
		if db.widen(task, l.table, &x.enc, false) {
			l.publish()
		}
		if l.stale(x.used, x.enc.seen) {
			if err := x.extract(&task.read, x.plan, task.places.locals, l.plan.Load()); err != nil {
				return err
			}
		}
		if err := x.admit(); err != nil {
			return err
		}
	}
	return nil
}

// learn takes what a batch says of its columns as a whole: whether all cells are as said, and
// what the order of dates is. It reports whether the batch has to be read again.
func (s *shape) learn(task *batchTask) (again bool) {
	for i, at := range task.places.locals {
		c := &s.columns[at]
		if c.of == nil || c.place < 0 || task.places.readers == nil || task.places.readers[i] == nil {
			continue
		}
		to := &c.of.columns[c.place]
		if p := task.proofs[i]; p != nil && to.order == 0 && !to.kept {
			first := !c.proof.seen
			c.proof.merge(p, s.table.rows)
			if order, ok := c.proof.order(); ok && first {
				to.order, again = order, true
			}
		}
		if to.kept || !task.odd.disproved(i, c) {
			continue
		}
		to.kept, again = true, true
		if to.changed {
			s.w.db.again.Store(true)
			to.seen, to.example = 0, ""
		}
	}
	if again {
		s.w.db.republish()
	}
	task.proofs = nil
	return again
}

// disproved reports whether cells of the column are not what they were to be, and are kept.
func (o *oddities) disproved(local int, c *shaped) bool {
	if u := o.units[local]; u != nil {
		if c.unit == nil {
			c.unit = &u.first
		}
		if other := u.otherThan(*c.unit); other != nil {
			return true
		}
	}
	return o.kinds[oddKind{local, misfitting}] != nil
}

// otherThan returns where another unit is; nil: nowhere.
func (u *units) otherThan(unit string) *spots {
	switch {
	case u.first != unit:
		return &u.spots
	case u.other.count > 0:
		return &u.other
	}
	return nil
}

// republish has all tasks know how cells are read now.
func (db *database) republish() {
	for _, s := range db.shapes {
		if s.match == nil {
			continue
		}
		for i := range s.columns {
			c := &s.columns[i]
			if c.reader == nil || !c.reader.any || c.of == nil || c.place < 0 {
				continue
			}
			if order := c.of.columns[c.place].order; c.reader.order != order {
				r := *c.reader
				r.order, c.reader = order, &r
			}
		}
		s.publish()
	}
}

// count takes what is counted of a batch.
func (s *shape) count(task *batchTask) {
	for i, at := range task.places.locals {
		if task.odd.differ[i] {
			c := &s.columns[at]
			c.of.columns[c.place].changed = true
		}
		if u := task.odd.units[i]; u != nil && s.columns[at].unit != nil && s.columns[at].counts[otherUnit] == nil {
			if other := u.otherThan(*s.columns[at].unit); other != nil {
				s.columns[at].count(task, otherUnit, other)
			}
		}
	}
	for _, k := range task.odd.sorted() {
		s.columns[task.places.locals[k.local]].count(task, k.what, task.odd.kinds[k])
	}
	doc := s.w.doc
	for i := range task.rejected {
		r := &task.rejected[i]
		r.Line = task.line(r.at - 1)
		f := r.finding()
		f.Table, f.Row = s.table.name, s.table.rows+int64(r.at)
		task.handle.w.Report(f)
		if !r.cell {
			doc.rejects++
		}
	}
}

// count adds what is counted of the column's cells in a batch.
func (c *shaped) count(task *batchTask, what string, found *spots) {
	if c.counts == nil {
		c.counts = map[string]*oddity{}
	}
	o := c.counts[what]
	if o == nil {
		o = new(oddity)
		c.counts[what] = o
	}
	if o.spots.count == 0 {
		o.line = task.line(int(found.row - 1))
	}
	o.merge(*found, task.handle.table.rows)
}

// line returns the document's line of a row of the batch, or 0.
func (task *batchTask) line(row int) int64 {
	if task.locate == nil {
		return 0
	}
	return task.locate(row)
}

// countKept counts the cells that are not the numbers that they were to be, and are kept. It
// runs in order, when it is known what the columns hold.
func (s *shape) countKept(task *batchTask) {
	for i, at := range task.places.locals {
		s.countNumbers(task, i, &s.columns[at])
	}
}

func (s *shape) countNumbers(task *batchTask, local int, c *shaped) {
	if c.of == nil || c.place < 0 {
		return
	}
	f := c.field
	if f.Declared != "" || f.Misfit != MisfitKeep || f.Type != IntegerType && f.Type != NumberType && f.Type != YearType {
		return
	}
	bad := untypedText | typedText | typedBlob
	if f.Type != NumberType {
		bad |= untypedReal | typedReal
	}
	if c.of.columns[c.place].seen&bad == 0 && c.of.encoding(int(c.place)) < modeText {
		return
	}
	r := newReader(f, nil)
	b := task.rows()
	var found spots
	from := uint32(0)
	for row, to := range b.Ends {
		if i := b.find(int(from), int(to), local); i >= 0 {
			cell := b.Cells[i]
			kind, value := cell.Kind(), b.Data[cell.Off:int(cell.Off)+cell.Len()]
			if kind != KindNull && !(kind <= KindQuoted && len(trimSpace(value)) == 0) {
				if _, ok := r.number(task.scratch[:0], kind, trimCell(kind, value)); !ok {
					at := row
					if task.origin != nil {
						at = int(task.origin[row])
					}
					found.add(int64(at)+1, []byte(cellText(kind, value)))
				}
			}
		}
		from = to
	}
	if found.count > 0 {
		c.count(task, misfitting, &found)
	}
}

// trimCell trims what is not information around a number that is spelled.
func trimCell(kind Kind, cell []byte) []byte {
	if kind == KindInt || kind == KindReal || kind == KindBlob {
		return cell
	}
	return trimSpace(cell)
}

// admitRowids takes the rows' ids from the column that has them, as long as these ascend.
func (db *database) admitRowids(task *batchTask) {
	t := task.handle.table
	ids := task.enc.ids
	ascend := len(ids) == len(task.enc.ends) && (t.rows == 0 || ids[0] > t.last)
	for i := 1; ascend && i < len(ids); i++ {
		ascend = cmp.Compare(ids[i-1], ids[i]) < 0
	}
	if ascend {
		t.last = ids[len(ids)-1]
		for _, id := range ids {
			t.spans.add(id)
		}
		return
	}
	if t.rows > 0 {
		db.again.Store(true)
	}
	t.rowid, t.unordered = -1, true
	t.primary().index.off, t.indexed = false, -1
	t.publish()
}
