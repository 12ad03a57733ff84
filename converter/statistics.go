package converter

import (
	"slices"
	"strconv"
)

// statisticsTable is where SQLite looks for statistics (https://www.sqlite.org/fileformat2.html#stat1tab).
const (
	statisticsTable = "sqlite_stat1"
	statisticsSQL   = "CREATE TABLE sqlite_stat1(tbl,idx,stat)"
)

// indexed reports whether any index is written, whoever named it.
func (db *database) indexed() bool {
	return slices.ContainsFunc(db.tables, func(t *table) bool {
		return slices.ContainsFunc(t.indexes, func(x *index) bool { return x.name != "" })
	})
}

// statistics returns the table that ANALYZE would make of the documents' tables and ours. Unless it
// is asked for, it has no more than the number of rows of tables whose indexes nobody named. If
// SQLite knew how many rows have a value of those columns, it would read all rows in the order of
// the column that is grouped by, a page for each, where others are to be filtered by an index of theirs.
func (db *database) statistics(ours []*sideTable) (*sideTable, error) {
	s := newSideTable(db.file, statisticsTable, statisticsSQL)
	for _, t := range db.tables {
		written := false
		for _, x := range t.indexes {
			if x.name == "" || x.auto && !x.always && !db.opts.Statistics {
				continue
			}
			written = true
			if t.rows > 0 {
				if err := s.add(Text(t.name), Text(x.name), Text(x.tally.statistics())); err != nil {
					return nil, err
				}
			}
		}
		if !written && t.rows > 0 {
			if err := s.count(t.name, t.rows); err != nil {
				return nil, err
			}
		}
	}
	for _, row := range db.searchStats {
		if err := s.add(row...); err != nil {
			return nil, err
		}
	}
	for _, t := range ours {
		if err := s.count(t.name, t.rows); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// count adds what is known of a table without indexes.
func (t *sideTable) count(table string, rows int64) error {
	return t.add(Text(table), Value{}, Text(strconv.FormatInt(rows, 10)))
}

// statistics returns the number of entries, and by number of columns how many have the same
// values, on average.
func (t *tally) statistics() string {
	stat := strconv.FormatInt(t.entries, 10)
	for _, distinct := range t.distinct {
		same := (t.entries + distinct - 1) / distinct
		if same == 2 && t.entries*10 <= distinct*11 {
			same = 1 // so says SQLite: nearly all are different
		}
		stat += " " + strconv.FormatInt(same, 10)
	}
	return stat
}
