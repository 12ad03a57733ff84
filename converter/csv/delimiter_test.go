package csv

import (
	"bytes"
	"math/rand"
	"reflect"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/internal/tries"
)

func TestParseDelimiter(t *testing.T) {
	for value, want := range map[string]string{
		",": ",", "tab": "\t", "TAB": "\t", `\t`: "\t", "\t": "\t", `\x01`: "\x01", `\u001f`: "\x1f", "||": "||", "|~|": "|~|", "::": "::", `|\t|`: "|\t|",
		"space": Blanks, "Spaces": WideGaps, "none": OneColumn, " ": " ", "¦": "¦", `\u00a6`: "¦",
		"": "", "\n": "", `"`: "", "a\"b": "", `\xzz`: "", strings.Repeat("x", 17): "",
	} {
		got, err := parseDelimiter(value)
		if err == nil && got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v; want %q", value, got, err, want)
		}
	}
}

// Text that is respelled has the same cells, and each place of a row in it is found again.
func TestRespell(t *testing.T) {
	r := rand.New(rand.NewSource(7))
	for range tries.Of(3000) {
		d := dialect{lineEnds: lineEnds{newline: '\n'}, quote: '"'}
		delimiter := []string{"||", "|~|", "¦", Blanks, WideGaps, ","}[r.Intn(6)]
		d.separate(delimiter)
		d.twice = delimiter == "," || r.Intn(3) == 0
		end, between := "\n", delimiter
		if d.twice {
			end = "\r\r\n"
		}
		var text strings.Builder
		var rows []int // where each begins
		var want [][]string
		for range 1 + r.Intn(8) {
			if d.gaps > 0 {
				text.WriteString(strings.Repeat(" ", r.Intn(3)))
			}
			rows = append(rows, text.Len())
			var row []string
			for i := range 1 + r.Intn(4) {
				if d.gaps > 0 {
					between = strings.Repeat(" ", d.gaps+r.Intn(3))
				}
				if i > 0 {
					text.WriteString(between)
				}
				cell := []string{"a", "bc", "é", "12", "x|y", "~"}[r.Intn(6)]
				switch {
				case r.Intn(3) == 0:
					cell += between + "\n" + `"` + cell
					text.WriteString(`"` + strings.ReplaceAll(cell, `"`, `""`) + `"`)
				default:
					text.WriteString(cell)
				}
				row = append(row, cell)
			}
			want = append(want, row)
			text.WriteString(end)
		}
		b := converter.Batch{Data: d.spelled([]byte(text.String()))}
		p := parser{dialect: d, data: b.Data, last: true, batch: &b, starts: []int{}}
		p.parse(0)
		var got [][]string
		from := uint32(0)
		for _, to := range b.Ends {
			var row []string
			for _, c := range b.Cells[from:to] {
				row = append(row, string(b.Data[c.Off:][:c.Len()]))
			}
			got, from = append(got, row), to
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("%q by %q:\n%q\nwant\n%q", text.String(), delimiter, got, want)
		}
		trace := tracer{dialect: &d, text: []byte(text.String())}
		for i, start := range p.starts {
			if got := trace.place(start); got != rows[i] && i > 0 {
				t.Fatalf("%q by %q: row %d at %d, want %d", text.String(), delimiter, i, got, rows[i])
			}
		}
	}
}

// What is rejected of text that is respelled is the document's own text, in its own place.
func TestRejectsRespelled(t *testing.T) {
	for _, size := range []int{0, 1, 9} {
		for delimiter, text := range map[string]string{
			"||":     "a||b\n1||\"x||\ny\"\n2||\"z\n3||w\n",
			"spaces": "a  b\n1  \"x  \ny\"\n 2   \"z\n3  w\n",
		} {
			db, err := convert(t, Converter{Delimiter: delimiter, Header: true, chunk: size}, "t.csv", text, converter.Options{})
			if err != nil {
				t.Fatal(err)
			}
			line := bytes.Split([]byte(text), []byte("\n"))[3]
			row := db.rows(t, "_rejects")[0]
			if at := int64(strings.Index(text, string(line))); row[2] != int64(4) || row[3] != at || row[6] != string(line) || db.summary.Tables[0].Rows != 2 {
				t.Errorf("%s in chunks of %d: %v; want line 4, byte %d, %q; rows\n%s", delimiter, size, row, at, line, db.show(t, "t"))
			}
		}
	}
}
