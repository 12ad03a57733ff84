package csv

import (
	"bytes"
	"context"
	"fmt"
	"math/rand"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/convertertest"
	"github.com/dynasette/dynasette/converter/internal/sqlitecheck"
	"github.com/dynasette/dynasette/internal/tries"
)

// database is what a document became.
type database struct {
	summary converter.Summary
	bytes   []byte
	report  *sqlitecheck.Report
}

func convert(t testing.TB, c Converter, name, text string, opts converter.Options) (database, error) {
	t.Helper()
	in := &converter.Input{Name: name, Size: int64(len(text)), ReaderAt: strings.NewReader(text)}
	dst := new(convertertest.Memory)
	summary, err := converter.Convert(context.Background(), c, in, dst, opts)
	if err != nil {
		return database{}, err
	}
	db := database{summary: summary, bytes: dst.Bytes()}
	db.report, err = sqlitecheck.Check(bytes.NewReader(db.bytes), int64(len(db.bytes)), sqlitecheck.Options{Affinity: true})
	if err == nil {
		err = db.report.Err()
	}
	if err != nil {
		t.Fatalf("the database is not sound: %v", err)
	}
	return db, nil
}

// rows returns all rows of a table, each value spelled with its type.
func (db database) rows(t testing.TB, table string) [][]any {
	t.Helper()
	var rows [][]any
	err := db.report.Rows(table, func(rowid int64, values []any) error {
		rows = append(rows, append([]any(nil), values...))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func (db database) has(table string) bool {
	for _, o := range db.report.Tables {
		if o.Name == table {
			return true
		}
	}
	return false
}

// show is a compact picture of the rows: cells in |, rows in lines, text in quotes.
func (db database) show(t testing.TB, table string) string {
	var b strings.Builder
	for _, row := range db.rows(t, table) {
		for i, v := range row {
			if i > 0 {
				b.WriteByte('|')
			}
			switch v := v.(type) {
			case nil:
				b.WriteString("NULL")
			case string:
				b.WriteString(strconv.Quote(v))
			default:
				fmt.Fprint(&b, v)
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func TestDocuments(t *testing.T) {
	for _, test := range []struct {
		name, text string
		c          Converter
		want       string
		columns    string
		rejects    int64
	}{
		{name: "plain", text: "a,b\n1,x\n2,y\n", want: "1|\"x\"\n2|\"y\"\n", columns: "a INTEGER,b TEXT"},
		{name: "no final newline", text: "a,b\n1,x\n2,y", want: "1|\"x\"\n2|\"y\"\n"},
		{name: "final delimiter", text: "a,b\n1,", want: "1|NULL\n"},
		{name: "header only", text: "a,b\n", want: "", columns: "a TEXT,b TEXT"},
		{name: "CRLF", text: "a,b\r\n1,x\r\n2,\"y\"\r\n", want: "1|\"x\"\n2|\"y\"\n"},
		{name: "CRLF without the last", text: "a,b\r\n1,x\r\n2,y\r", want: "1|\"x\"\n2|\"y\"\n"},
		{name: "CR", text: "a,b\r1,x\r2,\"y\rz\"\r", want: "1|\"x\"\n2|\"y\\rz\"\n"},
		{name: "CR behind a quoted cell", text: "a,b\r12,\"x\"\r34,\"\"\r56,y\r", want: "12|\"x\"\n34|\"\"\n56|\"y\"\n"},
		{name: "CR, CRLF and LF", text: "a,b\r1,x\r\n2,y\n3,z\r4,\"u\"\r5,v", want: "1|\"x\"\n2|\"y\"\n3|\"z\"\n4|\"u\"\n5|\"v\"\n"},
		{name: "BOM", text: "\ufeffa,b\n1,x\n", want: "1|\"x\"\n", columns: "a INTEGER,b TEXT"},
		{name: "BOM and quoted header", text: "\ufeff\"a\",b\n1,x\n", want: "1|\"x\"\n", columns: "a INTEGER,b TEXT"},
		{name: "quotes", text: "a,b\n1,\"x, \"\"y\"\"\nz\"\n2,\"\"\n3,\"\"\"\"\n", want: "1|\"x, \\\"y\\\"\\nz\"\n2|\"\"\n3|\"\\\"\"\n"},
		{name: "blank and quoted blank", text: "a,b\n,x\n\"\",\"\"\n3,\n", want: "NULL|\"x\"\nNULL|\"\"\n3|NULL\n"},
		{name: "quoted numbers", text: "a,b\n\"1\",\"007\"\n", want: "1|\"007\"\n"},
		{name: "blank lines", text: "a,b\n\n1,x\n\n\n2,y\n\n", want: "1|\"x\"\n2|\"y\"\n"},
		{name: "one column keeps them", text: "a\nx\n\ny\n", want: "\"x\"\nNULL\n\"y\"\n"},
		{name: "too long", text: "a,b\n1,x,y,7\n2,z\n", want: "1|\"x\"|\"[\\\"y\\\",\\\"7\\\"]\"\n2|\"z\"|NULL\n", columns: "a INTEGER,b TEXT,_extra TEXT"},
		{name: "too long by blanks", text: "a,b\n1,x,,\n2,z,,\n", want: "1|\"x\"\n2|\"z\"\n", columns: "a INTEGER,b TEXT"},
		{name: "too short", text: "a,b,c\n1,x\n2,y,3\n", want: "1|\"x\"|NULL\n2|\"y\"|3\n"},
		{name: "stray quote in a plain cell", text: "a,b\n1,5\" pipe\n2,y\n", want: "1|\"5\\\" pipe\"\n2|\"y\"\n"},
		{name: "stray quotes in a quoted cell", text: "a,b\n\"the \"old\" house\",1\nx,2\n", want: "\"the \\\"old\\\" house\"|1\n\"x\"|2\n"},
		{name: "text behind a quoted cell", text: "a,b\n\"abc\"def,1\nx,2\n", want: "\"\\\"abc\\\"def\"|1\n\"x\"|2\n"},
		{name: "text behind a quoted cell before another", text: "a,b,c,d\n1,\"Al\" Jones,\"x, \"\"y\"\"\",\"\"\n2,y,z,u\n", want: "1|\"\\\"Al\\\" Jones\"|\"x, \\\"y\\\"\"|\"\"\n2|\"y\"|\"z\"|\"u\"\n"},
		{name: "text behind a quoted cell, CRLF", text: "a,b\r\n\"abc\"def,\"x\"\r\nx,\"b\"c\r\n", want: "\"\\\"abc\\\"def\"|\"x\"\n\"x\"|\"\\\"b\\\"c\"\n"},
		{name: "text behind a quoted cell, CR", text: "a,b\r\"abc\"def,\"x\"\rx,\"b\"c\r", want: "\"\\\"abc\\\"def\"|\"x\"\n\"x\"|\"\\\"b\\\"c\"\n"},
		{name: "text behind a quoted cell, another width", text: "a,b\n\"abc\"def\nx,2\n", want: "\"x\"|2\n", rejects: 1},
		{name: "unclosed quote", text: "a,b\n1,x\n2,\"y\n3,z\n", want: "1|\"x\"\n3|\"z\"\n", rejects: 1},
		{name: "NUL", text: "a,b\n1,x\x00y\n2,\x00\n", want: "1|\"x\\x00y\"\n2|\"\\x00\"\n"},
		{name: "semicolon", text: "a;b\n1,5;x\n2,5;y\n", want: "\"1,5\"|\"x\"\n\"2,5\"|\"y\"\n"},
		{name: "tab", text: "a\tb\n1\tx, y\n2\tz\n", want: "1|\"x, y\"\n2|\"z\"\n"},
		{name: "pipe", text: "a|b\n1|x, y\n2|z\n", want: "1|\"x, y\"\n2|\"z\"\n"},
		{name: "colon", text: "a:b\nroot:0\nbin:1\n", want: "\"root\"|0\n\"bin\"|1\n"},
		{name: "times are no colon", text: "t\n12:30:05\n13:30:05\n", want: "\"12:30:05\"\n\"13:30:05\"\n"},
		{name: "one column of sentences", text: "quote\nTo be, or not to be\nWell\nYes, no, perhaps\nSo\n", want: "\"To be, or not to be\"\n\"Well\"\n\"Yes, no, perhaps\"\n\"So\"\n"},
		{name: "single quotes", text: "a,b\n'x, y',1\n'z',2\n", want: "\"x, y\"|1\n\"z\"|2\n"},
		{name: "names", text: "a,A,a_2,,a\n1,2,3,4,5\n", want: "1|2|3|4|5\n", columns: "a INTEGER,A_3 INTEGER,a_2 INTEGER,column_4 INTEGER,a_4 INTEGER"},
		{name: "names that others would get", text: "x,x,x_2,,X_2,column_4\n1,2,3,4,5,6\n", want: "1|2|3|4|5|6\n", columns: "x INTEGER,x_3 INTEGER,x_2 INTEGER,column_4_2 INTEGER,X_2_2 INTEGER,column_4 INTEGER"},
		{name: "odd names", text: "table_name,\"a\"\"b\",[x],select\n1,2,3,4\n", want: "1|2|3|4\n", columns: "table_name INTEGER,a\"b INTEGER,[x] INTEGER,select INTEGER"},
		{name: "BMI", text: "BMI,w\n22,70\n", want: "22|70\n", columns: "BMI INTEGER,w INTEGER"},
		{name: "preamble", text: "Report of 2024\n\nid,name,n\n1,x,2\n3,y,4\n", want: "1|\"x\"|2\n3|\"y\"|4\n", columns: "id INTEGER,name TEXT,n INTEGER"},
		{name: "preamble, padded", text: "Report of 2024,,\n,,\nid,name,n\n1,x,2\n3,y,4\n", want: "1|\"x\"|2\n3|\"y\"|4\n", columns: "id INTEGER,name TEXT,n INTEGER"},
		{name: "no header", text: "1,x,2024-01-01\n2,y,2024-01-02\n", want: "1|\"x\"|\"2024-01-01\"\n2|\"y\"|\"2024-01-02\"\n", columns: "column_1 INTEGER,column_2 TEXT,column_3 TEXT"},
		{name: "years in the header", text: "country,2019,2020\nNA,1,2\nDE,3,4\n", want: "\"NA\"|1|2\n\"DE\"|3|4\n", columns: "country TEXT,2019 INTEGER,2020 INTEGER"},
		{name: "UTF-16", text: "\xff\xfea\x00,\x00b\x00\n\x001\x00,\x00\xe9\x00\n\x00", want: "1|\"é\"\n"},
		{name: "UTF-16 without BOM", text: "a\x00,\x00b\x00\n\x001\x00,\x00\xe9\x00\n\x00", want: "1|\"é\"\n"},
		{name: "windows-1252", text: "a,b\n1,\x93caf\xe9\x94\n", want: "1|\"“café”\"\n"},
		{name: "asked for", text: "# no\na~b\n'1~'~2\n", c: Converter{Delimiter: "~", Quote: '\'', Skip: 1}, want: "\"1~\"|2\n", columns: "a TEXT,b INTEGER"},
		{name: "asked for no header", text: "a,b\n1,2\n", c: Converter{NoHeader: true}, want: "\"a\"|\"b\"\n\"1\"|\"2\"\n", columns: "column_1 TEXT,column_2 TEXT"},
		{name: "asked for no quote", text: "a,b\n\"1,\"2\n", c: Converter{Quote: None}, want: "\"\\\"1\"|\"\\\"2\"\n"},
		{name: "asked for utf8, with BOM", text: "\ufeff\"a\",b\n1,x\n", c: Converter{Encoding: "UTF8"}, want: "1|\"x\"\n", columns: "a INTEGER,b TEXT"},
		{name: "asked for UTF-16BE", text: "\x00a\x00,\x00b\x00\n\x001\x00,\x00x\x00\n", c: Converter{Encoding: "UTF-16BE"}, want: "1|\"x\"\n", columns: "a INTEGER,b TEXT"},
		{name: "asked for shift_jis", text: "a,b\n1,\x93\xfa\x96{\n", c: Converter{Encoding: "shift_jis"}, want: "1|\"日本\"\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, size := range []int{0, 1, 7} {
				test.c.chunk = size
				db, err := convert(t, test.c, "t.csv", test.text, converter.Options{})
				if err != nil {
					t.Fatal(err)
				}
				if got := db.show(t, "t"); got != test.want {
					t.Errorf("chunks of %d: rows\n%s\nwant\n%s\nfacts %v", size, got, test.want, db.summary.Documents[0].Facts)
				}
				var columns []string
				for _, c := range db.summary.Tables[0].Columns {
					columns = append(columns, c.Name+" "+c.Type)
				}
				if got := strings.Join(columns, ","); test.columns != "" && got != test.columns {
					t.Errorf("columns %s; want %s", got, test.columns)
				}
				if db.summary.Rejects != test.rejects {
					t.Errorf("%d rejects, want %d", db.summary.Rejects, test.rejects)
				}
			}
		})
	}
}

// Rejects say where and why, and with the rows they are all there is.
func TestRejects(t *testing.T) {
	text := "a,b\n1,\"two\nlines\"\n2,\"y\"z,\n3,\"open\n4,x\n"
	for _, size := range []int{0, 1, 10} {
		db, err := convert(t, Converter{chunk: size}, "d/t.csv", text, converter.Options{})
		if err != nil {
			t.Fatal(err)
		}
		want := [][]any{
			{"d/t.csv", "t", int64(4), int64(18), nil, "stray quote", "2,\"y\"z,", "a quoted cell goes on behind its closing quote"},
			{"d/t.csv", "t", int64(5), int64(26), nil, "unclosed quote", "3,\"open", "a quote is opened and not closed where its cell ends"},
		}
		if got := db.rows(t, "_rejects"); !reflect.DeepEqual(got, want) {
			t.Errorf("chunks of %d:\n%v\nwant\n%v", size, got, want)
		}
		if got := db.show(t, "t"); got != "1|\"two\\nlines\"\n4|\"x\"\n" {
			t.Errorf("rows %s", got)
		}
	}
}

// However the text is cut into chunks, the rows are the same: also where quotes mislead
// the cutter.
func TestChunks(t *testing.T) {
	r := rand.New(rand.NewSource(2))
	pieces := []string{"\"", "\"\"", ",", "\n", "x", "12", "\r\n", "\"a\nb\"", ",\"", "\",", "\"\n", "abcdefghij", " ", "\\", "\r", "3,4\n", "\"\","}
	for range tries.Of(1000) {
		var b strings.Builder
		b.WriteString("a,b\n1,2\n")
		for range r.Intn(60) {
			b.WriteString(pieces[r.Intn(len(pieces))])
		}
		checkChunks(t, b.String(), 1+r.Intn(30), byte(r.Intn(256)))
	}
	for range tries.Of(500) {
		text, _ := soundDocument(r).mangled(r)
		checkChunks(t, text, 1+r.Intn(60), 2)
	}
}

func FuzzChunks(f *testing.F) {
	f.Add("a,b\n1,\"x\ny\"\n2,\"z\n", 3, byte(0))
	f.Add("a,b\n1,\"x\\\"y\"\n2,\\N\n", 3, byte(1))
	f.Add("a, b\r1, \"x\" \r2,\"z\"\r", 2, byte(2))
	f.Add("\"a,b\"\n\"1,\"\"x\"\"\"\n", 2, byte(2))
	f.Add("a;b\r\n1;2\r\n", 1, byte(2))
	f.Fuzz(func(t *testing.T, text string, size int, how byte) {
		if size < 1 || size > 1000 || len(text) > 1<<14 {
			return
		}
		checkChunks(t, text, size, how)
	})
}

func checkChunks(t *testing.T, text string, size int, how byte) {
	t.Helper()
	var c Converter
	if how&1 != 0 {
		c.Escape = '\\'
	}
	if how&2 == 0 {
		c.Header, c.Delimiter = true, ","
	}
	whole, err := convert(t, c, "t.csv", text, converter.Options{Workers: 1})
	c.chunk = size
	cut, err2 := convert(t, c, "t.csv", text, converter.Options{Workers: 4})
	if (err == nil) != (err2 == nil) {
		t.Fatalf("%q in chunks of %d: %v; whole: %v", text, size, err2, err)
	}
	if err != nil {
		return
	}
	for _, table := range []string{"t", "_rejects"} {
		if !whole.has(table) && !cut.has(table) {
			continue
		}
		if a, b := whole.show(t, table), cut.show(t, table); a != b {
			t.Fatalf("%q in chunks of %d, %d: %s is\n%s\nwhole it is\n%s", text, size, how, table, b, a)
		}
	}
	if a, b := whole.summary.Documents[0].Findings, cut.summary.Documents[0].Findings; !reflect.DeepEqual(a, b) {
		t.Fatalf("%q in chunks of %d, %d: found\n%+v\nwhole\n%+v", text, size, how, b, a)
	}
}

// Short rows are one finding, which counts them and says where the first is: also where a
// chunk is parsed again, as it begins within a row or has rows that are none.
func TestShortRows(t *testing.T) {
	for _, test := range []struct {
		text   string
		row    int64
		line   int64
		offset int64
		count  int64
	}{
		{"a,b,c\n1,2,3\n\n\"x\ny\",2\n1,\"it\"\"s\n\",3\n4\n5\n" + strings.Repeat("6,7,8\n", 10) + "\"9\n9\",\"\n\"\n", 2, 4, 13, 4},
		{"a,b,c\n1,2,3\n4\n5,6\na,b,c\n7\n", 2, 3, 12, 3},
		{"a,b,c\n4\na,b,c\na,b,c\n1,2,3\n5,6\na,b,c\n", 1, 2, 6, 2},
	} {
		want := converter.Finding{Code: "cells-missing", Table: "t", Row: test.row, Line: test.line, Offset: test.offset, Count: test.count,
			Message: "a row has fewer cells than there are columns; the missing ones are NULL"}
		for size := 1; size < len(test.text)+2; size++ {
			db, err := convert(t, Converter{chunk: size, Header: true}, "t.csv", test.text, converter.Options{})
			if err != nil {
				t.Fatal(err)
			}
			got := slices.DeleteFunc(db.summary.Documents[0].Findings, func(f converter.Finding) bool { return f.Code != want.Code })
			if len(got) != 1 || !reflect.DeepEqual(got[0], want) {
				t.Fatalf("%q in chunks of %d: %+v", test.text, size, got)
			}
		}
	}
}
