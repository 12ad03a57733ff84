// Package kml converts KML (2.0 to 2.3), as Google Earth and geographic information systems
// write it: a row for each placemark.
//
// folder is the path of the folders that it is in. name, description, styleUrl, and times as
// when, begin and end are columns; so are what Data and SimpleData say, which have the types,
// titles and names that a Schema gives them, and whatever else a placemark has, as a_b for b
// in a. Its geometry is GeoJSON; a point also has longitude and latitude. A track is a line,
// with its times as a JSON array.
//
// What is no placemark has tables of its own: folders what folders say of themselves, styles
// the shared styles as JSON, network_links the links to other files, which are not fetched,
// and overlays pictures on the map.
package kml

import (
	"context"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/plaintext"
	"github.com/dynasette/dynasette/converter/internal/xmltext"
)

// Format is KML. A document is known by its root element, whatever it is called.
var Format = converter.Format{
	Name:       "kml",
	Extensions: []string{".kml"},
	MediaTypes: []string{"application/vnd.google-earth.kml+xml"},
	Binary:     true,
	Sniff:      sniff,
	Doc:        "KML: placemarks as rows, geometry as JSON text, longitude and latitude of points",
}

func sniff(head []byte) bool {
	root := xmltext.Root(head)
	return root != nil && root.Local == "kml"
}

// A Converter converts KML.
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

// Convert reads the document twice: for the columns, and for the rows.
func (c Converter) Convert(ctx context.Context, in *converter.Input, out *converter.Writer) error {
	if err := xmltext.CheckRoot(in, "kml", "Document", "Folder"); err != nil {
		return err
	}
	source, err := xmltext.Open(in, out, c.Encoding)
	if err != nil {
		return err
	}
	d := newDocument(ctx)
	d.r = source.First()
	if err := d.read(); err != nil {
		return source.Excuse(err)
	}
	if err := d.open(out, in.Stem()); err != nil {
		return err
	}
	d.r = source.Again()
	if err := d.read(); err != nil {
		return err
	}
	d.report(out)
	return nil
}
