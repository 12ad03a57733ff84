package markdown

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/dumptest"
)

func dump(t testing.TB, c Converter, name, text string) (string, []converter.Finding, error) {
	t.Helper()
	got, summary, err := dumptest.Convert(t, c, converter.Options{}, dumptest.Input(name, text))
	if err != nil {
		return "", nil, err
	}
	return got, summary.Documents[0].Findings, nil
}

func TestFrontMatter(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"none", "# A *title* &amp; `more`\n\nText\n", "documents(path TEXT, title TEXT, text TEXT, html TEXT)\n" +
			"'dir/x.md'|'A title & more'|'# A *title* &amp; `more`\n\nText\n'|'<h1>A <em>title</em> &amp; <code>more</code></h1>\n<p>Text</p>\n'\n"},
		{"yaml", "---\ntitle: T\ndraft: true\nn: 012\ntags: [a, NO]\nempty:\n---\nB\n", "documents(path TEXT, title TEXT, draft INTEGER, n TEXT, tags TEXT, empty TEXT, text TEXT, html TEXT)\n" +
			"'dir/x.md'|'T'|1|'012'|'[\"a\",\"NO\"]'|NULL|'B\n'|'<p>B</p>\n'\n"},
		{"yaml, other ends", "---  \r\nn: 1\r\n...\r\nB\r\n", "documents(path TEXT, title TEXT, n INTEGER, text TEXT, html TEXT)\n'dir/x.md'|NULL|1|'B\r\n'|'<p>B</p>\n'\n"},
		{"yaml, nothing in it", "---\n---\nB", "documents(path TEXT, title TEXT, text TEXT, html TEXT)\n'dir/x.md'|NULL|'B'|'<p>B</p>\n'\n"},
		{"toml", "+++\ntitle = 'T'\nn = 0x1F\nf = 2.0\nday = 1979-05-27\nat = 07:32:00.5\nlocal = 1979-05-27T07:32:00\nwhen = 1979-05-27 07:32:00Z\nbig = inf\n[author]\nname = \"A\"\nages = [1, 2.0]\n[[links]]\nu = \"x\"\np = [" + strings.Repeat("[1],", 150) + "]\n+++\nB", "documents(path TEXT, title TEXT, n INTEGER, f REAL, day TEXT, at TEXT, local TEXT, when TEXT, big TEXT, author TEXT, links TEXT, text TEXT, html TEXT)\n" +
			"'dir/x.md'|'T'|31|2.0|'1979-05-27'|'07:32:00.5'|'1979-05-27T07:32:00'|'1979-05-27T07:32:00Z'|'+Inf'|'{\"ages\":[1,2.0],\"name\":\"A\"}'|'[{\"p\":[" + strings.Repeat("[1],", 149) + "[1]],\"u\":\"x\"}]'|'B'|'<p>B</p>\n'\n"},
		{"json", "{\n \"title\": \"T\", \"n\": 9007199254740993, \"f\": 1.50, \"big\": 1e400,\n \"b\": false, \"x\": null, \"o\": {\"a\": [1, \"\\ud83d\\ude00\"]}, \"n\": 2\n}\n\nB", "documents(path TEXT, title TEXT, n INTEGER, f REAL, big TEXT, b INTEGER, x TEXT, o TEXT, text TEXT, html TEXT)\n" +
			"'dir/x.md'|'T'|2|1.5|'1e400'|0|NULL|'{\"a\":[1,\"\\ud83d\\ude00\"]}'|'\nB'|'<p>B</p>\n'\n"},
		{"thematic breaks", "---\nJust text\n---\nB\n", "documents(path TEXT, title TEXT, text TEXT, html TEXT)\n'dir/x.md'|'Just text'|'---\nJust text\n---\nB\n'|'<hr>\n<h2>Just text</h2>\n<p>B</p>\n'\n"},
		{"not closed", "---\na: 1\n", "documents(path TEXT, title TEXT, text TEXT, html TEXT)\n'dir/x.md'|NULL|'---\na: 1\n'|'<hr>\n<p>a: 1</p>\n'\n"},
		{"no object", "{{< shortcode >}}\n", "documents(path TEXT, title TEXT, text TEXT, html TEXT)\n'dir/x.md'|NULL|'{{< shortcode >}}\n'|'<p>{{&lt; shortcode &gt;}}</p>\n'\n"},
		{"names that are taken", "---\nPath: p\ntext: t\nmeta_text: m\nTITLE: T\ntitle: second\n---\nB", "documents(path TEXT, title TEXT, meta_Path TEXT, meta_meta_text TEXT, meta_text TEXT, meta_title TEXT, text TEXT, html TEXT)\n" +
			"'dir/x.md'|'T'|'p'|'t'|'m'|'second'|'B'|'<p>B</p>\n'\n"},
		{"a title that is no text", "---\ntitle: 2024\n---\n# H\n", "documents(path TEXT, title INTEGER, text TEXT, html TEXT)\n'dir/x.md'|2024|'# H\n'|'<h1>H</h1>\n'\n"},
		{"a title that is NULL", "---\ntitle:\n---\nIntro\n\n## H\n", "documents(path TEXT, title TEXT, text TEXT, html TEXT)\n'dir/x.md'|'H'|'Intro\n\n## H\n'|'<p>Intro</p>\n<h2>H</h2>\n'\n"},
	} {
		got, findings, err := dump(t, Converter{}, "dir/x.md", test.text)
		if err != nil || got != test.want || len(findings) > 0 {
			t.Errorf("%s: got %s, %v, %v\nwant %s", test.name, got, findings, err, test.want)
		}
	}
}

func TestBadFrontMatter(t *testing.T) {
	for kind, test := range map[string]struct{ text, raw, finding string }{
		"yaml":  {"---\n[\nx: 1\n---\nBody\n", "[\nx: 1\n", "line 2 on"},
		"alias": {"---\n*x : 1\n---\nBody\n", "*x : 1\n", "line 2: unknown anchor"},
		"toml":  {"+++\na = 1\nb = \n+++\nBody\n", "a = 1\nb = \n", "line 3: "},
	} {
		got, findings, err := dump(t, Converter{}, "x.md", test.text)
		if err != nil || !strings.HasPrefix(got, "documents(path TEXT, title TEXT, front_matter TEXT, text TEXT, html TEXT)\n'x.md'|NULL|'"+test.raw) || !strings.HasSuffix(got, "|'Body\n'|'<p>Body</p>\n'\n") {
			t.Errorf("%s: got %s, %v", kind, got, err)
		}
		if len(findings) != 1 || !strings.Contains(findings[0].String(), test.finding) {
			t.Errorf("%s: %q", kind, findings)
		}
	}
}

func TestDeepFrontMatter(t *testing.T) {
	for name, text := range map[string]string{
		"toml": "+++\nx = " + strings.Repeat("[", maxMatter-100) + "\n+++\nB",
		"json": `{"x": ` + strings.Repeat("[", maxMatter-100) + "\n\nB",
		"yaml": "---\nx: " + strings.Repeat("[", maxMatter-100) + "\n---\nB",
		"dots": "+++\n" + strings.Repeat("a.", (maxMatter-100)/2) + "a = 1\n+++\nB",
	} {
		if _, _, err := dump(t, Converter{}, "x.md", text); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestManyDocuments(t *testing.T) {
	got, summary, err := dumptest.Convert(t, Converter{}, converter.Options{},
		dumptest.Input("a.md", "---\nx: 1\n---\nA"), dumptest.Input("b/a.md", "---\ny: two\n---\nB"))
	want := "documents(path TEXT, title TEXT, x INTEGER, text TEXT, html TEXT, y TEXT)\n" +
		"'a.md'|NULL|1|'A'|'<p>A</p>\n'|NULL\n'b/a.md'|NULL|NULL|'B'|'<p>B</p>\n'|'two'\n"
	if err != nil || got != want || summary.Documents[1].Rows != 1 {
		t.Errorf("got %s, %v", got, err)
	}
}

func TestHTML(t *testing.T) {
	for text, want := range map[string]string{
		"<script>alert(1)</script>a <b onclick=x>b</b>": "a <b>b</b>",
		"[a](javascript:alert(1)) [b](http://x.y)":      "<p>a <a href=\"http://x.y\" rel=\"nofollow\">b</a></p>\n",
		"~~a~~ www.x.y":                                  "<p><del>a</del> <a href=\"http://www.x.y\" rel=\"nofollow\">www.x.y</a></p>\n",
		"- [x] a\n- [ ] b":                               "<ul>\n<li><input checked=\"\" disabled=\"\" type=\"checkbox\"> a</li>\n<li><input disabled=\"\" type=\"checkbox\"> b</li>\n</ul>\n",
		"<input type=text name=x>":                       "",
		"```go\nx\n```":                                  "<pre><code class=\"language-go\">x\n</code></pre>\n",
		"| a | b |\n|--:|---|\n| 1 | 2 |":                "<table>\n<thead>\n<tr>\n<th style=\"text-align: right\">a</th>\n<th>b</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td style=\"text-align: right\">1</td>\n<td>2</td>\n</tr>\n</tbody>\n</table>\n",
		"<p style=\"position:fixed\" class=\"x\">a</p>":  "<p>a</p>",
		"![i](i.png \"t\") <img src=x onerror=alert(1)>": "<p><img src=\"i.png\" alt=\"i\" title=\"t\"> <img src=\"x\"></p>\n",
	} {
		b, err := parse([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := b.html(); err != nil || got != want {
			t.Errorf("%s: got %q, %v", text, got, err)
		}
	}
}

func TestTables(t *testing.T) {
	text := "| n | name |\n|---|:-:|\n| 1 | [x](y) |\n| 2 | a \\| b | more |\n3\n\n# Prices\n\nText\n\na | *b* c\n-|-\n007 |\n\n> | q |\n> |---|\n> | 1.5 |\n\n## documents\n\n|a|\n|-|\n"
	got, _, err := dump(t, Converter{Tables: true}, "dir/x.md", text)
	_, tables, _ := strings.Cut(got, "\nx(")
	want := "n INTEGER, name TEXT, _extra TEXT)\n1|'[x](y)'|NULL\n2|'a | b'|'[\"more\"]'\n3|NULL|NULL\n" +
		"Prices(a TEXT, b c TEXT)\n'007'|NULL\nPrices_2(q REAL)\n1.5\ndocuments_2(a TEXT)\n"
	if err != nil || tables != want {
		t.Errorf("got %s, %v\nwant %s", tables, err, want)
	}
	if got, _, err := dump(t, Converter{}, "x.md", text); err != nil || strings.Contains(got, "Prices(") {
		t.Errorf("not asked for: %s, %v", got, err)
	}
}

func TestEncodings(t *testing.T) {
	for name, text := range map[string]string{"utf-8": "\xef\xbb\xbfé", "utf-16le": "\xff\xfe\xe9\x00", "windows-1252": "\xe9"} {
		got, summary, err := dumptest.Convert(t, Converter{}, converter.Options{}, dumptest.Input("x.md", text))
		if err != nil || !strings.Contains(got, "|'é'|'<p>é</p>") || !strings.Contains(fmt.Sprint(summary.Documents[0].Facts), name) {
			t.Errorf("%s: %s, %v", name, got, err)
		}
	}
}

func TestErrors(t *testing.T) {
	if _, _, err := dump(t, Converter{}, "x.md", " \n"); !errors.Is(err, converter.ErrEmpty) {
		t.Error(err)
	}
	if _, _, err := dump(t, Converter{}, "x.md", strings.Repeat("x", maxDocument+1)); !errors.Is(err, converter.ErrLimit) {
		t.Error(err)
	}
}

func TestSniff(t *testing.T) {
	for text, want := range map[string]bool{
		"---\ntitle: x\n---\n\nText follows\n": true,
		"+++\ntitle = 1\n+++\nText\n":          true,
		"---\na: 1\n---\nb: 2\n":               false, // YAML
		"# Title\n\nText\n\n- item\n":          true,
		"# comment\na,b\n1,2\n":                false,
		"# comment\n# comment\na: b":           false,
		"# Title\n\n# Title\n":                 true,
		"# Title\n## Title\nText\n":            true,
		"# export\n# id\tname\n1\tx\n":         false,
		"a,b\n# x\n- y\n":                      false,
		"{\"a\": 1}\n":                         false,
		"":                                     false,
	} {
		if got := sniff([]byte(text)); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

// TestIntricate: what would cost the parser minutes or gigabytes loads without HTML.
func TestIntricate(t *testing.T) {
	n := 1 << 16
	for name, text := range map[string]string{
		"emphasis": strings.Repeat("a**b_", n/5) + strings.Repeat("c_*", n/3),
		"links":    strings.Repeat("[a](", n/4),
		"quotes":   strings.Repeat(">", n),
		"lists":    strings.Repeat("- ", 200) + "a",
		"table":    strings.Repeat("|a", 10_000) + "|\n" + strings.Repeat("|-", 10_000) + "|\n" + strings.Repeat("b\n", 10_000),
		"targets":  "[a]: http://" + strings.Repeat("x", 50_000) + "\n\n" + strings.Repeat("[a] ", 50_000),
	} {
		if testing.Short() && name != "links" {
			continue
		}
		got, findings, err := dump(t, Converter{Tables: true}, "x.md", text)
		if err != nil || !strings.HasSuffix(got, "|NULL\n") || len(findings) != 1 || findings[0].Code != "no-html" {
			t.Errorf("%s: %d bytes, %q, %v", name, len(got), findings, err)
		}
	}
}

// TestNotIntricate: what is long but plain is rendered.
func TestNotIntricate(t *testing.T) {
	for name, text := range map[string]string{
		"a long paragraph": strings.Repeat("Some *prose* with a [link](http://x.y/z), and `code`. ", 1000),
		"an image":         "![x](data:image/png;base64," + strings.Repeat("iVBORw0KGgoAAAANSUhEUgAA", 20_000) + ")\n",
		"a long table":     "| a | b | c |\n|---|---|---|\n" + strings.Repeat("| [x](y) | **b** | c |\n", 2_000),
		"many paragraphs":  strings.Repeat("Some *prose* with a [link](http://x.y/z), and `code`.\n\n", 2_000),
	} {
		if _, findings, err := dump(t, Converter{}, "x.md", text); err != nil || len(findings) > 0 {
			t.Errorf("%s: %q, %v", name, findings, err)
		}
	}
}

func FuzzConvert(f *testing.F) {
	for _, text := range []string{
		"---\na: 1\n---\n# b\n\n|c|d|\n|-|-|\n|1|\n", "+++\na = [1, {b = 2}]\n+++\nc", "{\"a\": [1]}\n<b>x</b> <script>", "> - *a _b ![c](d \"e\") `f` <g@h.i> [^1]", "\xff\xfea\x00",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var db dumptest.Database
		_, err := converter.Convert(context.Background(), Converter{Tables: true}, dumptest.Input("x.md", text), &db, converter.Options{})
		if err != nil && (!converter.Permanent(err) || strings.Contains(err.Error(), "panic")) {
			t.Fatal(err)
		}
	})
}

func BenchmarkConvert(b *testing.B) {
	text := "---\ntitle: T\ntags: [a, b]\n---\n" + strings.Repeat("Some *prose* with a [link](http://x.y/z), and `code`.\n\n", 200)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		var db dumptest.Database
		if _, err := converter.Convert(context.Background(), Converter{}, dumptest.Input("x.md", text), &db, converter.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
