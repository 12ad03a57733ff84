package xml_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/convertertest"
	"github.com/dynasette/dynasette/converter/xml"
)

// tables converts a document, and returns its tables as SQL and what was found.
func tables(t *testing.T, c converter.Converter, text string) (string, []converter.Finding, error) {
	t.Helper()
	dst := new(convertertest.Memory)
	in := &converter.Input{Name: "doc.xml", Size: int64(len(text)), ReaderAt: strings.NewReader(text)}
	summary, err := converter.Convert(context.Background(), c, in, dst, converter.Options{})
	if err != nil {
		return "", nil, err
	}
	sql, err := convertertest.SQL(dst.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	var kept []string
	for line := range strings.Lines(sql) {
		if !strings.Contains(line, "_dynasette") && !strings.HasPrefix(line, "PRAGMA") && line != "BEGIN;\n" && line != "COMMIT;\n" {
			kept = append(kept, strings.TrimSuffix(strings.TrimPrefix(line, "INSERT INTO "), "\n"))
		}
	}
	return strings.Join(kept, "\n"), summary.Documents[0].Findings, nil
}

func TestRows(t *testing.T) {
	for _, test := range []struct{ name, path, text, want string }{
		{"rows of text alone", "", "<l><n>b</n><n>a</n></l>", `CREATE TABLE "n" ("n" TEXT);|"n" VALUES('b');|"n" VALUES('a');`},
		{"a list in one row is one in all", "", "<l><p><t>1</t><t>2</t></p><p><t>3</t></p></l>",
			`CREATE TABLE "p" ("t" TEXT);|"p" VALUES('["1","2"]');|"p" VALUES('["3"]');`},
		{"a wrapper of several kinds", "", "<c><m><a i='1' x='2'/></m><m><b i='3' y='4'/></m></c>",
			`CREATE TABLE "a" ("i" INTEGER, "x" INTEGER);|"a" VALUES(1,2);|CREATE TABLE "b" ("i" INTEGER, "y" INTEGER);|"b" VALUES(3,4);`},
		{"nothing repeats", "", "<c><a>1</a><b><d e='x'>2</d></b></c>", `CREATE TABLE "doc" ("a" INTEGER, "b_d" INTEGER, "b_d_e" TEXT);|"doc" VALUES(1,2,'x');`},
		{"one record", "", "<r><c><item><a>1</a></item></c></r>", `CREATE TABLE "item" ("a" INTEGER);|"item" VALUES(1);`},
		{"lists in elements of their own", "", "<d><xs><x><n>1</n></x><x><n>2</n></x></xs><ys><y a='3'/><y a='4'/></ys></d>",
			`CREATE TABLE "x" ("n" INTEGER);|"x" VALUES(1);|"x" VALUES(2);|CREATE TABLE "y" ("a" INTEGER);|"y" VALUES(3);|"y" VALUES(4);`},
		{"names that are the same", "", "<l xmlns:p='u'><r a='1'><a>2</a><p:a>3</p:a></r><r/></l>",
			`CREATE TABLE "r" ("a" INTEGER, "a_2" INTEGER, "p_a" INTEGER);|"r" VALUES(1,2,3);|"r" VALUES(NULL,NULL,NULL);`},
		{"white space", "", "<l><r><a>\n  x y\n</a><b> z </b><c xml:space='preserve'>\nc\n</c></r><r/></l>",
			`CREATE TABLE "r" ("a" TEXT, "b" TEXT, "c" TEXT);|"r" VALUES('x y',' z ','|c|');|"r" VALUES(NULL,NULL,NULL);`},
		{"a path through what repeats", "r.t", "<c><r n='1'><t a='1' b='2'/></r><r n='2'><t a='3' b='4'/></r></c>",
			`CREATE TABLE "t" ("a" INTEGER, "b" INTEGER);|"t" VALUES(1,2);|"t" VALUES(3,4);|CREATE TABLE "doc" ("r" TEXT);|"doc" VALUES('[{"n":"1"},{"n":"2"}]');`},
		{"a path with the root", "/c/r", "<c><r n='1'/><q><s a='1'/><s a='2'/></q></c>", `CREATE TABLE "r" ("n" INTEGER);|"r" VALUES(1);|CREATE TABLE "doc" ("q" TEXT);|"doc" VALUES('[{"a":"1"},{"a":"2"}]');`},
		{"tables of one name", "", "<c><r a='1'/><r a='2'/><q><r a='3' b='" + strings.Repeat("x", 100) + "'/><r a='4' b=''/></q></c>",
			`CREATE TABLE "r" ("a" INTEGER);|"r" VALUES(1);|"r" VALUES(2);|CREATE TABLE "q_r" ("a" INTEGER, "b" TEXT);|"q_r" VALUES(3,'` + strings.Repeat("x", 100) + `');|"q_r" VALUES(4,'');`},
		{"objects in lists", "", "<l><r><p k='1'>x</p><p><q>2</q><q>3</q></p></r><r/></l>",
			`CREATE TABLE "r" ("p" TEXT);|"r" VALUES('[{"k":"1","text":"x"},{"q":["2","3"],"text":""}]');|"r" VALUES(NULL);`},
		{"columns by name", "", "<l><r><f name='id'>1</f><f name='a b' key='x'>y</f></r><r><f name='id'>2</f></r><r><f name='id'>3</f><f name='a b'/></r></l>",
			`CREATE TABLE "r" ("id" INTEGER, "a b" TEXT, "a b_key" TEXT);|"r" VALUES(1,'y','x');|"r" VALUES(2,NULL,NULL);|"r" VALUES(3,'',NULL);`},
		{"columns by name in capitals", "", "<R><ROW><C NAME='ID'><![CDATA[1]]></C><C NAME='A' name='x'>y</C></ROW><ROW><C NAME='ID'>2</C><C NAME='A'><![CDATA[]]></C></ROW></R>",
			`CREATE TABLE "ROW" ("ID" INTEGER, "A" TEXT, "A_name" TEXT);|"ROW" VALUES(1,'y','x');|"ROW" VALUES(2,'',NULL);`},
		{"names with what none may have", "", "<d><Order_x0020_Details><A_x002F_B>1</A_x002F_B><A_x0020_B>2</A_x0020_B><_x0031_st>3</_x0031_st></Order_x0020_Details><Order_x0020_Details><a_x000a_b>4</a_x000a_b><a_x005F_x0020_>5</a_x005F_x0020_><x_x12>6</x_x12></Order_x0020_Details></d>",
			`CREATE TABLE "Order Details" ("A/B" INTEGER, "A B" INTEGER, "1st" INTEGER, "a_x000a_b" INTEGER, "a_x0020_" INTEGER, "x_x12" INTEGER);|"Order Details" VALUES(1,2,3,NULL,NULL,NULL);|"Order Details" VALUES(NULL,NULL,NULL,4,5,6);`},
		{"names that are data", "", "<l><r><f name='a'>1</f><f name='b'>2</f></r><r><f name='c'>3</f><f name='d'>4</f></r></l>",
			`CREATE TABLE "r" ("f" TEXT);|"r" VALUES('[{"name":"a","text":"1"},{"name":"b","text":"2"}]');|"r" VALUES('[{"name":"c","text":"3"},{"name":"d","text":"4"}]');`},
		{"names that are no columns", "", "<l><r><f name='id'>1</f><f name='id'>2</f></r><r/></l>",
			`CREATE TABLE "r" ("f" TEXT);|"r" VALUES('[{"name":"id","text":"1"},{"name":"id","text":"2"}]');|"r" VALUES(NULL);`},
		{"a namespace for each record", "", "<l><r xmlns='u'><a>1</a></r><r xmlns='u'><a>2</a></r></l>", `CREATE TABLE "r" ("a" INTEGER);|"r" VALUES(1);|"r" VALUES(2);`},
	} {
		got, _, err := tables(t, xml.Converter{Path: test.path}, test.text)
		if got = strings.ReplaceAll(got, "\n", "|"); err != nil || got != strings.ReplaceAll(test.want, `,"text":""`, "") {
			t.Errorf("%s: %s %v\nwant %s", test.name, got, err, test.want)
		}
	}
}

// What is a guess is said, with what else there is.
func TestGuesses(t *testing.T) {
	two := "<c><x><r a='1'><b/></r><r a='2'/><n/></x><y><s a='1'><b/></s><s a='2'/><n/></y></c>"
	got, findings, err := tables(t, xml.Converter{}, two)
	if err != nil || len(findings) != 1 || findings[0].Code != "records-guessed" || findings[0].Example != "x.r, y.s" || !strings.Contains(got, `"doc" VALUES('[{"a":"1","b":""},{"a":"2"}]'`) {
		t.Errorf("%s %v %v", got, findings, err)
	}
	if _, _, err := tables(t, xml.Converter{Path: "z.r"}, two); err == nil || !strings.Contains(err.Error(), "nothing is at the path z.r (elements that may be rows are at x.r, y.s)") {
		t.Error(err)
	}
}

// What is no table in XML is refused for what it is.
func TestRefused(t *testing.T) {
	for text, want := range map[string]string{
		`<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>`:                             "this is an HTML page",
		`<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>`:         "this is an Excel workbook of 2003",
		`<?xml version="1.0"?><svg:svg xmlns:svg="http://www.w3.org/2000/svg"/>`:                        "this is an image",
		`<?xml version="1.0"?><!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "x"><plist></plist>`: "this is a property list",
		"<a/>": "the root element <a> is empty",
	} {
		if _, _, err := tables(t, xml.Converter{}, text); err == nil || !strings.Contains(err.Error(), want) || !converter.Permanent(err) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}

// The encoding that a document declares is believed where its bytes allow it.
func TestEncodings(t *testing.T) {
	for text, want := range map[string]string{
		"<?xml version='1.0' encoding='windows-1251'?><a><b>\xef\xf0\xe8\xe2\xe5\xf2</b><b/></a>": "привет",
		"<?xml version='1.0' encoding='iso-8859-1'?><a><b>caf\xc3\xa9</b><b/></a>":                "café",
		"<?xml version='1.0' encoding='utf-16'?><a><b>caf\xc3\xa9</b><b/></a>":                    "café",
		"<?xml version='1.0' encoding='Shift_JIS'?><a><b>\x93\xfa\x96\x7b</b><b/></a>":            "日本",
	} {
		if got, _, err := tables(t, xml.Converter{}, text); err != nil || !strings.Contains(got, "'"+want+"'") {
			t.Errorf("%q: %s %v", text, got, err)
		}
	}
}

// repeated is a document that takes no memory: what comes first, many times the same, and the
// end.
type repeated struct {
	first, same, last string
	times             int64
}

func (r repeated) size() int64 { return int64(len(r.first)+len(r.last)) + int64(len(r.same))*r.times }

func (r repeated) ReadAt(p []byte, off int64) (n int, err error) {
	for n < len(p) && off < r.size() {
		part, at := r.last, off-(r.size()-int64(len(r.last)))
		if off < int64(len(r.first)) {
			part, at = r.first, off
		} else if at < 0 {
			part, at = r.same, (off-int64(len(r.first)))%int64(len(r.same))
		}
		c := copy(p[n:], part[at:])
		n, off = n+c, off+int64(c)
	}
	if off >= r.size() {
		err = io.EOF
	}
	return n, err
}

// peak converts a document and returns the most memory that the heap had.
func peak(t *testing.T, doc repeated) (most uint64, err error) {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	before := m.HeapAlloc
	watched := converter.Input{Name: "doc.xml", Size: doc.size(), ReaderAt: readerAt(func(p []byte, off int64) (int, error) {
		if off/(4<<20) != (off+int64(len(p)))/(4<<20) {
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapAlloc)
		}
		return doc.ReadAt(p, off)
	})}
	_, err = converter.Convert(context.Background(), xml.Converter{}, &watched, new(converter.Bounded), converter.Options{Workers: 2})
	return most - min(most, before), err
}

type readerAt func(p []byte, off int64) (int, error)

func (f readerAt) ReadAt(p []byte, off int64) (int, error) { return f(p, off) }

// Memory does not depend on the size of a document, and one that would need it is refused.
func TestMemory(t *testing.T) {
	times := int64(60_000)
	if testing.Short() {
		times = 10_000
	}
	row := "\n  <town id=\"1\"><name>Bern</name><population>133115</population><tag>a</tag><tag>b</tag></town>"
	long := strings.Repeat("some text that has no end, ", 150)
	for _, test := range []struct {
		name  string
		doc   repeated
		limit bool   // it is refused
		most  uint64 // MiB
	}{
		{"rows", repeated{"<towns>", row, "</towns>", times}, false, 32},
		{"wrapped rows", repeated{"<c>", "\n <m><r a='1' b='2'><d>some text of a row that is wrapped</d></r></m>", "</c>", times}, false, 32},
		{"comments", repeated{"<c><r a='1'/><r a='2'/>", "<!-- some comment that is of no use -->\n", "</c>", times}, false, 32},
		{"deep", repeated{"", "<element>", "", times}, true, 32},
		{"one text", repeated{"<a>", long, "</a>", 20_000}, true, 256},
		{"no characters", repeated{"<a><x>", strings.Repeat("\x01", 4096), "</x><x/></a>", 7_000}, true, 256},
		{"attributes", repeated{"<a ", "b='some text that has no end, and then some' ", "/>", times}, true, 64},
		{"one attribute", repeated{"<a b='", long, "'/>", 20_000}, true, 128},
		{"entities", repeated{"<!DOCTYPE a [<!ENTITY x '" + strings.Repeat("x", 60_000) + "'>]><a>", "&x;", "</a>", times}, true, 64},
	} {
		most, err := peak(t, test.doc)
		if (err != nil) != test.limit || err != nil && !errors.Is(err, converter.ErrLimit) || most > test.most<<20 {
			t.Errorf("%s: %d MiB, %v", test.name, most>>20, err)
		}
	}
}

func BenchmarkRows(b *testing.B) {
	var text strings.Builder
	text.WriteString("<towns>")
	for i := range 20_000 {
		fmt.Fprintf(&text, "\n  <town id=\"%d\">\n    <name lang=\"de\">Town %d</name>\n    <population>%d</population>\n    <note>on the river &amp; old</note>\n  </town>", i, i, i*77)
	}
	text.WriteString("\n</towns>")
	convertertest.Benchmark(b, xml.Converter{}, &converter.Input{Name: "x.xml", Size: int64(text.Len()), ReaderAt: strings.NewReader(text.String())})
}
