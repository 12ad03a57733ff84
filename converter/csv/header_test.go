package csv

import (
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
)

// What stands before a table is told from its header, and the header from the data, where
// the files of banks, offices and data frames make it hard.
func TestHeader(t *testing.T) {
	land := strings.Repeat("Land,LD,Population,7\n", 5)
	for _, test := range []struct {
		name, text string
		skip       string // "" if nothing is skipped
		columns    string
		rows       int64
	}{
		{name: "dates above numbers", text: "place,2020-01-22,1/23/20\nDE,1,2\nFR,3,4\n", columns: "place,2020-01-22,1/23/20", rows: 2},
		{name: "ranges above numbers", text: "place,2019/20,18-24\nDE,1,2\nFR,3,4\n", columns: "place,2019/20,18-24", rows: 2},
		{name: "dates above dates", text: "x,2020-01-22\ny,2020-01-23\n", columns: "column_1,column_2", rows: 2},
		{name: "numbers of columns, with an index", text: ",0,1,2\n0,5,6,7\n1,8,9,10\n", columns: "column_1,0,1,2", rows: 2},
		{name: "numbers of columns above decimals", text: "team,1,2,3\na,0.5,0.25,0.5\nb,0.25,0.5,0.75\n", columns: "team,1,2,3", rows: 2},
		{name: "a row that happens to count", text: "1,2,3\n4,5,6\n", columns: "column_1,column_2,column_3", rows: 2},
		{name: "numbers that do not count", text: ",0,1,3\n0,5,6,7\n", columns: "column_1,column_2,column_3,column_4", rows: 2},
		{name: "sep=", text: "sep=;\nname;price\nx;1,50\n", skip: "1", columns: "name,price", rows: 1},
		{name: "sep= before a title", text: "\"sep=,\"\r\nReport,\r\na,b,c\r\n1,2,3\r\n4,5,6\r\n", skip: "2", columns: "a,b,c", rows: 2},
		{name: "comments", text: "# one\n# two, and more\n# three\n# four\n\na,b,c\n1,2,3\n", skip: "5", columns: "a,b,c", rows: 1},
		{name: "a header with #", text: "# one\n#id,name\n1,x\n", skip: "1", columns: "#id,name", rows: 1},
		{name: "a header with #, too short", text: "#id,name\n1,x,\n2,y,\n", columns: "#id,name", rows: 2},
		{name: "settings, then a gap", text: "Source,Bank\n\nname,code,what,n\n" + land, skip: "2", columns: "name,code,what,n", rows: 5},
		{name: "settings, padded, then a gap", text: "Source,Bank,,\nDate,2024-01-01,,\n,,,\nname,code,what,n\n" + land, skip: "3", columns: "name,code,what,n", rows: 5},
		{name: "settings without a gap", text: "Source,Bank\nDate,2024-01-01\nname,code,what,n\n" + land, skip: "2", columns: "name,code,what,n", rows: 5},
		{name: "a header that is too short", text: "name,code\n" + land, columns: "name,code,_extra", rows: 5},
		{name: "a header of fewer names than cells", text: "name,age,,\nx,1,,\ny,2,,\nz,3,a,b\n", columns: "name,age,column_3,column_4", rows: 3},
	} {
		t.Run(test.name, func(t *testing.T) {
			db, err := convert(t, Converter{}, "t.csv", test.text, converter.Options{})
			if err != nil {
				t.Fatal(err)
			}
			facts := db.summary.Documents[0].Facts
			skip := ""
			for _, f := range facts {
				if f.Key == "skip" {
					skip = f.Value
				}
			}
			var columns []string
			for _, c := range db.summary.Tables[0].Columns {
				columns = append(columns, c.Name)
			}
			if got := strings.Join(columns, ","); got != test.columns || skip != test.skip || db.summary.Tables[0].Rows != test.rows {
				t.Errorf("columns %s, skip %q, %d rows; want %s, %q, %d\n%v", got, skip, db.summary.Tables[0].Rows, test.columns, test.skip, test.rows, facts)
			}
		})
	}
}

// Lines that begin with the character for comments are no rows: before the header, and below
// it, but not within quotes.
func TestComments(t *testing.T) {
	const text = "% one, two\n% three\na,b\n1,2\n%x,y\n\"%z\",3\n"
	db, err := convert(t, Converter{Comment: '%'}, "x.csv", text, converter.Options{})
	if err != nil {
		t.Fatal(err)
	}
	summary := db.summary
	if rows := summary.Tables[0].Rows; rows != 2 || summary.Rejects != 1 {
		t.Errorf("%d rows, %d rejects: %v", rows, summary.Rejects, summary.Documents[0].Findings)
	}
	var names []string
	for _, c := range summary.Tables[0].Columns {
		names = append(names, c.Name)
	}
	if got := strings.Join(names, ","); got != "a,b" {
		t.Errorf("columns are %s", got)
	}
}
