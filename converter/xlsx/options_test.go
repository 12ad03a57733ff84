package xlsx_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/xlsx"
)

// What is described as an option finds the tables again, and nothing is where none does.
func TestDescribesOptions(t *testing.T) {
	const merged = `<mergeCells count="1"><mergeCell ref="A1:B1"/></mergeCells>`
	const names = `<row r="%"><c r="A%" t="str"><v>a</v></c><c r="B%" t="str"><v>b</v></c></row>`
	const numbers = `<row r="%"><c r="A%"><v>1</v></c><c r="B%"><v>2</v></c></row>`
	at := func(row string, n int) string { return strings.ReplaceAll(row, "%", strconv.Itoa(n)) }
	values := func(n int) string { return at(numbers, n) }
	const title = `<row r="1"><c r="A1" t="str"><v>Title</v></c></row>`
	for name, test := range map[string]struct {
		b           book
		option, set string
	}{
		"first row":              {newBook("S", at(names, 1)+values(2)+values(3)), "skip", "0"},
		"below a title":          {newBook("S", title+at(names, 3)+values(4)+values(5)), "skip", "2"},
		"every sheet":            {newBook("S", title+at(names, 3)+values(4)+values(5), "T", title+at(names, 3)+values(4)+values(5)), "skip", "2"},
		"other rows":             {newBook("S", title+at(names, 3)+values(4)+values(5), "T", at(names, 1)+values(2)+values(3)), "", ""},
		"no names":               {newBook("S", values(1)+values(2)+values(3)), "header", "no"},
		"no names below a title": {newBook("S", title+values(2)+values(3)+values(4)), "", ""},
		"grouped names": {newBook("S", `<row r="1"><c r="A1" t="str"><v>Group</v></c></row>`+
			`<row r="2"><c r="A2" t="str"><v>a</v></c><c r="B2" t="str"><v>b</v></c><c r="C2" t="str"><v>c</v></c></row>`+
			`<row r="3"><c r="A3"><v>1</v></c><c r="B3"><v>2</v></c><c r="C3"><v>3</v></c></row>`+
			`<row r="4"><c r="A4"><v>1</v></c><c r="B4"><v>2</v></c><c r="C4"><v>3</v></c></row>`).
			with("xl/worksheets/sheet1.xml", `</sheetData>`, `</sheetData>`+merged), "", ""},
	} {
		got, summary := rows(t, xlsx.Converter{}, input("x.xlsx", test.b.zip()))
		found := map[string]string{}
		for _, f := range summary.Documents[0].Facts {
			found[f.Key] = f.Value
		}
		for _, key := range []string{"skip", "header"} {
			if want := map[bool]string{true: test.set}[key == test.option]; found[key] != want {
				t.Errorf("%s: %s is %q, want %q", name, key, found[key], want)
			}
		}
		var c converter.Converter = xlsx.Converter{}
		for option, value := range converter.Settings(c, summary.Documents[0].Facts) {
			var err error
			if c, err = c.(converter.Configurable).With(option, value); err != nil {
				t.Fatal(err)
			}
		}
		if again, _ := rows(t, c.(xlsx.Converter), input("x.xlsx", test.b.zip())); again != got {
			t.Errorf("%s: again\n%s\nand before\n%s", name, again, got)
		}
	}
}

// Several rows name the columns together; rules may say so of one sheet, and another thing of
// another.
func TestHeaderRows(t *testing.T) {
	text := func(cell, text string) string { return `<c r="` + cell + `" t="str"><v>` + text + `</v></c>` }
	plan := `<row r="1">` + text("A1", "Plan") + `</row>` +
		`<row r="3">` + text("A3", "Amount") + text("C3", "Unit") + `</row>` +
		`<row r="4">` + text("A4", "EUR") + text("B4", "USD") + text("C4", "Unit") + `</row>` +
		`<row r="5"><c r="A5"><v>1</v></c><c r="B5"><v>2</v></c>` + text("C5", "kg") + `</row>`
	units := `<row r="1">` + text("A1", "code") + `</row><row r="2">` + text("A2", "kg") + `</row>`
	document := newBook("Plan", plan, "Units", units).with("xl/worksheets/sheet1.xml", `</sheetData>`,
		`</sheetData><mergeCells count="1"><mergeCell ref="A3:B3"/></mergeCells>`).zip()
	rule := converter.Rule{Table: func(name string, _ int) converter.TableRule {
		if name != "Plan" {
			return converter.TableRule{}
		}
		return converter.TableRule{Settings: []converter.Setting{{Option: "header-rows", Value: "3,4"}, {Option: "header-join", Value: "/"}}}
	}}
	summary, err := converter.Convert(t.Context(), xlsx.Converter{}, input("x.xlsx", document), new(converter.Bounded),
		converter.Options{Rules: func(string) converter.Rule { return rule }})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, table := range summary.Tables {
		for _, c := range table.Columns {
			got = append(got, c.Name)
		}
		got = append(got, strconv.FormatInt(table.Rows, 10))
	}
	if want := "Amount/EUR, Amount/USD, Unit, 1, code, 1"; strings.Join(got, ", ") != want {
		t.Errorf("got %s, want %s", strings.Join(got, ", "), want)
	}
	for _, bad := range []string{"", "0", "a", "4,3", "3,3", "1,2,3,4,5,6,7,8,9,10,11"} {
		if _, err := (xlsx.Converter{}).With("header-rows", bad); err == nil {
			t.Errorf("header rows %q can be", bad)
		}
	}
}
