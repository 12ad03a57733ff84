package converter

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/dynasette/dynasette/converter/internal/sqlitefile"
)

// located are rows whose lines people are to be told, which takes another run.
type located struct {
	wanted []int64 // rowids, ascending
	lines  map[int64]string
}

// errLocate asks for another run, to learn the lines of rows.
var errLocate = errors.New("lines of rows are not known yet")

// row returns where the row is in its document, for people.
func (db *database) row(t *table, rowid int64) (string, error) {
	if t.locate == nil {
		t.locate = &located{}
	}
	if where, ok := t.locate.lines[rowid]; ok {
		return where, nil
	}
	if i, wanted := slices.BinarySearch(t.locate.wanted, rowid); !wanted {
		t.locate.wanted = slices.Insert(t.locate.wanted, i, rowid)
	}
	return "", errLocate
}

// find notes where rows of the batch are that somebody asks for. It runs in order.
func (l *located) find(task *batchTask) {
	several := len(task.handle.table.writers) > 1
	for i := range task.enc.ends {
		rowid := task.rowid(i)
		if _, wanted := slices.BinarySearch(l.wanted, rowid); !wanted {
			continue
		}
		row := i
		if task.rows() == &task.read && task.origin != nil {
			row = int(task.origin[i])
		}
		where := fmt.Sprint("row ", task.handle.table.rows+int64(i)+1)
		if line := task.line(row); line > 0 {
			where = fmt.Sprint("line ", line)
		}
		if several {
			where = task.handle.w.name + " " + where
		}
		if l.lines == nil {
			l.lines = map[int64]string{}
		}
		l.lines[rowid] = where
	}
}

// rowid returns the rowid of an entry.
func (x *index) rowid(entry []byte) int64 {
	values := x.read(entry)
	serial, value := values.Value(len(x.Columns))
	return sqlitefile.DecodeInt(serial, value)
}

// read returns an entry's values, and its rowid.
func (x *index) read(entry []byte) *sqlitefile.Record {
	reader := x.reader()
	var r sqlitefile.Record
	r.Read(reader.Record(nil, entry, reader.Ends(entry)), len(x.Columns)+1)
	return &r
}

// values returns an entry's values, for people.
func (x *index) values(entry []byte) string {
	r := x.read(entry)
	var list []string
	for i := range x.Columns {
		list = append(list, sayValue(r.Value(i)))
	}
	return strings.Join(list, ", ")
}

// sayValue returns a value of a record, for people.
func sayValue(serial uint64, value []byte) string {
	switch {
	case serial == sqlitefile.SerialNull:
		return "NULL"
	case serial == sqlitefile.SerialReal:
		return Real(sqlitefile.DecodeReal(value)).sql()
	case serial < 12:
		return strconv.FormatInt(sqlitefile.DecodeInt(serial, value), 10)
	}
	return quoted(string(value))
}
