package fts5

import (
	"bytes"
	"context"
	"fmt"
	"math/rand"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter/internal/extsort"
	"github.com/dynasette/dynasette/converter/internal/oracle"
	"github.com/dynasette/dynasette/internal/tries"
)

// tokenizer is what the specification says.
func tokenizer(t testing.TB, spec string) *Tokenizer {
	t.Helper()
	made, err := NewTokenizer(spec)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// tokens are the tokens of the text, between bars.
func tokens(tokenizer *Tokenizer, text string) string {
	var all []string
	tokenizer.Tokens([]byte(text), nil, func(token []byte) {
		if tokenizer.porter {
			token = stem(token, nil)
		}
		all = append(all, string(token))
	})
	return strings.Join(all, "|")
}

func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// sqliteTokens are what SQLite makes of texts, as tokens has it.
func sqliteTokens(t testing.TB, spec string, texts string) []string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.db")
	out := oracle.Exec(t, path, "CREATE VIRTUAL TABLE f USING fts5(x, content='', tokenize="+quote(spec)+"); BEGIN; INSERT INTO f(rowid, x) "+texts+"; COMMIT;"+
		"CREATE VIRTUAL TABLE v USING fts5vocab(f, instance);"+
		"CREATE TEMP TABLE w(doc INTEGER PRIMARY KEY, terms); INSERT INTO w SELECT doc, group_concat(term, '|') FROM (SELECT doc, term FROM v ORDER BY doc, offset) GROUP BY doc;"+
		"SELECT terms FROM f_docsize LEFT JOIN w ON doc = id ORDER BY id;")
	return strings.Split(strings.TrimSuffix(out, "\n"), "\n")
}

// Characters are what SQLite takes them for, in a token and at its beginning; with -short the
// first ones, which most tables are about.
func TestUnicode(t *testing.T) {
	last := 0xffff
	if testing.Short() {
		last = 0x1fff
	}
	for _, diacritics := range []int{0, 1, 2} {
		spec := fmt.Sprintf("unicode61 remove_diacritics %d", diacritics)
		got := sqliteTokens(t, spec, fmt.Sprintf("WITH c(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM c WHERE i < %d) SELECT i, char(i) || 'b a' || char(i) || 'b' FROM c", last))
		made := tokenizer(t, spec)
		for c, want := range got {
			if c == 0 || 0xd800 <= c && c < 0xe000 || c&0xfffe == 0xfffe {
				continue
			}
			if got := tokens(made, string(rune(c))+"b a"+string(rune(c))+"b"); got != want {
				t.Fatalf("%s, U+%04X: %s, want %s", spec, c, got, want)
			}
		}
	}
}

// Stems are what SQLite has for words with the endings that the rules are about.
func TestPorter(t *testing.T) {
	endings := []string{"", "s", "es", "sses", "ies", "ss", "eed", "ed", "ing", "y", "e", "ll", "at", "bl", "iz", "ated", "bling", "tt"}
	for _, list := range [][]suffix{longSuffixes, middleSuffixes, lastSuffixes} {
		for _, s := range list {
			endings = append(endings, s.from, s.from+"s", s.to)
		}
	}
	r := rand.New(rand.NewSource(1))
	var words, values []string
	for i := range tries.Of(30000) {
		var w strings.Builder
		for range r.Intn(6) {
			w.WriteByte("aeioubcdlstwxyz"[r.Intn(15)])
		}
		w.WriteString(endings[r.Intn(len(endings))])
		if r.Intn(20) == 0 {
			w.WriteString(strings.Repeat("é", r.Intn(40)))
		}
		if r.Intn(4) == 0 {
			w.WriteString(endings[r.Intn(len(endings))])
		}
		words = append(words, w.String())
		values = append(values, fmt.Sprintf("(%d, %s)", i, quote(w.String())))
	}
	got := sqliteTokens(t, "porter", "VALUES "+strings.Join(values, ", "))
	porter := tokenizer(t, "porter")
	for i, word := range words[:len(got)] {
		if stemmed := tokens(porter, word); stemmed != got[i] {
			t.Fatalf("%s: %s, want %s", word, stemmed, got[i])
		}
	}
}

// What is not UTF-8 is read as SQLite does.
func TestNotUTF8(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	var texts, values []string
	for i := range tries.Of(5000) {
		b := make([]byte, 1+r.Intn(8))
		for k := range b {
			b[k] = []byte{'a', ' ', 0xc3, 0xa9, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x80, 0xbf, 0xff, 0xfc, 0xed, 0xa0, 0xc0}[r.Intn(16)]
		}
		texts = append(texts, string(b))
		values = append(values, fmt.Sprintf("(%d, CAST(x'%x' AS TEXT))", i, b))
	}
	made := tokenizer(t, "unicode61")
	// SQLite's own answer may be no UTF-8 either, so it is compared as it is.
	for i, want := range sqliteTokens(t, "unicode61", "VALUES "+strings.Join(values, ", ")) {
		if got := tokens(made, texts[i]); got != want {
			t.Fatalf("% x: % x, want % x", texts[i], got, want)
		}
	}
}

func TestRefused(t *testing.T) {
	for _, test := range []struct{ tokenize, prefix string }{
		{"trigram", ""}, {"porter ascii", ""}, {"unicode61 remove_diacritics", ""}, {"unicode61 remove_diacritics 3", ""},
		{"unicode61 tokenchars '-'", ""}, {"", "0"}, {"", "x"}, {"", "1000"},
	} {
		if _, err := New(test.tokenize, test.prefix); err == nil {
			t.Errorf("%q, %q: no error", test.tokenize, test.prefix)
		}
	}
}

// The pages of a term in many rows are those of SQLite after optimize: their index has several
// levels. (With other terms behind it they would not be: SQLite begins a page after each 1000.)
func TestLongList(t *testing.T) {
	rows := 3_000_000
	if testing.Short() {
		rows = 30_000
	}
	x, err := New("", "")
	if err != nil {
		t.Fatal(err)
	}
	space := extsort.New(context.Background(), extsort.Limits{})
	defer space.Close()
	list := space.NewList()
	g := x.NewGatherer()
	var c extsort.Chunk
	for i := 1; i <= rows; i++ {
		g.Row(int64(i * 1000))
		g.Text(0, []byte("a"))
		if i%5000 == 0 || i == rows {
			g.Flush(&c)
			if err := list.Add(&c); err != nil {
				t.Fatal(err)
			}
			c.Reset()
		}
	}
	if err := list.Sort(); err != nil {
		t.Fatal(err)
	}
	merge, err := list.Merge(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	var keys []string
	if _, err := Write(merge.Next, func(b Block) error {
		got = append(got, fmt.Sprintf("%d|%X", b.ID&(1<<37-1), b.Bytes))
		return nil
	}, func(term []byte, number int64) error {
		keys = append(keys, fmt.Sprintf("%X|%d", term, number))
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	got = append(got, keys...)
	path := filepath.Join(t.TempDir(), "x.db")
	out := oracle.Exec(t, path, fmt.Sprintf("PRAGMA journal_mode = off; CREATE VIRTUAL TABLE f USING fts5(x, content='');"+
		"INSERT INTO f(f, rank) VALUES ('hashsize', 20000); BEGIN; WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) INSERT INTO f(rowid, x) SELECT i * 1000, 'a' FROM n; COMMIT;"+
		"INSERT INTO f(f) VALUES ('optimize'); SELECT id & ((1 << 37) - 1), hex(block) FROM f_data WHERE id > 10; SELECT hex(term), pgno FROM f_idx;", rows))
	want := strings.Split(strings.TrimSuffix(out, "\n"), "\n")[1:]
	if !slices.Equal(got, want) {
		t.Errorf("%d pages, want %d, or others", len(got), len(want))
		for i := range min(len(got), len(want)) {
			if got[i] != want[i] {
				t.Fatalf("the first that differs is %d of them:\n%.100s\n%.100s", i, got[i], want[i])
			}
		}
	}
}

func BenchmarkGather(b *testing.B) {
	for _, spec := range []string{"", "porter"} {
		b.Run("tokenize "+spec, func(b *testing.B) {
			x, err := New(spec, "")
			if err != nil {
				b.Fatal(err)
			}
			r := rand.New(rand.NewSource(1))
			var texts [][]byte
			size := 0
			for range 4000 {
				var t bytes.Buffer
				for range 6 {
					fmt.Fprintf(&t, "%s%d ", []string{"running", "house", "w", "connected"}[r.Intn(4)], r.Intn(1+r.Intn(1000)))
				}
				texts = append(texts, t.Bytes())
				size += t.Len()
			}
			g := x.NewGatherer()
			var c extsort.Chunk
			b.SetBytes(int64(size))
			for b.Loop() {
				for i, text := range texts {
					g.Row(int64(i + 1))
					g.Text(0, text)
				}
				c.Reset()
				g.Flush(&c)
			}
		})
	}
}
