// Package json converts JSON: one value, or several one after another (NDJSON, JSON Lines,
// JSON text sequences), and GeoJSON.
//
// What has rows becomes a table: an array of objects, values one after another, an object
// of arrays of objects (a table for each), an object of objects (the names in _key; if they
// are columns, as pandas writes them, turned round), an object of equally long arrays
// (columns), an array of arrays, unless these hold nothing but arrays, as coordinates do.
// Any other object is one row, unless there are rows in the objects that it holds, at any
// depth: {"result":{"total":2,"records":[…]}}. Then these are tables, and the rest of the
// document is a row of a table beside them, which is named after it. Several arrays that may
// be meant, and other shapes than arrays of objects, are a guess and a finding. Path says
// where the rows are. The terms of SPARQL's results are their values.
//
// Values keep what they are: numbers are INTEGER if they are spelled as a 64-bit integer,
// REAL if a float64 is exactly that number (1.10, 1e3 and -0 are), and otherwise TEXT as
// they are spelled (1e400, 20 digits); true and false are 1 and 0; null is NULL; arrays and
// objects are their compact JSON text, in which numbers and escapes stay as spelled;
// {"$base64": true, "encoded": "…"} is a BLOB. Of members with the same name in one object
// the last one has the column, and the others have columns of their own (name_2). Half of a
// surrogate pair (\ud83d alone) is no character: it stays in the text as it is spelled. Both
// are findings.
//
// The text must be JSON as in RFC 8259, except that NaN and Infinity are read as null, and
// a guard against running it as a script, as )]}', is skipped; both are findings. A line of
// NDJSON that is not JSON goes to _rejects; anything else that is not is an error that says
// where, and names comments, JSONP and assignments.
package json

import (
	"bytes"
	"context"
	"errors"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/plaintext"
)

// A Converter converts JSON documents. Its fields are options; the zero value is right for
// most.
type Converter struct {
	// Lines says that each line is a value and a row of its own, also if there is only
	// one, and even if the first one is broken. Otherwise the text decides.
	Lines bool
	// Flatten makes columns a_b of the members of nested objects, {"a": {"b": …}}.
	Flatten bool
	// NoHeader says that the first of several arrays is a row and has no names.
	NoHeader bool
	// Path leads to the part of the document that holds the rows, as result.records or
	// $.results[0].rows; "." or "$" is the document itself. "" looks for it.
	Path string
	// Orient says what the members of an object of objects are, as pandas calls it:
	// "columns", or "index", rows. "" looks at their names.
	Orient string
	// Encoding is the text's encoding, as "windows-1252"; "": found out.
	Encoding string
	// MaxDepth limits nesting; 0 is 512.
	MaxDepth int

	chunk int // how much text to look at and to convert at once; 0 is chunkSize, tests use less
}

// defaultDepth is below the 1,000 levels that SQLite's JSON functions take.
const defaultDepth = 512

func (c Converter) depth() int {
	if c.MaxDepth <= 0 {
		return defaultDepth
	}
	return c.MaxDepth
}

func (c Converter) ahead() int {
	if c.chunk <= 0 {
		return chunkSize
	}
	return c.chunk
}

// Format is JSON of any shape.
var Format = converter.Format{
	Name:       "json",
	Extensions: []string{".json"},
	MediaTypes: []string{"application/json", "text/json"},
	Sniff:      sniff,
	Doc:        "JSON: arrays of objects, objects of arrays, one object, values one after another",
}

// NDJSON is a JSON value a line; register it with Converter{Lines: true}.
var NDJSON = converter.Format{
	Name:       "ndjson",
	Extensions: []string{".ndjson", ".jsonl", ".nljson", ".jsonlines"},
	MediaTypes: []string{"application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines", "application/json-seq"},
	Sniff:      sniffLines,
	Doc:        "newline-delimited JSON: a value a line",
}

// GeoJSON is a FeatureCollection, a Feature, or a Feature a line (RFC 7946, RFC 8142).
var GeoJSON = converter.Format{
	Name:       "geojson",
	Extensions: []string{".geojson", ".geojsonl", ".geojsons", ".ndgeojson"},
	MediaTypes: []string{"application/geo+json", "application/vnd.geo+json", "application/geo+json-seq"},
	Sniff:      sniffGeo,
	Doc:        "GeoJSON: properties as columns, geometry as JSON text, longitude and latitude of points",
}

// Convert implements converter.Converter.
func (c Converter) Convert(ctx context.Context, in *converter.Input, out *converter.Writer) error {
	source, err := plaintext.Open(in, out, c.Encoding)
	if err != nil {
		return err
	}
	if !c.Lines { // of which others may be sound
		if err := refuse(in); err != nil {
			return err
		}
	}
	return c.convert(in, out, source, false)
}

// refuse returns why a document that begins as no JSON does is none, if it is a page or XML: services
// answer with those if something is wrong, and people keep them by the name that they wanted.
func refuse(in *converter.Input) error {
	head, err := in.Head(converter.SniffLen)
	if err != nil {
		return err
	}
	if text := bytes.TrimSpace(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf"))); len(text) == 0 || text[0] != '<' {
		return nil
	}
	return converter.Refuse(in)
}

// ConvertText converts JSON text in UTF-8 that a document of another format was made. Places
// in it mean nothing to people, and are not said.
func (c Converter) ConvertText(in *converter.Input, out *converter.Writer) error {
	err := c.convert(in, out, plaintext.Made(in), true)
	var syntax *converter.SyntaxError
	if errors.As(err, &syntax) {
		syntax.Line, syntax.Offset = 0, 0
	}
	return err
}

func (c Converter) convert(in *converter.Input, out *converter.Writer, source *plaintext.Text, made bool) error {
	d := &document{Converter: c, in: in, out: out, source: source}
	d.filler.source = source
	ahead := c.ahead()
	if !made && in.Size >= 0 {
		most := in.Size
		if source.Decoded {
			most *= 3 // a byte is three of UTF-8 at most
		}
		ahead = int(min(int64(ahead), most+1))
	}
	d.text = newStream(source, source.Start, ahead, &d.filler.buffers)
	d.text.made = made
	d.skipGuard()
	if err := d.convert(); err != nil {
		return source.Excuse(err)
	}
	return d.warn()
}
