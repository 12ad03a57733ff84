package sheets

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// sampleOf reads rows as people write them: cells between bars, blank ones empty, and ” for white space.
func sampleOf(text string) []sampleRow {
	var rows []sampleRow
	for i, line := range strings.Split(text, "\n") {
		row := sampleRow{number: i + 1}
		for col, cell := range strings.Split(line, "|") {
			c := sampleCell{col: col, text: strings.TrimSpace(cell)}
			switch c.text {
			case "":
				continue
			case "''":
				c.text = " "
			}
			var err error
			if c.num, err = strconv.ParseFloat(c.text, 64); err == nil {
				c.kind = sampleNumber
			} else if regexp.MustCompile(`^\d{4}-\d\d-\d\d$`).MatchString(c.text) {
				c.kind = sampleDate
			} else if strings.HasPrefix(c.text, "#") {
				c.kind = sampleOther
			}
			row.cells = append(row.cells, c)
		}
		if len(row.cells) > 0 {
			rows = append(rows, row)
		}
	}
	return rows
}

// line is the row as people write it.
func (r sampleRow) line() string {
	var texts []string
	for _, c := range r.cells {
		texts = append(texts, c.text)
	}
	return strings.Join(texts, " | ")
}

func TestLayout(t *testing.T) {
	tests := []struct {
		name, rows, merged string
		want               string // row of the header, columns, names, rows skipped
	}{
		{"header first", "id|name\n1|x\n2|y", "", "1 0+2 id,name"},
		{"all text", "id|name\na|x\nb|y", "", "1 0+2 id,name"},
		{"one column", "name\nx\ny", "", "1 0+1 name"},
		{"one cell", "name", "", "1 0+1 name"},
		{"blank rows first", "\n\nid|name\n1|x", "", "3 0+2 id,name"},
		{"not in column A", "\n||id|name\n||1|x", "", "2 2+2 id,name"},
		{"title", "Report\n\nid|name|n\n1|x|2\n2|y|3", "", "3 0+3 id,name,n; Report"},
		{"title over two columns", "Report\nid|name\n1|x\n2|y", "", "2 0+2 id,name; Report"},
		{"title and date", "Report\nof|2024-01-01\nid|name|n|m|k\n1|x|2|3|4\n2|y|3|4|5", "", "3 0+5 id,name,n,m,k; Report/of | 2024-01-01"},
		{"only numbers", "1|2\n3|4", "", "0 0+2 ,"},
		{"numbers under a title", "Points\n1|2|3\n3|4|5", "", "0 0+3 ,,; Points"},
		{"text and numbers without header", "x|1\ny|2", "", "0 0+2 ,"},
		{"first rows narrow, without header", "1\n2|3|4\n5|6|7", "", "0 0+3 ,,"},
		{"years", "country|2019|2020|2021\nde|1|2|3\nfr|1|2|3", "", "1 0+4 country,2019,2020,2021"},
		{"two years", "country|2020|2019\nde|1|2", "", "1 0+3 country,2020,2019"},
		{"two numbers", "country|20|19.5\nde|1|2", "", "0 0+3 ,,"},
		{"months", "country|2024-01-01|2024-02-01\nde|1|2", "", "1 0+3 country,2024-01-01,2024-02-01"},
		{"dates out of order", "country|2024-02-01|2024-01-01\nde|1|2", "", "0 0+3 ,,"},
		{"error in the first row", "a|#N/A\n1|2", "", "0 0+2 ,"},
		{"sparse rows", "a|b|c|d|e\n1\n|2\n1||3\n1|2|3|4|5\n||1", "", "1 0+5 a,b,c,d,e"},
		{"index without a name", "|a|b\n0|x|y\n1|x|y", "", "1 0+3 ,a,b"},
		{"no name in the middle, text only", "a||b\nx|y|z\nx|y|z", "", "1 0+3 a,,b"},
		{"a note nearly as wide as the table", "at|the|top||of|sheets\nname|job|age|kids|born|died\nx|y|1|0|2|3\nz|y|1|0|2|3", "",
			"2 0+6 name,job,age,kids,born,died; at | the | top | of | sheets"},
		{"column without a name", "a|b\n1|2|x\n1|2|y", "", "1 0+3 a,b,"},
		{"stray note", "a|b\n1|2||x\n1|2\n1|2", "", "1 0+2 a,b"},
		{"name without data", "a|b|c\n1|2\n1|2", "", "1 0+3 a,b,c"},
		{"names only, under a title", "Report\na|b|c", "", "2 0+3 a,b,c; Report"},
		{"title, blank text beside it", "Report|''|''\n''|''|''\nid|name|n\n1|x|2\n2|y|3", "", "3 0+3 id,name,n; Report |   |  /  |   |  "},
		{"groups, blank text between them", "''|2020|''|2021|''\nname|q1|q2|q3|q4\nx|1|2|3|4\ny|1|2|3|4", "", "2 0+5 name,q1,q2,q3,q4;   | 2020 |   | 2021 |  "},
		{"blank text for what is unknown", "at|the||top\nid|name|n|m|k\n''|''|''|2|''\n1|x|''|2|3\n2|y|3|2|1", "", "2 0+5 id,name,n,m,k; at | the | top"},
		{"blank text alone", "''|''\n''|''", "", "0 0+2 ,"},
		{"mostly blank text", "id|n\n1|2\n|''\n|''\n|''\n|''", "", "1 0+2 id,n"},
		{"trimmed", "a |  b\n1|2", "", "1 0+2 a,b"},

		{"merged title", "Report\na|b|c\n1|2|3", "A1:C1", "2 0+3 a,b,c; Report"},
		{"merged name", "a||b\nx|y|z\nx|y|z", "A1:B1", "1 0+3 a,a,b"},
		{"merged title and date", "Report||2024-01-01|\na|b|c|d\n1|2|3|4", "A1:B1,C1:D1", "2 0+4 Report a,Report b,2024-01-01 c,2024-01-01 d"},
		{"title and note, merged", "Report||by us|\na|b|c|d\n1|2|3|4\n1|2|3|4", "A1:B1,C1:D1", "2 0+4 Report a,Report b,by us c,by us d"},
		{"merged name, few cells", "a|||b\nx|y|z|w\nx|y|z|w", "A1:C1", "1 0+4 a,a,a,b"},
		{"data like a series", "1|2|x\n1|2|y", "", "0 0+3 ,,"},
		{"groups", "|2020||2021\nname|q1|q2|q1|q2\nx|1|2|3|4\ny|1|2|3|4", "B1:C1,D1:E1",
			"2 0+5 name,2020 q1,2020 q2,2021 q1,2021 q2"},
		{"groups, blank text in merged cells", "''|2020|''|2021|''\nname|q1|q2|q1|q2\nx|1|2|3|4\ny|1|2|3|4", "B1:C1,D1:E1",
			"2 0+5 name,2020 q1,2020 q2,2021 q1,2021 q2"},
		{"blank text above a name", "Report|''|''\n''|''|''\na|b|c\n1|2|3", "A1:C1", "3 0+3 a,b,c; Report |   |  /  |   |  "},
		{"groups and a name over both rows", "Report\nname|2020||2021\n|q1|q2|q1|q2\nx|1|2|3|4\ny|1|2|3|4", "A1:E1,A2:A3,B2:C2,D2:E2",
			"3 0+5 name,2020 q1,2020 q2,2021 q1,2021 q2; Report"},
		{"notes, merged", "or|merging||cells\nname|job|n|m\nx|y|1|2\nx|y|1|2", "B1:C1", "2 0+4 name,job,n,m; or | merging | cells"},
		{"merged data", "a|b\n1|2\n|2\n1|2", "A2:A3", "1 0+2 a,b"},
	}
	for _, tt := range tests {
		var h hints
		for ref := range strings.SplitSeq(tt.merged, ",") {
			if m, ok := ParseRange(ref); ok {
				h.merged = append(h.merged, m)
			}
		}
		l := newLayout(sampleOf(tt.rows), h)
		got := fmt.Sprintf("%d %d+%d %s", l.header, l.first, l.width, strings.Join(l.names, ","))
		var above []string
		for _, r := range sampleOf(tt.rows) {
			if r.number < l.top {
				above = append(above, r.line())
			}
		}
		if len(above) > 0 {
			got += "; " + strings.Join(above, "/")
		}
		if got != tt.want {
			t.Errorf("%s: got %s, want %s (%s)", tt.name, got, tt.want, l.why)
		}
	}
}

func TestParseRange(t *testing.T) {
	tests := map[string]Range{
		"A1":        {1, 0, 1, 0},
		"B2:$XFD$9": {2, 1, 9, 16383},
		"a1:b2":     {1, 0, 2, 1},
	}
	for ref, want := range tests {
		if got, ok := ParseRange(ref); !ok || got != want {
			t.Errorf("%s is %v %v, want %v", ref, got, ok, want)
		}
	}
	for _, ref := range []string{"", "A", "1", "A1:", "B1:A1", "A2:A1", "XFE1", "A1:B2:C3", "AAAAAAAAAAAAAAA1", "A-1"} {
		if got, ok := ParseRange(ref); ok {
			t.Errorf("%q is %v", ref, got)
		}
	}
}

func TestDefaultNames(t *testing.T) {
	for name, want := range map[string]bool{"Sheet1": true, "sheet": true, "Tabelle 12": true, "Лист1": true, "工作表1": true,
		"Plan 2024": false, "People": false, "": false, "1": false, "Sheet1b": false} {
		if got := isDefaultName(name); got != want {
			t.Errorf("%q: %v", name, got)
		}
	}
}
