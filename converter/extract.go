package converter

import (
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/dynasette/dynasette/converter/internal/extsort"
	"github.com/dynasette/dynasette/converter/internal/sqlitefile"
)

// maxLookup bounds the memory that the values of a lookup table take, which are all known
// until it is written.
const maxLookup = 256 << 20

// A lookup is a table with a row for each combination of values that columns of others had.
// Its ids are given out in the order in which the values come first.
type lookup struct {
	*table
	ids   map[string]int64 // by record
	bytes int
	run   *sqlitefile.Run
	width int      // columns, but for the id
	rule  *Extract // of the first that goes there

	sketched batchSketch
}

// An extraction moves columns of a document to a lookup table.
type extraction struct {
	rule    *Extract
	to      *lookup
	used    bool    // the document has some of its columns
	columns []int32 // of the shape, by the lookup table's columns; -1: the document has none
	place   int32   // of the id in the document's table; -1: none yet
}

// extractPlan is what tasks may know of an extraction.
type extractPlan struct {
	rule    *Extract
	to      *lookup // nil: the document has none of its columns so far
	columns []int32
	place   int32
}

// plan returns what tasks may know of it now.
func (x *extraction) plan() extractPlan {
	p := extractPlan{rule: x.rule, columns: slices.Clone(x.columns), place: x.place}
	if x.used {
		p.to = x.to
	}
	return p
}

// newExtraction returns an extraction to its lookup table. It runs before the first row of a table, where
// tables are given their names, so these are the same each time.
func (db *database) newExtraction(rule *Extract) *extraction {
	x := &extraction{rule: rule, to: db.lookup(rule), place: -1, columns: make([]int32, len(rule.Columns))}
	for k := range x.columns {
		x.columns[k] = -1
	}
	return x
}

// extracted returns which of the columns are extracted, by which extraction.
func (s *shape) extracted() map[int]*extraction {
	by := map[int]*extraction{}
	for _, x := range s.extracts {
		for _, name := range x.rule.Columns {
			if at := s.match.Column(name); at >= 0 && by[at] == nil {
				by[at] = x
			}
		}
	}
	return by
}

// locate gives column i of the shape its place in the lookup table.
func (x *extraction) locate(s *shape, i int) {
	if !x.used {
		x.used = true
		s.w.db.wantIndexes(x.to.table)
	}
	if x.place < 0 {
		before := len(s.table.columns)
		x.place = s.table.column(x.rule.Column, 0, i)
		if len(s.table.columns) > before {
			c := &s.table.columns[x.place]
			c.seen, c.refers = typedInt, x.to.table
		}
	}
	for k, name := range x.rule.Columns {
		if s.match.Column(name) != i || k >= len(x.to.rule.Columns) {
			continue
		}
		for j := len(x.to.columns) - 1; j <= k; j++ {
			x.add(s, j)
		}
		place := int32(k + 1)
		s.columns[i].field = s.said(s.columns[i].field, s.named(x.to.columns[place].name))
		x.columns[k] = int32(i)
		s.columns[i].of, s.columns[i].place = x.to.table, place
		return
	}
}

// add gives the lookup table its column k, which the document may have further on, or not at all.
func (x *extraction) add(s *shape, k int) {
	name, said := x.rule.Columns[k], []int(nil)
	if at := s.match.Column(name); at >= 0 {
		name, said = s.match.name(at), s.match.fieldsOf()[at]
	}
	x.to.column(x.to.rule.as(k, name), 0, k)
	c := &x.to.columns[k+1]
	c.take(s.said(s.said(nil, said), s.named(c.name)), s.rule.TextOnly)
	x.to.publish()
	if x.to.width++; x.to.width == len(x.rule.Columns) {
		s.w.db.addKey(x.to.table, &key{found: true, w: s.w}, namesOf(x.to.columns[1:])...)
	}
}

// as returns what the k-th column is called in the lookup table.
func (x *Extract) as(k int, name string) string {
	if k < len(x.As) {
		return x.As[k]
	}
	return name
}

// lookup returns the lookup table of an extraction, which others may have, too.
func (db *database) lookup(x *Extract) *lookup {
	name := foldName(x.Table)
	if db.lookups[name] == nil {
		l := &lookup{table: db.newTable(x.Table, "lookup"), ids: map[string]int64{}, run: db.file.NewRun(), rule: x}
		l.column("id", 0, 0)
		l.columns[0].seen, l.rowid, l.lookup, l.keyed = typedInt, 0, l, true
		if db.lookups == nil {
			db.lookups = map[string]*lookup{}
		}
		db.lookups[name] = l
	}
	return db.lookups[name]
}

func namesOf(columns []column) (names []string) {
	for _, c := range columns {
		names = append(names, c.name)
	}
	return names
}

// An extracting is the part of a batch's rows that goes to a lookup table.
type extracting struct {
	plan    extractPlan
	enc     encoder
	used    []mode
	byCells map[string]int32 // which value, by the cells
	rows    []int32          // of each row: which value; -1: none
	ids     []int64          // of each value
	fresh   []int32          // values that the table did not have
	key     []byte
	dense   []Cell
}

// extract makes the records of the values that rows have.
func (x *extracting) extract(b *Batch, p extractPlan, locals []int32, known *tablePlan) error {
	x.plan = p
	x.rows, x.ids, x.fresh = x.rows[:0], x.ids[:0], x.fresh[:0]
	if x.byCells == nil {
		x.byCells = map[string]int32{}
	}
	clear(x.byCells)
	at := make([]int, len(p.columns)) // columns of the batch
	for k, column := range p.columns {
		at[k] = slices.Index(locals, column)
	}
	x.enc.begin(b, known.modes, known.spelled)
	x.used = known.modes
	x.dense = append(x.dense[:0], make([]Cell, len(p.columns)+1)...)
	from := uint32(0)
	for _, to := range b.Ends {
		none := true
		x.key = x.key[:0]
		for k, local := range at {
			x.dense[k+1] = Cell{}
			if local < 0 {
				continue
			}
			if i := b.find(int(from), int(to), local); i >= 0 {
				c := b.Cells[i]
				x.dense[k+1] = c
				none = none && c.blank()
				x.key = binary.AppendUvarint(append(x.key, byte(k), byte(c.Kind())), uint64(c.Len()))
				x.key = append(x.key, b.Data[c.Off:int(c.Off)+c.Len()]...)
			}
		}
		from = to
		if none {
			x.rows = append(x.rows, -1)
			continue
		}
		value, known := x.byCells[string(x.key)]
		if !known {
			if err := x.enc.row(x.dense[:min(len(x.dense), len(x.used))], b.Data); err != nil {
				return err
			}
			value = int32(len(x.enc.ends) - 1)
			x.byCells[string(x.key)] = value
		}
		x.rows = append(x.rows, value)
	}
	return nil
}

// record returns the record of a value.
func (x *extracting) record(value int32) []byte {
	from := uint32(0)
	if value > 0 {
		from = x.enc.ends[value-1]
	}
	return x.enc.out[from:x.enc.ends[value]]
}

// admit gives the values their ids. It runs in order.
func (x *extracting) admit() error {
	l := x.plan.to
	x.ids = x.ids[:0]
	for value := range int32(len(x.enc.ends)) {
		record := x.record(value)
		if nothing(record) {
			x.ids = append(x.ids, 0)
			continue
		}
		id, known := l.ids[string(record)]
		if !known {
			l.rows++
			id = l.rows
			l.spans.add(id)
			if l.bytes += len(record) + 64; l.bytes > maxLookup {
				return fmt.Errorf("%s: the different values that go to the table %s take more than %d MiB: %w", x.plan.rule.Origin, l.name, maxLookup>>20, ErrLimit)
			}
			l.ids[string(record)] = id
			x.fresh = append(x.fresh, value)
		}
		x.ids = append(x.ids, id)
	}
	return nil
}

// id returns the id that a row has.
func (x *extracting) id(row int) (int64, bool) {
	value := x.rows[row]
	if value < 0 || x.ids[value] == 0 {
		return 0, false
	}
	return x.ids[value], true
}

// extracting returns the part of the batch whose ids are in a column of the table; nil: none is.
func (task *batchTask) extracting(place int32) *extracting {
	for i := range task.places.extracts {
		if x := &task.extracts[i]; place >= 0 && x.plan.to != nil && x.plan.place == place {
			return x
		}
	}
	return nil
}

// text appends what a row's id stands for: what people search for.
func (x *extracting) text(b []byte, row int) []byte {
	value := x.rows[row]
	if value < 0 {
		return b
	}
	var r sqlitefile.Record
	r.Read(x.record(value), len(x.dense))
	for k := 1; k < len(x.dense); k++ {
		if k > 1 {
			b = append(b, ' ')
		}
		if serial, value := r.Value(k); serial >= 12 {
			b = append(b, value...)
		} else {
			b = appendText(b, serial, value, false)
		}
	}
	return b
}

// nothing reports whether all values of a record are NULL.
func nothing(record []byte) bool {
	if record[0] >= 0x80 {
		return false // of so many columns
	}
	for _, serial := range record[1:record[0]] {
		if serial != sqlitefile.SerialNull {
			return false
		}
	}
	return true
}

// emit writes the values that the table did not have. It runs in order.
func (x *extracting) emit(db *database) error {
	l := x.plan.to
	if l == nil || len(x.fresh) == 0 {
		return nil
	}
	for _, value := range x.fresh {
		l.run.Add(x.ids[value], x.record(value))
	}
	if l.sketch != nil {
		rows := sketchedRows{rowid: l.rowid}
		for _, value := range x.fresh {
			rows.data = append(rows.data, x.record(value)...)
			rows.ends, rows.ids = append(rows.ends, uint32(len(rows.data))), append(rows.ids, x.ids[value])
		}
		l.sketched.reset()
		l.sketched.wants = l.sketch.wants(l.sketched.wants, len(l.columns), nil)
		l.sketched.add(&rows, l.sketch.of)
		l.sketch.merge(&l.sketched, nil)
	}
	for _, i := range l.toIndex() {
		var c extsort.Chunk
		var r sqlitefile.Record
		for _, value := range x.fresh {
			r.Read(x.record(value), l.width+1)
			i.entry(&c, &r, x.ids[value])
		}
		if err := i.of.add(&c, x.ids[x.fresh[0]], int64(len(x.fresh))); err != nil {
			return err
		}
	}
	if l.run.Size() < batchBytes {
		return nil
	}
	return l.flush(db)
}

func (l *lookup) flush(db *database) error {
	err := db.file.Place(l.tree, l.run)
	l.run.Reset()
	return err
}
