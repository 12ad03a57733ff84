package converter_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
)

// A format is known by bytes that no text has, wherever they are, before a name says anything.
func TestEvident(t *testing.T) {
	nothing := converter.Func(nil)
	r := new(converter.Registry)
	r.Register(converter.Format{Name: "both", Extensions: []string{".both"}, Magic: "BOTH", Tail: "ENDS"}, nothing)
	r.Register(converter.Format{Name: "far", Extensions: []string{".far"}, Binary: true,
		Sniff: func(head []byte) bool { return len(head) > 10 && string(head[8:10]) == "\x00\xff" }}, nothing)
	r.Register(converter.Format{Name: "text", Extensions: []string{".txt"}, Sniff: func(head []byte) bool { return bytes.HasPrefix(head, []byte("BOTH")) }}, nothing)
	for _, test := range []struct{ name, text, want string }{
		{"a.txt", "BOTH and more ENDS", "both"},
		{"a", "BOTHENDS", "both"},
		{"a.txt", "BOTH and more", "text"},
		{"a.txt", "BOTHNDS", "text"},
		{"a", "BOTH ENDS ", "text"},
		{"a.both", "BOTH and more", "text"}, // cut off: its name alone is not enough
		{"a.txt", "12345678\x00\xff more", "far"},
		{"a.txt", "12345678", "text"},
		{"a.far", "12345678", "far"}, // named so, and the converter says what is wrong
	} {
		for _, size := range []int64{int64(len(test.text)), -1} {
			f, _, err := r.Detect(&converter.Input{Name: test.name, Size: size, ReaderAt: strings.NewReader(test.text)})
			if err != nil || f.Name != test.want {
				t.Errorf("%s %q: %s, %v, want %s", test.name, test.text, f.Name, err, test.want)
			}
		}
	}
	for _, f := range []converter.Format{
		{Name: "x", Magic: "BOTH"},
		{Name: "x", Magic: "BOTH", Tail: "END"},
		{Name: "x", Binary: true},
	} {
		if err := r.Add(f, nothing); err == nil {
			t.Errorf("%+v is taken", f)
		}
	}
}

// Parts of a document are known by its name, whatever the case.
func TestBesideNames(t *testing.T) {
	r := new(converter.Registry)
	r.Register(converter.Format{Name: "shape", Extensions: []string{".shp"}, Beside: []string{".dbf", ".shp.xml"}}, converter.Func(nil))
	r.Register(converter.Format{Name: "table", Extensions: []string{".dbf"}}, converter.Func(nil))
	there := func(name string) bool { return name == "d/a.shp" || name == "B.SHP" || name == ".shp" }
	for name, want := range map[string]string{
		"d/a.dbf": "d/a.shp", "d/a.DBF": "d/a.shp", "d/a.shp.xml": "d/a.shp", "B.dbf": "B.SHP",
		"d/a.shp": "", "d/b.dbf": "", "a.dbf": "", "d/a.prj": "", ".dbf": "", "d/.dbf": "",
	} {
		if got := r.Beside(name, there); got != want {
			t.Errorf("%s is beside %q, want %q", name, got, want)
		}
	}
}
