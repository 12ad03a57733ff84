package json

import (
	"bytes"
	stdjson "encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/dynasette/dynasette/converter"
)

// FuzzConvert converts anything, in large and in small chunks: what comes of it is a sound
// database or a permanent error, the same each time, and never a panic. An array of
// objects has as many rows as encoding/json finds.
func FuzzConvert(f *testing.F) {
	for _, text := range texts {
		f.Add([]byte(text), uint8(0))
		f.Add([]byte(text), uint8(0xff))
	}
	for _, text := range documents() {
		f.Add([]byte(text), uint8(1))
	}
	f.Fuzz(func(t *testing.T, text []byte, options uint8) {
		if len(text) > 1<<14 {
			return
		}
		c := Converter{Lines: options&1 > 0, Flatten: options&2 > 0, NoHeader: options&4 > 0, MaxDepth: 20}
		if options&8 > 0 {
			c.Encoding = "windows-1252"
		}
		if options&16 > 0 {
			c.Path = "a"
		}
		if options&32 > 0 {
			c.Orient = "columns"
		}
		for _, c.chunk = range []int{0, 8 + int(options)} {
			db, err := convert(t, c, "x.json", string(text))
			again, err2 := convertInput(t, c, input("x.json", string(text)), converter.Options{Workers: 3})
			if (err == nil) != (err2 == nil) || err != nil && err.Error() != err2.Error() || !bytes.Equal(db.bytes, again.bytes) {
				t.Fatalf("%q: not the same: %v, %v", text, err, err2)
			}
			if err != nil {
				if !converter.Permanent(err) {
					t.Fatalf("%q: %v", text, err)
				}
				if strings.Contains(err.Error(), "panic") || strings.Contains(err.Error(), "differently") {
					t.Fatalf("%q: %v", text, err)
				}
			}
			var rows []map[string]any
			if c.Encoding != "" || c.Path != "" || !utf8.Valid(text) || stdjson.Unmarshal(text, &rows) != nil || len(rows) == 0 || c.Lines {
				continue
			}
			if err == nil && db.summary.Documents[0].Rows != int64(len(rows)) {
				t.Fatalf("%q: %d rows, want %d", text, db.summary.Documents[0].Rows, len(rows))
			}
			if err != nil && !strings.Contains(err.Error(), "limit") {
				t.Fatalf("%q: %v", text, err)
			}
		}
	})
}
