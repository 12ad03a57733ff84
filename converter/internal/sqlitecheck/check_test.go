package sqlitecheck

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter/internal/oracle"
)

func checkBytes(t testing.TB, b []byte, opts Options) *Report {
	t.Helper()
	r, err := Check(bytes.NewReader(b), int64(len(b)), opts)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestCheckSound(t *testing.T) {
	for name, script := range corpus {
		t.Run(name, func(t *testing.T) {
			r := checkBytes(t, buildBytes(t, script), Options{Affinity: true})
			for _, p := range r.Problems {
				t.Error(p)
			}
			for _, o := range r.Objects {
				if (o.Type == "table" || o.Type == "index" && o.SQL != "") && !o.schema.parsed {
					t.Errorf("not understood: %s", o.SQL)
				}
			}
			if r.Trailing != 0 {
				t.Errorf("%d bytes after the last page", r.Trailing)
			}
		})
	}
}

// Rows gives what the real SQLite reads.
func TestRows(t *testing.T) {
	oracle.Program(t)
	for name, script := range corpus {
		t.Run(name, func(t *testing.T) {
			path := build(t, script)
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			r := checkBytes(t, b, Options{})
			oracle.IntegrityCheck(t, path)
			for _, table := range r.Tables {
				if table.Module != "" {
					continue
				}
				var columns []string
				for _, c := range table.Columns {
					columns = append(columns, `"`+strings.ReplaceAll(c.Name, `"`, `""`)+`"`)
				}
				var want strings.Builder
				for _, row := range oracle.Query(t, path, "SELECT "+strings.Join(columns, ", ")+` FROM "`+strings.ReplaceAll(table.Name, `"`, `""`)+`" NOT INDEXED`) {
					for i, v := range row {
						if table.Columns[i].Name != "g" { // virtual
							want.WriteString(v + ", ")
						}
					}
					want.WriteString("\n")
				}
				var got strings.Builder
				rows := int64(0)
				err := r.Rows(table.Name, func(rowid int64, values []any) error {
					rows++
					for i, v := range values {
						if table.Columns[i].Name != "g" {
							got.WriteString(literal(v) + ", ")
						}
					}
					got.WriteString("\n")
					return nil
				})
				if err != nil {
					t.Fatal(err)
				}
				if got.String() != want.String() {
					t.Errorf("table %s:\n got %.1000s\nwant %.1000s", table.Name, got.String(), want.String())
				}
				if rows != table.Rows {
					t.Errorf("table %s: %d rows read of %d", table.Name, rows, table.Rows)
				}
			}
		})
	}
}

func literal(v any) string {
	switch v := v.(type) {
	case nil:
		return "NULL"
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return oracle.Real(v)
	case string:
		return "'" + strings.ReplaceAll(v, "'", "''") + "'"
	case []byte:
		return "x'" + hex.EncodeToString(v) + "'"
	}
	panic(fmt.Sprintf("%T", v))
}

func TestReportFields(t *testing.T) {
	b := buildBytes(t, "PRAGMA application_id=7; PRAGMA user_version=9; "+corpus["wal"])
	r := checkBytes(t, b, Options{})
	if !r.WAL || r.PageSize != 4096 || r.Encoding != "UTF-8" || r.ApplicationID != 7 || r.UserVersion != 9 || int64(r.Pages)*4096 != int64(len(b)) || r.SchemaFormat != 4 || r.LargestRecord < 8000 {
		t.Errorf("%+v", r)
	}
	table := r.Tables[0]
	if table.Name != "t" || table.Rows != 200 || len(table.Columns) != 4 || table.Columns[2] != (Column{Name: "c", Type: "REAL"}) {
		t.Errorf("%+v", table)
	}
	more := checkBytes(t, append(bytes.Clone(b), make([]byte, 5000)...), Options{})
	if more.Err() != nil || more.Trailing != 5000 {
		t.Errorf("bytes after the last page: %v, %d", more.Err(), more.Trailing)
	}
}

// An error of reading is returned, wherever it is.
func TestCheckReadError(t *testing.T) {
	b := buildBytes(t, corpus["auto"])
	broken := errors.New("broken")
	for at := int64(0); at < int64(len(b)); at += 4999 {
		_, err := Check(failingReader{bytes.NewReader(b), at, broken}, int64(len(b)), Options{})
		if !errors.Is(err, broken) {
			t.Errorf("at %d: %v", at, err)
		}
	}
	if _, err := Check(bytes.NewReader(b[:len(b)-1]), int64(len(b)), Options{}); err == nil {
		t.Error("a file that is shorter than its size")
	}
}

type failingReader struct {
	*bytes.Reader
	at  int64
	err error
}

func (r failingReader) ReadAt(b []byte, off int64) (int, error) {
	if off <= r.at && r.at < off+int64(len(b)) {
		return 0, r.err
	}
	return r.Reader.ReadAt(b, off)
}

func TestRowsOfNone(t *testing.T) {
	r := checkBytes(t, buildBytes(t, corpus["virtual"]), Options{})
	for _, name := range []string{"", "nothing", "f"} {
		if err := r.Rows(name, nil); err == nil {
			t.Errorf("rows of %q", name)
		}
	}
	stop := errors.New("stop")
	if err := r.Rows("F_CONTENT", func(int64, []any) error { return stop }); err != stop {
		t.Errorf("row's error: %v", err)
	}
}
