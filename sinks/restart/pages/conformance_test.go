package pages

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/converter/all"
	"github.com/dynasette/dynasette/sinks/dir"
	sourcedir "github.com/dynasette/dynasette/sources/dir"
)

// A question is a request, and what Datasette answers: 0.65.2 and 1.0a37, asked over the files
// beside it. {db} is the database, HOST the server.
type question struct {
	ID       int     `json:"id"`
	Group    string  `json:"group"`
	Priority int     `json:"priority"`
	Method   string  `json:"method"`
	Path     string  `json:"path"`
	About    string  `json:"about"`
	Both     *answer `json:"datasette"`
	Old      *answer `json:"v0.65"`
	New      *answer `json:"v1.0"`
	Ours     struct {
		Answer *answer `json:"answer"` // where it differs and is right as it is
	} `json:"ours"`
	Want string `json:"want"`
}

// An answer is what matters of one: every field that is there.
type answer struct {
	Status     int               `json:"status"`
	Type       string            `json:"type"`
	JSON       map[string]any    `json:"json"`  // each key, with that value
	Whole      any               `json:"whole"` // all of it
	Text       any               `json:"text"`
	Headers    map[string]string `json:"headers"`
	Redirected string            `json:"redirected"`
	Page       *struct {
		Rows          int      `json:"rows"`
		First, Second []string // cells of the first two columns, of the first rows
	} `json:"page"`
}

// A got is an answer of ours.
type got struct {
	status     int
	kind, path string
	header     http.Header
	body       []byte
	host       string
}

// museum serves the files that Datasette was asked over.
func museum(t *testing.T) *httptest.Server {
	t.Helper()
	uploads, base := t.TempDir(), t.TempDir()
	statements, err := os.ReadFile("testdata/datasette/museum.sql")
	if err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", filepath.Join(uploads, "museum.db"))
	if err == nil {
		_, err = db.Exec(string(statements))
		db.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	for from, to := range map[string]string{"towns.csv": uploads, "metadata.json": filepath.Join(base, "base"), "settings.json": filepath.Join(base, "base")} {
		data, err := os.ReadFile(filepath.Join("testdata/datasette", from))
		if err == nil {
			err = os.MkdirAll(to, 0o777)
		}
		if err == nil {
			err = os.WriteFile(filepath.Join(to, from), data, 0o666)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	store, err := dir.Open(base)
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{TimeLimit: 0}
	t.Cleanup(func() { s.Close() })
	p := &dynasette.Pipeline{Source: &sourcedir.Source{Root: uploads}, Store: store, Formats: all.Formats(), Restarter: s}
	if _, err := p.Reconcile(t.Context()); err != nil {
		t.Fatal(err)
	}
	front := httptest.NewServer(s)
	t.Cleanup(front.Close)
	return front
}

// TestDatasettesRequests: each is answered as Datasette does, or refused; never 200 with something
// else.
func TestDatasettesRequests(t *testing.T) {
	front := museum(t)
	file, err := os.Open("testdata/datasette/requests.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	same, refused, wrong := 0, 0, 0
	lines := bufio.NewScanner(file)
	for lines.Buffer(nil, 1<<20); lines.Scan(); {
		var q question
		line := strings.ReplaceAll(lines.Text(), "{db}", "museum")
		if err := json.Unmarshal(finite([]byte(strings.ReplaceAll(line, "HOST", front.URL))), &q); err != nil {
			t.Fatal(err)
		}
		g := send(t, front.URL, q.Method, q.Path)
		verdict, why := q.judge(g)
		switch verdict {
		case "same":
			same++
		case "refused":
			refused++
			t.Logf("refused: %d, priority %d, %s: %s %s (%s): %d %s", q.ID, q.Priority, q.Group, q.Method, q.Path, q.About, g.status, g.problem())
		default:
			wrong++
			t.Errorf("%d, priority %d, %s: %s %s (%s): want %s\n  %s\n  got %d %s %.300s", q.ID, q.Priority, q.Group, q.Method, q.Path, q.About, q.Want, why, g.status, g.kind, g.body)
		}
	}
	if lines.Err() != nil {
		t.Fatal(lines.Err())
	}
	t.Logf("%d the same, %d refused, %d neither", same, refused, wrong)
	const least = 560
	if same < least {
		t.Errorf("%d answers are Datasette's, want %d", same, least)
	}
}

func send(t *testing.T, host, method, path string) got {
	t.Helper()
	req, err := http.NewRequest(method, host+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	return got{resp.StatusCode, kind, resp.Request.URL.RequestURI(), resp.Header, body, host}
}

// judge says whether g is one of Datasette's answers, or a refusal that says so.
func (q *question) judge(g got) (verdict, why string) {
	var reasons []string
	for _, a := range []*answer{q.New, q.Both, q.Old, q.Ours.Answer} {
		if a == nil || a == q.Ours.Answer && !strings.HasPrefix(q.Want, "keep") {
			continue
		}
		if strings.Contains(q.Want, "or run it") {
			a.Redirected = ""
		}
		if a == q.Old && q.Want == "as 0.65" && !strings.Contains(q.Path, "_shape") {
			a.inObjects(g)
		}
		if strings.HasPrefix(q.Want, "substring search") {
			asked, _ := url.Parse(q.Path)
			a.leave(asked.Query().Get("_search"))
		}
		reason := a.differs(g)
		if reason == "" {
			return "same", ""
		}
		reasons = append(reasons, reason)
	}
	refusals := []int{http.StatusBadRequest}
	for _, s := range []int{http.StatusForbidden, http.StatusNotFound, http.StatusMethodNotAllowed} {
		if strings.HasPrefix(q.Want, "keep") {
			refusals = append(refusals, s)
		}
	}
	if slices.Contains(refusals, g.status) {
		return "refused", ""
	}
	return "wrong", strings.Join(reasons, "; ")
}

// problem is what a refusal says.
func (g got) problem() string {
	var said struct{ Error string }
	if json.Unmarshal(g.body, &said) == nil {
		return said.Error
	}
	doc, err := html.Parse(bytes.NewReader(g.body))
	if err != nil {
		return err.Error()
	}
	for n := range doc.Descendants() {
		if n.DataAtom == atom.Main {
			return textOf(n)
		}
	}
	return ""
}

// inObjects makes objects of rows that 0.65 has as arrays where no shape is asked for.
func (a *answer) inObjects(g got) {
	var body struct{ Columns []string }
	rows, _ := a.JSON["rows"].([]any)
	if json.Unmarshal(g.body, &body) != nil {
		return
	}
	for i := range rows {
		if row, ok := rows[i].([]any); ok && len(row) == len(body.Columns) {
			object := map[string]any{}
			for j, name := range body.Columns {
				object[name] = row[j]
			}
			rows[i] = object
		}
	}
}

// leave leaves the rows that have a word: of a table without an index, Datasette answers all.
func (a *answer) leave(word string) {
	lacks := func(row any) bool { return !strings.Contains(strings.ToLower(fmt.Sprint(row)), word) }
	if rows, ok := a.JSON["rows"].([]any); ok {
		a.JSON["rows"] = slices.DeleteFunc(rows, func(row any) bool { return lacks(slices.Collect(maps.Values(row.(map[string]any)))) })
	}
	if p := a.Page; p != nil {
		var first, second []string
		for i := range p.First {
			if !lacks(p.Second[i]) {
				first, second = append(first, p.First[i]), append(second, p.Second[i])
			}
		}
		p.Rows, p.First, p.Second = len(first), first, second
	}
}

// differs says how g is another answer than a, or "".
func (a *answer) differs(g got) string {
	switch {
	case a.Status != g.status:
		return fmt.Sprintf("status %d", a.Status)
	case a.Type != g.kind && a.Status == http.StatusOK && (a.Type != "text/plain" || g.kind != "text/csv"):
		return "type " + a.Type
	}
	if a.Redirected != "" && a.Redirected != g.path {
		return "leads to " + a.Redirected
	}
	for name, want := range a.Headers {
		if want == "<none>" {
			want = ""
		}
		if g.header.Get(name) != want {
			return fmt.Sprintf("%s: %s, not %s", name, want, g.header.Get(name))
		}
	}
	if a.JSON != nil || a.Whole != nil {
		d := json.NewDecoder(bytes.NewReader(finite(g.body)))
		var body any
		if err := d.Decode(&body); err != nil {
			return err.Error()
		}
		if a.Whole != nil && !alike(a.Whole, body) {
			return fmt.Sprintf("%.300v", a.Whole)
		}
		if _, ordered := a.JSON["tables[].name"]; !ordered {
			sortTables(body)
		}
		for _, key := range slices.Sorted(maps.Keys(a.JSON)) {
			have := at(body, key)
			if name, ok := strings.CutPrefix(key, "len:"); ok {
				list, _ := at(body, name).([]any)
				have = float64(len(list))
			}
			if !alike(a.JSON[key], have) {
				return fmt.Sprintf("%s: %.400v, not %.400v", key, a.JSON[key], have)
			}
		}
	}
	if a.Text != nil && !sameText(a.Text, g) {
		return fmt.Sprintf("text %.300q", a.Text)
	}
	if p := a.Page; p != nil && p.First != nil {
		rows, first, second := firstTable(g.body)
		if rows != p.Rows || !slices.Equal(firstOf(first, len(p.First)), p.First) || !slices.Equal(firstOf(second, len(p.Second)), p.Second) {
			return fmt.Sprintf("%d rows %q %q, not %d %q %q", p.Rows, p.First, p.Second, rows, firstOf(first, len(p.First)), firstOf(second, len(p.Second)))
		}
	}
	return ""
}

// sortTables sorts the tables of a database by name, as the expected answers have them.
func sortTables(body any) {
	tables, _ := at(body, "tables").([]any)
	slices.SortStableFunc(tables, func(a, b any) int {
		return strings.Compare(fmt.Sprint(at(a, "name")), fmt.Sprint(at(b, "name")))
	})
}

// finite puts Python's infinity, which is no JSON, in quotes.
func finite(text []byte) []byte { return infinity.ReplaceAll(text, []byte(`$1"$2"`)) }

var infinity = regexp.MustCompile(`([:\[,] ?)(-?Infinity)\b`)

func firstOf(list []string, n int) []string { return list[:min(n, len(list))] }

// at returns what a key leads to: "a.b" is b of a, "a[].b" those of each of a, "a?" whether there is a.
func at(v any, key string) any {
	if name, ok := strings.CutSuffix(key, "?"); ok {
		x := at(v, name)
		return x != nil && x != ""
	}
	if before, after, ok := strings.Cut(key, "[]"); ok {
		list := v
		if before != "" {
			list = at(v, before)
		}
		items, _ := list.([]any)
		all := make([]any, len(items))
		for i := range items {
			all[i] = at(items[i], strings.TrimPrefix(after, "."))
		}
		return all
	}
	m, _ := v.(map[string]any)
	if x, ok := m[key]; ok {
		return x
	}
	if before, after, ok := strings.Cut(key, "."); ok {
		return at(m[before], after)
	}
	return nil
}

// alike reports whether have is what is wanted, which may be any text, or the beginning of a list.
func alike(want, have any) bool {
	switch w := want.(type) {
	case string:
		if w == "<text>" {
			_, ok := have.(string)
			return ok
		}
		if w == "<object>" {
			_, ok := have.(map[string]any)
			return ok
		}
	case []any:
		h, ok := have.([]any)
		if !ok || len(h) != len(w) {
			return false
		}
		for i := range w {
			if !alike(w[i], h[i]) {
				return false
			}
		}
		return true
	case map[string]any:
		if n, ok := w["<length>"]; ok {
			h, _ := have.([]any)
			first, _ := w["<first>"].([]any)
			return n == float64(len(h)) && len(first) <= len(h) && alike(any(first), any(h[:len(first)]))
		}
		h, ok := have.(map[string]any)
		if !ok || len(h) != len(w) {
			return false
		}
		for key := range w {
			if x, ok := h[key]; !ok || !alike(w[key], x) {
				return false
			}
		}
		return true
	}
	return reflect.DeepEqual(want, have)
}

// sameText compares a text, which may be binary in hex, or cut short with its hash. CSV may end its
// lines as it likes.
func sameText(want any, g got) bool {
	text := string(g.body)
	if !utf8.ValidString(text) || strings.HasPrefix(g.kind, "application/binary") || strings.HasPrefix(g.kind, "application/octet-stream") {
		text = hex.EncodeToString(g.body)
	}
	switch w := want.(type) {
	case string:
		return w == text || g.kind == "text/csv" && strings.ReplaceAll(w, "\r\n", "\n") == strings.ReplaceAll(text, "\r\n", "\n")
	case map[string]any:
		lines := strings.ReplaceAll(text, "\r\n", "\n")
		for _, text := range []string{text, lines, strings.ReplaceAll(lines, "\n", "\r\n")} {
			sum := sha256.Sum256([]byte(text))
			if w["<sha256>"] == hex.EncodeToString(sum[:]) {
				return true
			} else if g.kind != "text/csv" {
				break
			}
		}
	}
	return false
}

// firstTable returns how many rows the first table of a page has, and the cells of its first two columns.
func firstTable(page []byte) (rows int, first, second []string) {
	doc, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		return 0, nil, nil
	}
	find := func(in *html.Node, a atom.Atom) *html.Node {
		for n := range in.Descendants() {
			if n.DataAtom == a {
				return n
			}
		}
		return nil
	}
	table := find(doc, atom.Table)
	if table == nil {
		return 0, nil, nil
	}
	body := find(table, atom.Tbody)
	if body == nil {
		return 0, nil, nil
	}
	for tr := range body.ChildNodes() {
		if tr.DataAtom != atom.Tr {
			continue
		}
		rows++
		var cells []string
		for td := range tr.ChildNodes() {
			if td.DataAtom == atom.Td || td.DataAtom == atom.Th {
				cells = append(cells, textOf(td))
			}
		}
		if len(cells) > 0 {
			first = append(first, cells[0])
		}
		if len(cells) > 0 {
			second = append(second, append(cells, "")[1])
		}
	}
	return rows, first, second
}

// isNull: Datasette shows NULL as an empty cell, these pages say so.
func isNull(n *html.Node) bool {
	return slices.Contains(n.Attr, html.Attribute{Key: "class", Val: "null"})
}

func textOf(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode && !isNull(d.Parent) {
			b.WriteString(d.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}
