package compress

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/dumptest"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
)

func tarOf(t *testing.T, headers ...tar.Header) string {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, h := range headers {
		text := h.Linkname
		if h.Typeflag == 0 || h.Typeflag == tar.TypeReg {
			h.Linkname, h.Size = "", int64(len(text))
		}
		h.Mode = 0o644
		if err := w.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		if h.Size > 0 {
			io.WriteString(w, text)
		}
	}
	w.Close()
	return b.String()
}

// A file is one of a tar archive, its text in the place of a link's target.
func tarFile(name, text string) tar.Header { return tar.Header{Name: name, Linkname: text} }

func TestTar(t *testing.T) {
	text := tarOf(t,
		tarFile("b/x.txt", "2\n"),
		tar.Header{Name: "a/", Typeflag: tar.TypeDir},
		tarFile("a/x.txt", "first\n"),
		tarFile("../../etc/y.txt", "3\n"),
		tar.Header{Name: "link.txt", Linkname: "/etc/passwd", Typeflag: tar.TypeSymlink},
		tar.Header{Name: "hard.txt", Linkname: "b/x.txt", Typeflag: tar.TypeLink},
		tarFile("./a/x.txt", "1\n"),
		tarFile("._x.txt", "no\n"),
		tarFile("in.zip", archive(file{"z.txt", "4\n"})),
		tarFile("tail", "TL\x00\x01\x05"),
	)
	const want = "x(line TEXT)\n'2'\ny(line TEXT)\n'3'\nx_2(line TEXT)\n'1'\nz(line TEXT)\n'4'\ntail(byte INTEGER)\n5\n"
	for name, text := range map[string]string{
		"x.tar": text, "x.csv": text, "x": text, "x.tgz": gz(text), "x.tar.zst": zst(text), "y.zip": archive(file{"x.tar", text}),
	} {
		got, summary, err := dump(t, Limits{}, dumptest.Input(name, text))
		if err != nil || got != want {
			t.Errorf("%s: got %q, %v", name, got, err)
		}
		if f := summary.Documents[0].Findings; len(f) != 1 || f[0].Code != "member-replaced" || f[0].Example != "a/x.txt" {
			t.Errorf("%s: %v", name, f)
		}
	}
}

// What stands behind the end of an archive is read if it is another one, and else said.
func TestBehindTar(t *testing.T) {
	one, two := tarOf(t, tarFile("x.txt", "1\n")), tarOf(t, tarFile("y.txt", "2\n"))
	long := tarOf(t, tarFile("z.txt", strings.Repeat("line\n", 1000)))
	padding := strings.Repeat("\x00", 10*tarBlock)
	for text, want := range map[string]string{
		one + two:                        "",
		one + padding + two + "\x00":     "",
		one + two + "-----END-----":      "archive-surplus",
		one + padding + long[:3000]:      "damaged",
		one + two + padding + "\x00junk": "archive-surplus",
	} {
		for name, text := range map[string]string{"a.tar": text, "a.tar.gz": gz(text)} {
			got, summary, err := dump(t, Limits{}, dumptest.Input(name, text))
			if want == "damaged" {
				if !errors.Is(err, converter.ErrCorrupt) {
					t.Errorf("%s: %v, want %v", name, err, converter.ErrCorrupt)
				}
				continue
			}
			found := ""
			for _, f := range summary.Documents[0].Findings {
				found += f.Code
			}
			if err != nil || got != "x(line TEXT)\n'1'\ny(line TEXT)\n'2'\n" || found != want {
				t.Errorf("%s: got %q, %q, %v, want %q", name, got, found, err, want)
			}
		}
	}
}

func TestTarRefused(t *testing.T) {
	whole := tarOf(t, tarFile("x.txt", strings.Repeat("line\n", 1000)), tarFile("y.txt", "z\n"))
	many := make([]tar.Header, 20)
	for i := range many {
		many[i] = tarFile(fmt.Sprint(i, ".txt"), "1\n")
	}
	sparse := []byte(tarOf(t, tar.Header{Name: "x.txt", Size: 0}))
	sparse[156] = tar.TypeGNUSparse
	copy(sparse[257:], "ustar  \x00")
	copy(sparse[148:], fmt.Sprintf("%06o\x00 ", sum(sparse[:512])))
	for _, test := range []struct {
		name, text string
		limits     Limits
		want       error
	}{
		{"cut off", whole[:3000], Limits{}, converter.ErrCorrupt},
		{"cut off, packed", gz(whole[:3000]), Limits{}, converter.ErrCorrupt},
		{"damaged", whole[:5632] + "x" + whole[5633:], Limits{}, converter.ErrCorrupt},
		{"too many", tarOf(t, many...), Limits{Members: 19}, converter.ErrLimit},
		{"sparse", string(sparse), Limits{}, converter.ErrUnsupported},
		{"a page", "<!DOCTYPE html><html><body>Not found</body></html>", Limits{}, converter.ErrUnsupported},
		{"nothing in it", tarOf(t, tar.Header{Name: "a/", Typeflag: tar.TypeDir}), Limits{}, converter.ErrEmpty},
	} {
		_, _, err := dump(t, test.limits, dumptest.Input("x.tar", test.text))
		if !errors.Is(err, test.want) || !converter.Permanent(err) {
			t.Errorf("%s: %v, want %v", test.name, err, test.want)
		}
	}
}

// sum is the checksum of a header.
func sum(header []byte) (sum int) {
	for i, c := range header {
		if 148 <= i && i < 156 {
			c = ' '
		}
		sum += int(c)
	}
	return sum
}

func TestXz(t *testing.T) {
	for name, test := range map[string]struct {
		text string
		want error
	}{
		"a dictionary of 128 MiB": {"/Td6WFoAAATm1rRGAgAhAR4AAACbB1FmAQADYQoxCgClldvDt76j8AABHARvLJzBH7bzfQEAAAAABFla", converter.ErrLimit},
		"filters":                 {"/Td6WFoAAATm1rRGAgEEACEBEACLIW9JAQADYQoxCgClldvDt76j8AABHARvLJzBH7bzfQEAAAAABFla", nil},
	} {
		text, err := base64.StdEncoding.DecodeString(test.text)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := dump(t, Limits{}, dumptest.Input("x.txt.xz", string(text))); !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", name, err, test.want)
		}
	}
}

// Names of members come in the code page of whoever packed them.
func TestMemberNames(t *testing.T) {
	russian, _ := charmap.CodePage866.NewEncoder().String("Отчёт о расходах за год.txt")
	japan, _ := japanese.ShiftJIS.NewEncoder().String("人口統計の年次報告.txt")
	german, _ := charmap.CodePage437.NewEncoder().String("Größe der Städte.txt")
	latin, _ := charmap.ISO8859_1.NewEncoder().String("Größe der Städte.txt")
	koi, _ := charmap.KOI8R.NewEncoder().String("Отчёт о расходах за год.txt")
	unicode := binary.LittleEndian.AppendUint32([]byte{0x75, 0x70, 5 + 11, 0, 1}, crc32.ChecksumIEEE([]byte("odd.txt")))
	unicode = append(unicode, "ødd-é.txt"...)
	zipped := func(name string, host uint16, extra []byte) string {
		var b bytes.Buffer
		w := zip.NewWriter(&b)
		m, err := w.CreateHeader(&zip.FileHeader{Name: name, NonUTF8: true, CreatorVersion: host << 8, Extra: extra})
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(m, "1\n")
		w.Close()
		return b.String()
	}
	for _, test := range []struct{ text, want string }{
		{zipped(russian, 0, nil), "Отчёт о расходах за год"},
		{zipped(japan, 0, nil), "人口統計の年次報告"},
		{zipped(german, 0, nil), "Größe der Städte"},
		{zipped(latin, 3, nil), "Größe der Städte"},
		{zipped("Größe.txt", 0, nil), "Größe"},
		{zipped("odd.txt", 0, unicode), "ødd-é"},
		{tarOf(t, tarFile("x.txt", "1\n")), "x"},
		{rename(tarOf(t, tarFile(strings.Repeat("x", len(koi)), "1\n")), koi), "Отчёт о расходах за год"},
	} {
		got, _, err := dump(t, Limits{}, dumptest.Input("a", test.text))
		if want := test.want + "(line TEXT)\n'1'\n"; err != nil || got != want {
			t.Errorf("got %q, %v, want %q", got, err, want)
		}
	}
}

// rename puts another name into the first header.
func rename(text, name string) string {
	b := []byte(text)
	copy(b, name)
	copy(b[148:], fmt.Sprintf("%06o\x00 ", sum(b[:512])))
	return string(b)
}
