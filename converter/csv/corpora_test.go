package csv

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
)

// spectrumDiffers are the documents of csv-spectrum that we read otherwise, and why.
var spectrumDiffers = map[string]string{
	"location_coordinates": "its JSON has another telephone number than its CSV",
}

func TestSpectrum(t *testing.T) {
	documents, err := filepath.Glob("../../testdata/csv/spectrum/*.csv")
	if err != nil || len(documents) != 12 {
		t.Fatalf("%d documents, %v", len(documents), err)
	}
	for _, path := range documents {
		name := strings.TrimSuffix(filepath.Base(path), ".csv")
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			want, err := os.ReadFile(strings.TrimSuffix(path, ".csv") + ".json")
			if err != nil {
				t.Fatal(err)
			}
			var objects []map[string]string
			if err := json.Unmarshal(want, &objects); err != nil {
				var one map[string]string
				if json.Unmarshal(want, &one) != nil {
					t.Fatal(err)
				}
				objects = append(objects, one)
			}
			db, err := convert(t, Converter{Header: true}, "t.csv", string(text), converter.Options{Rule: converter.TableRule{TextOnly: true}})
			if err != nil {
				t.Fatal(err)
			}
			same := compare(objects, db, t)
			if why, listed := spectrumDiffers[name]; same == "" == listed {
				t.Errorf("listed as different: %q; it is: %q", why, same)
			}
		})
	}
}

// compare says how rows differ from objects of text, or "".
func compare(objects []map[string]string, db database, t *testing.T) string {
	rows := db.rows(t, "t")
	if len(rows) != len(objects) {
		return fmt.Sprintf("%d rows for %d objects", len(rows), len(objects))
	}
	for i, row := range rows {
		for j, c := range db.summary.Tables[0].Columns {
			got, _ := row[j].(string) // NULL is the blank cell
			if want, ok := objects[i][c.Name]; !ok || got != want {
				return fmt.Sprintf("row %d, %s: %q, want %q", i, c.Name, got, want)
			}
		}
	}
	return ""
}

// goDiffers are the cases of encoding/csv's own tests that we read otherwise, and why.
// Where it stops with an error, we keep the rows that are sound and reject the others.
var goDiffers = map[string]string{
	"TrimSpace":                noTrim,
	"TrailingCommaSpaceEOF":    noTrim,
	"TrailingCommaSpaceEOL":    noTrim,
	"Comment":                  noComment,
	"NonASCIICommentConfusion": noComment,
	"BadBareQuote":             strayText,
	"BadTrailingQuote":         strayText,
	"QuoteWithTrailingCRLF":    strayQuoted,
	"LazyQuotes":               "a quoted cell with a stray quote must end on its line",
	"BadDoubleQuotes":          strayText,
	"ExtraneousQuote":          strayQuoted,
	"StartLine1":               "the rows behind an unclosed quote are kept",
	"StartLine2":               "the rows behind an unclosed quote are kept",
	"HugeLines":                noComment,
	"CRLFInQuotedField":        "CRLF within quotes stays as it is: nothing in a cell is altered",
	"BareCR":                   manyCR,
	"FieldCR":                  manyCR,
	"FieldCRCR":                manyCR,
	"FieldCRCRLFCR":            manyCR,
	"FieldCRCRLFCRCR":          manyCR,
	"MultiFieldCRCRLFCRCR":     manyCR,
	"QuotedTrailingCRCR":       manyCR,
	"LazyOddQuotes":            "a quote that is never closed is rejected",
	"FieldCRCRLF":              "where lines end with CR CR LF, both CR belong to the end",
	"NonASCIICommaAndComment":  noTrim,

	"NonASCIICommaAndCommentWithQuotes": noComment,
}

const (
	noTrim      = "there is no option to trim cells: a space may be meant"
	noComment   = "there is no comment character: a cell may begin with it; lines before the header can be skipped"
	strayText   = "a quote within a plain cell is text"
	strayQuoted = "a stray quote within a quoted cell is text, as with LazyQuotes"
	manyCR      = "where CR stands alone as often as here, it ends a row"
)

func TestEncodingCSV(t *testing.T) {
	table, err := os.ReadFile("../../testdata/csv/encoding-csv.json")
	if err != nil {
		t.Fatal(err)
	}
	var tests []struct {
		Name, Input, Error, Comma, Comment            string
		Output                                        [][]string
		LazyQuotes, TrimLeadingSpace, FieldsPerRecord bool
	}
	if err := json.Unmarshal(table, &tests); err != nil {
		t.Fatal(err)
	}
	if len(tests) < 60 {
		t.Fatalf("only %d cases", len(tests))
	}
	for _, test := range tests {
		if strings.Contains(test.Error, "invalid field or comment delimiter") {
			continue // of the options, not of the text
		}
		comma := ","
		if test.Comma != "" {
			comma = test.Comma
		}
		c := Converter{Delimiter: comma, Quote: '"', NoHeader: true, Skip: -1}
		db, err := convert(t, c, "t.csv", test.Input, converter.Options{Rule: converter.TableRule{TextOnly: true}})
		same := ""
		switch {
		case err != nil && len(test.Output) == 0:
		case err != nil:
			same = err.Error()
		default:
			var got [][]string
			for _, row := range db.rows(t, "t") {
				width := 1
				if len(got) < len(test.Output) {
					width = len(test.Output[len(got)]) // NULL is how a blank cell reads
				}
				got = append(got, cellsOf(row, db, width))
			}
			if !slices.EqualFunc(got, test.Output, slices.Equal) {
				same = fmt.Sprintf("%q", got)
			} else if (test.Error != "") != (db.summary.Rejects > 0) && test.Error != "wrong number of fields" {
				same = fmt.Sprintf("%d rejects, and its error is %q", db.summary.Rejects, test.Error)
			}
		}
		if why, listed := goDiffers[test.Name]; (same != "") != listed {
			t.Errorf("%s: %q\nwant %q, error %q (lazy %v)\ngot %s\nlisted: %v %s", test.Name, test.Input, test.Output, test.Error, test.LazyQuotes, same, listed, why)
		}
	}
}

// cellsOf returns a row as it stood: its surplus at the end, its NULLs as blanks, and of
// at least the given width if it has as many.
func cellsOf(row []any, db database, width int) []string {
	var cells []string
	n := 0
	for i, v := range row {
		s, _ := v.(string)
		if db.summary.Tables[0].Columns[i].Name == extra {
			var surplus []string
			json.Unmarshal([]byte(s), &surplus)
			cells = append(cells, surplus...)
			n = len(cells)
			continue
		}
		cells = append(cells, s)
		if v != nil {
			n = i + 1
		}
	}
	return cells[:max(n, min(len(cells), width))]
}

const extra = "_extra"
