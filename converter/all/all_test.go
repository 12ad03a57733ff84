package all

import (
	"bytes"
	"compress/gzip"
	"errors"
	"os"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/dynasette/dynasette/converter"
)

func utf16le(s string) string {
	out := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(s)) {
		out = append(out, byte(u), byte(u>>8))
	}
	return string(out)
}

func zipped(s string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write([]byte(s))
	w.Close()
	return b.String()
}

func TestDetect(t *testing.T) {
	workbook, err := os.ReadFile("../../testdata/xlsx/inline.xlsx")
	if err != nil {
		workbook = nil
	}
	for _, test := range []struct{ name, text, want string }{
		// The names that others take for something else by their first two letters.
		{"a.csv", "BMI,w\n22,70\n", "csv"},
		{"a.csv", "MZ,w\n22,70\n", "csv"},
		{"a.csv", "GIF,w\n22,70\n", "csv"},
		{"a.csv", "SQLi,w\n22,70\n", "csv"},
		{"a.csv", "PK,w\n22,70\n", "csv"},
		{"a", "BMI,w\n22,70\n", "csv"},
		{"A.CSV", "a,b\n1,2\n", "csv"},
		{"dir.json/x.CSV", "a,b\n1,2\n", "csv"},
		{"a.txt", "a\tb\n1\t2\n3\t4\n", "csv"},
		{"a", "a;b\n1;2\n3;4\n", "csv"},
		{"a.tsv", "a\tb\n1\t2\n", "tsv"},
		{"a.csv", utf16le("a,b\n1,2\n"), "csv"},
		{"a", utf16le("a,b\n1,2\n3,4\n"), "csv"},
		{"a", "{\"a\":1}\n{\"a\":2}\n", "ndjson"},
		{"a.ndjson", "{\"a\":1}\n{\"a\":2}\n", "ndjson"},
		{"a.jsonl", "{\"a\":1}\n", "ndjson"},
		{"a", "[{\"a\":1}]", "json"},
		{"a.txt", " [ {\"a\":1} ]", "json"},
		{"a.geojson", `{"type":"FeatureCollection","features":[]}`, "geojson"},
		{"a", `{"type":"FeatureCollection","features":[]}`, "geojson"},
		{"a.yaml", "a: 1\n", "yaml"},
		{"a.yml", "- a: 1\n", "yaml"},
		{"a.db", "SQLite format 3\x00" + strings.Repeat("\x00", 100), "sqlite"},
		{"a.csv", "SQLite format 3\x00" + strings.Repeat("\x00", 100), "sqlite"},
		{"a", "SQLite format 3\x00" + strings.Repeat("\x00", 100), "sqlite"},
		{"a.csv.gz", zipped("a,b\n1,2\n"), "gzip"},
		{"a", zipped("a,b\n1,2\n"), "gzip"},
		{"a.xml", "<?xml version=\"1.0\"?>\n<rows><r a='1'/><r/></rows>", "xml"},
		{"a", "<rows><r a='1'/><r/></rows>", "xml"},
		{"a", utf16le("<rows><r a='1'/><r/></rows>"), "xml"},
		{"a", "<?xml version=\"1.0\"?><rss version='2.0'><channel/></rss>", "xml"},
		{"a.md", "<div>\n\n# x\n\n</div>\n", "markdown"},
		{"a.csv", "<b>,n\n1,2\n", "csv"},
		{"a.xml", "<?xml version=\"1.0\"?><!-- x --><kml xmlns='http://www.opengis.net/kml/2.2'>", "kml"},
		{"a.txt", utf16le("<k:kml xmlns:k='http://www.opengis.net/kml/2.2'/>"), "kml"},
		{"a.csv", "\xef\xbb\xbf<gpx version='1.1'>", "gpx"},
		{"a.xlsx", string(workbook), "xlsx"},
		{"a.csv", string(workbook), "xlsx"},
		{"a", string(workbook), "xlsx"},
	} {
		f, _, err := Formats().Detect(&converter.Input{Name: test.name, Size: int64(len(test.text)), ReaderAt: strings.NewReader(test.text)})
		if err != nil || f.Name != test.want {
			t.Errorf("%s, %.30q: %s %v, want %s", test.name, test.text, f.Name, err, test.want)
		}
	}
	for media, want := range map[string]string{"text/csv; charset=utf-8": "csv", "application/json": "json", "text/tab-separated-values": "tsv"} {
		text := "a\n"
		f, _, err := Formats().Detect(&converter.Input{Name: "download", MediaType: media, Size: int64(len(text)), ReaderAt: strings.NewReader(text)})
		if err != nil || f.Name != want {
			t.Errorf("%s: %s %v", media, f.Name, err)
		}
	}
	for text, want := range map[string]error{
		"":                                    converter.ErrEmpty,
		"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR": converter.ErrUnknownFormat,
		"just some words":                     converter.ErrUnknownFormat,
	} {
		_, _, err := Formats().Detect(&converter.Input{Name: "x.dat", Size: int64(len(text)), ReaderAt: strings.NewReader(text)})
		if !errors.Is(err, want) || !converter.Permanent(err) {
			t.Errorf("%q: %v, want %v", text, err, want)
		}
	}
}

// Every built-in says what it is.
func TestFormats(t *testing.T) {
	for _, f := range Formats().Formats() {
		if f.Doc == "" || len(f.Extensions) == 0 {
			t.Errorf("%s lacks a line of documentation or an extension", f.Name)
		}
	}
}
