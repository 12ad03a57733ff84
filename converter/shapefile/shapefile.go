// Package shapefile converts shapefiles of ESRI: .shp, with the files that belong to it.
//
// A shapefile is a table, named after the file: the attributes that x.dbf has, as package dbf reads them,
// and the column geometry, which is GeoJSON text (RFC 7946). The first record of one belongs to the first of the
// other. Where one has more records than the other, the rest of the row is NULL, which is found; without
// x.dbf there are only shapes.
//
// Points, lines and areas become what GeoJSON calls them, the simple form if there is one part. Which rings
// of an area are holes, and of which, their direction says and what they lie in; the directions are
// turned to those of RFC 7946. Heights (Z) are third coordinates. Measures (M) have no place in GeoJSON: they
// are in the column measures, a JSON array of the shape of the coordinates, or measure, for points. Multipatches
// are areas of three coordinates, a triangle each where they are strips or fans.
//
// Points also have the columns longitude and latitude if x.prj says that positions are in degrees from
// Greenwich, and otherwise x and y. That positions are no longitudes and latitudes is found, as it is
// that nothing says what they are. Attributes that are called as one of these columns give way
// (geometry_2).
//
// The order of the shapes is that of the index x.shx, if it is there and sound.
package shapefile

import (
	"context"
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/dbase"
)

// Format is what the Converter understands.
var Format = converter.Format{
	Name:       "shapefile",
	Extensions: []string{".shp"},
	MediaTypes: []string{"application/vnd.shp", "application/x-esri-shape", "x-gis/x-shapefile"},
	Magic:      magic,
	Sniff:      sniff,
	Beside: []string{
		".dbf", ".shx", ".prj", ".cpg", ".cst", ".qpj", ".dbt", ".fpt", // which are read, but for the next ones
		".qix", ".qmd", ".qml", ".sld", ".sbn", ".sbx", ".fbn", ".fbx", ".ain", ".aih", ".atx", ".ixs", ".mxs", ".idm", ".ind", ".lyr", ".cdx", ".shp.xml", ".shp.iso.xml",
	},
	Doc: "shapefiles: attributes, and geometries as GeoJSON",
}

// Converter reads shapefiles. Its fields are options of the attributes; the zero value is right for most.
type Converter struct {
	Encoding string // of the texts; "" finds out
	Deleted  bool   // shapes whose attributes are marked as deleted are rows, too, and the column deleted tells them
}

// Options lists what can be set; see converter.Configurable.
func (c Converter) Options() []converter.Option { return dbase.Options(c).List() }

// With returns the converter with an option set.
func (c Converter) With(name, value string) (converter.Converter, error) {
	o, err := dbase.Options(c).With(name, value)
	return Converter(o), err
}

// measuresKey is recalled if shapes have measures that their type does not promise.
const measuresKey = "measures"

// Convert makes a table of the document.
func (c Converter) Convert(ctx context.Context, in *converter.Input, out *converter.Writer) error {
	in, err := in.Whole()
	if err != nil {
		return err
	}
	shapes, err := open(ctx, in, out)
	if err != nil {
		return err
	}
	defer shapes.close()
	attributes, closer, err := openAttributes(in, out, dbase.Options(c))
	if err != nil {
		return err
	}
	defer closer.Close()
	l := &layer{reader: shapes, attributes: attributes, out: out}
	l.measured = hasMeasures(shapes.kind) || out.Recall(measuresKey) != ""
	if l.crs, err = findCRS(in); err != nil {
		return err
	}
	l.crs.describe(out)
	l.table = out.Table(in.Stem(), l.columns()...)
	l.describe()
	if err := l.read(ctx); err != nil {
		return err
	}
	return l.finish()
}

// openAttributes opens the table with the attributes; nil if there is none.
func openAttributes(in *converter.Input, out *converter.Writer, o dbase.Options) (*dbase.Table, io.Closer, error) {
	of, closer, err := dbase.Beside(in, ".dbf")
	if err != nil {
		return nil, nil, err
	}
	if of == nil {
		out.Report(converter.Finding{Code: "attributes-missing", Severity: converter.Loss,
			Message: "there is no .dbf file beside the shapes, so that they have no attributes"})
		return nil, io.NopCloser(nil), nil
	}
	t, err := dbase.Open(of, out, o)
	if err != nil {
		closer.Close()
		return nil, nil, fmt.Errorf("%s: %w", of.Name, err)
	}
	return t, closers{t, closer}, nil
}

type closers []io.Closer

func (c closers) Close() error {
	for _, closer := range c {
		closer.Close() // of what was only read
	}
	return nil
}

// A layer is what the table is made of.
type layer struct {
	*reader
	attributes *dbase.Table // nil: there are none
	crs        crs
	measured   bool // there is a column for measures
	table      *converter.Table
	out        *converter.Writer
	width      int // how many columns are attributes'

	noShapes, noAttributes int64 // rows without one
}

// columns returns the names of the columns.
func (l *layer) columns() []string {
	own := []string{"geometry"}
	points := l.kind.flat() == point
	if points {
		own = append(own, l.crs.axes()...)
	}
	if l.measured {
		own = append(own, map[bool]string{false: "measures", true: "measure"}[points])
	}
	var names []string
	if l.attributes != nil {
		names = l.attributes.Columns()
	}
	l.width = len(names)
	for i, name := range names {
		for _, mine := range own {
			if strings.EqualFold(name, mine) {
				names[i] += "_2"
			}
		}
	}
	return append(names, own...)
}

// describe says of the columns what is known of them.
func (l *layer) describe() {
	if l.attributes != nil {
		l.attributes.Describe(l.table)
	}
	at := l.width
	l.table.Describe(at, converter.ColumnDescription{Kind: converter.KindText, Description: "GeoJSON"})
	points := l.kind.flat() == point
	if at++; points {
		l.table.Describe(at, converter.ColumnDescription{Kind: converter.KindReal})
		l.table.Describe(at+1, converter.ColumnDescription{Kind: converter.KindReal})
		at += 2
	}
	if l.measured {
		l.table.Describe(at, converter.ColumnDescription{Kind: map[bool]converter.Kind{false: converter.KindText, true: converter.KindReal}[points]})
	}
}

// read makes the rows.
func (l *layer) read(ctx context.Context) error {
	for {
		shapes, err := l.next(ctx)
		if err != nil {
			return err
		}
		if len(shapes.all) == 0 {
			break
		}
		for len(shapes.all) > 0 {
			n := int64(len(shapes.all))
			var records *dbase.Chunk
			if l.attributes != nil {
				if records, err = l.attributes.Next(ctx, n); err != nil {
					return err
				}
			}
			if records != nil {
				n = records.N
			} else {
				l.noAttributes += n
			}
			part := shapes
			part.all, part.places = shapes.all[:n], shapes.places[:n]
			shapes.all, shapes.places = shapes.all[n:], shapes.places[n:]
			wait := shapes.size > large || records != nil && records.Large()
			if err := l.table.AppendFunc(func(b *converter.Batch) error { return l.fill(b, part, records) }); err != nil {
				return err
			}
			if wait {
				if err := l.out.Wait(); err != nil {
					return err
				}
			}
		}
	}
	for l.attributes != nil {
		records, err := l.attributes.Next(ctx, math.MaxInt64)
		if err != nil || records == nil {
			return err
		}
		l.noShapes += records.N
		if err := l.table.AppendFunc(func(b *converter.Batch) error { return records.Fill(b, nil) }); err != nil {
			return err
		}
	}
	return nil
}

// finish says what is to be said of all rows.
func (l *layer) finish() error {
	if l.attributes != nil {
		if err := l.attributes.Finish(l.table); err != nil {
			return err
		}
	} else if err := l.out.Wait(); err != nil {
		return err
	}
	if l.noShapes > 0 {
		l.out.Report(converter.Finding{Code: "shapes-missing", Severity: converter.Loss, Count: l.noShapes,
			Message: "there are attributes without a shape, whose geometry is NULL"})
	}
	if l.noAttributes > 0 && l.attributes != nil {
		l.out.Report(converter.Finding{Code: "records-without", Severity: converter.Loss, Count: l.noAttributes,
			Message: "there is a shape without attributes, which are NULL"})
	}
	l.reader.finish(l.out)
	return nil
}
