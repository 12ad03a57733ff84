package xlsx_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/dumptest"
	"github.com/dynasette/dynasette/converter/xlsx"
)

// Workbooks that are made to take memory take little, or are refused.
func TestMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("some large workbooks")
	}
	const limit = 128 << 20
	far := func(head string) string {
		var b strings.Builder
		b.WriteString(head)
		for n := range 200_000 {
			fmt.Fprintf(&b, `<row r="%d"><c r="XFD%[1]d"><v>%[1]d</v></c></row>`, n+2)
		}
		return b.String()
	}
	names := func() string {
		var b strings.Builder
		for n := range 16384 {
			fmt.Fprintf(&b, `<c t="str"><v>n%d</v></c>`, n)
		}
		return `<row r="1">` + b.String() + "</row>"
	}
	long := func(before, between, after string) string {
		x := strings.Repeat("x", 100<<20)
		return before + x + between + x + after
	}
	for name, test := range map[string]struct {
		make  func() book
		fails error
		says  string
	}{
		"a cell in column XFD": {func() book { return newBook("S", far("")) }, nil, ""},
		"a cell in column XFD, and one name": {func() book {
			return newBook("S", far(`<row r="1"><c r="A1" t="str"><v>a</v></c><c r="XFD1" t="str"><v>z</v></c></row>`))
		}, nil, ""},
		"a cell in column XFD, and all names": {func() book { return newBook("S", far(names())) }, nil, ""},
		"1,900 sheets": {func() book {
			var many []string
			for n := range 1900 {
				many = append(many, fmt.Sprint("S", n), head2)
			}
			return newBook(many...)
		}, nil, ""},
		"20,000 sheets on one part": {func() book {
			var list strings.Builder
			for n := range 20_000 {
				fmt.Fprintf(&list, `<sheet name="S%d" sheetId="%[1]d" r:id="rId1"/>`, n)
			}
			return newBook("S", head2).with("xl/workbook.xml", "<sheets>", "<sheets>"+list.String())
		}, converter.ErrCorrupt, "are one part"},
		"two cells of 100 MB": {func() book {
			return newBook("S", long(`<row><c t="str"><v>`, `</v></c><c t="str"><v>`, `</v></c></row>`))
		}, converter.ErrLimit, "16 MiB of XML in one row"},
		"two shared strings of 100 MB": {func() book {
			return newBook("S", `<row><c t="s"><v>0</v></c></row>`).strings(long("<t>", "</t></si><si><t>", "</t>"))
		}, converter.ErrLimit, "16 MiB of XML in one si"},
	} {
		t.Run(name, func(t *testing.T) {
			document := test.make().zip()
			used := dumptest.Peak(func() {
				_, err := converter.Convert(context.Background(), xlsx.Converter{}, input("x.xlsx", document), new(converter.Bounded), converter.Options{})
				if !errors.Is(err, test.fails) || err != nil && !strings.Contains(err.Error(), test.says) {
					t.Errorf("got %v, want %v: … %s", err, test.fails, test.says)
				}
			})
			t.Logf("%d MiB", used>>20)
			if used > limit {
				t.Errorf("%d MiB were in use", used>>20)
			}
		})
	}
}

// Text that cells repeat is bounded by what the workbook has.
func TestGrowth(t *testing.T) {
	b := newBook("S", strings.Repeat(`<row><c t="s"><v>0</v></c></row>`, 4600)).strings("<t>" + strings.Repeat("y", 60_000) + "</t>")
	_, err := converter.Convert(context.Background(), xlsx.Converter{}, input("x.xlsx", b.zip()), new(converter.Bounded), converter.Options{})
	if !errors.Is(err, converter.ErrLimit) || !strings.Contains(err.Error(), "64 times") {
		t.Error(err)
	}
}

func TestTooManyTables(t *testing.T) {
	c := xlsx.Converter{Limits: xlsx.Limits{Tables: 1}}
	for name, b := range map[string]book{
		"sheets": newBook("S", head2, "T", head2),
		"tables": newBook("S", drawn("a\n1\n\nb\n2")).declare(1, `displayName="T" ref="A1:A2"`, "a").declare(2, `displayName="U" ref="A4:A5"`, "b"),
	} {
		if _, _, err := convert(t, c, input("x.xlsx", b.zip())); !errors.Is(err, converter.ErrLimit) || !strings.Contains(err.Error(), "more than 1 "+name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
