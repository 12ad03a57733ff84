package main

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Documents are the same each time and everywhere, or figures could not be compared.
func TestDocuments(t *testing.T) {
	want := map[string]string{
		"narrow": "582a8b01", "wide": "da2f9d6d", "text": "2a746672", "import": "27e6de22", "columns200": "0dcfbdd8", "columns2000": "527aa2f4",
		"lines": "fb6c3850", "array": "2b63e30c", "inline": "318d98e7", "shared": "65c5e9cd", "index": "8c9105bb", "search": "acc8c477",
	}
	for _, c := range comparisons {
		var out bytes.Buffer
		if _, err := c.table.write(&out, c.end, 100); err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(c.end, "xlsx") { // how well it is compressed is Go's affair
			out = unpacked(t, out.Bytes())
		}
		if got := fmt.Sprintf("%.4x", sha256.Sum256(out.Bytes())); got != want[c.name] {
			t.Errorf("%s is another document: %s", c.name, got)
		}
	}
}

func unpacked(t *testing.T, book []byte) (all bytes.Buffer) {
	archive, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range archive.File {
		part, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(&all, part); err != nil {
			t.Fatal(err)
		}
		part.Close()
	}
	return all
}

func TestNumbers(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	for range 1000 {
		digits, n := r.Intn(7), r.Intn(2_000_000)>>r.Intn(20)-r.Intn(2)*500
		want := fmt.Sprintf("%.*f", digits, float64(n)/[]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6}[digits])
		if got := string(decimalOf(n, digits).appendNumber([]byte("x"))); got != "x"+want {
			t.Fatalf("%d of %d digits: %s, want %s", n, digits, got, want)
		}
	}
}

// What a program makes of a document is held against what was written into it.
func TestAgreement(t *testing.T) {
	if _, err := exec.LookPath("sqlite3"); err != nil {
		t.Skip("no sqlite3")
	}
	for _, c := range comparisons {
		if c.end != "csv" {
			continue
		}
		short := *c
		short.rows, short.rules, short.sql = 50, "", ""
		dir := t.TempDir()
		document, db := filepath.Join(dir, short.file()), filepath.Join(dir, "db")
		sums, _, err := short.make(document)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := measure(peers[0].load(document, short.name, db, ""), patience); err != nil {
			t.Fatal(err)
		}
		if err := short.checkOurs(db, sums); c.sound == "" && err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		other := filepath.Join(dir, "other")
		for what, sql := range map[string]string{
			"row":  `DELETE FROM "%s" WHERE rowid = 7`,
			"cell": `UPDATE "%s" SET ` + short.table.columns()[0] + ` = 17 WHERE rowid = 7`,
			"text": `UPDATE "%s" SET ` + textColumn(sums) + ` = 'x' || substr(` + textColumn(sums) + `, 2) WHERE rowid = 7`,
		} {
			text, err := os.ReadFile(db)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(other, text, 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := sqlite.query(other, fmt.Sprintf(sql, short.name)); err != nil {
				t.Fatal(err)
			}
			short.same = nil
			if all, err := short.checkTheirs(peers[0], other, db, sums); err != nil || len(all) == 0 {
				t.Errorf("%s: another %s is not noticed (%v)", c.name, what, err)
			}
		}
		if all, err := short.checkTheirs(peers[0], db, db, sums); err != nil || len(all) > 0 {
			t.Errorf("%s: %q, %v", c.name, all, err)
		}
	}
}

func textColumn(t *tally) string {
	for _, s := range t.sample() {
		if s.kind == text {
			return s.column
		}
	}
	return ""
}
