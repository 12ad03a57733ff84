package parquet

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/dynasette/dynasette/converter"
)

// A reader makes rows of row groups. Columns are read in parallel, some rows at a time, so a
// row group of any size takes no more memory than a page of each of its columns. Cells are made
// on the goroutines of the batches.
type reader struct {
	in     *converter.Input
	end    int64 // of the pages
	footer *footer
	schema *schema
	memory memory
	unpack *unpacker
	table  *converter.Table

	most  int64 // bytes that the values may become
	bytes int64 // that they have become; changed in order
	rows  int64 // that the row groups have

	mu   sync.Mutex
	free []*step // to be used again
}

// A step is what all columns have in some rows.
type step struct {
	vectors []*vector
	parts   atomic.Int32 // batches that use it
}

const (
	stepBytes = 512 << 10 // of the values of a step, as far as the row group says
	stepRows  = 8192
	stepCells = 64 << 10
	batchSize = 1 << 20   // of text and bytes of a batch, but for one long row
	maxStep   = 256 << 20 // of values that are not parts of pages
	maxRow    = 1 << 30

	stepsMemory = 16 << 20 // of what is read at once, of all columns
)

var (
	errGrowth = fmt.Errorf("%w: its values are too many for a file of its size", converter.ErrLimit)
	errStep   = fmt.Errorf("%w: a few rows have values of %d MiB that repeat one another", converter.ErrLimit, maxStep>>20)
)

// group reads a row group.
func (r *reader) group(ctx context.Context, i int) error {
	g, err := r.footer.group(i, len(r.schema.leaves))
	if err != nil {
		return broken(err)
	}
	if len(g.chunks) != len(r.schema.leaves) || g.rows < 0 {
		return corruptf("it has %d columns of %d rows, and the schema has %d", len(g.chunks), g.rows, len(r.schema.leaves))
	}
	if r.rows += g.rows; g.rows > r.most || r.rows > r.most {
		return errGrowth
	}
	chunks := make([]*chunk, len(g.chunks))
	defer func() {
		for _, c := range chunks {
			if c != nil {
				c.close()
			}
		}
	}()
	step := min(max(stepsMemory/len(r.schema.leaves), smallStep), largeStep)
	for k, l := range r.schema.leaves {
		meta := g.chunks[k]
		c, err := newChunk(l, meta, r.in, r.end, r.most, step)
		if err == nil && l.rep == 0 && meta.values != g.rows {
			err = corruptf("it has %d values, and the row group %d rows", meta.values, g.rows)
		}
		if err != nil {
			return &converter.SyntaxError{Column: l.path, Err: err}
		}
		c.unpack, c.memory = r.unpack, &r.memory
		chunks[k] = c
	}
	rows := stepOf(&g)
	for left := g.rows; left > 0; {
		if err := ctx.Err(); err != nil {
			return err
		}
		n := int(min(left, int64(rows)))
		s, err := r.read(chunks, n)
		if err == nil {
			err = r.append(s, n)
		}
		if err != nil {
			return err
		}
		left -= int64(n)
	}
	for _, c := range chunks {
		if c.leaf.rep > 0 && (c.left > 0 || c.entries > 0 || len(c.pendingReps) > 0) {
			return &converter.SyntaxError{Column: c.leaf.path, Err: corruptf("it has more rows than the row group, %d", g.rows)}
		}
	}
	return nil
}

// stepOf returns how many rows of a row group to read at once.
func stepOf(g *rowGroup) int {
	if g.rows == 0 {
		return 1
	}
	var bytes, entries float64
	for _, c := range g.chunks {
		bytes += max(0, float64(c.unpacked)) + float64(c.values)
		entries = max(entries, float64(c.values))
	}
	n := min(stepRows, stepBytes*float64(g.rows)/max(bytes, 1), stepCells*float64(g.rows)/max(entries, 1), stepCells/float64(len(g.chunks)))
	return max(int(n), 1)
}

// read reads the next rows of all columns.
func (r *reader) read(chunks []*chunk, rows int) (*step, error) {
	s := r.step()
	errs := make([]error, len(chunks))
	var next atomic.Int64
	work := func() {
		for i := int(next.Add(1)) - 1; i < len(chunks); i = int(next.Add(1)) - 1 {
			errs[i] = safely(func() error { return chunks[i].read(s.vectors[i], rows) })
		}
	}
	var group sync.WaitGroup
	if rows*len(chunks) > 256 {
		for range min(runtime.GOMAXPROCS(0), len(chunks)) - 1 {
			group.Go(work)
		}
	}
	work()
	group.Wait()
	for i, err := range errs {
		if err == nil {
			continue
		}
		if read, ok := errors.AsType[readError](err); ok {
			return nil, read.error
		}
		if _, ok := errors.AsType[*converter.PanicError](err); ok {
			return nil, err
		}
		w := &chunks[i].pages
		return nil, &converter.SyntaxError{Column: chunks[i].leaf.path, Offset: w.at - int64(len(w.b)), Err: err}
	}
	return s, nil
}

// safely has a panic of f, which may be on a goroutine that nobody else looks after, be an error.
func safely(f func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &converter.PanicError{Value: v, Stack: debug.Stack()}
		}
	}()
	return f()
}

// step returns a step to read to.
func (r *reader) step() *step {
	r.mu.Lock()
	defer r.mu.Unlock()
	if n := len(r.free); n > 0 {
		s := r.free[n-1]
		r.free = r.free[:n-1]
		return s
	}
	s := &step{vectors: make([]*vector, len(r.schema.leaves))}
	for i := range s.vectors {
		s.vectors[i] = &vector{max: r.schema.leaves[i].def}
	}
	return s
}

// done is called when a batch is made of a part of a step.
func (r *reader) done(s *step) {
	if s.parts.Add(-1) > 0 {
		return
	}
	for i, v := range s.vectors {
		if v.charged > 0 {
			r.memory.charge(-v.charged)
			s.vectors[i] = &vector{max: r.schema.leaves[i].def}
		} else {
			v.clear()
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.free = append(r.free, s)
}

// append makes batches of a step. They are cut where their values are many.
func (r *reader) append(s *step, rows int) error {
	ends, err := cut(s, rows)
	if err != nil {
		return err
	}
	s.parts.Store(int32(len(ends)))
	from := 0
	for _, to := range ends {
		begin := from
		if err := r.table.AppendFunc(func(b *converter.Batch) error { return r.fill(b, s, begin, to) }); err != nil {
			return err
		}
		from = to
	}
	return nil
}

// cut returns where the batches end that a step's rows are put into.
func cut(s *step, rows int) ([]int, error) {
	total := 0
	for _, v := range s.vectors {
		if total += v.size; v.size > math.MaxInt/len(s.vectors)/2 {
			return nil, errStep
		}
	}
	if total <= 2*batchSize {
		return []int{rows}, nil
	}
	sizes := make([]int, rows)
	for _, v := range s.vectors {
		v.addSizes(sizes)
	}
	var ends []int
	sum := 0
	for i, size := range sizes {
		if size > maxRow {
			return nil, fmt.Errorf("%w: a row of %d MiB", converter.ErrLimit, size>>20)
		}
		if sum += size; sum > batchSize {
			ends, sum = append(ends, i+1), 0
		}
	}
	if len(ends) == 0 || ends[len(ends)-1] < rows {
		ends = append(ends, rows)
	}
	return ends, nil
}

// addSizes adds how many bytes the values have to each row's.
func (v *vector) addSizes(sizes []int) {
	if v.size == 0 {
		return
	}
	row, at := -1, 0
	for i := range v.entries {
		if len(v.reps) == 0 || v.reps[i] == 0 {
			row++
		}
		if len(v.defs) == 0 || v.defs[i] == v.max {
			sizes[row] += len(v.bytes[at])
			at++
		}
	}
}

// fill makes a batch of rows of a step.
func (r *reader) fill(b *converter.Batch, s *step, from, to int) error {
	width, rows := len(r.schema.columns), to-from
	b.Cells = slices.Grow(b.Cells, width*rows)[:width*rows]
	scalars := make([]scalar, len(r.schema.leaves))
	for i, l := range r.schema.leaves {
		scalars[i].leaf = l
	}
	most := int(min(r.most, maxRow))
	for i, n := range r.schema.columns {
		var err error
		if n.flat() {
			err = scalars[n.from].cells(b, b.Cells[i:], width, s.vectors[n.from], from, to)
		} else {
			a := assembler{node: n, scalars: scalars, vectors: s.vectors, most: most}
			err = a.cells(b, b.Cells[i:], width, from, to)
		}
		if err == nil && len(b.Data) > most {
			err = errGrowth
		}
		if err != nil {
			return &converter.SyntaxError{Column: n.name, Err: err}
		}
		for k := n.from; k < n.to; k++ {
			scalars[k].findings(b, n.name)
		}
	}
	for i := range rows {
		b.Ends = append(b.Ends, uint32(width*(i+1)))
	}
	bytes := int64(len(b.Data) + len(b.Cells))
	r.done(s)
	b.InOrder(func() error {
		if r.bytes += bytes; r.bytes > r.most {
			return errGrowth
		}
		return nil
	})
	return nil
}

// openPages returns what reads a document's row groups.
func openPages(in *converter.Input, f *footer, s *schema, limits Limits, end int64) (*reader, io.Closer, error) {
	u, err := newUnpacker()
	if err != nil {
		return nil, nil, err
	}
	r := &reader{in: in, end: end, footer: f, schema: s, unpack: u, most: limits.values(in.Size)}
	r.memory.limit = limits.Memory
	return r, u, nil
}
