package xlsx_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/oracle"
	"github.com/dynasette/dynasette/converter/xlsx"
	"github.com/dynasette/dynasette/internal/tries"
)

// said returns a document's findings, one a line.
func said(s converter.Summary) string {
	var list []string
	for _, f := range s.Documents[0].Findings {
		list = append(list, f.String())
	}
	return strings.Join(list, "\n")
}

func TestHidden(t *testing.T) {
	b := newBook("S", drawn("name|pay|town\nann|1|Rome\nbob|2|Oslo\ncat|3|Bonn")).
		with("xl/worksheets/sheet1.xml", "<sheetData>", `<cols><col min="1" max="1" width="9"/><col min="2" max="2" hidden="1"/></cols><sheetData>`).
		with("xl/worksheets/sheet1.xml", `<row r="3">`, `<row r="3" hidden="true">`)
	got, summary := rows(t, xlsx.Converter{}, input("x.xlsx", b.zip()))
	if want := "S: name TEXT, pay INTEGER, town TEXT\n'ann' 1 'Rome'\n'bob' 2 'Oslo'\n'cat' 3 'Bonn'\n"; got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if want := `a hidden column is published like the others (sheet "S", "pay"); try --skip-hidden` + "\n" +
		`a hidden row is published like the others (sheet "S", "row 3"); try --skip-hidden`; said(summary) != want {
		t.Errorf("said\n%s\nwant\n%s", said(summary), want)
	}
	got, summary = rows(t, xlsx.Converter{Reading: xlsx.Reading{SkipHidden: true}}, input("x.xlsx", b.zip()))
	if want := "S: name TEXT, town TEXT\n'ann' 'Rome'\n'cat' 'Bonn'\n"; got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if want := `a hidden column is left out, as asked for (sheet "S", "column B")` + "\n" +
		`a hidden row is left out, as asked for (sheet "S", "row 3")`; said(summary) != want || summary.Rejects > 0 {
		t.Errorf("said\n%s\nwant\n%s", said(summary), want)
	}

	all := newBook("One", head2, "Two", head2).with("xl/workbook.xml", `r:id=`, `state="hidden" r:id=`)
	if _, _, err := convert(t, xlsx.Converter{}, input("x.xlsx", all.zip())); err == nil || !strings.Contains(err.Error(), `all sheets with cells are hidden: ask for one by its name (--sheet "One")`) {
		t.Error(err)
	}
}

func TestLinks(t *testing.T) {
	external := func(id, target string) string {
		return fmt.Sprintf(`<Relationship Id="%s" Type="%s/hyperlink" Target="%s" TargetMode="External"/>`, id, officeNS, target)
	}
	far := "name|n\n"
	for n := range 150 {
		far += fmt.Sprintf("town %d|%d\n", n, n)
	}
	link := func(b book, list string) book {
		return b.with("xl/worksheets/sheet1.xml", "</sheetData>", `</sheetData><hyperlinks>`+list+`</hyperlinks>`)
	}
	tests := []struct {
		name string
		book book
		want string
	}{
		{"that cells don't show", link(newBook("S", drawn("name|n\nann|1\nbob|2")).relate(external("l1", "https://example.org/?a=1&amp;b=2")).relate(external("l2", "mailto:bob@example.org")),
			`<hyperlink ref="A2" r:id="l1" location="top"/><hyperlink ref="A3" r:id="l2"/>`),
			"S: name TEXT, n INTEGER, name_url TEXT\n'ann' 1 'https://example.org/?a=1&b=2#top'\n'bob' 2 'mailto:bob@example.org'\n"},
		{"that cells show", link(newBook("S", drawn("page|n\nwww.example.org|1\nann@example.org|2")).relate(external("l1", "http://www.example.org/")).relate(external("l2", "mailto:ann@example.org")),
			`<hyperlink ref="A2" r:id="l1"/><hyperlink ref="A3" r:id="l2"/>`),
			"S: page TEXT, n INTEGER\n'www.example.org' 1\n'ann@example.org' 2\n"},
		{"of a range, and of a name that is taken", link(newBook("S", drawn("name|name_url\nann|1\n|2\ncat|3")).relate(external("l1", "x.html")), `<hyperlink ref="A2:A4" r:id="l1"/>`),
			"S: name TEXT, name_url INTEGER, name_url_2 TEXT\n'ann' 1 'x.html'\nNULL 2 NULL\n'cat' 3 'x.html'\n"},
		{"beside cells of no column", link(newBook("S", drawn("a|b\nx|1\ny|2||note\nz|3")).relate(external("l1", "x.html")), `<hyperlink ref="B3" r:id="l1"/>`),
			"S: a TEXT, b INTEGER, b_url TEXT, _extra TEXT\n'x' 1 NULL NULL\n'y' 2 'x.html' '[\"note\"]'\n'z' 3 NULL NULL\n"},
		{"of formulas", newBook("S", `<row r="1"><c r="A1" t="str"><v>a</v></c><c r="B1" t="str"><v>b</v></c></row>`+
			`<row r="2"><c r="A2" t="str"><f>HYPERLINK("https://example.org/""x""&amp;y", "the x")</f><v>the x</v></c><c r="B2"><v>1</v></c></row>`+
			`<row r="3"><c r="A3" t="str"><f>HYPERLINK("https://example.org/")</f><v>https://example.org/</v></c><c r="B3"><v>1</v></c></row>`+
			`<row r="4"><c r="A4" t="str"><f>HYPERLINK("https://example.org/"&amp;B4,"y")</f><v>y</v></c><c r="B4"><v>1</v></c></row>`+
			`<row r="5"><c r="A5" t="str"><f>HYPERLINK("#T!A1","z")</f><v>z</v></c><c r="B5"><v>1</v></c></row>`),
			"S: a TEXT, b INTEGER, a_url TEXT\n'the x' 1 'https://example.org/\"x\"&y'\n'https://example.org/' 1 'https://example.org/'\n'y' 1 NULL\n'z' 1 NULL\n"},
	}
	for _, tt := range tests {
		if got, _ := rows(t, xlsx.Converter{}, input("x.xlsx", tt.book.zip())); got != tt.want {
			t.Errorf("%s: got\n%swant\n%s", tt.name, got, tt.want)
		}
	}
	got, summary := rows(t, xlsx.Converter{}, input("x.xlsx", link(newBook("S", drawn(far)).relate(external("l1", "far.html")), `<hyperlink ref="A150" r:id="l1"/>`).zip()))
	if !strings.Contains(got, "\n'town 148' 148 'far.html'\n") || summary.Runs != 2 {
		t.Errorf("%d runs, %s", summary.Runs, got)
	}
	b := link(newBook("S", drawn("name|n\nann|1\nbob|2")), `<hyperlink ref="A2" location="S!B2"/>`)
	if _, summary := rows(t, xlsx.Converter{}, input("x.xlsx", b.zip())); said(summary) != `a link to a place in the workbook itself is not kept (sheet "S")` {
		t.Errorf("said %s", said(summary))
	}
}

func TestFillMerged(t *testing.T) {
	b := newBook("S", drawn("region|town|n|m\nNorth|a|1|2\n|b|3\n\n|c|4|5\nSouth|d|6|7\n8")).
		with("xl/worksheets/sheet1.xml", "</sheetData>", `</sheetData><mergeCells><mergeCell ref="A2:A5"/><mergeCell ref="C3:D3"/><mergeCell ref="A7:B7"/></mergeCells>`)
	for fill, want := range map[bool]string{
		false: "'North' 'a' 1 2\nNULL 'b' 3 NULL\nNULL 'c' 4 5\n'South' 'd' 6 7\n8 NULL NULL NULL\n",
		true:  "'North' 'a' 1 2\n'North' 'b' 3 3\n'North' 'c' 4 5\n'South' 'd' 6 7\n8 8 NULL NULL\n",
	} {
		got, _ := rows(t, xlsx.Converter{Reading: xlsx.Reading{FillMerged: fill}}, input("x.xlsx", b.zip()))
		if _, got, _ = strings.Cut(got, "\n"); got != want {
			t.Errorf("%v: got\n%swant\n%s", fill, got, want)
		}
	}
}

func TestMissingSheet(t *testing.T) {
	b := newBook("One", head2+`<row><c><v>1</v></c></row>`, "Two", head2)
	delete(b, "xl/worksheets/sheet2.xml")
	got, summary := rows(t, xlsx.Converter{}, input("x.xlsx", b.zip()))
	if got != "One: a INTEGER, b TEXT\n1 NULL\n" || said(summary) != `a sheet is skipped: the workbook lists it, but does not have it (sheet "Two")` ||
		summary.Documents[0].Findings[0].Severity != converter.Loss {
		t.Errorf("%s said %s", got, said(summary))
	}
	if _, _, err := convert(t, xlsx.Converter{Reading: xlsx.Reading{Sheets: []string{"Two"}}}, input("x.xlsx", b.zip())); err == nil {
		t.Error("a missing sheet that was asked for is no error")
	}
}

// Where the parts lie is said by relationships, and what a zip is by its directory.
func TestAnywhere(t *testing.T) {
	far := newBook("S", head2+`<row><c><v>1</v></c></row>`)
	for part, to := range map[string]string{"xl/workbook.xml": "a/book.xml", "xl/_rels/workbook.xml.rels": "a/_rels/book.xml.rels", "xl/worksheets/sheet1.xml": "b/c/one.xml"} {
		far[to] = far[part]
		delete(far, part)
	}
	far = far.with("_rels/.rels", "xl/workbook.xml", "/a/book.xml").with("a/_rels/book.xml.rels", "worksheets/sheet1.xml", "../b/c/one.xml")
	noise := make([]byte, 100<<10)
	for i := range noise {
		noise[i] = byte(rand.Uint32())
	}
	late := newBook("S", head2+`<row><c><v>1</v></c></row>`).with("$/image.png", "", string(noise)) // sorts first
	var r converter.Registry
	r.Register(xlsx.Format, xlsx.Converter{})
	for name, b := range map[string]book{"far": far, "late": late} {
		in := input("x.csv", b.zip())
		f, c, err := r.Detect(in)
		if err != nil || f.Name != "xlsx" {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got, _ := rows(t, c.(xlsx.Converter), in); got != "S: a INTEGER, b TEXT\n1 NULL\n" {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// Whatever is drawn, each text is in a table, in the name of a column or in _rejects.
func TestNothingIsLost(t *testing.T) {
	r := rand.New(rand.NewPCG(17, 9))
	for range tries.Of(100) {
		var lines []string
		var texts []string
		for n := 2 + r.IntN(3); n > 0; n-- {
			left, width, height := r.IntN(4), 1+r.IntN(5), 1+r.IntN(6)
			for range height {
				row := make([]string, left)
				for range width {
					text := ""
					switch k := r.IntN(10); {
					case k < 4:
						text = fmt.Sprint(1000 + len(texts))
					case k < 9:
						text = fmt.Sprintf("t%d", 1000+len(texts))
					}
					if text != "" {
						texts = append(texts, text)
					}
					row = append(row, text)
				}
				lines = append(lines, strings.Join(row, "|"))
			}
			for range r.IntN(3) {
				lines = append(lines, "")
			}
		}
		b := newBook("S", drawn(strings.Join(lines, "\n")))
		if r.IntN(3) == 0 {
			b = b.declare(1, fmt.Sprintf(`displayName="T" ref="A%d:C%d"`, 1+r.IntN(3), 4+r.IntN(6)), "a", "b", "c")
		}
		path, summary, err := convert(t, xlsx.Converter{}, input("x.xlsx", b.zip()))
		if len(texts) == 0 {
			continue
		}
		if err != nil {
			t.Fatalf("%v: of\n%s", err, strings.Join(lines, "\n"))
		}
		all := list(t, path, summary)
		for _, table := range summary.Tables {
			for _, c := range table.Columns {
				all += " " + c.Name
			}
		}
		if summary.Rejects > 0 {
			all += fmt.Sprint(oracle.Query(t, path, "SELECT raw FROM _rejects"))
		}
		for _, text := range texts {
			if n := strings.Count(all, text); n == 0 {
				t.Fatalf("%s is lost of\n%s\nwhich became\n%s", text, strings.Join(lines, "\n"), all)
			}
		}
		// Rows without numbers are counted.
		plain := b.with("xl/worksheets/sheet1.xml", "<row r=", "<row x=")
		if slices.Contains(lines, "") {
			continue // blank rows are not written by drawn
		}
		if again, _ := rows(t, xlsx.Converter{}, input("x.xlsx", plain.zip())); again != list(t, path, summary) {
			t.Fatalf("without numbers\n%s\nand with them\n%s", again, list(t, path, summary))
		}
	}
}
