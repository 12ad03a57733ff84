package xlsx_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/xlsx"
)

// drawn returns the XML of rows as people draw them: a line a row, bars between cells.
func drawn(lines string) string {
	var b strings.Builder
	for i, line := range strings.Split(lines, "\n") {
		if strings.TrimSpace(line) == "" {
			continue
		}
		fmt.Fprintf(&b, `<row r="%d">`, i+1)
		for col, text := range strings.Split(line, "|") {
			ref := fmt.Sprintf("%c%d", 'A'+col, i+1)
			if text = strings.TrimSpace(text); text == "" {
				continue
			}
			if _, err := strconv.ParseFloat(text, 64); err == nil {
				fmt.Fprintf(&b, `<c r="%s"><v>%s</v></c>`, ref, text)
			} else {
				fmt.Fprintf(&b, `<c r="%s" t="str"><v>%s</v></c>`, ref, text)
			}
		}
		b.WriteString("</row>")
	}
	return b.String()
}

// drawing converts a workbook of one drawn sheet and returns its tables, and what is in
// _rejects: the row, the type and the text.
func drawing(t *testing.T, c xlsx.Converter, b book) (tables, rejects string, s converter.Summary) {
	t.Helper()
	path, s, err := convert(t, c, input("dir/towns.xlsx", b.zip()))
	if err != nil {
		t.Fatal(err)
	}
	tables = list(t, path, s)
	if s.Rejects > 0 {
		rejects = rejected(t, path)
	}
	return tables, rejects, s
}

func codes(s converter.Summary) string {
	var list []string
	for _, f := range s.Documents[0].Findings {
		list = append(list, f.Severity.String()+" "+f.Code)
	}
	return strings.Join(list, ", ")
}

// Tables that nobody declared.
func TestSeveralTables(t *testing.T) {
	long := "id|word\n"
	for n := range 300 {
		long += fmt.Sprintf("%d|word %d\n", n, n)
	}
	tests := []struct {
		name, sheet     string
		tables, rejects string // of the tables, columns and how many rows
		found           string
	}{
		{"one below the other",
			"fruit|price\npear|2\nplum|3\nfig|4\n\nbird|wings|eggs\nowl|2|5\nemu|2|9",
			"S: fruit,price 3; S_2: bird,wings,eggs 2", "", "doubt tables-on-sheet"},
		{"numbered rows, titles over both",
			"Fruit\nid|fruit\n1|pear\n2|plum\n\nBirds\nbird|eggs\nowl|5\nemu|9\njay|2",
			"S: id,fruit 2; S_2: bird,eggs 3", "1 above the table: Fruit; 6 outside of the tables: Birds", "doubt tables-on-sheet, note above-the-table, note outside-of-the-tables"},
		{"the second far down", long + "\nbird|wings|eggs\nowl|2|5\nemu|2|9",
			"S: id,word 300; S_2: bird,wings,eggs 2", "", "doubt tables-on-sheet"},
		{"text above numbers",
			"author|title|year\nmoe|boats|y1\nlem|stars|y2\nbly|time|y3\n\nid|n|m|k\n1|2|3|4\n2|3|4|5",
			"S: author,title,year 3; S_2: id,n,m,k 2", "", "doubt tables-on-sheet"},
		{"the same header again", "id|word\n1|a\n2|b\n\nid|word\n3|c\n4|d",
			"S: id,word 4", "", ""},
		{"with a footnote", "fruit|price|n\npear|2|1\nplum|3|1\n\nSource: the market\nof 2024",
			"S: fruit,price,n 2", "5 below the table: Source: the market; 6 below the table: of 2024", "note below-the-table"},
		{"with a footnote, two columns", "fruit|price\npear|2\nplum|3\n\nSource: the market",
			"S: fruit,price 2", "5 below the table: Source: the market", "note below-the-table"},
		{"side by side, of different lengths",
			"day|town|n||code|meaning\nd1|Rome|1||1|sunny\nd2|Oslo|2||2|windy\nd3|Bonn|3\nd4|Bari|4\nd5|Bath|5\nd6|Brno|6",
			"S: day,town,n 6; S_2: code,meaning 2", "", "doubt tables-on-sheet"},

		{"text of another width", "a|b|c\nx|y|z\nx|y|z\nx|y|z\n\nd|e|f|g\nx|y|z|w\nx|y|z|w",
			"S: a,b,c 3; S_2: d,e,f,g 2", "", "doubt tables-on-sheet"},
		{"side by side, from different rows", "id|word\n1|a\n2|b||town|pop\n3|c||Pisa|10\n4|d||Oslo|20",
			"S: id,word 4; S_2: town,pop 2", "", "doubt tables-on-sheet"},
		{"the same names under titles", "North\nfruit|n\npear|1\nfig|2\n\nSouth\nfruit|n\nplum|3\nkiwi|4",
			"S: fruit,n 2; S_2: fruit,n 2", "1 above the table: North; 6 outside of the tables: South", "doubt tables-on-sheet, note above-the-table, note outside-of-the-tables"},

		// What stays one table.
		{"a pivot table and its filter", "Year|(All)\n\nLabels|Sum\na|1\nb|2\nc|3", "S: Labels,Sum 3", "1 above the table: Year\t(All)", "note above-the-table"},
		{"an invoice", "Invoice|123\nDate|2024\nFor|ACME\n\nitem|qty|price\npen|2|1\nink|1|9\n\n|Tax|2\n|Total|14\n\nThank you", "S: item,qty,price 4",
			"1 above the table: Invoice\t123; 2 above the table: Date\t2024; 3 above the table: For\tACME; 12 below the table: Thank you", "note above-the-table, note below-the-table"},
		{"a list of words below one that is narrower", "name|city\nAnn|Rome\nBob|Oslo\n\ncode|title|author\na1|Foo|Bob\nb2|Bar|Cat", "S: code,title,author 2",
			"1 above the table: name\tcity; 2 above the table: Ann\tRome; 3 above the table: Bob\tOslo", "note above-the-table"},
		{"details of a larger whole", "1|2|3\n4|5|6\n7|8|9\n\n1|2|3\n4|5|6\n7|8|9\n\na|b\n1|2\n\nc|d\n1|2", "S: column_1,column_2,column_3 10", "", ""},
		{"groups of rows", "fruit|price\npear|2\nplum|3\n\nfig|4\nkiwi|5\n\nTotal|14", "S: fruit,price 5", "", ""},
		{"groups with titles", "fruit|price|n\nNorth\npear|2|1\n\nSouth\nfig|4|2\nkiwi|5|3", "S: fruit,price,n 5", "", ""},
		{"sparse text", "name|phone|mail\na|b|c\nd|e|f\n\ng|h\ni|j", "S: name,phone,mail 4", "", ""},
		{"what is known above", "Author|Jane\nDate|2024\n\nfruit|price|n\npear|2|1\nplum|3|4\nfig|3|4", "S: fruit,price,n 3",
			"1 above the table: Author\tJane; 2 above the table: Date\t2024", "note above-the-table"},
		{"a blank column", "item|||2019|2020\nrent|||5|6\nfood|||7|8\nTotal|||12|14", "S: item,column_2,column_3,2019,2020 3", "", ""},
		{"a blank column, a last row", "item||2019|2020\nrent||5|6\nfood||7|8\nnotes", "S: item,column_2,2019,2020 3", "", ""},
		{"a sum on its own", "fruit|price|n\npear|2|1\nplum|3|1\n\n|5", "S: fruit,price,n 3", "", ""},
		{"a remark beside", "fruit|price\npear|2||cheap\nplum|3\nfig|3", "S: fruit,price,_extra 3", "", "note cells-surplus"},
		{"one column", "word\na\nb\n\nc", "S: word 3", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := newBook("S", drawn(tt.sheet))
			path, s, err := convert(t, xlsx.Converter{}, input("x.xlsx", b.zip()))
			if err != nil {
				t.Fatal(err)
			}
			var tables []string
			for _, table := range s.Tables {
				var names []string
				for _, c := range table.Columns {
					names = append(names, c.Name)
				}
				tables = append(tables, fmt.Sprintf("%s: %s %d", table.Name, strings.Join(names, ","), table.Rows))
			}
			want := tt.rejects
			if tt.name == "the same header again" {
				want = "5 repeated header: id\tword"
				tt.found = "note repeated-header"
			}
			rejects := ""
			if s.Rejects > 0 {
				rejects = rejected(t, path)
			}
			if got := strings.Join(tables, "; "); got != tt.tables || rejects != want || codes(s) != tt.found {
				t.Errorf("got  %s\n     %q\n     %s\nwant %s\n     %q\n     %s", got, rejects, codes(s), tt.tables, want, tt.found)
			}
		})
	}
}

// declare adds a table to a workbook's first sheet.
func (b book) declare(n int, attributes string, columns ...string) book {
	var list strings.Builder
	for i, c := range columns {
		fmt.Fprintf(&list, `<tableColumn id="%d" name="%s"/>`, i+1, c)
	}
	part := fmt.Sprintf("xl/tables/table%d.xml", n)
	b = b.with(part, "", fmt.Sprintf(`%s<table xmlns="%s" id="%d" %s><tableColumns>%s</tableColumns></table>`, xmlHead, mainNS, n, attributes, list.String()))
	return b.relate(fmt.Sprintf(`<Relationship Id="t%d" Type="%s/table" Target="../tables/table%d.xml"/>`, n, officeNS, n))
}

// relate adds a relationship of the first sheet.
func (b book) relate(relation string) book {
	const rels = "xl/worksheets/_rels/sheet1.xml.rels"
	if b[rels] == "" {
		b = b.with(rels, "", xmlHead+`<Relationships xmlns="`+partNS+`"></Relationships>`)
	}
	return b.with(rels, "</Relationships>", relation+"</Relationships>")
}

func TestDeclaredTables(t *testing.T) {
	sheet := drawn("Prices\n\nfruit|price||bird|eggs\npear|2||owl|5\nplum|3||emu|9\nTotal|5\n\nSource: the market")
	fruit := `name="Fruit" displayName="Fruit" ref="A3:B6" totalsRowCount="1"`
	tests := []struct {
		name            string
		book            book
		tables, rejects string
	}{
		{"side by side", newBook("S", sheet).declare(1, fruit, "fruit", "price").declare(2, `name="Birds" displayName="Birds" ref="D3:E5"`, "bird", "eggs"),
			"Fruit: fruit TEXT, price INTEGER\n'pear' 2\n'plum' 3\nBirds: bird TEXT, eggs INTEGER\n'owl' 5\n'emu' 9\n",
			"1 above the table: Prices; 6 totals row: Total\t5; 8 below the table: Source: the market"},
		{"one, and another that is not declared", newBook("S", sheet).declare(1, fruit, "fruit", "price"),
			"S: fruit TEXT, price INTEGER\n'pear' 2\n'plum' 3\n",
			"1 above the table: Prices; 3 outside of the tables: bird\teggs; 4 outside of the tables: owl\t5; 5 outside of the tables: emu\t9; 6 totals row: Total\t5; 8 below the table: Source: the market"},
		{"a default name of the sheet", newBook("Sheet1", drawn("a|b\n1|2")).declare(1, `displayName="Points" ref="A1:B2"`, "a", "b"),
			"Points: a INTEGER, b INTEGER\n1 2\n", ""},
		{"default names of both", newBook("Sheet1", drawn("a|b\n1|2")).declare(1, `displayName="Table1" ref="A1:B2"`, "a", "b"),
			"towns: a INTEGER, b INTEGER\n1 2\n", ""},
		{"without a header", newBook("S", drawn("1|2\n3|4")).declare(1, `displayName="T" ref="A1:B2" headerRowCount="0"`, "Column1", "Column2"),
			"S: Column1 INTEGER, Column2 INTEGER\n1 2\n3 4\n", ""},
		{"another header than is declared", newBook("S", drawn("a|b\n1|2")).declare(1, `displayName="T" ref="A1:B2"`, "a", "c"),
			"S: a INTEGER, c INTEGER\n1 2\n", "1 header unlike the declared one: a\tb"},
		{"the rest is more than is declared", newBook("S", drawn("a|b\n1|2\n\nid|id|id\n1|2|3\n1|2|3\n1|2|4")).declare(1, `displayName="T" ref="A1:B2"`, "a", "b"),
			"T: a INTEGER, b INTEGER\n1 2\nS: id INTEGER, id_2 INTEGER, id_3 INTEGER\n1 2 3\n1 2 3\n1 2 4\n", ""},
		{"names with line ends and signs", newBook("S", drawn("a\n1")).with("xl/worksheets/sheet1.xml", "<v>a</v>", "<v>a_x000a_&amp;</v>").
			declare(1, `displayName="T" ref="A1:A2"`, "a_x000a_&amp;"),
			"S: a & INTEGER\n1\n", ""},
		{"that overlap", newBook("S", drawn("a|b\n1|2")).declare(1, `displayName="T" ref="A1:B2"`, "a", "b").declare(2, `displayName="U" ref="B1:C2"`, "b", "c"),
			"S: a INTEGER, b INTEGER\n1 2\n", ""},
		{"rows without numbers", newBook("S", `<row><c t="str"><v>a</v></c></row><row><c><v>1</v></c></row><row/><row><c t="str"><v>b</v></c></row><row><c><v>2</v></c></row>`).
			declare(1, `displayName="T" ref="A1:A2"`, "a").declare(2, `displayName="U" ref="A4:A5"`, "b"),
			"T: a INTEGER\n1\nU: b INTEGER\n2\n", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tables, rejects, _ := drawing(t, xlsx.Converter{}, tt.book)
			if tables != tt.tables || rejects != tt.rejects {
				t.Errorf("got\n%s%q\nwant\n%s%q", tables, rejects, tt.tables, tt.rejects)
			}
		})
	}
}
