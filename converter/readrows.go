package converter

import (
	"encoding/binary"
	"slices"
)

// readRows makes the task's rows of the batch: cells are read as fields say, and rows left out
// that are to be rejected. The batch itself stays as it is, to be read again if what is known
// of its columns changes.
func (task *batchTask) readRows(p *plan) {
	b, out := &task.Batch, &task.read
	out.Data, out.named, out.index = b.Data, b.named, b.index
	out.Cells = append(out.Cells[:0], b.Cells...)
	out.cols = append(out.cols[:0], b.cols...)
	out.Ends = append(out.Ends[:0], b.Ends...)
	task.odd, task.proofs = oddities{}, nil
	task.rejected, task.refused = task.rejected[:0], task.refused[:0]
	task.origin = nil
	if len(p.readers) > 0 {
		from := uint32(0)
		for row, to := range out.Ends {
			for i := from; i < to; i++ {
				local := int(i - from)
				if b.byName() {
					local = int(b.cols[i])
				}
				if local < len(p.readers) && p.readers[local] != nil {
					task.readCell(p, local, row, int(i))
				}
			}
			from = to
		}
	}
	task.requireCells(p)
	if task.refused = append(task.refused, task.replaced...); len(task.refused) > 0 {
		task.leaveOut()
	}
}

// readCell reads one cell, and leaves in its place what comes of it.
func (task *batchTask) readCell(p *plan, local, row, at int) {
	b, r := &task.read, p.readers[local]
	c := b.Cells[at]
	kind, n := c.Kind(), c.Len()
	if kind == KindNull {
		return
	}
	c, cell := r.trim.trimmed(kind, c, b.Data[c.Off:int(c.Off)+n])
	b.Cells[at], n = c, len(cell)
	if r.null(kind, cell) {
		b.Cells[at] = Cell{}
		return
	}
	if n == 0 && kind == KindUntyped || (kind == KindUntyped || kind == KindQuoted) && r.typed() && len(trimSpace(cell)) == 0 {
		if r.typed() {
			b.Cells[at] = Cell{}
		}
		return
	}
	if r.counts() {
		if what, ok := r.holds(kind, cell); !ok {
			task.odd.add(local, what, row, cellText(kind, cell))
		}
	}
	if !r.typed() {
		return
	}
	if r.own && p.keep[local] && (kind == KindUntyped || kind == KindQuoted) {
		b.Cells[at] = Span(KindText, int(c.Off), n) // which is no number as the table has them
		return
	}
	if r.any && r.order == 0 && kind != KindInt && kind != KindReal && kind != KindBlob {
		if task.proofs == nil {
			task.proofs = map[int]*proof{}
		}
		if task.proofs[local] == nil {
			task.proofs[local] = new(proof)
		}
		if task.proofs[local].add(cell, int64(row)+1) {
			return // as it is, until it is known what it says
		}
	}
	v, ok := r.read(task.scratch[:0], kind, cell)
	if !ok {
		task.misfit(p, local, row, at, cellText(kind, cell))
		return
	}
	if r.field.AnyUnit {
		_, unit := cutUnit(trimSpace(cell))
		task.odd.unit(local, unit, row, string(cell))
	}
	if v.same || p.keep[local] {
		return
	}
	task.odd.changed(local)
	from := len(b.Data)
	if v.kind == KindText {
		task.scratch = v.text
		b.Data = append(b.Data, v.text...)
	} else {
		b.Data = binary.LittleEndian.AppendUint64(b.Data, v.bits)
	}
	b.Cells[at] = Span(v.kind, from, len(b.Data)-from)
}

// misfit does with a cell that its column can't hold what the field says.
func (task *batchTask) misfit(p *plan, local, row, at int, text string) {
	f := p.readers[local].field
	what := f.noun()
	switch f.Misfit {
	case MisfitClear:
		task.read.Cells[at] = Cell{}
		task.rejected = append(task.rejected, Reject{at: row + 1, Type: "cell that is not " + what, Column: p.localName(local), Raw: text,
			Message: "it is not " + what + ", and NULL in its row (misfit: clear)", Aside: true, cell: true})
	case MisfitReject:
		task.reject(p, local, row, "row with what is not "+what, quoted(text)+" is not "+what+" (misfit: reject)")
	default:
		task.odd.add(local, misfitting, row, text)
	}
}

// reject leaves a row out.
func (task *batchTask) reject(p *plan, local, row int, kind, message string) {
	if n := len(task.refused); n > 0 && task.refused[n-1] == row {
		return // for one reason
	}
	task.refused = append(task.refused, row)
	task.rejected = append(task.rejected, Reject{at: row + 1, Type: kind, Column: p.localName(local), Message: message, Raw: task.rowText(p, row)})
}

// requireCells rejects rows without a value that their rule asks for.
func (task *batchTask) requireCells(p *plan) {
	for _, local := range p.required {
		from := uint32(0)
		for row, to := range task.read.Ends {
			if at := task.read.find(int(from), int(to), int(local)); (at < 0 || task.read.Cells[at].blank()) && !slices.Contains(task.refused, row) {
				task.reject(p, int(local), row, "row without a required value", "it has no value, but has to (required; misfit: reject)")
			}
			from = to
		}
	}
	slices.Sort(task.refused)
}

// find returns the cell of a column in the row from:to, or -1.
func (b *Batch) find(from, to, local int) int {
	if !b.byName() {
		if from+local < to {
			return from + local
		}
		return -1
	}
	for i := to - 1; i >= from; i-- {
		if int(b.cols[i]) == local {
			return i
		}
	}
	return -1
}

// leaveOut takes the refused rows out.
func (task *batchTask) leaveOut() {
	slices.Sort(task.refused)
	b := &task.read
	cells, cols, ends := b.Cells[:0], b.cols[:0], b.Ends[:0]
	from, refused := uint32(0), slices.Compact(task.refused)
	task.origin = make([]int32, 0, len(b.Ends))
	for row := range len(task.Ends) {
		to := task.Ends[row]
		if len(refused) > 0 && refused[0] == row {
			refused = refused[1:]
		} else {
			cells = append(cells, b.Cells[from:to]...)
			if b.byName() {
				cols = append(cols, b.cols[from:to]...)
			}
			ends = append(ends, uint32(len(cells)))
			task.origin = append(task.origin, int32(row))
		}
		from = to
	}
	b.Cells, b.cols, b.Ends = cells, cols, ends
}

// rowText returns a row of the batch as JSON, as it came.
func (task *batchTask) rowText(p *plan, row int) string {
	b := &task.Batch
	from := uint32(0)
	if row > 0 {
		from = b.Ends[row-1]
	}
	out := []byte{'{'}
	for i := from; i < b.Ends[row]; i++ {
		local := int(i - from)
		if b.byName() {
			local = int(b.cols[i])
		}
		if b.Cells[i].blank() {
			continue
		}
		if len(out) > 1 {
			out = append(out, ',')
		}
		out = append(appendJSON(out, p.localName(local)), ':')
		out = b.Cells[i].appendJSON(out, b.Data)
	}
	return string(append(out, '}'))
}

// localName returns the name of a column of the batch.
func (p *plan) localName(local int) string {
	if local < len(p.names) && p.names[local] != "" {
		return p.names[local]
	}
	return blankName(local)
}

// noun says what a cell is to be.
func (f *FieldRule) noun() string {
	switch f.Type {
	case IntegerType:
		return "an integer"
	case ArrayType:
		return "an array"
	case ObjectType:
		return "an object"
	case DateType, DateTimeType, TimeType:
		if f.Format != "" && f.Format != "default" && f.Format != FormatAny {
			return "a " + string(f.Type) + " as in " + f.Format
		}
	case YearMonthType:
		return "a year and a month"
	case GeoPointType:
		return "a point"
	case GeoJSONType:
		return "GeoJSON"
	}
	return "a " + string(f.Type)
}

func quoted(text string) string { return `"` + bounded(text, maxExample) + `"` }
