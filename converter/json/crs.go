package json

import (
	"slices"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/internal/pattern"
)

// isGeometryType reports whether a type is one of GeoJSON's geometries with coordinates.
func isGeometryType(typ string) bool {
	return slices.Contains([]string{"Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"}, typ)
}

var (
	epsg  = pattern.New(`(?i)EPSG[^0-9]{0,8}(?:[0-9.]+:)?([0-9]{4,6})`)
	wgs84 = pattern.New(`(?i)CRS:?84|EPSG:(4326|4979)$|WGS ?84$`)
)

// crsName returns the name of the coordinate reference system that the member crs of a
// GeoJSON object gives, or "" if that is WGS 84, as RFC 7946 has it, or not said.
func crsName(raw []byte) (name string) {
	h := newSniff(raw)
	h.eachMember(0, func(member string, value int) bool {
		if member != "properties" || h.s[value] != '{' {
			return true
		}
		h.eachMember(value, func(member string, value int) bool {
			if end := h.value(value, 0); end >= 0 && (member == "name" || member == "href" || member == "code" && name == "") {
				name = string(h.s[value:end])
				if h.s[value] == '"' {
					text, _ := appendString(nil, h.s[value+1:end-1])
					name = string(text)
				} else if member == "code" {
					name = "EPSG:" + name
				}
			}
			return true
		})
		return false
	})
	if at := epsg().FindStringSubmatch(name); at != nil {
		name = "EPSG:" + at[1]
	}
	if wgs84().MatchString(name) {
		return ""
	}
	return name
}

// sayCRS tells in which reference system positions are, if that is not WGS 84.
func (d *document) sayCRS(name string) {
	if name == "" {
		return
	}
	d.out.Describe("crs", name, "the member crs says so")
	d.out.Report(converter.Finding{Code: "crs", Example: name,
		Message: "positions are in another reference system than WGS 84, so that those of points are in the columns x and y"})
}
