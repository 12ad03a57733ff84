package dbf_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io/fs"
	"math"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/convertertest"
	"github.com/dynasette/dynasette/converter/dbf"
)

// A field of a table that a test makes.
type field struct {
	name     string
	letter   byte
	width    int
	decimals int
	flags    byte
}

// table returns a table with a header in 32 bytes a field, or in 48 as dBASE 7 has it.
func table(version, language byte, fields []field, records ...string) []byte {
	size, start := 32, 32
	if version&7 == 4 {
		size, start = 48, 68
	}
	width := 1
	head := make([]byte, start)
	for _, f := range fields {
		d := make([]byte, size)
		copy(d, f.name)
		rest := d[11:]
		if size == 48 {
			rest = d[32:]
			rest[0], rest[1], rest[2] = f.letter, byte(f.width), byte(f.decimals)
		} else {
			rest[0], rest[5], rest[6], rest[7] = f.letter, byte(f.width), byte(f.decimals), f.flags
		}
		head = append(head, d...)
		width += f.width
	}
	head = append(head, '\r')
	head[0], head[1], head[2], head[3], head[29] = version, 124, 2, 29, language
	binary.LittleEndian.PutUint32(head[4:], uint32(len(records)))
	binary.LittleEndian.PutUint16(head[8:], uint16(len(head)))
	binary.LittleEndian.PutUint16(head[10:], uint16(width))
	return append(append(head, strings.Join(records, "")...), 0x1a)
}

// result is what becomes of a document, and what is found.
func result(t *testing.T, c converter.Converter, document []byte, beside fs.FS) (string, []converter.Finding) {
	t.Helper()
	in := &converter.Input{Name: "x.dbf", Size: int64(len(document)), ReaderAt: bytes.NewReader(document), Folder: beside}
	dst := new(convertertest.Memory)
	s, err := converter.Convert(context.Background(), c, in, dst, converter.Options{Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	sql, err := convertertest.SQL(dst.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, line := range strings.Split(sql, "\n") {
		if rest, ok := strings.CutPrefix(line, `CREATE TABLE "x" `); ok {
			lines = append(lines, strings.TrimSuffix(rest, ";"))
		} else if rest, ok := strings.CutPrefix(line, `INSERT INTO "x" VALUES`); ok {
			lines = append(lines, strings.TrimSuffix(rest, ";"))
		}
	}
	return strings.Join(lines, "\n"), s.Documents[0].Findings
}

// codes are the findings' codes, each with its count.
func codes(found []converter.Finding) string {
	var all []string
	for _, f := range found {
		all = append(all, strings.Repeat(f.Code+" ", int(min(f.Count, 3))))
	}
	return strings.TrimSpace(strings.Join(all, ""))
}

func le32(n uint32) string { return string(binary.LittleEndian.AppendUint32(nil, n)) }
func be32(n uint32) string { return string(binary.BigEndian.AppendUint32(nil, n)) }
func be64(n uint64) string { return string(binary.BigEndian.AppendUint64(nil, n)) }
func real7(f float64) string {
	bits := math.Float64bits(f)
	if f < 0 {
		return be64(^bits)
	}
	return be64(bits | 1<<63)
}

func TestValues(t *testing.T) {
	one := func(letter byte, decimals int, cells ...string) []byte {
		var records []string
		for _, c := range cells {
			records = append(records, " "+c)
		}
		return table(3, 0, []field{{"A", letter, len(cells[0]), decimals, 0}}, records...)
	}
	for _, tt := range []struct {
		name     string
		document []byte
		want     string
		found    string
	}{
		{"numbers as they are", one('N', 2, "  1.50", " -2.25", "  3.00", "      ", "\x00\x00\x00\x00\x00\x00"), `("A" REAL)
(1.5)
(-2.25)
(3.0)
(NULL)
(NULL)`, ""},
		{"numbers spelled in other ways", one('N', 0, "00042", " +7  ", "  -0 ", "   5.", ".    ", "  -  "), `("A" INTEGER)
(42)
(7)
(0)
(5)
(NULL)
(NULL)`, ""},
		{"no numbers", one('N', 2, "*****", "  nan", "1.#IN", "  1,5"), `("A" REAL)
(NULL)
(NULL)
(NULL)
(1.5)`, "number-asterisks not-a-number not-a-number decimal-comma"},
		{"what is none stays", one('N', 0, "12 ", "n/a"), `("A")
('12')
('n/a')`, "number-text"},
		{"what a program prints for a float", one('F', 15, "  1234567.100000000093132", "     0.100000000000000006", " 1.23456789012345e+003   "), `("A" REAL)
(1.2345671e+06)
(0.1)
(1234.56789012345)`, ""},
		{"digits that no float has", one('N', 10, "1234567890123456.7890123"), `("A" TEXT)
('1234567890123456.7890123')`, ""},
		{"dates", one('D', 0, "20240229", "20230229", "00000000", "        ", "2024    ", "12/31/99"), `("A" TEXT)
('2024-02-29')
('20230229')
(NULL)
(NULL)
('2024')
('12/31/99')`, "date-text date-text date-text"},
		{"logical values", one('L', 0, "T", "f", "Y", "n", "?", " ", "0"), `("A" INTEGER)
(1)
(0)
(1)
(0)
(NULL)
(NULL)
(0)`, ""},
		{"no logical value", one('L', 0, "T", "x"), `("A")
(1)
('x')`, "logical-text"},
		{"text behind a NUL", one('C', 0, "a b \x00xyz", " c\x00\x00\x00\x00\x00\x00", "        "), `("A" TEXT)
('a b')
(' c')
(NULL)`, "text-cut"},
		{"characters cut in two", one('C', 0, "xé", "ab\xc3"), `("A" TEXT)
('xé')
('ab')`, "character-cut"},
		{"an unknown type is text", one('~', 0, "ab ", " c "), `("A" TEXT)
('ab')
(' c')`, ""},
		{"no values at all", one('N', 0, "   "), `("A" INTEGER)
(NULL)`, ""},
		{"Visual FoxPro's own", table(0x32, 3, []field{
			{"V", 'V', 4, 0, 2}, {"Q", 'Q', 3, 0, 0}, {"I", 'I', 4, 0, 0}, {"Y", 'Y', 8, 0, 0}, {"T", 'T', 8, 0, 0}, {"N", 'C', 1, 0, 2}, {"_NullFlags", '0', 1, 0, 5},
		},
			" ab \x02"+"\x01\x00\x01"+le32(1<<32-5)+le32(12345)+le32(0)+le32(2460370)+le32(47655123)+"x"+"\x05",
			" abcd"+"\x01\x00\x02"+le32(7)+le32(1<<32-1)+le32(1<<32-1)+le32(0)+le32(0)+"y"+"\x08",
			" "+strings.Repeat("\x00", 28)+"\x06",
		), `("V" TEXT, "Q" BLOB, "I" INTEGER, "Y" REAL, "T" TEXT, "N" TEXT)
('ab',x'01',-5,1.2345,'2024-02-29T13:14:15.123','x')
('abcd',x'010002',7,-0.0001,NULL,NULL)
(NULL,x'',0,0.0,NULL,NULL)`, ""},
		{"dBASE 7's own", table(4, 0, []field{{"a name of more than ten", 'I', 4, 0, 0}, {"O", 'O', 8, 0, 0}, {"AT", '@', 8, 0, 0}, {"PLUS", '+', 4, 0, 0}},
			" "+be32(1<<31|5)+real7(-1.5)+real7(63844895655000)+be32(1<<31|1),
			" "+be32(1<<31-3)+be64(0)+be64(0)+be32(0),
		), `("a name of more than ten" INTEGER, "O" REAL, "AT" TEXT, "PLUS" INTEGER)
(5,-1.5,'2024-02-29T13:14:15',1)
(-3,NULL,NULL,NULL)`, ""},
		{"a time of no day", table(0x30, 3, []field{{"T", 'T', 8, 0, 0}}, " "+le32(5)+le32(1)), `("T")
(x'0500000001000000')`, "moment-blob"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, found := result(t, dbf.Converter{}, tt.document, nil)
			if got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
			if codes(found) != tt.found {
				t.Errorf("found %q, want %q", codes(found), tt.found)
			}
		})
	}
}

func TestRecords(t *testing.T) {
	three := func() []byte {
		return table(3, 0, []field{{"A", 'C', 2, 0, 0}}, " a1", "*b2", " c3")
	}
	count := func(document []byte, n uint32) []byte {
		binary.LittleEndian.PutUint32(document[4:], n)
		return document
	}
	cut := func(n int) []byte { return three()[:len(three())-n] }
	for _, tt := range []struct {
		name     string
		c        dbf.Converter
		document []byte
		want     string
		found    string
	}{
		{"deleted", dbf.Converter{}, three(), "('a1')\n('c3')", "records-deleted"},
		{"deleted and kept", dbf.Converter{Deleted: true}, three(), "('a1',0)\n('b2',1)\n('c3',0)", ""},
		{"more are said", dbf.Converter{}, count(three(), 5), "('a1')\n('c3')", "records-missing records-missing records-deleted"},
		{"fewer are said", dbf.Converter{}, count(three(), 1), "('a1')", "records-beyond records-beyond"},
		{"none are said", dbf.Converter{}, count(three(), 0), "('a1')\n('c3')", "records-uncounted records-uncounted records-uncounted records-deleted"},
		{"cut off", dbf.Converter{}, cut(2), "('a1')", "record-cut-off records-missing records-deleted"},
		{"without an end", dbf.Converter{}, cut(1), "('a1')\n('c3')", "records-deleted"},
		{"none", dbf.Converter{}, table(3, 0, []field{{"A", 'C', 2, 0, 0}}), "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, found := result(t, tt.c, tt.document, nil)
			if _, rows, _ := strings.Cut(got, "\n"); rows != tt.want {
				t.Errorf("got\n%s\nwant\n%s", rows, tt.want)
			}
			if codes(found) != tt.found {
				t.Errorf("found %q, want %q", codes(found), tt.found)
			}
		})
	}
}

func TestEncodings(t *testing.T) {
	document := func(language byte, text string) []byte {
		return table(3, language, []field{{"A", 'C', 40, 0, 0}}, " "+text+strings.Repeat(" ", 40-len(text)))
	}
	for _, tt := range []struct {
		name     string
		c        dbf.Converter
		document []byte
		codePage string
		want     string
	}{
		{"the header", dbf.Converter{}, document(0x65, "\x8c\xa8\xe0"), "", "Мир"},
		{"a file beside it", dbf.Converter{}, document(0x65, "M\xfcnchen"), "ISO 88591\r\n", "München"},
		{"a file that says UTF-8 and is wrong", dbf.Converter{}, document(0x65, "\x8c\xa8\xe0"), "UTF-8", "Мир"},
		{"whoever asks", dbf.Converter{Encoding: "windows-1251"}, document(0x65, "\xcc\xe8\xf0"), "UTF-8", "Мир"},
		{"the texts", dbf.Converter{}, document(0x57, "Zürich"), "", "Zürich"},
		{"a guess", dbf.Converter{}, document(0, "Die Stra\xdfe f\xfchrt \xfcber die Br\xfccke"), "", "Die Straße führt über die Brücke"},
		{"ANSI", dbf.Converter{}, document(0, "\xc4rger"), "ANSI 1252", "Ärger"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			beside := fstest.MapFS{}
			if tt.codePage != "" {
				beside["x.CPG"] = &fstest.MapFile{Data: []byte(tt.codePage)}
			}
			if got, _ := result(t, tt.c, tt.document, beside); !strings.HasSuffix(got, "('"+tt.want+"')") {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

// An encoding that the table tells is believed, and doubted if all texts are UTF-8.
func TestEncodingDoubted(t *testing.T) {
	for _, tt := range []struct {
		name    string
		c       dbf.Converter
		records []string
		want    string
	}{
		{"UTF-8", dbf.Converter{}, []string{" Łódź ", " plain "}, "encoding-doubtful"},
		{"UTF-8, cut off by the field", dbf.Converter{}, []string{" Łódz\xc5", " Łódź "}, "encoding-doubtful encoding-doubtful"},
		{"as told", dbf.Converter{}, []string{" Z\x81rich", " K\x94ln  "}, ""},
		{"some of both", dbf.Converter{}, []string{" Łódź ", " Z\x81rich"}, ""},
		{"asked for", dbf.Converter{Encoding: "cp437"}, []string{" Łódź "}, ""},
		{"ASCII", dbf.Converter{}, []string{" Lodz  "}, ""},
	} {
		records := slices.Clone(tt.records)
		for i, r := range records {
			records[i] = (r + "        ")[:8]
		}
		if _, found := result(t, tt.c, table(3, 1, []field{{"C", 'C', 7, 0, 0}}, records...), nil); codes(found) != tt.want {
			t.Errorf("%s: found %v, want %q", tt.name, found, tt.want)
		}
	}
}

func TestMemos(t *testing.T) {
	document := table(0x83, 1, []field{{"M", 'M', 10, 0, 0}}, "          1", "          9", "           ", "         xy")
	dbt := append(make([]byte, 512), "so\x8d\nft \x84\x1a\x1a"...)
	got, found := result(t, dbf.Converter{}, document, fstest.MapFS{"x.dbt": &fstest.MapFile{Data: dbt}})
	if want := "(\"M\" TEXT)\n('soft ä')\n(NULL)\n(NULL)\n(NULL)"; got != want || codes(found) != "memo-lost memo-lost" {
		t.Errorf("got %s, want %s; found %q", got, want, codes(found))
	}
	if _, found := result(t, dbf.Converter{}, document, nil); codes(found) != "memos-missing" || found[0].Severity != converter.Loss {
		t.Errorf("without the file: found %v", found)
	}
	blank := table(0x83, 1, []field{{"M", 'M', 10, 0, 0}}, "           ", "*         1")
	if got, found := result(t, dbf.Converter{}, blank, nil); got != "(\"M\" TEXT)\n(NULL)" || codes(found) != "records-deleted" {
		t.Errorf("without the file, and no record that refers to it: %s, found %v", got, found)
	}
	// One memo, over and over.
	fpt := make([]byte, 512, 1<<20)
	fpt[7] = 64
	fpt = append(append(fpt, be32(1)+be32(1<<19)...), make([]byte, 1<<19)...)
	var records []string
	for range 200 {
		records = append(records, " "+le32(8))
	}
	document = table(0x30, 3, []field{{"M", 'M', 4, 0, 0}}, records...)
	in := &converter.Input{Name: "x.dbf", Size: int64(len(document)), ReaderAt: bytes.NewReader(document), Folder: fstest.MapFS{"x.fpt": &fstest.MapFile{Data: fpt}}}
	if _, err := converter.Convert(context.Background(), dbf.Converter{}, in, new(converter.Bounded), converter.Options{}); !errors.Is(err, converter.ErrLimit) {
		t.Errorf("memos that are referred to again and again: %v", err)
	}
}

func TestSniff(t *testing.T) {
	sound := table(3, 0, []field{{"A", 'C', 2, 0, 0}})
	if !dbf.Format.Sniff(sound) {
		t.Error("a table is none")
	}
	for i, c := range map[int]byte{0: '{', 2: 13, 3: 32, 8: 31, 10: 2, 43: '!'} {
		if broken := bytes.Clone(sound); true {
			if broken[i] = c; i == 0 {
				broken[0] = 0x7a
			}
			if dbf.Format.Sniff(broken) {
				t.Errorf("with %#x in byte %d it is a table", c, i)
			}
		}
	}
	for _, text := range []string{"0,1,2\n" + strings.Repeat("a,b,c\n", 50), "C" + strings.Repeat("x", 200), "{\"a\": 1}" + strings.Repeat(" ", 100)} {
		if dbf.Format.Sniff([]byte(text)) {
			t.Errorf("%.10q is a table", text)
		}
	}
}

func TestRefuses(t *testing.T) {
	sound := table(3, 0, []field{{"A", 'C', 2, 0, 0}}, " ab")
	change := func(at int, b ...byte) []byte {
		d := bytes.Clone(sound)
		copy(d[at:], b)
		return d
	}
	for _, tt := range []struct {
		name     string
		document []byte
		want     error
		says     string
	}{
		{"nothing", nil, converter.ErrEmpty, ""},
		{"no header", sound[:20], converter.ErrCorrupt, "ends within its header"},
		{"half a header", sound[:50], converter.ErrCorrupt, "ends within its header"},
		{"a header of 5 bytes", change(8, 5, 0), converter.ErrCorrupt, "header of 5 bytes"},
		{"records that are too short", change(10, 2, 0), converter.ErrCorrupt, "the fields take 3 bytes"},
		{"a page of an error", []byte("<html><body>404 Not Found: there is no such file here</body></html>"), converter.ErrUnsupported, "an HTML page"},
		{"delimited text", []byte(strings.Repeat("id,name,place\n1,Ann,Oslo\n", 5000)), converter.ErrUnsupported, "use --format csv"},
		{"no fields", table(3, 0, nil), converter.ErrEmpty, ""},
		{"encrypted", func() []byte { d := change(15, 1); d[len(d)-4] = 0x99; return d }(), converter.ErrUnsupported, "encrypted"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in := &converter.Input{Name: "x.dbf", Size: int64(len(tt.document)), ReaderAt: bytes.NewReader(tt.document)}
			_, err := converter.Convert(context.Background(), dbf.Converter{}, in, new(converter.Bounded), converter.Options{})
			if !errors.Is(err, tt.want) || !strings.Contains(err.Error(), tt.says) || !converter.Permanent(err) {
				t.Errorf("got %v, want %v: … %s", err, tt.want, tt.says)
			}
		})
	}
}
