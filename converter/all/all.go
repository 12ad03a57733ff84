// Package all knows every built-in format.
package all

import (
	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/compress"
	"github.com/dynasette/dynasette/converter/csv"
	"github.com/dynasette/dynasette/converter/dbf"
	"github.com/dynasette/dynasette/converter/gpx"
	"github.com/dynasette/dynasette/converter/json"
	"github.com/dynasette/dynasette/converter/kml"
	"github.com/dynasette/dynasette/converter/markdown"
	"github.com/dynasette/dynasette/converter/ods"
	"github.com/dynasette/dynasette/converter/parquet"
	"github.com/dynasette/dynasette/converter/shapefile"
	"github.com/dynasette/dynasette/converter/sqlite"
	"github.com/dynasette/dynasette/converter/xls"
	"github.com/dynasette/dynasette/converter/xlsx"
	"github.com/dynasette/dynasette/converter/xml"
	"github.com/dynasette/dynasette/converter/yaml"
)

// Formats returns a new Registry of every built-in format; add your own to it. Where the
// content alone has to tell, the stricter formats are asked first.
func Formats() *converter.Registry {
	r := new(converter.Registry)
	r.Register(sqlite.Format, sqlite.Converter{})
	r.Register(shapefile.Format, shapefile.Converter{})
	r.Register(dbf.Format, dbf.Converter{})
	r.Register(xlsx.Format, xlsx.Converter{})
	r.Register(xls.Format, xls.Converter{})
	r.Register(xls.Stream, xls.Converter{})
	r.Register(ods.Format, ods.Converter{})
	r.Register(ods.Flat, ods.Converter{})
	r.Register(parquet.Format, parquet.Converter{})
	r.Register(kml.Format, kml.Converter{})
	r.Register(gpx.Format, gpx.Converter{})
	r.Register(xml.Format, xml.Converter{})
	r.Register(json.GeoJSON, json.Converter{})
	r.Register(json.NDJSON, json.Converter{Lines: true})
	r.Register(json.Format, json.Converter{})
	r.Register(markdown.Format, markdown.Converter{})
	r.Register(yaml.Format, yaml.Converter{})
	r.Register(csv.TSV, csv.Converter{})
	r.Register(csv.CSV, csv.Converter{})
	compress.Register(r, compress.Limits{})
	return r
}
