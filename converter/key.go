package converter

import (
	"cmp"
	"encoding/binary"
	"slices"
	"strings"

	"github.com/dynasette/dynasette/converter/internal/sqlitefile"
)

// maxKeys bounds the memory that a primary key takes until its index can be written.
const maxKeys = 256 << 20

// keyCost is what an entry takes besides its text.
const keyCost = 48

// Why a column can't be the key.
const (
	noKey       = "a row has none, or one that is neither an integer nor text"
	tooManyKeys = "there are too many values to sort in memory"
)

// A key is a column that is to be the table's primary key, if its values allow it.
type key struct {
	w       *Writer // of the document that asked for it
	column  int     // of the table
	entries []keyEntry
	bytes   int
	why     string // it can't be the key; "" so far
}

type keyEntry struct {
	rowid int64
	typed bool // an integer that came typed, in n
	n     int64
	text  string
}

// Key makes the column of that name the table's primary key, provided that in the end
// every row has a value there, an integer or a text, and no two the same. If not, the table
// is what it would be without, and that is found.
func (t *Table) Key(column string) {
	of := t.table
	t.w.db.admit(func() error {
		if of.key == nil {
			of.key = &key{w: t.w, column: int(of.column(column, 0, 0))}
			of.publish()
		}
		return nil
	})
}

// keys notes the keys of a batch's rows.
func (task *batchTask) keys(p *plan, column int, first int64) (entries []keyEntry) {
	from := uint32(0)
	for row, to := range task.Ends {
		e := keyEntry{rowid: -1}
		for i := int(from); i < int(to); i++ {
			if p.column(&task.Batch, i, int(from)) != column {
				continue
			}
			c := task.Cells[i]
			value := task.Data[c.Off : int(c.Off)+c.Len()]
			switch c.Kind() {
			case KindInt:
				e = keyEntry{rowid: first + int64(row), typed: true, n: int64(binary.LittleEndian.Uint64(value))}
			case KindUntyped, KindQuoted, KindText:
				e = keyEntry{rowid: first + int64(row), text: string(value)}
			default:
				e.rowid = -1
			}
		}
		entries = append(entries, e)
		from = to
	}
	return entries
}

// add takes the keys of the next rows.
func (k *key) add(entries []keyEntry) {
	if k.why != "" {
		return
	}
	for _, e := range entries {
		if e.rowid < 0 {
			k.fail(noKey)
			return
		}
		k.bytes += keyCost + len(e.text)
	}
	if k.entries = append(k.entries, entries...); k.bytes > maxKeys {
		k.fail(tooManyKeys)
	}
}

func (k *key) fail(why string) { k.why, k.entries = why, nil }

// settle decides, once all rows are there, whether the column is the key.
func (k *key) settle(rows int64, c *column, declared string) {
	switch {
	case k.why != "":
	case int64(len(k.entries)) != rows:
		k.fail(noKey)
	default:
		k.sort(c, declared)
	}
}

// sort orders the keys as SQLite does in a column of that type.
func (k *key) sort(c *column, declared string) {
	for i := range k.entries {
		e := &k.entries[i]
		switch {
		case declared == "INTEGER" && !e.typed:
			n, ok := c.integer([]byte(e.text))
			if !ok {
				k.fail("a row has none")
				return
			}
			e.n = n
		case declared == "TEXT" && e.typed || declared != "TEXT" && declared != "INTEGER":
			k.fail("its values are of several types")
			return
		}
	}
	order := func(a, b keyEntry) int { return cmp.Compare(a.n, b.n) }
	if declared == "TEXT" {
		order = func(a, b keyEntry) int { return strings.Compare(a.text, b.text) }
	}
	slices.SortFunc(k.entries, order)
	for i := 1; i < len(k.entries); i++ {
		if order(k.entries[i-1], k.entries[i]) == 0 {
			k.fail("two rows have the same")
			return
		}
	}
}

// integer reads an untyped cell of a column of integers.
func (c *column) integer(cell []byte) (int64, bool) {
	if c.spelled != nil {
		cell, _, _ = c.spelled.plain(nil, cell)
	}
	return ParseInt(trimSpace(cell))
}

// finishKey writes the index of the table's primary key. It returns nil if it has none.
func (db *database) finishKey(t *table) (*sqlitefile.Object, error) {
	if t.key == nil || t.key.column < 0 {
		return nil, nil
	}
	k := t.key
	c := &t.columns[k.column]
	declared := c.summary().Type
	if k.settle(t.rows, c, declared); k.why != "" {
		k.w.Report(Finding{Code: "no-primary-key", Severity: Doubt, Table: t.name, Column: c.name,
			Message: "the column can't be the table's primary key: " + k.why})
		return nil, nil
	}
	i := 0
	root, err := db.file.Index(func() []byte {
		if i == len(k.entries) {
			return nil
		}
		e := k.entries[i]
		i++
		value := Int(e.n)
		if declared == "TEXT" {
			value = Text(e.text)
		}
		return record([]Value{value, Int(e.rowid)})
	})
	return &sqlitefile.Object{Type: "index", Name: "sqlite_autoindex_" + t.name + "_1", Table: t.name, Root: root}, err
}

// isKey reports whether column i has become the primary key.
func (t *table) isKey(i int) bool { return t.key != nil && t.key.why == "" && t.key.column == i }
