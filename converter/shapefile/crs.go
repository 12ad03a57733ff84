package shapefile

import (
	"math"
	"path"
	"regexp"
	"strconv"
	"strings"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/dbase"
	"github.com/dynasette/dynasette/internal/pattern"
)

// A crs is the reference system of positions, as far as a .prj file tells: well-known text of any
// kind (OGC 01-009, ISO 19162, ESRI's).
type crs struct {
	name    string // "": nothing says it
	plane   string // the name of that of longitudes and latitudes alone, without heights
	file    string // "": there is none
	text    string // of the file, where it begins, if that is no well-known text
	degrees bool   // positions are longitudes and latitudes, from Greenwich
}

// maxCRS is how much of a .prj file is read.
const maxCRS = 64 << 10

var (
	crsRoot   = pattern.New(`(?i)^\s*([A-Z_]+)\s*[\[(]\s*"((?:[^"]|"")*)"`)
	boundCRS  = pattern.New(`(?i)^\s*BOUNDCRS\s*[\[(]\s*SOURCECRS\s*[\[(]`)
	cartesian = pattern.New(`(?i)\bCS\s*[\[(]\s*Cartesian`)
	crsUnit   = pattern.New(`(?i)\b(?:ANGLE)?UNIT\s*[\[(]\s*"([^"]*)"\s*,\s*([0-9.eE+-]+)`)
	meridian  = pattern.New(`(?i)PRIME?M(?:ERIDIAN)?\s*[\[(]\s*"([^"]*)"\s*,\s*([0-9.eE+-]+)`)
	wgs84     = pattern.New(`(?i)^(GCS_)?WGS[_ ]?(19)?84$`)
)

// findCRS reads what a .prj file says, or the .qpj file of QGIS if there is none.
func findCRS(shapes *converter.Input) (c crs, err error) {
	in, closer, err := dbase.Beside(shapes, ".prj", ".qpj")
	if in == nil {
		return c, err
	}
	defer closer.Close()
	text, err := in.Head(maxCRS)
	if err != nil {
		return c, err
	}
	c = parseCRS(strings.TrimPrefix(string(text), "\ufeff"))
	c.file = path.Base(in.Name)
	if c.name == "" {
		const most = 100
		c.text = strings.ToValidUTF8(string(text[:min(len(text), most)]), "\uFFFD")
	}
	return c, nil
}

// parseCRS reads well-known text.
func parseCRS(text string) (c crs) {
	text = boundCRS().ReplaceAllString(text, "") // what it is bound to does not matter
	keyword, name, rest := root(text)
	c.name = strings.ToValidUTF8(name, "\uFFFD")
	for keyword == "COMPD_CS" || keyword == "COMPOUNDCRS" { // it begins with that of the plane
		text = strings.TrimLeft(rest, ", \t\r\n")
		keyword, name, rest = root(text)
	}
	c.plane = name
	switch keyword {
	case "GEOGCS", "GEOGCRS", "GEOGRAPHICCRS", "GEODCRS", "GEODETICCRS":
		c.degrees = !cartesian().MatchString(text) && number(meridian(), text, 0) == 0 &&
			math.Abs(number(crsUnit(), text, math.Pi/180)-math.Pi/180) < 1e-9
	}
	return c
}

// root returns the first keyword of well-known text, the name behind it, and what follows.
func root(text string) (keyword, name, rest string) {
	at := crsRoot().FindStringSubmatchIndex(text)
	if at == nil {
		return "", "", ""
	}
	return strings.ToUpper(text[at[2]:at[3]]), strings.ReplaceAll(text[at[4]:at[5]], `""`, `"`), text[at[1]:]
}

// number returns that of the first element of a kind, or what there is without one.
func number(element *regexp.Regexp, text string, without float64) float64 {
	found := element.FindStringSubmatch(text)
	if found == nil {
		return without
	}
	v, err := strconv.ParseFloat(found[2], 64)
	if err != nil {
		return math.Inf(1)
	}
	return v
}

// axes are the columns of a point.
func (c crs) axes() []string {
	if c.degrees {
		return []string{"longitude", "latitude"}
	}
	return []string{"x", "y"}
}

// describe says in which reference system positions are.
func (c crs) describe(out *converter.Writer) {
	if c.name == "" && c.file != "" {
		out.Report(converter.Finding{Code: "crs-unknown", Severity: converter.Doubt, Example: c.text,
			Message: "the file " + c.file + " is no well-known text of a reference system, so that the positions of points are in the columns x and y"})
		return
	}
	if c.name == "" {
		out.Report(converter.Finding{Code: "crs-unknown", Severity: converter.Doubt,
			Message: "nothing says in which reference system positions are, as a .prj file does, so that those of points are in the columns x and y"})
		return
	}
	out.Describe("crs", c.name, "the file "+c.file+" says so")
	switch {
	case !c.degrees:
		out.Report(converter.Finding{Code: "crs", Example: c.name,
			Message: "positions are no longitudes and latitudes, but in another reference system, so that those of points are in the columns x and y"})
	case !wgs84().MatchString(c.plane):
		out.Report(converter.Finding{Code: "crs", Example: c.name,
			Message: "longitudes and latitudes are of another reference system than WGS 84"})
	}
}
