package converter

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"math"
	"strings"

	"github.com/dynasette/dynasette/converter/internal/charset"
	"github.com/dynasette/dynasette/converter/internal/sqlitefile"
)

// ColumnsTable has of each column of the documents' tables its type, how many NULLs and how many
// different values it has (NULL: more than 1,000, or more than fit in 32 MiB), the least and the
// greatest, and the most frequent ones, as JSON, if there are at most 1,000. Of a text or a blob of
// more than 100 bytes it has the beginning. See Options.DescribeColumns.
const (
	ColumnsTable = "_dynasette_columns"

	columnsSQL = `CREATE TABLE "_dynasette_columns" ("table" TEXT, "column" TEXT, "type" TEXT, "nulls" INTEGER, ` +
		`"distinct" INTEGER, "min", "max", "frequent" TEXT)`
)

const maxFrequent = 10 // values of a column that are listed

// describe returns the table that says what the columns hold.
func (db *database) describe(tables []TableSummary) (*sideTable, error) {
	s := newSideTable(db.file, ColumnsTable, columnsSQL)
	for i, t := range db.tables {
		for k, column := range tables[i].Columns {
			var c columnSketch
			if k < len(t.sketch.columns) {
				c = t.sketch.columns[k]
				c.boundCounted()
			}
			distinct := Value{}
			if !c.many {
				distinct = Int(int64(len(c.counts)))
			}
			err := s.add(Text(t.name), Text(column.Name), Text(column.Type), Int(t.rows-c.values), distinct,
				c.min.value(column.Type), c.max.value(column.Type), c.frequentText(column.Type))
			if err != nil {
				return nil, err
			}
		}
	}
	return s, nil
}

// value returns the value as a column of that type has it.
func (v *valueSketch) value(declared string) Value {
	if v.key == "" {
		return Value{}
	}
	entry := []byte(v.key)
	keys := sqlitefile.NewKeyReader([]bool{false})
	end := keys.Ends(entry)[0]
	entry = sqlitefile.AppendKeyRowid(entry[:end:end], 0, []byte{v.as})
	var r sqlitefile.Record
	r.Read(keys.Record(nil, entry, keys.Ends(entry)), 1)
	serial, value := r.Value(0)
	switch {
	case serial == sqlitefile.SerialReal:
		return Real(sqlitefile.DecodeReal(value))
	case serial < 12 && declared == "REAL":
		return Real(float64(sqlitefile.DecodeInt(serial, value)))
	case serial < 12:
		return Int(sqlitefile.DecodeInt(serial, value))
	case serial&1 == 0:
		return Blob(value)
	case len(value) == sketchedSize:
		return Text(string(charset.Whole(value)))
	}
	return Text(string(value))
}

// frequentText returns the most frequent values as JSON, or NULL if they are not known.
func (c *columnSketch) frequentText(declared string) Value {
	if c.many {
		return Value{}
	}
	type frequent struct {
		Value json.RawMessage `json:"value,omitempty"`
		Blob  *string         `json:"blob,omitempty"` // in hexadecimal
		Cut   bool            `json:"cut,omitempty"`  // that is only how it begins
		Count int64           `json:"count"`
	}
	list := []frequent{}
	for _, v := range c.frequent(maxFrequent) {
		f := frequent{Count: v.count}
		keys := sqlitefile.NewKeyReader([]bool{false})
		f.Cut = keys.Ends([]byte(v.key))[0] < len(v.key)
		switch value := v.value(declared); value.kind {
		case KindBlob:
			text := hex.EncodeToString([]byte(value.str))
			f.Blob = &text
		case KindText:
			f.Value = json.RawMessage(jsonText(value.str))
		default:
			f.Value = json.RawMessage(value.json())
		}
		list = append(list, f)
	}
	return Text(jsonText(list))
}

// json returns a number as JSON has it; infinity, which it has not, as a number that is too large.
func (v Value) json() string {
	if f := math.Float64frombits(v.num); v.kind == KindReal && math.IsInf(f, 0) {
		if f < 0 {
			return "-9e999"
		}
		return "9e999"
	}
	return v.sql()
}

// jsonText returns v as JSON.
func jsonText(v any) string {
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err) // strings and numbers can be encoded
	}
	return strings.TrimSuffix(text.String(), "\n")
}
