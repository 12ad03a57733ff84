package csv

import (
	"fmt"
	"math/big"
	"math/rand"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/internal/tries"
)

// spellings are cells that have lost something in one tool or another.
var spellings = []string{"0", "7", "-3", "42", "007", "+1", "-0", "1_000", "1e5", "12e4", "1e-5", "1.5e10", "1.10", "0.1", "-0.0", ".5", "5.",
	"nan", "inf", "0x10", "9007199254740992", "9007199254740993", "-9007199254740993", "9223372036854775807", "9223372036854775808",
	"12345678901234567890", "3.14159265358979323846", "0.30000000000000004", "1.8498000000000001", "0.100000000000000006", "1e400", "NULL", "NA", "true", "2024-01-02", "12:30",
	" 5", "5 ", " ", "", "é", "x,y", "a\"b", "line\nbreak", "\r\n", "'", "日本", "1,5", "$3", "50%", "٣", "\u00a05", "#N/A", "1.0", "1234567", "1234568"}

var (
	integerSpelling = regexp.MustCompile(`^(0|-?[1-9][0-9]*)$`)
	decimalSpelling = regexp.MustCompile(`^-?((0|[1-9][0-9]*)?\.[0-9]+([eE][+-]?[0-9]+)?|(0|[1-9][0-9]*)[eE][+-][0-9]+)$`)
)

// model decides a column's type by the contract, without the converter's code.
func model(cells []string) string {
	ints, reals, big53, text, any := false, false, false, false, false
	for _, c := range cells {
		s := strings.Trim(c, " \t")
		if s == "" {
			continue
		}
		any = true
		n, isInt := new(big.Int).SetString(s, 10)
		switch {
		case integerSpelling.MatchString(s) && isInt && n.IsInt64():
			ints = true
			if n.CmpAbs(big.NewInt(1<<53)) > 0 {
				big53 = true
			}
		case decimalSpelling.MatchString(s) && keeps(s):
			reals = true
		default:
			text = true
		}
	}
	switch {
	case !any || text || reals && big53:
		return "TEXT"
	case reals:
		return "REAL"
	case ints:
		return "INTEGER"
	}
	return "TEXT"
}

// keeps reports whether the float64 of s, spelled with as many digits, is the number s.
func keeps(s string) bool {
	f, err := strconv.ParseFloat(s, 64)
	mantissa, _, _ := strings.Cut(strings.ToLower(s), "e")
	digits := strings.TrimRight(strings.TrimLeft(strings.NewReplacer("-", "", ".", "").Replace(mantissa), "0"), "0")
	if err != nil || len(digits) > 17 {
		return false
	}
	exact, ok := new(big.Rat).SetString(s)
	again, ok2 := new(big.Rat).SetString(strconv.FormatFloat(f, 'e', max(len(digits)-1, 0), 64))
	return ok && ok2 && exact.Cmp(again) == 0
}

// Every cell of random documents reads back: text byte for byte, numbers as the same
// number, and the type is what the contract says.
func TestLossless(t *testing.T) {
	r := rand.New(rand.NewSource(3))
	for round := range tries.Of(250) {
		columns, rows := 2+r.Intn(6), 1+r.Intn(60)
		if round%50 == 0 {
			rows = 3000
		}
		pools := make([][]string, columns)
		for i := range pools { // few different spellings, so that numeric columns occur
			for range 1 + r.Intn(4) {
				pools[i] = append(pools[i], spellings[r.Intn(len(spellings))])
			}
		}
		cells := make([][]string, columns)
		quoted := make([][]bool, columns)
		var text strings.Builder
		for i := range columns {
			fmt.Fprintf(&text, "%sc%d", strings.Repeat(",", min(i, 1)), i)
		}
		text.WriteString("\n")
		for range rows {
			for i := range columns {
				cell := pools[i][r.Intn(len(pools[i]))]
				q := r.Intn(3) == 0 || strings.ContainsAny(cell, ",\"\r\n'")
				if i > 0 {
					text.WriteByte(',')
				}
				if q {
					text.WriteString(`"` + strings.ReplaceAll(cell, `"`, `""`) + `"`)
				} else {
					text.WriteString(cell)
				}
				cells[i], quoted[i] = append(cells[i], cell), append(quoted[i], q)
			}
			text.WriteString([]string{"\n", "\r\n"}[r.Intn(2)])
		}
		c := Converter{Delimiter: ",", Quote: '"', Header: true, Skip: -1, chunk: []int{0, 64}[r.Intn(2)]}
		db, err := convert(t, c, "t.csv", text.String(), converter.Options{})
		if err != nil {
			t.Fatalf("%v in\n%s", err, text.String())
		}
		got := db.rows(t, "t")
		if len(got) != rows {
			t.Fatalf("%d rows of %d in\n%s", len(got), rows, text.String())
		}
		for i := range columns {
			declared := db.summary.Tables[0].Columns[i].Type
			if want := model(cells[i]); declared != want {
				t.Fatalf("column %d is %s, want %s: %q", i, declared, want, cells[i])
			}
			for j := range rows {
				if why := differs(declared, cells[i][j], quoted[i][j], got[j][i]); why != "" {
					t.Fatalf("%q in a %s column is %#v: %s", cells[i][j], declared, got[j][i], why)
				}
			}
		}
	}
}

// differs says what is wrong with a value that was made of a cell, or "".
func differs(declared, cell string, quoted bool, got any) string {
	if declared == "TEXT" {
		switch {
		case cell == "" && !quoted:
			if got != nil {
				return "want NULL"
			}
		case got != cell:
			return "want the text itself"
		}
		return ""
	}
	s := strings.Trim(cell, " \t")
	if s == "" {
		if got != nil {
			return "want NULL"
		}
		return ""
	}
	switch v := got.(type) {
	case int64:
		want, _ := new(big.Rat).SetString(s)
		if want.Cmp(new(big.Rat).SetInt64(v)) == 0 {
			return ""
		}
	case float64:
		if want, err := strconv.ParseFloat(s, 64); err == nil && want == v && keeps(s) {
			return ""
		}
	}
	return "want the same number"
}

// The same bytes, however many goroutines; and another spelling in the last row changes
// nothing but the type.
func TestDeterministic(t *testing.T) {
	var b strings.Builder
	b.WriteString("id,code,note\n")
	for i := range 60000 {
		fmt.Fprintf(&b, "%d,%d,\"note \"\"%d\"\"\"\n", i, i*7, i)
	}
	some := []int{2, 3, 8}
	if testing.Short() {
		some = some[2:]
	}
	for _, last := range []string{"", "60000,x7,odd\n"} {
		text := b.String() + last
		first, err := convert(t, Converter{}, "t.csv", text, converter.Options{Workers: 1})
		if err != nil {
			t.Fatal(err)
		}
		for _, workers := range some {
			again, err := convert(t, Converter{}, "t.csv", text, converter.Options{Workers: workers})
			if err != nil {
				t.Fatal(err)
			}
			if string(first.bytes) != string(again.bytes) {
				t.Errorf("%d workers make other bytes than one", workers)
			}
		}
		if want := map[string]int{"": 1, "60000,x7,odd\n": 2}[last]; first.summary.Runs != want {
			t.Errorf("%d runs, want %d", first.summary.Runs, want)
		}
		rows := first.rows(t, "t")
		for i, row := range rows[:60000] {
			code := any(int64(i * 7))
			if last != "" {
				code = fmt.Sprint(i * 7)
			}
			if row[0] != int64(i) || row[1] != code || row[2] != fmt.Sprintf("note \"%d\"", i) {
				t.Fatalf("row %d is %v", i, row)
			}
		}
	}
}
