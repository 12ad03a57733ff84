package converter

import (
	"errors"
	"fmt"
	"slices"

	"github.com/dynasette/dynasette/converter/internal/extsort"
	"github.com/dynasette/dynasette/converter/internal/ordered"
	"github.com/dynasette/dynasette/converter/internal/sqlitefile"
)

// sortIndex completes the index's entries and, unless it is certain to be as it is, finds out
// what its tally is.
func (db *database) sortIndex(t *table, x *index) error {
	if err := x.blank(t.rows); err != nil {
		return err
	}
	if err := x.list.Sort(); err != nil {
		return err
	}
	return db.pieces(x, nil)
}

// writeIndex writes an index whose entries are sorted, and returns its root page.
func (db *database) writeIndex(x *index) (uint32, error) {
	tree := db.file.NewIndex()
	if err := db.pieces(x, tree); err != nil {
		return 0, err
	}
	return tree.Finish()
}

const (
	pieceBytes   = 1 << 20 // of entries as runs have them, that are merged by one goroutine
	pieceRecords = 4 << 20 // of records that it may be ahead
)

// pieces merges the index's entries, tallies them, and adds them to the tree, if there is one.
func (db *database) pieces(x *index, tree *sqlitefile.Index) error {
	x.tally = tally{}
	queue := ordered.NewQueue(db.ctx, db.workers+1)
	bounds := append(append([][]byte{nil}, x.list.Split(pieceBytes)...), nil)
	for i := range bounds[1:] {
		p := db.newPiece(x, tree)
		err := queue.Go(ordered.Task{
			Prepare: func() (err error) {
				if p.merge, err = x.list.Merge(bounds[i], bounds[i+1]); err != nil {
					return err
				}
				return p.read()
			},
			Emit: func() error {
				defer db.oldPieces.Put(p)
				return p.emit()
			},
		})
		if err != nil {
			break // which Wait returns too
		}
	}
	return queue.Wait()
}

// A piece is entries of an index that follow one another.
type piece struct {
	index  *index
	tree   *sqlitefile.Index
	reader *sqlitefile.KeyReader
	merge  *extsort.Merge
	done   bool
	tally  tally
	out    []byte // records
	ends   []int
}

func (db *database) newPiece(x *index, tree *sqlitefile.Index) *piece {
	p, _ := db.oldPieces.Get().(*piece)
	if p == nil {
		p = &piece{out: make([]byte, 0, pieceRecords+pieceRecords/16), ends: make([]int, 0, 1<<18)}
	}
	*p = piece{index: x, tree: tree, reader: x.reader(), out: p.out[:0], ends: p.ends[:0]}
	return p
}

// read reads entries until there are enough.
func (p *piece) read() error {
	p.out, p.ends = p.out[:0], p.ends[:0]
	for len(p.out) < pieceRecords {
		entry, err := p.merge.Next()
		if err != nil {
			return err
		}
		if entry == nil {
			p.done = true
			return nil
		}
		ends := p.reader.Ends(entry)
		p.tally.add(p.reader, entry, ends)
		if p.tree != nil {
			p.out = p.reader.Record(p.out, entry, ends)
			p.ends = append(p.ends, len(p.out))
		}
	}
	return nil
}

// emit adds the records to the tree; most were read by now.
func (p *piece) emit() error {
	for {
		from := 0
		for _, end := range p.ends {
			if err := p.tree.Add(p.out[from:end]); err != nil {
				return err
			}
			from = end
		}
		if p.done {
			p.index.tally.join(&p.tally)
			return nil
		}
		if err := p.read(); err != nil {
			return err
		}
	}
}

// finishIndexes writes the table's indexes, but for its key's.
func (db *database) finishIndexes(t *table) ([]sqlitefile.Object, error) {
	var objects []sqlitefile.Object
	for _, x := range t.indexes {
		places, found := x.places(t)
		if x.auto && !x.hidden && !db.choose(t, x) {
			continue
		}
		if found < len(places) && x.of == nil && !x.hidden {
			missing := x.Columns[slices.Index(places, -1)].Name
			return nil, &RuleError{x.Origin, fmt.Errorf("table %s: an index on %s can't be: %s", t.name, x.names(), t.lacks(missing))}
		}
		if found < len(places) || x.hidden {
			continue
		}
		name := "idx_" + t.name
		for _, place := range places {
			name += "_" + t.columns[place].name
		}
		name = db.taken.unique(name, name)
		root, err := db.finishIndex(t, x)
		if x.auto && errors.Is(err, ErrLimit) {
			continue // the table is as good without
		}
		if err != nil {
			return nil, fmt.Errorf("%s: table %s: an index on %s can't be: %w", x.Origin, t.name, x.names(), err)
		}
		if x.name = name; x.of != nil {
			x.of.made = true
		}
		objects = append(objects, sqlitefile.Object{Type: "index", Name: name, Table: t.name, Root: root, SQL: x.sql(name, t, places)})
	}
	return objects, nil
}

// A wantedIndex is one of Options.Indexes.
type wantedIndex struct {
	Index
	made bool // on some table
}

// missingIndex returns an error if an index was asked for that no table has the columns of.
func (db *database) missingIndex() error {
	for _, x := range db.wanted {
		if !x.made {
			return &RuleError{x.Origin, fmt.Errorf("no table has the columns of an index on %s", (&index{Index: x.Index}).names())}
		}
	}
	return nil
}

func (db *database) finishIndex(t *table, x *index) (uint32, error) {
	if x.list == nil {
		return db.writePostings(x, t.sketch.column(x.at[0]))
	}
	if err := x.blank(t.rows); err != nil {
		return 0, err
	}
	if err := x.list.Sort(); errors.Is(err, extsort.ErrFull) {
		return 0, &RuleError{x.Origin, fmt.Errorf("%w: %w", err, ErrLimit)}
	} else if err != nil {
		return 0, err
	}
	if x.unique {
		if err := db.pieces(x, nil); err != nil {
			return 0, err
		}
		if x.tally.repeated > 0 {
			return 0, &RuleError{x.Origin, fmt.Errorf("it is to be unique, but %d rows have the same as another", x.tally.repeated)}
		}
	}
	return db.writeIndex(x)
}
