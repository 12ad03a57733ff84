// Package oracle asks the real SQLite, the program sqlite3, what it thinks of a database:
// for tests only. Tests are skipped where the program is not installed.
package oracle

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"
)

// Program returns the path of sqlite3, or skips the test.
func Program(t testing.TB) string {
	t.Helper()
	path, err := exec.LookPath("sqlite3")
	if err != nil {
		t.Skip("the program sqlite3 is not on PATH: nothing to compare with (Debian: apt-get install sqlite3)")
	}
	return path
}

// Version returns the program's version: "3.40.1".
func Version(t testing.TB) string {
	t.Helper()
	out, err := run(t, "", "", "-version")
	if err != nil {
		t.Fatal(err)
	}
	version, _, _ := strings.Cut(out, " ")
	return version
}

// Exec runs a script, which may hold several statements and dot-commands, on the database
// at path, and makes the database if there is none. It returns what was printed.
func Exec(t testing.TB, path, script string) string {
	t.Helper()
	out, err := run(t, script, path)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return out
}

// IntegrityCheck fails the test unless PRAGMA integrity_check and foreign_key_check find
// nothing wrong.
func IntegrityCheck(t testing.TB, path string) {
	t.Helper()
	for _, fault := range Faults(t, path) {
		t.Errorf("%s: %s", path, fault)
	}
	if out := Exec(t, path, "PRAGMA foreign_key_check;"); out != "" {
		t.Errorf("%s: foreign_key_check: %s", path, out)
	}
}

// Faults returns what PRAGMA integrity_check finds wrong, or the error that it ends with.
func Faults(t testing.TB, path string) []string {
	t.Helper()
	out, err := run(t, "PRAGMA integrity_check;", "-readonly", path)
	faults := strings.Split(strings.TrimSpace(out), "\n")
	if len(faults) == 1 && (faults[0] == "ok" || faults[0] == "" && err != nil) {
		faults = nil
	}
	if err != nil {
		faults = append(faults, err.Error())
	}
	return faults
}

// Query returns the rows of one SELECT, each value as the SQL literal that stands for it:
// NULL, 12, 1.5, 'it”s', x'00ff'. They are exact, also with NUL bytes, newlines and the
// last bit of a REAL; two that are equal are the same value of the same type.
func Query(t testing.TB, path, sql string) [][]string {
	t.Helper()
	sql = strings.TrimRight(strings.TrimSpace(sql), ";")
	count, err := run(t, "CREATE TEMP VIEW q AS "+sql+";\nSELECT count(*) FROM pragma_table_info('q');", "-readonly", path)
	if err != nil {
		t.Fatalf("%s: %s: %v", path, sql, err)
	}
	n, err := strconv.Atoi(strings.TrimSpace(count))
	if err != nil {
		t.Fatalf("%s: %s: %q columns", path, sql, count)
	}
	// The program prints text up to its first NUL byte, so everything goes as hex.
	var names, values []string
	for i := range n {
		c := fmt.Sprintf("c%d", i)
		names = append(names, c)
		values = append(values, fmt.Sprintf("substr(typeof(%[1]s),1,1)||hex(CASE typeof(%[1]s) WHEN 'real' THEN ieee754_to_blob(%[1]s) ELSE CAST(%[1]s AS BLOB) END)", c))
	}
	out, err := run(t, "PRAGMA encoding;\nWITH q("+strings.Join(names, ",")+") AS ("+sql+") SELECT "+strings.Join(values, ",")+" FROM q;",
		"-readonly", "-list", "-separator", " ", "-nullvalue", "n", path)
	if err != nil {
		t.Fatalf("%s: %s: %v", path, sql, err)
	}
	lines := strings.Split(strings.TrimSuffix(out, "\n"), "\n")
	decode := func(b []byte) string { return string(b) }
	switch lines[0] {
	case "UTF-16le":
		decode = func(b []byte) string { return decodeUTF16(b, binary.LittleEndian) }
	case "UTF-16be":
		decode = func(b []byte) string { return decodeUTF16(b, binary.BigEndian) }
	}
	var rows [][]string
	for _, line := range lines[1:] {
		row := strings.Split(line, " ")
		for i := range row {
			row[i] = literal(t, row[i], decode)
		}
		rows = append(rows, row)
	}
	return rows
}

// literal decodes a value that Query has asked for: the first letter of its type, and hex.
func literal(t testing.TB, s string, decode func([]byte) string) string {
	t.Helper()
	b, err := hex.DecodeString(s[1:])
	if err != nil {
		t.Fatalf("%q: %v", s, err)
	}
	switch s[0] {
	case 'i':
		return decode(b)
	case 'r':
		return Real(math.Float64frombits(binary.BigEndian.Uint64(b)))
	case 't':
		return "'" + strings.ReplaceAll(decode(b), "'", "''") + "'"
	case 'b':
		return "x'" + hex.EncodeToString(b) + "'"
	}
	return "NULL"
}

// Real spells a REAL as SQL, exactly and so that it is no INTEGER.
func Real(f float64) string {
	switch {
	case math.IsInf(f, 1):
		return "9e999"
	case math.IsInf(f, -1):
		return "-9e999"
	}
	s := strconv.FormatFloat(f, 'g', -1, 64)
	if !strings.ContainsAny(s, ".e") {
		s += ".0"
	}
	return s
}

func decodeUTF16(b []byte, order binary.ByteOrder) string {
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = order.Uint16(b[2*i:])
	}
	return string(utf16.Decode(units))
}

// Dump returns the whole content of a database as text: the schema and all rows by table,
// exact in the way of Query.
func Dump(t testing.TB, path string) string {
	t.Helper()
	var b strings.Builder
	for _, row := range Query(t, path, "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid") {
		b.WriteString(row[2] + "\n")
		if row[0] != "'table'" || strings.HasPrefix(strings.ToUpper(row[2]), "'CREATE VIRTUAL") {
			continue
		}
		name := strings.ReplaceAll(strings.ReplaceAll(row[1][1:len(row[1])-1], "''", "'"), `"`, `""`)
		for _, values := range Query(t, path, `SELECT * FROM "`+name+`"`) {
			b.WriteString(strings.Join(values, ", ") + "\n")
		}
	}
	return b.String()
}

// run runs sqlite3 with a script, without the user's own settings.
func run(t testing.TB, script string, args ...string) (string, error) {
	t.Helper()
	cmd := exec.Command(Program(t), append([]string{"-batch", "-bail", "-init", os.DevNull}, args...)...)
	cmd.Stdin = strings.NewReader(script)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	if message := strings.TrimSpace(stderr.String()); err != nil {
		err = fmt.Errorf("%s (%w)", message, err)
	}
	return stdout.String(), err
}
