package compress

import (
	"archive/zip"
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/dumptest"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// lines is a text format of our own: a row a line, read from front to back.
var lines = converter.Func(func(ctx context.Context, in *converter.Input, out *converter.Writer) error {
	table := out.Table(in.Stem(), "line")
	scanner := bufio.NewScanner(in.Reader())
	scanner.Buffer(nil, 16<<20)
	for n := int64(1); scanner.Scan(); n++ {
		if scanner.Text() == "bad" {
			return &converter.SyntaxError{Line: n, Err: errors.New("a bad line")}
		}
		if err := table.Append(converter.Text(scanner.Text())); err != nil {
			return err
		}
	}
	out.Describe("encoding", "utf-8", "")
	return scanner.Err()
})

// tail is a binary format of our own: it needs its size and is read from the end.
var tail = converter.Func(func(ctx context.Context, in *converter.Input, out *converter.Writer) error {
	in, err := in.Whole()
	if err != nil {
		return err
	}
	table := out.Table(in.Stem(), "byte")
	var b [1]byte
	for at := in.Size - 1; at >= 4; at-- {
		if _, err := in.ReadAt(b[:], at); err != nil && err != io.EOF {
			return err
		}
		if err := table.Append(converter.Int(int64(b[0]))); err != nil {
			return err
		}
	}
	return nil
})

func formats(limits Limits) *converter.Registry {
	r := new(converter.Registry)
	r.Register(converter.Format{Name: "lines", Extensions: []string{".txt"}, Sniff: func(head []byte) bool { return bytes.HasPrefix(head, []byte("# lines\n")) }}, lines)
	r.Register(converter.Format{Name: "tail", Magic: "TL\x00\x01"}, tail)
	Register(r, limits)
	return r
}

// anything converts whatever the registry knows.
func anything(r *converter.Registry) converter.Converter {
	return converter.Func(func(ctx context.Context, in *converter.Input, out *converter.Writer) error {
		_, c, err := r.Detect(in)
		if err != nil {
			return err
		}
		return c.Convert(ctx, in, out)
	})
}

func dump(t testing.TB, limits Limits, in *converter.Input) (string, converter.Summary, error) {
	t.Helper()
	r := formats(limits)
	return dumptest.Convert(t, anything(r), converter.Options{Formats: r}, in)
}

func gz(parts ...string) string {
	var b bytes.Buffer
	for _, p := range parts {
		w := gzip.NewWriter(&b)
		io.WriteString(w, p)
		w.Close()
	}
	return b.String()
}

func zst(text string, opts ...zstd.EOption) string {
	var b bytes.Buffer
	w, err := zstd.NewWriter(&b, opts...)
	if err != nil {
		panic(err)
	}
	io.WriteString(w, text)
	w.Close()
	return b.String()
}

// bz2 holds "one\ntwo\n"; the standard library only reads bzip2.
func bz2() string {
	b, err := base64.StdEncoding.DecodeString("QlpoOTFBWSZTWacUK3cAAALBgAAQAgGEgCAAIYAMAjj1G4u5IpwoSFOKFbuA")
	if err != nil {
		panic(err)
	}
	return string(b)
}

type file struct{ name, text string }

func archive(files ...file) string {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range files {
		m, err := w.CreateHeader(&zip.FileHeader{Name: f.name, Method: zip.Deflate})
		if err != nil {
			panic(err)
		}
		io.WriteString(m, f.text)
	}
	w.Close()
	return b.String()
}

func TestPackings(t *testing.T) {
	const want = "x(line TEXT)\n'one'\n'two'\n"
	for name, text := range map[string]string{
		"x.txt.gz":          gz("one\ntwo\n"),
		"dir/x.TXT.GZ":      gz("one\n", "", "two\n"), // members follow one another
		"x.txt":             gz("one\ntwo\n"),         // told by its content
		"x.txt.zst":         zst("one\ntwo\n"),
		"x.txt.bz2":         bz2(),
		"y/x.zip":           archive(file{"x.txt", "one\ntwo\n"}),
		"nested.zip":        archive(file{"a/x.txt.gz", gz("one\ntwo\n")}),
		"x.txt.zst.gz":      gz(zst("one\ntwo\n")),
		"only-the-text.zip": archive(file{"docs/", ""}, file{"__MACOSX/x.txt", "no"}, file{".hidden.txt", "no"}, file{"x.txt", "one\ntwo"}),
	} {
		got, _, err := dump(t, Limits{}, dumptest.Input(name, text))
		if err != nil || got != want {
			t.Errorf("%s: got %q, %v", name, got, err)
		}
	}
}

func TestBinaryInside(t *testing.T) {
	const want = "b(byte INTEGER)\n3\n2\n1\n"
	binary := "TL\x00\x01\x01\x02\x03"
	for name, text := range map[string]string{
		"b.gz":  gz(binary),
		"b.zip": archive(file{"b", binary}),
	} {
		got, _, err := dump(t, Limits{}, dumptest.Input(name, text))
		if err != nil || got != want {
			t.Errorf("%s: got %q, %v", name, got, err)
		}
		if _, _, err := dump(t, Limits{Spool: 6}, dumptest.Input(name, text)); !errors.Is(err, converter.ErrLimit) {
			t.Errorf("%s: with little room: %v", name, err)
		}
	}
}

func TestMembers(t *testing.T) {
	text := archive(
		file{"b/x.txt", "2\n"},
		file{"a/x.txt", "1\n"},
		file{"../../etc/x.txt", "3\n"},
		file{`win\dows.txt`, "4\n"},
		file{"photo.jpg", "\xff\xd8\xff"},
		file{"empty.txt", ""},
		file{"notes", "# lines\n"},
	)
	got, summary, err := dump(t, Limits{}, dumptest.Input("up/a.zip", text))
	want := "x(line TEXT)\n'1'\nx_2(line TEXT)\n'2'\nx_3(line TEXT)\n'3'\nnotes(line TEXT)\n'# lines'\ndows(line TEXT)\n'4'\n"
	if err != nil || got != want {
		t.Errorf("got %q, %v", got, err)
	}
	doc := summary.Documents[0]
	found := fmt.Sprint(doc.Findings)
	if found != `[a file in the archive is no table and left out ("photo.jpg is an image") a file in the archive is empty and left out ("empty.txt")]` {
		t.Errorf("findings: %s", found)
	}
	if facts := fmt.Sprint(doc.Facts); !strings.Contains(facts, "{a/x.txt encoding utf-8 }") || !strings.Contains(facts, "{compression zip ") {
		t.Errorf("facts: %s", facts)
	}
}

func TestErrorNames(t *testing.T) {
	inner := archive(file{"c.txt", "ok\nbad\n"})
	for name, want := range map[string]string{
		"a.zip": "a.zip/b.zip/c.txt: line 2: a bad line",
		"b.zip": "b.zip/c.txt: line 2: a bad line",
	} {
		text := inner
		if name == "a.zip" {
			text = archive(file{"b.zip", inner})
		}
		if _, _, err := dump(t, Limits{}, dumptest.Input(name, text)); err == nil || err.Error() != want {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, _, err := dump(t, Limits{}, dumptest.Input("c.txt.gz", gz("bad"))); err == nil || err.Error() != "c.txt.gz: line 1: a bad line" {
		t.Error(err)
	}
}

func TestNothingInside(t *testing.T) {
	for name, text := range map[string]string{
		"no.txt.gz":   gz(""),
		"none.zip":    archive(file{"x/", ""}),
		"empty.zip":   archive(file{"x.txt", ""}),
		"unknown.zip": archive(file{"x.jpg", "\xff\xd8\xff"}),
		"x.jpg.gz":    gz("\xff\xd8\xff"),
		"x.docx":      archive(file{"[Content_Types].xml", "<x/>"}, file{"x.txt", "no"}),
	} {
		_, _, err := dump(t, Limits{}, dumptest.Input(name, text))
		want := converter.ErrEmpty
		if strings.Contains(name, "x.") || name == "unknown.zip" {
			want = converter.ErrUnknownFormat
		}
		if !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", name, err, want)
		}
	}
}

func TestRefusedMembers(t *testing.T) {
	locked := []byte(archive(file{"x.txt", "one"}))
	deflate64 := bytes.Clone(locked)
	central := bytes.Index(locked, []byte("PK\x01\x02"))
	locked[6] |= 1
	locked[central+8] |= 1
	deflate64[8], deflate64[central+10] = 9, 9
	for name, text := range map[string][]byte{"encrypted": locked, "method 9": deflate64} {
		_, _, err := dump(t, Limits{}, dumptest.Input("a.zip", string(text)))
		if !errors.Is(err, converter.ErrUnsupported) || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What is cut off is the packed document, whose name people know.
func TestCutOff(t *testing.T) {
	whole := gz("one\ntwo\n")
	for _, n := range []int{len(whole) - 1, 12} {
		_, _, err := dump(t, Limits{}, dumptest.Input("x.txt.gz", whole[:n]))
		if !errors.Is(err, converter.ErrCorrupt) || !strings.HasPrefix(err.Error(), "x.txt.gz: byte ") {
			t.Errorf("%d bytes of %d: %v", n, len(whole), err)
		}
	}
}

// A member finds the files that lie beside it; those that belong to it are no documents.
func TestBeside(t *testing.T) {
	r := formats(Limits{})
	r.Register(converter.Format{Name: "main", Extensions: []string{".main"}, Beside: []string{".part", ".main.txt"}}, converter.Func(
		func(_ context.Context, in *converter.Input, out *converter.Writer) error {
			table := out.Table(in.Stem(), "part")
			part, file, err := in.Open("x.part")
			if err != nil {
				return table.Append(converter.Text(fmt.Sprint(errors.Is(err, fs.ErrNotExist))))
			}
			defer file.Close()
			text, err := io.ReadAll(part.Reader())
			if err != nil {
				return err
			}
			return table.Append(converter.Text(string(text)))
		}))
	for _, test := range []struct{ text, want string }{
		{archive(file{"d/x.main", "1"}, file{"d/x.part", "beside"}, file{"d/x.MAIN.TXT", "no"}, file{"x.part", "no"}), "x(part TEXT)\n'beside'\n"},
		{archive(file{"d/x.main", "1"}, file{"x.part", "no"}), "x(part TEXT)\n'true'\n"},
		{archive(file{"d/x.main", "1"}, file{"d/y.main.txt", "one\n"}), "x(part TEXT)\n'true'\ny.main(line TEXT)\n'one'\n"},
	} {
		got, _, err := dumptest.Convert(t, anything(r), converter.Options{Formats: r}, dumptest.Input("a.zip", test.text))
		if err != nil || got != test.want {
			t.Errorf("got %q, %v, want %q", got, err, test.want)
		}
	}
}
