package converter

import (
	"errors"
	"fmt"

	"github.com/dynasette/dynasette/converter/internal/extsort"
	"github.com/dynasette/dynasette/converter/internal/sqlitefile"
)

// Key makes the column of that name the table's primary key, provided that in the end
// every row has a value there, an integer or a text, and no two the same. If not, the table
// is what it would be without, and that is found.
func (t *Table) Key(column string) {
	of := t.table
	t.w.db.admit(func() error {
		if of.key == nil {
			of.key = t.w.db.newIndex(of, []IndexColumn{{Name: column}})
			of.key.w = t.w
		}
		return nil
	})
}

// finishKey writes the index of the table's primary key. It returns nil if it has none.
func (db *database) finishKey(t *table) (*sqlitefile.Object, error) {
	k := t.key
	if k == nil {
		return nil, nil
	}
	places, found := k.places(t)
	if found == 0 {
		return nil, nil
	}
	c := &t.columns[places[0]]
	if err := db.judgeKey(t, c.summary().Type); err != nil {
		return nil, err
	}
	if k.why != "" {
		k.w.Report(Finding{Code: "no-primary-key", Severity: Doubt, Table: t.name, Column: c.name,
			Message: "the column can't be the table's primary key: " + k.why})
		return nil, nil
	}
	k.name = "sqlite_autoindex_" + t.name + "_1"
	root, err := db.writeIndex(k)
	return &sqlitefile.Object{Type: "index", Name: k.name, Table: t.name, Root: root}, err
}

// judgeKey finds out whether a column of that type is a key.
func (db *database) judgeKey(t *table, declared string) error {
	k := t.key
	if declared != "TEXT" && declared != "INTEGER" {
		k.why = "its values are of several types, or neither integers nor text"
		return nil
	}
	err := db.sortIndex(t, k)
	switch {
	case errors.Is(err, extsort.ErrFull):
		k.why = fmt.Sprint("there are too many values: ", err)
		return nil
	case err != nil:
		return err
	case k.tally.nulls > 0:
		k.why = "a row has none"
	case k.tally.repeated > 0:
		k.why = "two rows have the same"
	}
	return nil
}

// isKey reports whether column i has become the primary key.
func (t *table) isKey(i int) bool {
	return t.key != nil && t.key.why == "" && t.key.columns[0].place(t) == int32(i)
}
