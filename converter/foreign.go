package converter

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/dynasette/dynasette/converter/internal/extsort"
	"github.com/dynasette/dynasette/converter/internal/sqlitefile"
)

// A foreign is a foreign key of a table.
type foreign struct {
	rule   ForeignKey
	w      *Writer // of the document that it was said of
	index  *index  // of its columns
	names  []string
	places []int32
	to     *table
	at     []int32 // the columns there
	holds  bool    // it is declared
}

// references returns what the declaration of the key's columns ends with.
func (k *foreign) references() string {
	return " REFERENCES " + quoteName(k.to.name) + " (" + k.to.list(k.at) + ")"
}

// references returns the foreign keys that are declared.
func (t *table) references() (all []Reference) {
	for _, k := range t.foreign {
		if k.holds {
			all = append(all, Reference{Columns: t.names(k.places), Table: k.to.name, To: k.to.names(k.at)})
		}
	}
	return all
}

// foreignKeys adds the foreign keys that the shape's rule has.
func (s *shape) foreignKeys() {
	for _, r := range s.rule.ForeignKeys {
		k := &foreign{rule: r, w: s.w}
		of := Index{Origin: r.Origin}
		for _, name := range r.Columns {
			k.names = append(k.names, s.called(name))
			of.Columns = append(of.Columns, IndexColumn{Name: s.called(name)})
		}
		k.index = s.w.db.addIndex(s.table, of)
		k.index.hidden = true
		s.table.foreign = append(s.table.foreign, k)
	}
}

// finishForeign finds out which foreign keys hold, when all keys are known.
func (db *database) finishForeign(t *table) error {
	for i := range t.columns {
		if to := t.columns[i].refers; to != nil {
			t.foreign = append(t.foreign, &foreign{places: []int32{int32(i)}, to: to, at: []int32{0}, holds: true})
		}
	}
	for _, k := range t.foreign {
		if k.holds {
			continue
		}
		why, err := db.judgeForeign(t, k)
		if err != nil {
			return err
		}
		if k.holds = why == ""; k.holds {
			continue
		}
		if !k.rule.Origin.Claim {
			return &RuleError{Origin: k.rule.Origin, Err: fmt.Errorf("table %s: the foreign key %s can't be: %s", t.name, k, why)}
		}
		k.w.Report(Finding{Code: "no-foreign-key", Severity: Doubt, Table: t.name, Column: k.index.names(), Rule: k.rule.Origin.place(),
			Message: fmt.Sprintf("the foreign key %s is not declared: %s", k, why)})
	}
	return nil
}

// String returns the key for people: "shop to shops(id)".
func (k *foreign) String() string {
	to := k.rule.Table
	if to == "" {
		to = "the table itself"
	}
	if len(k.rule.To) > 0 {
		to += fmt.Sprintf("(%s)", (&index{Index: Index{Columns: columnsOf(k.rule.To)}}).names())
	}
	return k.index.names() + " to " + to
}

func columnsOf(names []string) (list []IndexColumn) {
	for _, name := range names {
		list = append(list, IndexColumn{Name: name})
	}
	return list
}

// judgeForeign finds out why the key does not hold; "" is that it does.
func (db *database) judgeForeign(t *table, k *foreign) (string, error) {
	places, found := k.index.places(t)
	if found < len(places) {
		return t.lacks(k.names[slices.Index(places, -1)]), nil
	}
	k.places, k.to = places, t
	if k.rule.Table != "" {
		i := slices.IndexFunc(db.tables, func(t *table) bool { return foldName(t.name) == foldName(tableName(k.rule.Table)) })
		if i < 0 {
			var names []string
			for _, t := range db.tables {
				names = append(names, t.name)
			}
			why := fmt.Sprintf("there is no table %s (there are %s)", k.rule.Table, bounded(strings.Join(names, ", "), 200))
			if db.alone {
				why += ". One of another document has to be in the same database, as by into: {database: …}"
			}
			return why, nil
		}
		k.to = db.tables[i]
	}
	var to []int32
	for _, name := range k.rule.To {
		at := k.to.find(name)
		if at < 0 {
			return fmt.Sprintf("in the table %s %s", k.to.name, k.to.lacks(name)), nil
		}
		to = append(to, at)
	}
	var parent *key
	for _, other := range k.to.keys {
		if other.places != nil && (slices.Equal(other.places, to) || to == nil && other.primary) {
			parent = other
			break
		}
	}
	if to == nil && parent == nil && k.to.lookup != nil {
		to = []int32{0}
	}
	if to == nil && parent != nil {
		to = parent.places
	}
	if len(to) != len(places) {
		return fmt.Sprintf("the table %s has no primary key of as many columns", k.to.name), nil
	}
	k.at = to
	lookup := k.to.lookup != nil && slices.Equal(to, []int32{0})
	if parent == nil && !lookup {
		if k.rule.Origin.Claim {
			return fmt.Sprintf("%s is no key of the table %s", k.to.list(to), k.to.name), nil
		}
		return "", nil
	}
	missing, err := db.orphans(t, k, parent)
	if err != nil || missing.count == 0 {
		return "", err
	}
	row, err := db.row(t, missing.row)
	if err != nil {
		return "", err
	}
	why := fmt.Sprintf("the value of %s (%s) is not there (of %s)", row, missing.text, count(missing.count, "row", "rows"))
	if k.rule.Origin.Claim {
		return why, nil
	}
	k.w.Report(Finding{Code: "foreign-key-orphans", Severity: Doubt, Table: t.name, Column: k.index.names(), Count: missing.count, Rule: k.rule.Origin.place(),
		Message: fmt.Sprintf("the foreign key %s has a value that is not there, as that of %s (%s)", k, row, missing.text)})
	return "", nil
}

// orphans finds the values of a foreign key that the key which they refer to does not have;
// parent is nil if that is a lookup table's id.
func (db *database) orphans(t *table, k *foreign, parent *key) (missing spots, err error) {
	if err := db.sortIndex(t, k.index); err != nil {
		return missing, err
	}
	children, err := k.index.list.Merge(nil, nil)
	if err != nil {
		return missing, err
	}
	has := func(values []byte, entry []byte) (bool, error) {
		serial, value := k.index.read(entry).Value(0)
		return serial > 0 && (serial < 7 || serial == 8 || serial == 9) && k.to.spans.has(sqlitefile.DecodeInt(serial, value)), nil
	}
	if parent != nil && !parent.rowid {
		parents, err := parent.index.list.Merge(nil, nil)
		if err != nil {
			return missing, err
		}
		has = (&joining{merge: parents, reader: parent.index.reader()}).has
	}
	reader := k.index.reader()
	var last []byte
	lastHas := true
	for {
		entry, err := children.Next()
		if err != nil || entry == nil {
			return missing, err
		}
		ends := reader.Ends(entry)
		if reader.Null(entry, ends) {
			continue
		}
		values := entry[:ends[len(ends)-1]]
		if bytes.Equal(values, last) {
			if !lastHas {
				missing.count++
			}
			continue
		}
		last = append(last[:0], values...)
		if lastHas, err = has(values, entry); err != nil {
			return missing, err
		}
		if !lastHas {
			if missing.count++; missing.count == 1 {
				missing.row, missing.text = k.index.rowid(entry), k.index.values(entry)
			}
		}
	}
}

// joining looks for ascending values among a key's entries.
type joining struct {
	merge  *extsort.Merge
	reader *sqlitefile.KeyReader
	values []byte
	done   bool
}

func (j *joining) has(values, _ []byte) (bool, error) {
	for !j.done && (j.values == nil || bytes.Compare(j.values, values) < 0) {
		entry, err := j.merge.Next()
		if err != nil {
			return false, err
		}
		if entry == nil {
			j.done, j.values = true, nil
			break
		}
		ends := j.reader.Ends(entry)
		j.values = append(j.values[:0], entry[:ends[len(ends)-1]]...)
	}
	return bytes.Equal(j.values, values), nil
}

// spans are ascending integers, by what follows one another without a gap.
type spans []span

type span struct{ from, to int64 }

// add adds a number that is larger than all before.
func (s *spans) add(n int64) {
	if last := len(*s) - 1; last >= 0 && (*s)[last].to == n-1 {
		(*s)[last].to = n
		return
	}
	*s = append(*s, span{n, n})
}

// has reports whether a number is one of them.
func (s spans) has(n int64) bool {
	_, found := slices.BinarySearchFunc(s, n, func(s span, n int64) int {
		switch {
		case s.to < n:
			return -1
		case s.from > n:
			return 1
		}
		return cmp.Compare(0, 0)
	})
	return found
}
