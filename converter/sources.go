package converter

import (
	"cmp"
	"encoding/binary"
	"strings"
	"unicode/utf8"

	"github.com/dynasette/dynasette/converter/internal/sqlitefile"
)

// Tables of our own in every database; Datasette hides names that begin with "_".
const (
	RejectsTable = "_rejects"
	SourcesTable = "_dynasette_sources"

	rejectsSQL = `CREATE TABLE "_rejects" ("source" TEXT, "table" TEXT, "line" INTEGER, "byte" INTEGER, ` +
		`"column" TEXT, "type" TEXT, "raw" TEXT, "message" TEXT)`
	sourcesSQL = `CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, ` +
		`"format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, ` +
		`"findings" TEXT, "rules" INTEGER)`
)

// row returns the reject as a row of _rejects.
func (r Reject) row(source, table string) []Value {
	line := Int(r.Line)
	if r.Line <= 0 {
		line = Value{}
	}
	raw := Text(r.Raw)
	if !utf8.ValidString(r.Raw) {
		raw = Blob([]byte(r.Raw)) // a TEXT would not be text, and a replacement not what it was
	}
	offset := Int(r.Offset)
	if r.at > 0 {
		offset = Value{}
	}
	return []Value{Text(source), Text(table), line, offset, optional(r.Column), Text(r.Type), raw, Text(r.Message)}
}

// finding returns what is said of the reject, and of those that are alike.
func (r *Reject) finding() Finding {
	kind := cmp.Or(r.Type, "rejected")
	f := Finding{Code: findingCode(kind), Severity: Loss, Column: r.Column, Line: r.Line, Offset: r.Offset, Example: r.Raw, Rejected: true,
		Message: "not read as a row, and kept in the table " + RejectsTable + ": " + kind}
	switch {
	case r.cell:
		f.Severity, f.Message = Note, "NULL in its row, and kept in the table "+RejectsTable+": "+kind
	case r.Aside:
		f.Severity, f.Message = Note, "left out of the rows, and kept in the table "+RejectsTable+": "+kind
	}
	return f
}

// alike reports whether both rejects are of one kind of finding.
func (r *Reject) alike(s *Reject) bool {
	return r.Type == s.Type && r.Column == s.Column && r.Aside == s.Aside
}

// findingCode returns the words of s as a finding's code.
func findingCode(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	}), "-")
}

// row returns the document as a row of the table of sources.
func (d *DocumentSummary) row() []Value {
	encoding, dialect := "", []string{}
	for _, f := range d.Facts {
		if f.Key == "encoding" {
			encoding = f.Value
		} else {
			dialect = append(dialect, f.Key+"="+f.Value)
		}
	}
	return []Value{Text(d.Name), optional(d.Generation), Text(d.SHA256), Int(d.Size), optional(d.Format),
		optional(encoding), optional(strings.Join(dialect, "; ")), Int(d.Rows), Int(d.Rejects),
		d.findingsText(), Int(Rules)}
}

// findingsText returns the findings as JSON, or NULL if there are none.
func (d *DocumentSummary) findingsText() Value {
	if len(d.Findings) == 0 {
		return Value{}
	}
	return Text(jsonText(d.Findings))
}

func optional(s string) Value {
	if s == "" {
		return Value{}
	}
	return Text(s)
}

// A sideTable is a table of our own, written row by row beside those of the documents.
type sideTable struct {
	name, sql string
	file      *sqlitefile.File
	tree      *sqlitefile.Tree
	run       *sqlitefile.Run
	rows      int64
}

func newSideTable(f *sqlitefile.File, name, sql string) *sideTable {
	return &sideTable{name: name, sql: sql, file: f, tree: f.NewTree(), run: f.NewRun()}
}

func (t *sideTable) add(row ...Value) error {
	t.rows++
	t.run.Add(t.rows, record(row))
	if t.run.Size() < batchBytes {
		return nil
	}
	return t.flush()
}

func (t *sideTable) flush() error {
	err := t.file.Place(t.tree, t.run)
	t.run.Reset()
	return err
}

// finish returns the table's row of the schema.
func (t *sideTable) finish() (sqlitefile.Object, error) {
	if err := t.flush(); err != nil {
		return sqlitefile.Object{}, err
	}
	root, err := t.tree.Finish()
	return sqlitefile.Object{Type: "table", Name: t.name, Table: t.name, Root: root, SQL: t.sql}, err
}

// record encodes values that need no deciding.
func record(row []Value) []byte {
	var heads, body []byte
	for _, v := range row {
		switch v.kind {
		case KindNull:
			heads = append(heads, sqlitefile.SerialNull)
		case KindInt:
			var serial byte
			body, serial = sqlitefile.AppendInt(body, int64(v.num))
			heads = append(heads, serial)
		case KindReal:
			heads = append(heads, sqlitefile.SerialReal)
			body = binary.BigEndian.AppendUint64(body, v.num)
		case KindBlob:
			heads = sqlitefile.AppendVarint(heads, sqlitefile.SerialBlob(len(v.str)))
			body = append(body, v.str...)
		default:
			heads = sqlitefile.AppendVarint(heads, sqlitefile.SerialText(len(v.str)))
			body = append(body, v.str...)
		}
	}
	// Rows of this kind have few columns: the header's size is one byte.
	out := append(make([]byte, 0, 1+len(heads)+len(body)), byte(len(heads)+1))
	return append(append(out, heads...), body...)
}
