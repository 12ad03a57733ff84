package all

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/exec"
	"github.com/dynasette/dynasette/converter/internal/dumptest"
)

// A format that is registered on a Clone is known inside of packings, there and only there.
func TestInsideOfClone(t *testing.T) {
	formats := Formats()
	clone := formats.Clone()
	clone.Register(converter.Format{Name: "env", Extensions: []string{".env"}}, converter.Func(
		func(ctx context.Context, in *converter.Input, out *converter.Writer) error {
			return out.Table("settings", "name").Append(converter.Text("PORT"))
		}))
	in := dumptest.Input("x.env.gz", zipped("PORT=80\n"))
	_, c, err := clone.Detect(in)
	if err != nil {
		t.Fatal(err)
	}
	got, _, err := dumptest.Convert(t, c, converter.Options{Formats: clone}, in)
	if want := "settings(name TEXT)\n'PORT'\n"; err != nil || got != want {
		t.Errorf("%q, %v", got, err)
	}
	if _, _, err := dumptest.Convert(t, c, converter.Options{Formats: formats}, in); !errors.Is(err, converter.ErrUnknownFormat) {
		t.Errorf("without it: %v", err)
	}
}

// Who forgets to say which formats there are is told so, whatever needs them.
func TestNoFormats(t *testing.T) {
	_, gzip, _ := Formats().Lookup("gzip")
	program := exec.Converter{Config: exec.Config{Name: "x", Command: []string{"no-such-program", "{in}"}, Output: "csv"}}
	for _, c := range []converter.Converter{gzip, program} {
		_, _, err := dumptest.Convert(t, c, converter.Options{}, dumptest.Input("x.csv.gz", zipped("a,b\n1,2\n")))
		if !errors.Is(err, converter.ErrNoFormats) || converter.Permanent(err) || !strings.Contains(err.Error(), "set Options.Formats") {
			t.Errorf("%T: %v", c, err)
		}
	}
}

// The option that is named settles what a packed document is, too.
func TestOnly(t *testing.T) {
	for _, test := range []struct{ only, name, text, want string }{
		{"csv", "x.gz", zipped("a\n1\n"), "x(a INTEGER)\n1\n"},
		{"csv", "x.json", "a\n1\n", "x(a INTEGER)\n1\n"},
		{"gzip", "x.csv.gz.gz", zipped(zipped("a\n1\n")), "x(a INTEGER)\n1\n"},
		{"", "x.csv.gz", zipped("a\n1\n"), "x(a INTEGER)\n1\n"},
	} {
		formats := Formats().Only(test.only)
		in := dumptest.Input(test.name, test.text)
		_, c, err := formats.Detect(in)
		if err != nil {
			t.Fatal(err)
		}
		got, _, err := dumptest.Convert(t, c, converter.Options{Formats: formats}, in)
		if err != nil || got != test.want {
			t.Errorf("only %s: %s: %q, %v", test.only, test.name, got, err)
		}
	}
}

// What every option says of itself is true: it takes its examples, its default and nothing
// that its kind does not allow, and setting it leaves the converter alone that it was set of.
func TestOptions(t *testing.T) {
	formats := Formats()
	for _, o := range formats.Options() {
		values := append([]string{}, o.Values...)
		if o.Default != "" {
			values = append(values, o.Default)
		}
		var wrong []string
		switch o.Kind {
		case converter.OptionSwitch:
			values, wrong = append(values, converter.Yes, converter.No), []string{"", "true"}
		case converter.OptionNumber:
			values, wrong = append(values, "0", "3"), []string{"", "-1", "1.5", "x"}
		case converter.OptionCharacter:
			values, wrong = append(values, "tab", `\t`, "\t", "space", "x"), []string{"", "ab", "é", "\n", "\r", "\x00"}
		case converter.OptionChoice:
			wrong = []string{"", "neither of them"}
		}
		for _, v := range values {
			if _, err := formats.With(o.Name, v); err != nil {
				t.Error(err)
			}
		}
		for _, v := range wrong {
			var e *converter.OptionError
			if _, err := formats.With(o.Name, v); !errors.As(err, &e) || e.Option != o.Name || !strings.Contains(err.Error(), "want") {
				t.Errorf("--%s %q: %v", o.Name, v, err)
			}
		}
		if o.Usage == "" || strings.HasSuffix(o.Usage, ".") {
			t.Errorf("--%s: usage %q", o.Name, o.Usage)
		}
	}
	if _, err := formats.With("nix", "x"); !errors.Is(err, converter.ErrNoOption) {
		t.Error(err)
	}
	changed, err := formats.With("skip", "7")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"csv", "xlsx"} {
		_, before, _ := Formats().Lookup(name)
		_, kept, _ := formats.Lookup(name)
		_, set, _ := changed.Lookup(name)
		if !equal(kept, before) || equal(set, before) {
			t.Errorf("%s: %+v, and after With %+v", name, kept, set)
		}
	}
}

func equal(a, b converter.Converter) bool { return reflect.DeepEqual(a, b) }

// A workbook that only its directory shows is found inside of packings, too.
func TestWorkbookInside(t *testing.T) {
	const relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	archive := func(files ...string) string {
		var b bytes.Buffer
		w := zip.NewWriter(&b)
		for i := 0; i < len(files); i += 2 {
			f, err := w.CreateHeader(&zip.FileHeader{Name: files[i]})
			if err == nil {
				_, err = io.WriteString(f, files[i+1])
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	book := archive(
		"xl/media/image1.png", strings.Repeat("noise", converter.SniffLen/4),
		"[Content_Types].xml", "<Types/>",
		"_rels/.rels", `<Relationships><Relationship Id="a" Type="`+relations+`/officeDocument" Target="book.xml"/></Relationships>`,
		"book.xml", `<workbook><sheets><sheet name="towns" r:id="b"/></sheets></workbook>`,
		"_rels/book.xml.rels", `<Relationships><Relationship Id="b" Type="`+relations+`/worksheet" Target="sheet.xml"/></Relationships>`,
		"sheet.xml", `<worksheet><sheetData><row><c t="str"><v>n</v></c></row><row><c><v>1</v></c></row></sheetData></worksheet>`)
	for name, text := range map[string]string{"x.bin": book, "x.xlsx.gz": zipped(book), "x.zip": archive("x.xlsx", book), "y.zip": archive("x.zip", archive("x.xlsx", book))} {
		in := dumptest.Input(name, text)
		formats := Formats()
		_, c, err := formats.Detect(in)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got, _, err := dumptest.Convert(t, c, converter.Options{Formats: formats}, in)
		if want := "towns(n INTEGER)\n1\n"; err != nil || got != want {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}
