package convertertest

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/dynasette/dynasette/converter/internal/sqlitecheck"
)

// SQL returns a SQLite database as SQL that makes it again when it is piped into sqlite3:
// every value exactly, and the same text for the same content. It reads the database
// without SQLite.
//
// Two things are not in it. The column "rules" of the table of sources, so that goldens that
// stay right are the same under other rules; and virtual tables, whose own tables are there as
// any other.
func SQL(db []byte) (string, error) {
	report, err := sqlitecheck.Check(bytes.NewReader(db), int64(len(db)), sqlitecheck.Options{Affinity: true})
	if err != nil {
		return "", err
	}
	if err := report.Err(); err != nil {
		return "", err
	}
	d := dump{report: report}
	if report.Encoding != "UTF-8" {
		fmt.Fprintf(&d.b, "PRAGMA encoding='%s';\n", report.Encoding)
	}
	d.b.WriteString("PRAGMA foreign_keys=OFF;\nBEGIN;\n")
	for _, o := range report.Objects {
		if o.Type != "table" {
			continue
		}
		if err := d.table(o); err != nil {
			return "", err
		}
	}
	d.b.WriteString(d.sequence.String())
	for _, o := range report.Objects {
		if o.Type != "table" && o.SQL != "" {
			d.b.WriteString(o.SQL + ";\n")
		}
	}
	d.b.WriteString("COMMIT;\n")
	return d.b.String(), nil
}

// findings are the last value of a row of the table of sources, which may take several lines.
var findings = regexp.MustCompile(`(?m),'\[\{"code":.*"severity":.*\}\]'\);$`)

// WithoutFindings returns a text of SQL's without what the table of sources has of findings:
// what is asked for is no guess any more, though the rows are the same.
func WithoutFindings(sql string) string { return findings.ReplaceAllString(sql, ",NULL);") }

type dump struct {
	report   *sqlitecheck.Report
	b        strings.Builder
	sequence strings.Builder // after all other rows, which change it
}

func (d *dump) table(o *sqlitecheck.Object) error {
	to, into := &d.b, name(o.Name)
	switch {
	case o.Module != "":
		to.WriteString("-- " + strings.ReplaceAll(o.SQL, "\n", "\n-- ") + ";\n")
		return nil
	case o.Name == "sqlite_sequence":
		to = &d.sequence
		to.WriteString("DELETE FROM sqlite_sequence;\n")
	case strings.HasPrefix(o.Name, "sqlite_stat"):
		to.WriteString("ANALYZE sqlite_master;\n")
	default:
		to.WriteString(o.SQL + ";\n")
	}
	skip := make([]bool, len(o.Columns))
	var columns []string
	for i, c := range o.Columns {
		skip[i] = c.Generated || o.Name == "_dynasette_sources" && c.Name == "rules"
		if !skip[i] {
			columns = append(columns, name(c.Name))
		}
	}
	if len(columns) < len(o.Columns) {
		into += "(" + strings.Join(columns, ",") + ")"
	}
	return d.report.Rows(o.Name, func(_ int64, values []any) error {
		to.WriteString("INSERT INTO " + into + " VALUES(")
		comma := ""
		for i, v := range values {
			if !skip[i] {
				to.WriteString(comma + d.literal(v))
				comma = ","
			}
		}
		to.WriteString(");\n")
		return nil
	})
}

// name quotes a name.
func name(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }

// literal spells a value so that SQLite reads the same one.
func (d *dump) literal(v any) string {
	switch v := v.(type) {
	case nil:
		return "NULL"
	case int64:
		if v == math.MinInt64 {
			return "(-9223372036854775807-1)" // the digits alone are a REAL
		}
		return strconv.FormatInt(v, 10)
	case float64:
		switch {
		case math.IsInf(v, 1):
			return "9e999"
		case math.IsInf(v, -1):
			return "-9e999"
		}
		s := strconv.FormatFloat(v, 'g', -1, 64)
		if !strings.ContainsAny(s, ".e") {
			s += ".0"
		}
		return s
	case []byte:
		if len(v) > 16 && len(bytes.Trim(v, "\x00")) == 0 {
			return fmt.Sprintf("zeroblob(%d)", len(v))
		}
		return "x'" + hex.EncodeToString(v) + "'"
	case string:
		quoted := "'" + strings.ReplaceAll(v, "'", "''") + "'"
		switch {
		case d.report.Encoding == "UTF-8" && (strings.Contains(v, "\x00") || !utf8.ValidString(v)):
			return "CAST(x'" + hex.EncodeToString([]byte(v)) + "' AS TEXT)"
		case strings.Contains(v, "\x00"):
			return strings.ReplaceAll(quoted, "\x00", "'||char(0)||'")
		}
		return quoted
	}
	return fmt.Sprintf("%v is a %T", v, v)
}
