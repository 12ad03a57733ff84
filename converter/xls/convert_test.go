package xls_test

import (
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/dumptest"
	"github.com/dynasette/dynasette/converter/xls"
	"github.com/dynasette/dynasette/converter/xlsx"
	"github.com/dynasette/dynasette/internal/tries"
)

func TestConvert(t *testing.T) {
	text := func(result byte) []byte { return []byte{result, 0, 0, 0, 0, 0, 0xff, 0xff} }
	guid := "\xd0\xc9\xea\x79\xf9\xba\xce\x11\x8c\x82\x00\xaa\x00\x4b\xa9\x0b"
	url := "\xe0" + guid[1:]
	link := func(row, col int, flags uint32, rest ...any) biff {
		at := []uint16{uint16(row - 1), uint16(row - 1), uint16(col), uint16(col)}
		return biff{}.record(0x01b8, at, guid, uint32(2), flags, le(rest...))
	}
	utf16 := func(s string) []byte { return append(wide(s)[3:], 0, 0) }
	for _, test := range []struct {
		name  string
		book  biff
		want  string
		found string
	}{
		{"numbers in all ways",
			one(nil, biff{}.names(4).number(2, 0, 0, 1.5).cell(0x027e, 2, 1, 0, uint32(7<<2|2)).cell(0x027e, 2, 2, 0, uint32(1234<<2|3)).
				cell(0x027e, 2, 3, 0, uint32(math.Float64bits(0.25)>>32)).
				record(0x00bd, uint16(2), uint16(1), uint16(0), uint32(math.MaxUint32-1), uint16(0), uint32(1<<2|3), uint16(2))),

			"S(a REAL, b INTEGER, c REAL, d REAL)\n1.5|7|12.34|0.25\nNULL|-1|0.01|NULL\n",
			""},
		{"booleans and errors",
			one(nil, biff{}.names(2).number(3, 1, 0, math.NaN()).cell(0x0205, 2, 0, 0, uint8(1), uint8(0)).cell(0x0205, 2, 1, 0, uint8(0x2a), uint8(1)).cell(0x0205, 3, 0, 0, uint8(0), uint8(0))),

			"S(a INTEGER, b TEXT)\n1|NULL\n0|NULL\n",
			"cell-error-n-a B2;cell-error-num B3;"},
		{"shared strings, with fonts and phonetic hints",
			one(biff{}.record(0x00fc, uint32(4), uint32(3), uint16(1), uint8(0), "a", uint16(2), uint8(1|4|8), uint16(2), uint32(5), []uint16{0x65e5, 0x672c}, make([]byte, 8), "abcde", uint16(3), uint8(0), "z\xfcr"),
				biff{}.shared(1, 0, 0).shared(2, 0, 1).shared(3, 0, 2)),

			"S(a TEXT)\n'日本'\n'zür'\n",
			""},
		{"dates by number format", one(styles("yyyy-mm-dd", "[h]:mm", "d.m.yy h:mm"), biff{}.names(3).number(2, 0, 1, 45000).number(2, 1, 2, 1.25).number(2, 2, 3, 45000.5)),
			"S(a TEXT, b TEXT, c TEXT)\n'2023-03-15'|'30:00:00'|'2023-03-15T12:00:00'\n",
			""},
		{"the 1904 epoch", one(append(biff{}.record(0x0022, uint16(1)), styles("yyyy-mm-dd")...), biff{}.names(1).number(2, 0, 1, 0)),
			"S(a TEXT)\n'1904-01-01'\n",
			""},
		{"results of formulas",
			one(nil, biff{}.names(5).formula(2, 0, 2.5, 0).formula(2, 1, text(0), 0).record(0x04bc, uint32(0)).record(0x0207, wide("yes")).
				formula(2, 2, text(1), 0).formula(2, 3, []byte{2, 0, 7, 0, 0, 0, 0xff, 0xff}, 0).formula(2, 4, text(3), 0).
				formula(3, 0, text(0), 0).formula(3, 1, 0.0, 2)),

			"S(a REAL, b, c INTEGER, d TEXT, e TEXT)\n2.5|'yes'|0|NULL|''\nNULL|0|NULL|NULL|NULL\n",
			"formulas-without-result A3;cell-error-div-0 D2;"},
		{"formulas of a program that does not calculate", one(nil, biff{}.names(3).formula(2, 0, 0.0, 3).formula(2, 1, text(3), 0).number(2, 2, 0, 1)),
			"S(a TEXT, b TEXT, c INTEGER)\nNULL|NULL|1\n",
			"formulas-without-result A2;"},
		{"a text that is longer than a record",
			one(nil, biff{}.names(1).formula(2, 0, text(0), 0).record(0x0207, uint16(6), uint8(0), "abc").record(0x003c, uint8(1), []uint16{0x142, 0x43}).record(0x003c, uint8(0), "d")),

			"S(a TEXT)\n'abcłCd'\n",
			""},
		{"hidden rows, columns and sheets",
			book(nil, sheet{name: "S", records: biff{}.record(0x007d, uint16(1), uint16(1), uint16(0), uint16(0), uint16(1), uint16(0)).
				record(0x0208, uint16(1), make([]byte, 10), uint32(0x20)).names(2).number(2, 0, 0, 1).number(3, 1, 0, 2)},
				sheet{name: "T", state: 1, records: biff{}.names(1)}, sheet{name: "U", state: 2, records: biff{}.names(1)}, sheet{name: "C", kind: 2}, sheet{name: "empty"}),

			"S(a INTEGER, b INTEGER)\n1|NULL\nNULL|2\n",
			"columns-hidden b;rows-hidden row 2;sheet-hidden ;sheet-hidden ;"},
		{"merged names",
			one(nil, biff{}.label(1, 0, "name").label(1, 1, "2020").label(1, 3, "2021").label(2, 1, "q1").label(2, 2, "q2").label(2, 3, "q1").label(2, 4, "q2").
				label(3, 0, "x").number(3, 1, 0, 1).number(3, 2, 0, 2).number(3, 3, 0, 3).number(3, 4, 0, 4).
				record(0x00e5, uint16(2), []uint16{0, 1, 0, 0, 0, 0, 1, 2}).record(0x00e5, uint16(1), []uint16{0, 0, 3, 4})),
			"S(name TEXT, 2020 q1 INTEGER, 2020 q2 INTEGER, 2021 q1 INTEGER, 2021 q2 INTEGER)\n'x'|1|2|3|4\n",
			""},
		{"links",
			one(nil, append(append(append(biff{}.names(1).label(2, 0, "one").label(3, 0, "two").label(4, 0, "three"),
				link(2, 0, 3, url, uint32(30), utf16("https://x.org/"))...),
				link(3, 0, 1|8, url, uint32(28), utf16("http://x.org/"), uint32(4), utf16("top"))...),
				link(4, 0, 8, uint32(5), utf16("S!A1"))...)),

			"S(a TEXT, a_url TEXT)\n'one'|'https://x.org/'\n'two'|'http://x.org/#top'\n'three'|NULL\n",
			"links-inside ;"},
		{"a link by a formula", one(nil, biff{}.names(1).formula(2, 0, text(0), 0, uint8(0x17), uint8(5), uint8(0), "x.org", uint8(0x17), uint8(1), uint8(0), "x", uint8(0x42), uint8(2), uint16(359)).record(0x0207, wide("x"))),
			"S(a TEXT, a_url TEXT)\n'x'|'x.org'\n",
			""},
		{"a link by a formula with blanks, whose text is computed",
			one(nil, biff{}.names(1).formula(2, 0, text(0), 0, uint32(0x0119), uint8(0x17), uint8(5), uint8(0), "x.org", uint32(0x01004019), uint8(0x44), uint32(1),
				uint8(0x17), uint8(1), uint8(0), "x", uint8(0x08), uint8(0x42), uint8(2), uint16(359)).record(0x0207, wide("x"))),
			"S(a TEXT, a_url TEXT)\n'x'|'x.org'\n",
			""},
		{"a link by a formula that computes it", one(nil, biff{}.names(1).formula(2, 0, text(0), 0, uint8(0x17), uint8(5), uint8(0), "x.org", uint8(0x17), uint8(1), uint8(0), "x", uint8(0x08), uint8(0x42), uint8(1), uint16(359)).record(0x0207, wide("x"))),
			"S(a TEXT)\n'x'\n",
			""},
		{"rows in any order, cells too, and the last one counts",
			one(nil, biff{}.number(3, 1, 0, 4).number(2, 0, 0, 9).names(2).number(3, 0, 0, 3).number(2, 1, 0, 2).number(2, 0, 0, 1)),

			"S(a INTEGER, b INTEGER)\n1|2\n3|4\n",
			""},
		{"a chart on the sheet", one(nil, biff{}.names(1).record(0x0809, uint16(0x0600), uint16(0x0020)).number(2, 0, 0, 99).record(0x000a).number(2, 0, 0, 1)),
			"S(a INTEGER)\n1\n",
			""},
		{"half a pair of surrogates", one(nil, biff{}.names(1).cell(0x0204, 2, 0, 0, uint16(3), uint8(1), []uint16{0x41, 0xd83d, 0x42})),
			"S(a TEXT)\n'A_xD83D_B'\n",
			""},
	} {
		dump, found, err := rows(t, xls.Converter{}, test.book)
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
		}
		if dump != test.want || found != test.found {
			t.Errorf("%s: got\n%s%q\nwant\n%s%q", test.name, dump, found, test.want, test.found)
		}
	}
}

// A workbook that Excel saved in both ways is the same tables.
func TestSameAsXLSX(t *testing.T) {
	for _, name := range []string{"excel-notes", "excel-types", "excel-headers", "libreoffice"} {
		both := make([]string, 2)
		for i, c := range []struct {
			converter converter.Converter
			extension string
		}{{xls.Converter{}, "xls"}, {xlsx.Converter{}, "xlsx"}} {
			b, err := os.ReadFile("../../testdata/" + c.extension + "/" + name + "." + c.extension)
			if err != nil {
				t.Fatal(err)
			}
			if both[i], _, err = dumptest.Convert(t, c.converter, converter.Options{}, input(name, b)); err != nil {
				t.Fatal(err)
			}
		}
		if both[0] != both[1] {
			t.Errorf("%s: as .xls\n%sas .xlsx\n%s", name, both[0], both[1])
		}
	}
}

// The order of the records makes no difference, as long as the parts of a cell are together.
func TestAnyOrder(t *testing.T) {
	for seed := range uint64(tries.Of(40)) {
		r := rand.New(rand.NewPCG(seed, 1))
		var cells []biff
		for row := range 1 + r.IntN(60) {
			for col := range 1 + r.IntN(5) {
				c := biff{}.label(row+1, col, strings.Repeat("x", r.IntN(50)))
				switch r.IntN(4) {
				case 0:
					c = biff{}.number(row+1, col, 0, r.Float64())
				case 1:
					c = biff{}.formula(row+1, col, []byte{0, 0, 0, 0, 0, 0, 0xff, 0xff}, 0).record(0x04bc, "shared").record(0x0207, uint16(4), uint8(0), "ab").record(0x003c, uint8(0), "cd")
				}
				cells = append(cells, c)
			}
		}
		sorted := one(nil, biff(slices.Concat(cells...)))
		r.Shuffle(len(cells), func(i, j int) { cells[i], cells[j] = cells[j], cells[i] })
		want, found, err := rows(t, xls.Converter{}, sorted)
		few := xls.Converter{Limits: xls.Limits{Row: 1000}} // in memory, at once
		got, found2, err2 := rows(t, few, one(nil, biff(slices.Concat(cells...))))
		if err != nil || err2 != nil || got != want || found != found2 {
			t.Fatalf("seed %d: %v %v, got\n%s%s\nwant\n%s%s", seed, err, err2, got, found2, want, found)
		}
	}
}

// The texts of BIFF5 are in the code page that the workbook names, or in what is asked for, or in what
// they look like.
func TestCodePages(t *testing.T) {
	const russian = "\xcc\xee\xf1\xea\xe2\xe0, \xd1\xe0\xed\xea\xf2-\xcf\xe5\xf2\xe5\xf0\xe1\xf3\xf0\xe3"
	for _, test := range []struct {
		page               uint16
		asked, text, found string
		want               string
	}{
		{1252, "", "\xef", "", "ï"},
		{1251, "", "\xef", "", "п"},
		{32768, "", "\xef", "", "Ô"},
		{10007, "", "\xef", "", "п"},
		{437, "", "\xef", "", "∩"},
		{1251, "windows-1252", "\xef", "", "ï"},
		{1200, "windows-1252", "\xef", "", "ï"},
		{0, "", "plain", "", "plain"},
		{0, "", "\xef", "encoding-guessed ;", "ï"},
		{0, "", russian, "encoding-guessed ;", "Москва, Санкт-Петербург"},
		{0, "", "Z\xc3\xbcrich", "encoding-guessed ;", "Zürich"},
	} {
		b := biff{}.record(0x0809, uint16(0x0500), uint16(0x0010))
		if test.page != 0 {
			b = b.record(0x0042, test.page)
		}
		b = b.cell(0x0204, 1, 0, 0, uint16(1), "a").cell(0x0204, 2, 0, 0, uint16(len(test.text)), test.text).record(0x000a)
		dump, found, err := rows(t, xls.Converter{Encoding: test.asked}, b)
		if err != nil || dump != "x(a TEXT)\n'"+test.want+"'\n" || found != test.found {
			t.Errorf("code page %d, %q: %v\n%s%s", test.page, test.text, err, dump, found)
		}
	}
}
