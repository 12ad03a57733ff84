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
	for _, spec := range []string{"unicode61 remove_diacritics 0", "unicode61 remove_diacritics 1", "unicode61 remove_diacritics 2", "trigram"} {
		got := sqliteTokens(t, spec, fmt.Sprintf("WITH c(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM c WHERE i < %d) SELECT i, replace(char(i) || 'b a' || char(i) || 'b', char(10), '') FROM c", last))
		made := tokenizer(t, spec)
		for c, want := range got {
			if c == 0 || c == '\n' || 0xd800 <= c && c < 0xe000 || c&0xfffe == 0xfffe {
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

// Other tokenizers, and what they can be told, make of texts what SQLite makes of them.
func TestSpecs(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	letters := strings.Split("a|b|C|É|é|ß|ẞ|Σ|ς|ǅ|東|_|-|'|.|@|5|²|€|×|–|\u0301|\u0345|🙂|running|ties|İ| |  |\x00", "|")
	for _, spec := range []string{
		"ascii", "ASCII tokenchars '-_''' separators a5", "porter ascii", "porter ascii separators 'é'", "trigram", "trigram case_sensitive 1", "porter trigram case_sensitive 0",
		"unicode61 tokenchars '-_.@'", "unicode61 tokenchars '€–×²' separators 'Éa_²'", "porter unicode61 remove_diacritics '2' tokenchars ''''",
		"unicode61 separators '\u0301東🙂' tokenchars '\u0301🙂'", "unicode61 Separators abC TOKENCHARS 'C'", "unicode61 tokenchars é separators é",
	} {
		made := tokenizer(t, spec)
		var want, values []string
		for i := range tries.Of(3000) {
			var text strings.Builder
			for range r.Intn(9) {
				text.WriteString(letters[r.Intn(len(letters))])
			}
			want = append(want, tokens(made, text.String()))
			values = append(values, fmt.Sprintf("(%d, CAST(x'%x' AS TEXT))", i, text.String()))
		}
		for i, got := range sqliteTokens(t, spec, "VALUES "+strings.Join(values, ", ")) {
			if got != want[i] {
				t.Errorf("%s: %s: %q, but SQLite has %q", spec, values[i], want[i], got)
				break
			}
		}
	}
}

func TestRefused(t *testing.T) {
	const which, options = "want unicode61, ascii, trigram, or porter before one of them", "of unicode61's options only remove_diacritics, tokenchars, separators can be said"
	for _, test := range []struct{ tokenize, prefix, want string }{
		{"mine", "", which}, {"porter porter", "", which}, {"'porter ascii'", "", which},
		{"unicode61 remove_diacritics", "", "remove_diacritics has no value"},
		{"unicode61 remove_diacritics 3", "", "remove_diacritics is 0, 1 or 2"},
		{"unicode61 categories 'L*'", "", options}, {"porter unicode61 case_sensitive 1", "", options},
		{"ascii remove_diacritics 1", "", "of ascii's options only tokenchars, separators can be said"},
		{"trigram remove_diacritics 1", "", "of trigram's options only case_sensitive can be said"},
		{"trigram case_sensitive yes", "", "case_sensitive is 0 or 1"},
		{"unicode61 tokenchars -", "", `"-" has to stand within single quotes: '…'`},
		{"unicode61 tokenchars '-", "", "a quote is not closed"},
		{"", "0", `prefix "0": want up to 31 lengths from 1 to 999, as in 2 3`}, {"", "x", `prefix "x"`}, {"", "1000", `prefix "1000"`},
	} {
		want := test.want
		if test.tokenize != "" {
			want = fmt.Sprintf("tokenize %q: %s", test.tokenize, want)
		}
		if _, err := New(test.tokenize, test.prefix); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q, %q: %v, want %s", test.tokenize, test.prefix, err, want)
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
