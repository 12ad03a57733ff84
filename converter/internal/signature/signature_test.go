package signature

import (
	"encoding/binary"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/internal/tries"
)

func le16(n int) string { return string(binary.LittleEndian.AppendUint16(nil, uint16(n))) }

func TestKinds(t *testing.T) {
	nul := func(n int) string { return strings.Repeat("\x00", n) }
	stored := func(name, content string) string {
		return "PK\x03\x04" + nul(22) + le16(len(name)) + le16(0) + name + content
	}
	for name, head := range map[string]string{
		"a PDF document":                                "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj",
		"an RTF document":                               `{\rtf1\ansi\deff0 {\fonttbl}`,
		"an image":                                      "\x89PNG\r\n\x1a\n" + nul(8),
		"a video, sound or image":                       "\x00\x00\x00\x18ftypheic" + nul(12),
		"a 7z archive":                                  "7z\xbc\xaf\x27\x1c\x00\x04",
		"an LZMA file (.lzma)":                          "\x5d\x00\x00\x80\x00" + strings.Repeat("\xff", 8) + "\x00\x34",
		"an lz4 file of the legacy format":              "\x02\x21\x4c\x18\x0f\x00\x00\x00\xe0id,n",
		"a zip archive with nothing in it":              "PK\x05\x06" + nul(18),
		"a part of a split zip archive":                 "PK\x07\x08PK\x03\x04",
		"a Parquet file that is cut off":                "PAR1\x15\x04\x15\x10",
		"an Avro file":                                  "Obj\x01\x04\x14avro.codec",
		"an HDF5 file":                                  "\x89HDF\r\n\x1a\n" + nul(8),
		"a DuckDB database":                             nul(8) + "DUCK" + nul(8),
		"the index of a shapefile (.shx)":               "\x00\x00\x27\x0a" + nul(20) + "\x00\x00\x00\x36\xe8\x03\x00\x00" + nul(68) + "\x00\x00\x00\x32\x00\x00\x00\x0a",
		"an SPSS file (.sav)":                           "$FL2@(#) SPSS DATA FILE",
		"a Stata file (.dta)":                           "<stata_dta><header><release>118",
		"a SAS table (.sas7bdat)":                       nul(12) + "\xc2\xea\x81\x60\xb3\x14\x11\xcf\xbd\x92\x08\x00\x09\xc7\x31\x8c" + nul(4),
		"an Access database":                            "\x00\x01\x00\x00Standard ACE DB\x00",
		"a program":                                     "\x7fELF\x02\x01\x01",
		"a Word document":                               stored("[Content_Types].xml", "<x/>") + stored("word/document.xml", ""),
		"an EPUB book":                                  stored("mimetype", "application/epub+zip"),
		"an HTML page":                                  "\xef\xbb\xbf\n<!-- saved -->\n<!DOCTYPE HTML PUBLIC \"-//W3C\">\n<html>",
		"an XML document":                               "<?xml version=\"1.0\"?>\n<!-- x -->\n<towns><town/></towns>",
		"a property list":                               "<?xml version='1.0'?><?xml-stylesheet href='x'?><plist version=\"1.0\">",
		"an SQL dump":                                   "-- MySQL dump 10.13\n--\n/*!40101 SET NAMES utf8 */;\nDROP TABLE IF EXISTS `t`;\n",
		"an iCalendar file":                             "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n",
		"a vCard file":                                  "BEGIN:VCARD\nVERSION:3.0\nN:Doe;Jane;;;\n",
		"an e-mail":                                     "From jane@example.org Mon Jan  5 10:00:00 2026\nReturn-Path: <jane@example.org>\nSubject: x\n",
		"source code":                                   "import os\nimport sys\n\n\ndef main(argv):\n    for a in argv:\n        print(a)\n    return 0\n",
		"a LaTeX document":                              "\\documentclass[a4paper]{article}\n\\begin{document}\n",
		"a key or certificate":                          "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n",
		"a Lotus 1-2-3 worksheet":                       "\x00\x00\x1a\x00\x02\x10\x04\x00",
		"a Quattro Pro worksheet":                       "\x00\x00\x02\x00\x02\x10\x00\x00",
		"a SYLK worksheet (.slk)":                       "ID;PWXL;N;E\r\nP;PGeneral\r\nF;P0;DG0G8;M255\r\nC;Y1;X1;K\"a\"\r\n",
		"a DIF worksheet (.dif)":                        "TABLE\r\n0,1\r\n\"EXCEL\"\r\nVECTORS\r\n0,2\r\n\"\"\r\n",
		"a Gnumeric workbook":                           "<?xml version=\"1.0\"?>\n<gnm:Workbook xmlns:gnm=\"http://www.gnumeric.org/v10.dtd\">",
		"a document of OpenOffice 1":                    stored("mimetype", "application/vnd.sun.xml.calc"),
		"an OpenDocument document":                      stored("mimetype", "application/vnd.oasis.opendocument.text"),
		"a document of Apple Numbers, Pages or Keynote": stored("Index/Document.iwa", ""),
		"an Excel workbook of 2003 (XML)":               "<?xml version=\"1.0\"?>\n<?mso-application progid=\"Excel.Sheet\"?>\n<Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\">",
		"a Git LFS pointer and not the file itself":     "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 5\n",
	} {
		if kind, ok := Of([]byte(head)); !ok || kind.Name != name || kind.Advice == "" {
			t.Errorf("%q: %+v, want %s", head[:min(len(head), 40)], kind, name)
		}
	}
}

// What begins much like something else is a table all the same.
func TestTables(t *testing.T) {
	for _, text := range []string{
		"", "a", "BMI,age\n21,40\n", "PK,n\n1,2\n", "PK00PK,n\n1,2\n", "],n\n1,2\n", "ID3,title\n1,x\n", "PAR1,PAR2\n1,2\n", "Obj,n\n1,2\n", "MZ,intensity\n1,2\n", "ORC,n\nx,1\n",
		"<b>,n\n1,2\n", "<5,>5\n1,2\n", "RIFF,n\n1,2\n", "From,To\na,b\n", "From a to b,n\n1,2\n", "Subject: x,n\n1,2\n",
		"import,export\n1,2\n2,3\n3,4\n", "set,use;\n1,2\n", "insert into,n\n1,2\n", "create table,n\n1,2\n", "select,from\n1,2\n",
		"a;b;\n1;2;\n3;4;\n5;6;\n", "code;\nx;\ny;\nz);\n", "version,url\n1,https://git-lfs.github.com/spec/v1\n", "begin,end\n1,2\n",
		"name: x\nitems:\n  - a: 1\n", "if: x\nfor: y\nwhile: z\nelse: w\n", "{\"a\": 1}\n", "[1, 2]\n", "#!n,x\n1,2\n",
		"ID;P\nC;X1\nB;Y2\n", "ID;Plan;Note\nB;C;Y1\nC;X1;a\n", "TABLE\n0,1\n2,3\n", "TABLE\n0,1\n\"a\"\nb\n",
		"class,function\nA,b\nC,d\n", "def,enum,struct\n1,2,3\n", "x\ty\n)\t1\n}\t2\n", "a,b\n\"f(x);\",1\n\"g(y) {\",2\n\"}\",3\n",
	} {
		if kind, ok := Of([]byte(text)); ok {
			t.Errorf("%q is taken for %s", text, kind.Name)
		}
	}
}

// isXML reports whether a document is XML, which is known by more than how it begins.
func isXML(path string) bool {
	return slices.Contains([]string{"xml", "kml", "gpx"}, filepath.Base(filepath.Dir(path)))
}

// None of the documents that converters are tested with is taken for something else, but for images,
// and for Parquet files, whose ends say whether they are whole.
func TestDocuments(t *testing.T) {
	tried := 0
	err := filepath.WalkDir("../../../testdata", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || strings.Contains(path, "hostile") || isXML(path) ||
			slices.Contains([]string{".sql", ".sh", ".shx", ".png", ".parquet"}, filepath.Ext(path)) {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		tried++
		if kind, ok := Of(b[:min(len(b), Len)]); ok {
			t.Errorf("%s is taken for %s", path, kind.Name)
		}
		return nil
	})
	if err != nil || tried < 50 {
		t.Errorf("%d documents, %v", tried, err)
	}
}

// Random bytes and short heads are looked at without a panic.
func TestAnyBytes(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var starts []string
	for _, s := range binaries {
		starts = append(starts, s.magic)
	}
	starts = append(starts, "PK\x03\x04", "<?xml", "<!--", "-- ")
	for range tries.Of(20_000) {
		b := []byte(starts[r.IntN(len(starts))])
		for range r.IntN(60) {
			b = append(b, byte(r.IntN(256)))
		}
		Of(b[:r.IntN(len(b)+1)])
	}
}
