package json

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
)

// documents are of every shape, with what the head alone does not tell.
func documents() map[string]string {
	lines, list, keyed, columns, features := "", "", "", []string{"", ""}, ""
	for i := range 40 {
		object := fmt.Sprintf(`{"a":%d,"b":"text \" é %d","c":{"d":[%d, {}]}}`, i, i, i)
		lines += object + "\n"
		list += object + ", "
		keyed += fmt.Sprintf("%q: %s, ", fmt.Sprint("k", i), object)
		columns[0] += fmt.Sprintf("%d, ", i)
		columns[1] += fmt.Sprintf("\"x\\\"%d\", ", i)
		features += fmt.Sprintf(`{"type":"Feature","properties":{"n":%d},"geometry":{"type":"Point","coordinates":[%d,2.5]}},`, i, i)
	}
	list = strings.TrimSuffix(list, ", ")
	keyed = strings.TrimSuffix(keyed, ", ")
	c0, c1 := strings.TrimSuffix(columns[0], ", "), strings.TrimSuffix(columns[1], ", ")
	return map[string]string{
		"lines":      lines,
		"bad lines":  strings.Replace(lines, `"a":17`, `"a":`, 1),
		"indented":   strings.ReplaceAll(lines, "{", "{\n  "),
		"list":       "[" + list + "]",
		"lists":      "[" + list + "]\n[" + list + "]\n",
		"keyed":      "{" + keyed + "}",
		"keyed late": "{" + keyed + `,"z":5}`,
		"columns":    `{"a":[` + c0 + `],"b":[` + c1 + `]}`,
		"uneven":     `{"a":[` + c0 + `],"b":[` + c1 + `, 1]}`,
		"container":  `{"n":1,"a":[` + list + `],"o":{"p":[1, 2]},"b":[` + list + `],"m":null}`,
		"late":       `{"n":[` + c0 + `],"o":{"p":1},"b":[` + list + `]}`,
		"features":   `{"type":"FeatureCollection","features":[` + strings.TrimSuffix(features, ",") + `]}`,
		"one":        `{"a":"` + strings.Repeat("x", 500) + `","b":[1,2,3],"c":{}}`,
		"long":       `[{"a":"` + strings.Repeat("x\\n", 5000) + `"},{"a":2}]`,
		"scalars":    `[` + c0 + `,` + c1 + `]`,
		"arrays":     `[["p","q"],[` + strings.ReplaceAll(c0, ", ", `,"x"],[`) + `]]`,
	}
}

// TestChunks converts documents in chunks of all sizes: the rows are the same.
func TestChunks(t *testing.T) {
	for name, text := range documents() {
		want, err := convert(t, Converter{}, "x.json", text)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, chunk := range []int{8, 16, 33, 64, 100, 333, 1000, 4096} {
			if name == "arrays" && chunk < 33 {
				continue // the names are told by what stands in the head
			}
			got, err := convert(t, Converter{chunk: chunk}, "x.json", text)
			if err != nil {
				t.Errorf("%s in chunks of %d: %v", name, chunk, err)
			} else if got.String() != want.String() {
				t.Errorf("%s in chunks of %d: got:\n%swant:\n%s", name, chunk, got, want)
			}
		}
	}
}

// TestSame converts documents again, with more workers and other reads: the bytes are the
// same.
func TestSame(t *testing.T) {
	for name, text := range documents() {
		c := Converter{chunk: 100}
		want, err := convert(t, c, "x.json", text)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		slow := input("x.json", text)
		slow.ReaderAt = &bumpy{ReaderAt: slow.ReaderAt, most: 3}
		stream := input("x.json", text)
		stream.Size = -1
		for about, in := range map[string]*converter.Input{"again": input("x.json", text), "short reads": slow, "size unknown": stream} {
			got, err := convertInput(t, c, in, converter.Options{Workers: 8})
			if err != nil {
				t.Errorf("%s, %s: %v", name, about, err)
			} else if string(got.bytes) != string(want.bytes) {
				t.Errorf("%s, %s: the database differs", name, about)
			}
		}
	}
}

var errBump = errors.New("bump")

// bumpy is a ReaderAt whose reads are short, and which fails at an offset.
type bumpy struct {
	io.ReaderAt
	most int
	at   int64 // where it fails, if that is not 0
	read func()
}

func (b *bumpy) ReadAt(p []byte, off int64) (int, error) {
	if b.read != nil {
		b.read()
	}
	if b.at > 0 && off+int64(len(p)) > b.at {
		if off >= b.at {
			return 0, errBump
		}
		n, _ := b.ReaderAt.ReadAt(p[:b.at-off], off)
		return n, errBump
	}
	if b.most > 0 && len(p) > b.most {
		return b.ReaderAt.ReadAt(p[:b.most], off)
	}
	return b.ReaderAt.ReadAt(p, off)
}

// TestReadErrors has reading fail everywhere.
func TestReadErrors(t *testing.T) {
	for name, text := range documents() {
		for at := int64(1); at < int64(len(text)); at += 1 + int64(len(text))/200 {
			in := input("x.json", text)
			in.ReaderAt = &bumpy{ReaderAt: in.ReaderAt, at: at}
			_, err := convertInput(t, Converter{chunk: 100}, in, converter.Options{})
			if !errors.Is(err, errBump) || converter.Permanent(err) {
				t.Errorf("%s, reading fails at %d: %v", name, at, err)
			}
		}
	}
}

// TestTruncated cuts documents off: what comes of them is an error or sound.
func TestTruncated(t *testing.T) {
	for name, text := range documents() {
		for end := 0; end < len(text); end += 1 + len(text)/97 {
			db, err := convert(t, Converter{chunk: 100}, "x.json", text[:end])
			if err != nil && !converter.Permanent(err) {
				t.Errorf("%s, %d bytes of it: %v", name, end, err)
			}
			if err == nil && strings.HasPrefix(text, "[") && !strings.Contains(name, "lists") {
				t.Errorf("%s, %d bytes of it: no error\n%s", name, end, db)
			}
		}
	}
}

// TestCancelled cancels the context while a document is being read.
func TestCancelled(t *testing.T) {
	for name, text := range documents() {
		ctx, cancel := context.WithCancel(t.Context())
		in := input("x.json", text)
		reads := 0
		in.ReaderAt = &bumpy{ReaderAt: in.ReaderAt, most: 10, read: func() {
			if reads++; reads == 5 {
				cancel()
			}
		}}
		if _, err := converter.Convert(ctx, Converter{chunk: 16}, in, new(memory), converter.Options{}); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestPlaces holds where errors are said to be, whatever the chunks.
func TestPlaces(t *testing.T) {
	good := strings.Repeat("{\"a\":\"x\\ny\"},\n", 20)
	for _, test := range []struct {
		text   string
		line   int64
		offset int
	}{
		{"[\n" + good + "{\"a\":?}]", 22, 2 + len(good) + 5},
		{"[\n" + good + "]", 22, 2 + len(good)},
		{"[\n" + good + "1", 22, 2 + len(good) + 1},
		{"[\n" + good + "{\"a\":1]}", 22, 2 + len(good) + 6},
		{"\ufeff[\n" + good + "1 2]", 22, 5 + len(good) + 2},
		{"[1]\n}", 2, 4},
		{"[1] {\"a\":1} ]", 1, 12},
		{"{\"v\":{\"x\":01}}", 1, 10},
		{"{\"l\":[\n" + good + "],\"v\":tru}", 22, 7 + len(good)},
		{"{\"l\":[\n" + good + "{}],\"v\":tru}", 22, 7 + len(good) + 8},
		{"{\"l\":[{}],\n\"v\"=1}", 2, 14},
		{"{\"l\":[{}],\n}", 2, 11},
		{"{\"l\":[{}]\n\"x\":1}", 2, 10},
		{"{\"l\":[{}],\n\"v\":1", 2, 16},
		{"{\"k\":{\"a\":1},\n\"l\":{\"a\":1}\n,\"m\" {}}", 3, 31},
		{"{\"a\":[1,2],\n\"b\":[1,2,]}", 2, 21},
		{"{\"a\":[1,2],\n\"b\":[1,02]}", 2, 19},
	} {
		for _, chunk := range []int{0, 16, 50} {
			_, err := convert(t, Converter{chunk: chunk}, "x.json", test.text)
			var syntax *converter.SyntaxError
			if !errors.As(err, &syntax) || syntax.Line != test.line || syntax.Offset != int64(test.offset) || syntax.Name != "x.json" {
				t.Errorf("%q in chunks of %d: %v, want line %d, byte %d", test.text, chunk, err, test.line, test.offset)
			}
		}
	}
}
