// Package gpx converts GPX (1.0 and 1.1), as receivers and sport watches write it: a row for
// each point.
//
// waypoints, route_points and track_points are tables with latitude, longitude, ele, time and
// whatever else a point has, a_b for b in a; of extensions only their own names stay, as hr and
// cad. route, track and segment count from 1; routes and tracks are tables with a row for each
// of them, which say how many points it has, and the document with its metadata is one row.
package gpx

import (
	"context"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/plaintext"
	"github.com/dynasette/dynasette/converter/internal/xmltext"
)

// Format is GPX. A document is known by its root element, whatever it is called.
var Format = converter.Format{
	Name:       "gpx",
	Extensions: []string{".gpx"},
	MediaTypes: []string{"application/gpx+xml"},
	Binary:     true,
	Sniff:      sniff,
	Doc:        "GPX: tables of waypoints, routes and tracks, and of their points",
}

func sniff(head []byte) bool {
	root := xmltext.Root(head)
	return root != nil && root.Local == "gpx"
}

// A Converter converts GPX.
type Converter struct {
	// Encoding is the text's encoding, as "windows-1252"; "": found out.
	Encoding string
}

// Options lists what can be set; see converter.Configurable.
func (c Converter) Options() []converter.Option {
	return []converter.Option{plaintext.EncodingOption()}
}

// With returns the converter with an option set.
func (c Converter) With(name, value string) (converter.Converter, error) {
	if name != "encoding" {
		return nil, converter.ErrNoOption
	}
	c.Encoding = value
	return c, plaintext.CheckEncoding(value)
}

// Convert reads the document twice: for its shape, from which the columns follow, and for the
// rows.
func (c Converter) Convert(ctx context.Context, in *converter.Input, out *converter.Writer) error {
	if err := xmltext.CheckRoot(in, "gpx"); err != nil {
		return err
	}
	source, err := xmltext.Open(in, out, c.Encoding)
	if err != nil {
		return err
	}
	first := source.First()
	root, err := xmltext.Outline(first)
	if err != nil {
		return source.Excuse(err)
	}
	if first.HTML > 0 {
		out.Report(converter.Finding{Code: "entity-undeclared", Count: first.HTML,
			Message: "an entity is none of XML's, and read as HTML has it"})
	}
	d := &document{ctx: ctx, r: source.Again(), out: out}
	return d.convert(root, in.Stem())
}
