package converter

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/dynasette/dynasette/converter/internal/extsort"
	"github.com/dynasette/dynasette/converter/internal/sqlitefile"
)

// A key is columns of a table that have no combination of values twice.
type key struct {
	index   *index // of its columns
	primary bool
	found   bool // by the document's format, which nobody has to obey
	origin  Origin
	w       *Writer // of the document that it was said of
	rowid   bool    // its one column is the rowid, so it has no index
	places  []int32 // of its columns; nil: it is none
}

// Key makes the column of that name the table's primary key, provided that in the end
// every row has a value there, an integer or a text, and no two the same. If not, the table
// is what it would be without, and that is found. What rules say of the key goes before.
func (t *Table) Key(column string) {
	of := t.table
	t.w.db.admit(func() error {
		if of.primary() == nil {
			t.w.db.addKey(of, &key{primary: true, found: true, w: t.w}, column)
		}
		return nil
	})
}

// primary returns the key that is, or is to be, the table's primary one.
func (t *table) primary() *key {
	for _, k := range t.keys {
		if k.primary {
			return k
		}
	}
	return nil
}

// addKey adds a key, unless the table has one of the same columns.
func (db *database) addKey(t *table, k *key, columns ...string) {
	of := Index{Origin: k.origin}
	for _, name := range columns {
		of.Columns = append(of.Columns, IndexColumn{Name: name})
	}
	for _, known := range t.keys {
		if slices.Equal(known.index.Columns, of.Columns) {
			return
		}
	}
	k.index = db.addIndex(t, of)
	k.index.hidden = true
	t.keys = append(t.keys, k)
}

// keys adds the keys and indexes that the shape's rule has, with the rowid for one of them if that can be.
func (s *shape) keys() {
	t, r := s.table, s.rule
	if t.keyed {
		return
	}
	t.keyed = true
	add := func(k *key, columns []string) {
		names := make([]string, len(columns))
		for i, name := range columns {
			names[i] = s.called(name)
		}
		k.w = s.w
		s.w.db.addKey(t, k, names...)
	}
	if len(r.PrimaryKey) > 0 {
		add(&key{primary: true, origin: r.Said["primaryKey"]}, r.PrimaryKey)
		s.rowid()
	}
	for _, u := range r.UniqueKeys {
		add(&key{origin: u.Origin}, u.Columns)
	}
	for _, f := range r.Fields {
		if f.Unique {
			add(&key{origin: f.Said["unique"]}, []string{f.Name})
		}
	}
	s.foreignKeys()
	of := TableRule{Index: r.Index}
	for _, f := range r.ForeignKeys {
		var names []string
		for _, name := range f.Columns {
			names = append(names, s.called(name))
		}
		of.ForeignKeys = append(of.ForeignKeys, ForeignKey{Columns: names, Origin: f.Origin})
	}
	for _, x := range r.Indexes {
		x.Columns = slices.Clone(x.Columns)
		for i := range x.Columns {
			x.Columns[i].Name = s.called(x.Columns[i].Name)
		}
		of.Indexes = append(of.Indexes, x)
	}
	if r.Search != nil {
		search := *r.Search
		search.Columns = slices.Clone(search.Columns)
		for i, name := range search.Columns {
			search.Columns[i] = s.called(name)
		}
		of.Search = &search
	}
	s.w.db.ruleIndexes(t, &of)
}

// rowid has the rows' ids come from the primary key, if that may be one of ascending integers.
func (s *shape) rowid() {
	t := s.table
	at := s.match.Column(s.rule.PrimaryKey[0])
	if len(s.rule.PrimaryKey) > 1 || t.unordered || t.rows > 0 || at < 0 || s.columns[at].of != t || s.columns[at].place < 0 {
		return
	}
	if c := &t.columns[s.columns[at].place]; c.declared == "" || c.declared == "INTEGER" {
		t.rowid = int(s.columns[at].place)
		t.primary().index.off = true
	}
}

// called returns what the column becomes that a word of the rule means.
func (s *shape) called(name string) string {
	at := s.match.Column(name)
	switch {
	case at < 0 && s.rule.Rename[name] != "":
		return s.rule.Rename[name]
	case at < 0:
		return name
	}
	for _, x := range s.extracts {
		if slices.Contains(x.columns, int32(at)) {
			return x.rule.Column
		}
	}
	if c := s.columns[at]; c.of == s.table && c.place >= 0 {
		return s.table.columns[c.place].name
	}
	return s.match.Names[at]
}

// finishKeys finds out which of the table's keys hold, and writes their indexes.
func (db *database) finishKeys(t *table) ([]sqlitefile.Object, error) {
	for _, k := range t.keys {
		why, err := db.judge(t, k)
		if err != nil {
			return nil, err
		}
		if why == "" {
			continue
		}
		if err := db.refuseKey(t, k, why); err != nil {
			return nil, err
		}
		k.places = nil
	}
	// SQLite numbers them as it reads the statement: columns, and then what is said of several.
	order := slices.DeleteFunc(slices.Clone(t.keys), func(k *key) bool { return k.places == nil || k.rowid })
	slices.SortStableFunc(order, func(a, b *key) int {
		place := func(k *key) int {
			if len(k.places) > 1 {
				return len(t.columns)
			}
			return int(k.places[0])
		}
		return cmp.Compare(place(a), place(b))
	})
	var objects []sqlitefile.Object
	for i, k := range order {
		root, err := db.writeIndex(k.index)
		if err != nil {
			return nil, err
		}
		k.index.name = fmt.Sprintf("sqlite_autoindex_%s_%d", t.name, i+1)
		objects = append(objects, sqlitefile.Object{Type: "index", Name: k.index.name, Table: t.name, Root: root})
	}
	return objects, nil
}

// judge finds out why the key does not hold; "" is that it does.
func (db *database) judge(t *table, k *key) (why string, err error) {
	places, found := k.index.places(t)
	if found < len(places) {
		if found == 0 && k.found {
			return "", nil // the document has none
		}
		return t.lacks(k.index.Columns[slices.Index(places, -1)].Name), nil
	}
	k.places = places
	if k.rowid = k.primary && len(places) == 1 && t.rowid == int(places[0]); k.rowid {
		return "", nil
	}
	if declared := t.columns[places[0]].summary().Type; k.found && declared != "TEXT" && declared != "INTEGER" {
		return "its values are of several types, or neither integers nor text", nil
	}
	if err := db.sortIndex(t, k.index); errors.Is(err, extsort.ErrFull) {
		return fmt.Sprint("there are too many values: ", err), nil
	} else if err != nil {
		return "", err
	}
	tally := &k.index.tally
	switch {
	case k.found && k.primary && tally.nulls > 0:
		return "a row has none", nil
	case k.found && k.primary && tally.repeated > 0:
		return "two rows have the same", nil
	case k.primary && tally.nulls > 0:
		row, err := db.row(t, k.index.rowid(tally.null))
		return row + " has none", err
	case tally.repeated > 0 && k.primary && t.losers == nil && len(t.parts) > 1:
		if lost, err := db.losers(t, k); err != nil || lost {
			return "", err
		}
		fallthrough
	case tally.repeated > 0:
		first, err := db.row(t, k.index.rowid(tally.twice[0]))
		if err != nil {
			return "", err
		}
		second, err := db.row(t, k.index.rowid(tally.twice[1]))
		return fmt.Sprintf("%s has the value of %s (%s)", second, first, k.index.values(tally.twice[0])), err
	}
	return "", nil
}

// refuseKey says that a key does not hold: it is an error if that was an order.
func (db *database) refuseKey(t *table, k *key, why string) error {
	code, what := "no-primary-key", "the primary key"
	if !k.primary {
		code, what = "not-unique", "unique"
	}
	names := k.index.names()
	if !k.found && !k.origin.Claim {
		return &RuleError{Origin: k.origin, Err: fmt.Errorf("table %s: %s can't be %s: %s", t.name, names, what, why)}
	}
	f := Finding{Code: code, Severity: Doubt, Table: t.name, Column: names, Rule: k.origin.place(),
		Message: fmt.Sprintf("%s was to be %s, but %s: not declared", names, what, why)}
	if k.found {
		f.Message = "the column can't be the table's primary key: " + why
	}
	k.w.Report(f)
	return nil
}

// isKey reports whether column i alone has become the primary key.
func (t *table) isKey(i int) bool {
	k := t.primary()
	return k != nil && slices.Equal(k.places, []int32{int32(i)})
}
