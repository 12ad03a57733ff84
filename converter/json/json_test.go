package json

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/sqlitecheck"
)

type memory struct{ pages, first []byte }

func (m *memory) Write(p []byte) (int, error) { m.pages = append(m.pages, p...); return len(p), nil }
func (m *memory) Reset() error                { m.pages = m.pages[:0]; return nil }
func (m *memory) Commit(first []byte) error   { m.first = bytes.Clone(first); return nil }

// database is what a document became.
type database struct {
	summary converter.Summary
	bytes   []byte
	report  *sqlitecheck.Report
}

func input(name, text string) *converter.Input {
	return &converter.Input{Name: name, Size: int64(len(text)), ReaderAt: strings.NewReader(text)}
}

func convertInput(t testing.TB, c Converter, in *converter.Input, opts converter.Options) (database, error) {
	t.Helper()
	dst := new(memory)
	summary, err := converter.Convert(context.Background(), c, in, dst, opts)
	if err != nil {
		return database{}, err
	}
	db := database{summary: summary, bytes: append(dst.first, dst.pages...)}
	db.report, err = sqlitecheck.Check(bytes.NewReader(db.bytes), int64(len(db.bytes)), sqlitecheck.Options{Affinity: true})
	if err == nil {
		err = db.report.Err()
	}
	if err != nil {
		t.Fatalf("the database is not sound: %v", err)
	}
	return db, nil
}

func convert(t testing.TB, c Converter, name, text string) (database, error) {
	t.Helper()
	return convertInput(t, c, input(name, text), converter.Options{})
}

// String shows the tables: a line with the columns, and a line for each row.
func (db database) String() string {
	var b strings.Builder
	for _, table := range db.summary.Tables {
		fmt.Fprintf(&b, "%s:", table.Name)
		for _, c := range table.Columns {
			fmt.Fprintf(&b, " %s %s,", c.Name, c.Type)
		}
		b.WriteString("\n")
		db.eachRow(table.Name, &b)
	}
	if db.summary.Rejects > 0 {
		b.WriteString("rejected:\n")
		db.eachRow("_rejects", &b)
	}
	return b.String()
}

func (db database) eachRow(table string, b *strings.Builder) {
	err := db.report.Rows(table, func(_ int64, values []any) error {
		for _, v := range values {
			switch v := v.(type) {
			case nil:
				b.WriteString(" ∅")
			case []byte:
				fmt.Fprintf(b, " x%x", v)
			case string:
				fmt.Fprintf(b, " %q", v)
			case float64:
				s := fmt.Sprint(v)
				if !strings.ContainsAny(s, ".e") {
					s += ".0"
				}
				b.WriteString(" " + s)
			default:
				fmt.Fprintf(b, " %v", v)
			}
		}
		b.WriteString("\n")
		return nil
	})
	if err != nil {
		fmt.Fprintln(b, err)
	}
}
