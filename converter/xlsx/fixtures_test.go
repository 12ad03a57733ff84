package xlsx_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/dynasette/dynasette/converter/xlsx"
)

// TestOthersWorkbooks reads what Excel, LibreOffice and libraries wrote; ORIGIN.md beside
// the workbooks says which.
func TestOthersWorkbooks(t *testing.T) {
	tests := []struct{ name, want string }{
		{"excel-notes.xlsx", `arts: Name TEXT, Profession TEXT, Age, Has kids, Date of birth TEXT, Date of death TEXT
'David Bowie' 'musician' 69 1 '1947-01-08' '2016-01-10'
'Carrie Fisher' 'actor' 60 1 '1956-10-21' '2016-12-27'
'Chuck Berry' 'musician' 90 1 '1926-10-18' '2017-03-18'
'Bill Paxton' 'actor' 61 1 '1955-05-17' '2017-02-25'
'Prince' 'musician' 57 1 '1958-06-07' '2016-04-21'
'Alan Rickman' 'actor' 69 0 '1946-02-21' '2016-01-14'
'Florence Henderson' 'actor' 82 1 '1934-02-14' '2016-11-24'
'Harper Lee' 'author' 89 0 '1926-04-28' '2016-02-19'
'Zsa Zsa Gábor' 'actor' 99 1 '1917-02-06' '2016-12-18'
'George Michael' 'musician' 53 0 '1963-06-25' '2016-12-25'
'Some' NULL NULL NULL NULL NULL
NULL 'also like to write stuff' NULL NULL NULL NULL
NULL NULL 'at the' 'bottom,' NULL NULL
NULL NULL NULL NULL NULL 'too!'
other: Name TEXT, Profession TEXT, Age, Has kids INTEGER, Date of birth TEXT, Date of death TEXT
'Vera Rubin' 'scientist' 88 1 '1928-07-23' '2016-12-25'
'Mohamed Ali' 'athlete' 74 1 '1942-01-17' '2016-06-03'
'Morley Safer' 'journalist' 84 1 '1931-11-08' '2016-05-19'
'Fidel Castro' 'politician' 90 1 '1926-08-13' '2016-11-25'
'Antonin Scalia' 'lawyer' 79 1 '1936-03-11' '2016-02-13'
'Jo Cox' 'politician' 41 1 '1974-06-22' '2016-06-16'
'Janet Reno' 'lawyer' 78 0 '1938-07-21' '2016-11-07'
'Gwen Ifill' 'journalist' 61 0 '1955-09-29' '2016-11-14'
'John Glenn' 'astronaut' 95 1 '1921-07-28' '2016-12-08'
'Pat Summit' 'coach' 64 1 '1952-06-14' '2016-06-28'
'This' NULL NULL NULL NULL NULL
NULL 'has been really fun, but' NULL NULL NULL NULL
'we''re signing' NULL NULL NULL NULL NULL
NULL NULL 'off' NULL 'now!' NULL
`},
		{"excel-types.xlsx", `logical_coercion: maybe boolean?, description TEXT
NULL 'empty'
0 '0 (numeric)'
1 '1 (numeric)'
'2011-12-31' 'datetime'
1 'boolean true'
0 'boolean false'
'cabbage' '"cabbage"'
'true' 'the string "true"'
'F' 'the letter "F"'
'False' '"False" preceded by single quote'
numeric_coercion: maybe numeric?, explanation TEXT
NULL 'empty'
1 'boolean true'
0 'boolean false'
'2010-12-22' 'datetime'
'123456' 'the string "123456"'
123456 'the number 123456'
'cabbage' '"cabbage"'
date_coercion: maybe a datetime?, explanation TEXT
NULL 'empty'
'2012-05-22' 'date only format'
'2012-04-27T11:30:00' 'date and time format'
1 'boolean true'
'cabbage' '"cabbage"'
4.3 '4.3 (numeric)'
39448 'another numeric'
text_coercion: text, explanation TEXT
NULL 'empty'
'cabbage' '"cabbage"'
1 'boolean true'
1.3 'numeric'
'2012-09-23' 'datetime'
36436153 'another numeric'
`},
		{"excel-headers.xlsx", `list-column: name TEXT, value
'Name' 'Clippy'
'Species' 'paperclip'
'Approx date of death' '2007-01-01'
'Weight in grams' 0.9
two-row-header: name TEXT, species TEXT, death TEXT, weight
'(at birth)' '(office supply type)' '(date is approximate)' '(in grams)'
'Clippy' 'paperclip' '2007-01-01' 0.9
`},
		{"excel-offset.xlsx", `excel-offset: B3 TEXT, C3 TEXT, D3 TEXT
'B4' 'C4' 'D4'
'B5' 'C5' 'D5'
'B6' 'C6' 'D6'
`},
		{"excel-charts.xlsx", `Sheet1: column_1 TEXT, column_2 TEXT, Column1 TEXT, Column2 TEXT
'GitHub' NULL NULL NULL
Sheet2: Monitor TEXT, column_2 INTEGER, Brand TEXT, column_4 INTEGER, inlineStr TEXT
'> 23 Inch' 19 'HP' 200 NULL
'20-23 Inch' 24 'DELL' 450 NULL
'17-20 Inch' 56 'Lenove' 200 NULL
'< 17 Inch' 21 'SONY' 510 NULL
NULL NULL 'Acer' 315 NULL
NULL NULL 'IBM' 127 NULL
NULL NULL 'ASUS' 89 NULL
NULL NULL 'Apple' 348 NULL
NULL NULL 'SAMSUNG' 53 NULL
NULL NULL 'Other' 37 NULL
`},
		// LibreOffice has 1899-12-31 as day 1, which Excel shows as 1900-01-01.
		{"libreoffice.xlsx", `libreoffice: Name TEXT, Joined TEXT, Time TEXT, Duration TEXT, Amount REAL, Share REAL, Code TEXT, Formula REAL, Active INTEGER
'Zoë' '2024-02-29' '13:14:15' '30:15:00' 1234.5 0.125 '00123' 0.25 1
'Smith, John' '1900-01-01' '00:00:01' '00:45:00' -7.0 1.0 '4E5' NULL 0
NULL '2024-12-31' NULL NULL 1e-07 NULL NULL NULL NULL
`},
		{"openpyxl.xlsx", `Results: Runner TEXT, Born TEXT, Run Start TEXT, Run Time TEXT, Best TEXT, Rank REAL
'Ada' '1990-02-28' '2024-02-29T13:14:15' '30:15:00' NULL 1.0
'Bo' '1904-01-02' '2024-03-01T00:00:00' '00:45:01' NULL 2.0
'007' NULL '06:30:00' NULL NULL 3.5
`},
		{"xlsxwriter.xlsx", `Orders: code TEXT, day TEXT, at TEXT, share REAL, paid INTEGER, text TEXT, _extra TEXT
'00042' '1900-01-01' '2024-02-29T13:14:15' 0.125 1 'some bold text_x0041_' NULL
'4E5' '1900-02-28' '2024-02-29T00:00:00' 1.0 0 ' leading and trailing ' '["a note beside the table"]'
'x' '1900-02-29' '2024-03-01T00:00:00' -0.5 1 'line
break	tab' NULL
'😀 & <b>' '1900-03-01' '1900-01-00T06:00:00' 1e-07 0 NULL NULL
'the end' NULL NULL NULL NULL NULL NULL
Numbers: column_1, column_2 INTEGER
0.1 0
0.3333333333333333 100
1000000000000000 200
1.234567890123457e+17 300
0 400
9007199254740994 500
1e-300 600
`},
		{"inline.xlsx", `inline: Zürich TEXT, naïve REAL
'text 1' 0.25
'text 2' 0.5
'text 3' 0.75
'text 4' 1.0
`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			document, err := os.ReadFile(filepath.Join("../../testdata/xlsx", tt.name))
			if err != nil {
				t.Fatal(err)
			}
			got, _ := rows(t, xlsx.Converter{}, input(tt.name, document))
			if got != tt.want {
				t.Errorf("got\n%swant\n%s", got, tt.want)
			}
		})
	}
}
