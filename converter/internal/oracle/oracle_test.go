package oracle

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func TestQueryIsExact(t *testing.T) {
	for _, encoding := range []string{"UTF-8", "UTF-16le", "UTF-16be"} {
		t.Run(encoding, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "x.db")
			Exec(t, path, "PRAGMA encoding='"+encoding+`';
CREATE TABLE t(a, b);
INSERT INTO t VALUES (NULL, 'NULL'), (7, '7'), (7.0, x''), (0.1, x'00ff'), (9e999, -9e999),
 ('a'||char(0)||'b', 'it''s'||char(10)||'é|, 𝄞'), ('', -9223372036854775808);`)
			got := Query(t, path, "SELECT * FROM t ORDER BY rowid;")
			want := [][]string{
				{"NULL", "'NULL'"}, {"7", "'7'"}, {"7.0", "x''"}, {"0.1", "x'00ff'"}, {"9e999", "-9e999"},
				{"'a\x00b'", "'it''s\né|, 𝄞'"}, {"''", "-9223372036854775808"},
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("got %q\nwant %q", got, want)
			}
			IntegrityCheck(t, path)
			dump := Dump(t, path)
			if !strings.HasPrefix(dump, "'CREATE TABLE t(a, b)'\nNULL, 'NULL'\n7, '7'\n") {
				t.Errorf("dump: %s", dump)
			}
		})
	}
}

func TestFaults(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	Exec(t, path, "CREATE TABLE t(a); INSERT INTO t VALUES (1);")
	if faults := Faults(t, path); faults != nil {
		t.Errorf("a sound database: %q", faults)
	}
	if !strings.HasPrefix(Version(t), "3.") {
		t.Errorf("version %q", Version(t))
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b[4096] = 77 // the kind of the table's root page
	if err := os.WriteFile(path, b, 0o666); err != nil {
		t.Fatal(err)
	}
	if faults := Faults(t, path); len(faults) == 0 {
		t.Error("nothing found in a broken database")
	}
}
