package shapefile_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/convertertest"
	"github.com/dynasette/dynasette/converter/shapefile"
)

// shapes returns a shapefile of records with these contents, and its index.
func shapes(kind uint32, contents ...[]byte) (shp, shx []byte) {
	head := make([]byte, 100)
	copy(head, "\x00\x00\x27\x0a")
	binary.LittleEndian.PutUint32(head[28:], 1000)
	binary.LittleEndian.PutUint32(head[32:], kind)
	shp, shx = bytes.Clone(head), bytes.Clone(head)
	for i, c := range contents {
		shx = binary.BigEndian.AppendUint32(shx, uint32(len(shp)/2))
		shx = binary.BigEndian.AppendUint32(shx, uint32(len(c)/2))
		shp = binary.BigEndian.AppendUint32(shp, uint32(i+1))
		shp = binary.BigEndian.AppendUint32(shp, uint32(len(c)/2))
		shp = append(shp, c...)
	}
	binary.BigEndian.PutUint32(shp[24:], uint32(len(shp)/2))
	binary.BigEndian.PutUint32(shx[24:], uint32(len(shx)/2))
	return shp, shx
}

func floats(dst []byte, all ...float64) []byte {
	for _, f := range all {
		dst = binary.LittleEndian.AppendUint64(dst, math.Float64bits(f))
	}
	return dst
}

func point(x, y float64) []byte { return floats([]byte{1, 0, 0, 0}, x, y) }

// area returns the content of a polygon, or of a line (3), of these parts.
func area(kind byte, parts ...[]float64) []byte {
	c := floats([]byte{kind, 0, 0, 0}, 0, 0, 0, 0)
	c = binary.LittleEndian.AppendUint32(c, uint32(len(parts)))
	n := 0
	for _, p := range parts {
		n += len(p) / 2
	}
	c = binary.LittleEndian.AppendUint32(c, uint32(n))
	n = 0
	for _, p := range parts {
		c = binary.LittleEndian.AppendUint32(c, uint32(n))
		n += len(p) / 2
	}
	for _, p := range parts {
		c = floats(c, p...)
	}
	return c
}

// square is a ring, clockwise as outer ones are, or not.
func square(x, y, size float64, clockwise bool) []float64 {
	r := []float64{x, y, x, y + size, x + size, y + size, x + size, y, x, y}
	if !clockwise {
		r[2], r[3], r[6], r[7] = r[6], r[7], r[2], r[3]
	}
	return r
}

func convert(document []byte, beside fs.FS) (string, converter.DocumentSummary, error) {
	in := &converter.Input{Name: "d/x.shp", Size: int64(len(document)), ReaderAt: bytes.NewReader(document), Folder: beside}
	dst := new(convertertest.Memory)
	s, err := converter.Convert(context.Background(), shapefile.Converter{}, in, dst, converter.Options{Workers: 2})
	if err != nil {
		return "", converter.DocumentSummary{}, err
	}
	sql, err := convertertest.SQL(dst.Bytes())
	var rows []string
	for _, line := range strings.Split(sql, "\n") {
		if rest, ok := strings.CutPrefix(line, `INSERT INTO "x" VALUES(`); ok {
			rows = append(rows, strings.TrimSuffix(rest, ");"))
		}
	}
	return strings.Join(rows, "\n"), s.Documents[0], err
}

func codes(d converter.DocumentSummary) string {
	var all []string
	for _, f := range d.Findings {
		if f.Code != "crs-unknown" && f.Code != "attributes-missing" {
			all = append(all, f.Code)
		}
	}
	return strings.Join(all, " ")
}

const dbfHead = "\x03\x7c\x01\x01"

// attributes returns a table with a column A of one letter.
func attributes(letters string) []byte {
	t := binary.LittleEndian.AppendUint32([]byte(dbfHead), uint32(len(letters)))
	t = append(t, 65, 0, 2, 0)
	t = append(t, make([]byte, 20)...)
	field := make([]byte, 32)
	field[0], field[11], field[16] = 'A', 'C', 1
	t = append(append(t, field...), '\r')
	for _, l := range letters {
		flag := byte(' ')
		if l >= 'a' {
			flag = '*'
		}
		t = append(t, flag, byte(l))
	}
	return t
}

func TestAreas(t *testing.T) {
	for _, tt := range []struct {
		name  string
		parts [][]float64
		want  string // the coordinates of the type
		found string
	}{
		{"one", [][]float64{square(0, 0, 4, true)}, "Polygon [[[0,0],[4,0],[4,4],[0,4],[0,0]]]", ""},
		{"one the other way round", [][]float64{square(0, 0, 4, false)}, "Polygon [[[0,0],[4,0],[4,4],[0,4],[0,0]]]", ""},
		{"one that is open", [][]float64{square(0, 0, 4, true)[:8]}, "Polygon [[[4,0],[4,4],[0,4],[0,0],[4,0]]]", ""},
		{"a hole before what it is in", [][]float64{square(1, 1, 1, false), square(0, 0, 4, true)},
			"Polygon [[[0,0],[4,0],[4,4],[0,4],[0,0]],[[1,1],[1,2],[2,2],[2,1],[1,1]]]", ""},
		{"an island in a lake", [][]float64{square(0, 0, 9, true), square(1, 1, 7, false), square(2, 2, 4, true), square(3, 3, 1, false)},
			"MultiPolygon [[[[0,0],[9,0],[9,9],[0,9],[0,0]],[[1,1],[1,8],[8,8],[8,1],[1,1]]],[[[2,2],[6,2],[6,6],[2,6],[2,2]],[[3,3],[3,4],[4,4],[4,3],[3,3]]]]", ""},
		{"a hole that touches", [][]float64{square(0, 0, 4, true), square(0, 0, 2, false)},
			"Polygon [[[0,0],[4,0],[4,4],[0,4],[0,0]],[[0,0],[0,2],[2,2],[2,0],[0,0]]]", ""},
		{"a hole in nothing", [][]float64{square(0, 0, 4, true), square(7, 7, 1, false)},
			"MultiPolygon [[[[0,0],[4,0],[4,4],[0,4],[0,0]]],[[[7,7],[8,7],[8,8],[7,8],[7,7]]]]", "hole-alone"},
		{"all the other way round", [][]float64{square(0, 0, 9, false), square(1, 1, 7, false), square(20, 0, 1, false)},
			"MultiPolygon [[[[0,0],[9,0],[9,9],[0,9],[0,0]],[[1,1],[1,8],[8,8],[8,1],[1,1]]],[[[20,0],[21,0],[21,1],[20,1],[20,0]]]]", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			shp, _ := shapes(5, area(5, tt.parts...))
			got, d, err := convert(shp, nil)
			kind, coordinates, _ := strings.Cut(tt.want, " ")
			if want := fmt.Sprintf(`'{"type":"%s","coordinates":%s}'`, kind, coordinates); err != nil || got != want {
				t.Errorf("got %s %v\nwant %s", got, err, want)
			}
			if codes(d) != tt.found {
				t.Errorf("found %q, want %q", codes(d), tt.found)
			}
		})
	}
}

// Many holes find what they are in as soon as few do, wherever they are.
func TestManyHoles(t *testing.T) {
	var parts [][]float64
	const n = 100
	for i := range n * n {
		x, y := float64(i%n)*10, float64(i/n)*10
		parts = append(parts, square(x, y, 8, true))
	}
	for i := range n * n {
		i = i * 7919 % (n * n)
		parts = append(parts, square(float64(i%n)*10+2, float64(i/n)*10+2, 3, false))
	}
	shp, _ := shapes(5, area(5, parts...))
	got, d, err := convert(shp, nil)
	if err != nil || codes(d) != "" || strings.Count(got, "]],[[") != 2*n*n-1 {
		t.Errorf("%d areas and holes, found %s, %v", strings.Count(got, "]],[[")+1, codes(d), err)
	}
}

func TestPartsOfShapefile(t *testing.T) {
	three, index := shapes(1, point(1, 2), point(3, 4), point(5, 6))
	turned := bytes.Clone(index)
	copy(turned[100:108], index[116:124])
	copy(turned[116:124], index[100:108])
	stale := bytes.Clone(index)
	binary.BigEndian.PutUint32(stale[108:], 1<<30)
	const a, b, c = `'{"type":"Point","coordinates":[1,2]}',1.0,2.0`, `'{"type":"Point","coordinates":[3,4]}',3.0,4.0`, `'{"type":"Point","coordinates":[5,6]}',5.0,6.0`
	for _, tt := range []struct {
		name     string
		dbf, shx []byte
		shp      []byte
		want     string
		found    string
	}{
		{"all", attributes("ABC"), index, three, "'A'," + a + "\n'B'," + b + "\n'C'," + c, ""},
		{"no attributes", nil, index, three, a + "\n" + b + "\n" + c, ""},
		{"no index", attributes("ABC"), nil, three, "'A'," + a + "\n'B'," + b + "\n'C'," + c, ""},
		{"an index of another order", attributes("ABC"), turned, three, "'A'," + c + "\n'B'," + b + "\n'C'," + a, ""},
		{"an index of another file", attributes("ABC"), stale, three, "'A'," + a + "\n'B'," + b + "\n'C'," + c, "index-unsound"},
		{"a deleted record", attributes("AbC"), index, three, "'A'," + a + "\n'C'," + c, "records-deleted"},
		{"more attributes", attributes("ABCD"), index, three, "'A'," + a + "\n'B'," + b + "\n'C'," + c + "\n'D',NULL,NULL,NULL", "shapes-missing"},
		{"fewer attributes", attributes("A"), index, three, "'A'," + a + "\nNULL," + b + "\nNULL," + c, "records-without"},
		{"a shape that is cut off", attributes("ABC"), nil, three[:len(three)-3], "'A'," + a + "\n'B'," + b + "\n'C',NULL,NULL,NULL", "shape-cut-off shapes-missing"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			beside := fstest.MapFS{}
			if tt.dbf != nil {
				beside["d/x.DBF"] = &fstest.MapFile{Data: tt.dbf}
			}
			if tt.shx != nil {
				beside["d/x.shx"] = &fstest.MapFile{Data: tt.shx}
			}
			got, d, err := convert(tt.shp, beside)
			var rows []string
			for _, row := range strings.Split(got, "\n") {
				rows = append(rows, strings.TrimSuffix(row, ","))
			}
			if got = strings.Join(rows, "\n"); err != nil || got != tt.want {
				t.Errorf("got\n%s %v\nwant\n%s", got, err, tt.want)
			}
			if codes(d) != tt.found {
				t.Errorf("found %q, want %q", codes(d), tt.found)
			}
		})
	}
}

func TestShapes(t *testing.T) {
	half := area(3, []float64{0, 0, 1, 1})
	binary.LittleEndian.PutUint32(half[40:], 1<<28)
	backwards := area(3, []float64{0, 0, 1, 1}, []float64{2, 2, 3, 3})
	binary.LittleEndian.PutUint32(backwards[48:], 9)
	for _, tt := range []struct {
		name    string
		content []byte
		want    string
		found   string
	}{
		{"null", []byte{0, 0, 0, 0}, "NULL", ""},
		{"nothing", nil, "NULL", ""},
		{"a line of no parts", area(3), "NULL", ""},
		{"two lines", area(3, []float64{0, 0, 1, 1}, []float64{2, 2, 3, 1e-7}), `'{"type":"MultiLineString","coordinates":[[[0,0],[1,1]],[[2,2],[3,1e-07]]]}'`, ""},
		{"an empty part", area(3, nil, []float64{2, 2, 3, 1e21}), `'{"type":"LineString","coordinates":[[2,2],[3,1e+21]]}'`, ""},
		{"infinite", area(3, []float64{0, math.Inf(1), 1, 1}), "NULL", "position-infinite"},
		{"more positions than there are", half, "NULL", "shape-damaged"},
		{"parts that go beyond", backwards, "NULL", "shape-damaged"},
		{"an unknown type", []byte{7, 0, 0, 0}, "NULL", "shape-damaged"},
		{"two bytes", []byte{3, 0}, "NULL", "shape-damaged"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			shp, _ := shapes(3, area(3, []float64{0, 0, 1, 1}), tt.content)
			got, d, err := convert(shp, nil)
			if _, second, _ := strings.Cut(got, "\n"); err != nil || second != tt.want || codes(d) != tt.found {
				t.Errorf("got %s, found %q, %v; want %s, %q", second, codes(d), err, tt.want, tt.found)
			}
		})
	}
}

func TestCRS(t *testing.T) {
	shp, _ := shapes(1, point(7, 46))
	for _, tt := range []struct{ name, text, axes, crs, found string }{
		{"ESRI's WGS 84", `GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]`, "longitude latitude", "GCS_WGS_1984", ""},
		{"OGC's", `GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433],AUTHORITY["EPSG","4326"]]`, "longitude latitude", "WGS 84", ""},
		{"ISO's", `GEOGCRS["WGS 84",DATUM["World Geodetic System 1984",ELLIPSOID["WGS 84",6378137,298.257223563,LENGTHUNIT["metre",1]]],PRIMEM["Greenwich",0,ANGLEUNIT["degree",0.0174532925199433]],CS[ellipsoidal,2],AXIS["latitude",north],ANGLEUNIT["degree",0.0174532925199433]]`, "longitude latitude", "WGS 84", ""},
		{"another datum", `GEOGCS["GCS_ETRS_1989",DATUM["D_ETRS_1989",SPHEROID["GRS_1980",6378137,298.257222101]],PRIMEM["Greenwich",0],UNIT["Degree",0.017453292519943295]]`, "longitude latitude", "GCS_ETRS_1989", "crs"},
		{"grads from Paris", `GEOGCS["NTF (Paris)",DATUM["NTF",SPHEROID["Clarke 1880 (IGN)",6378249.2,293.466]],PRIMEM["Paris",2.33722917],UNIT["grad",0.01570796326794897]]`, "x y", "NTF (Paris)", "crs"},
		{"degrees from Ferro", `GEOGCS["MGI (Ferro)",DATUM["MGI",SPHEROID["Bessel",6377397.155,299.15]],PRIMEM["Ferro",-17.6666],UNIT["degree",0.0174532925199433]]`, "x y", "MGI (Ferro)", "crs"},
		{"projected", `PROJCS["CH1903+ / LV95",GEOGCS["CH1903+",DATUM["CH1903+",SPHEROID["Bessel 1841",6377397.155,299.1528128]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]],PROJECTION["x"],UNIT["metre",1]]`, "x y", "CH1903+ / LV95", "crs"},
		{"with heights", `COMPD_CS["WGS 84 + EGM96, [m]",GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]],VERT_CS["EGM96",VERT_DATUM["x",2005],UNIT["metre",1]]]`, "longitude latitude", "WGS 84 + EGM96, [m]", ""},
		{"with heights, another datum", `COMPD_CS["ETRS89 + EVRF",GEOGCS["ETRS89",DATUM["x",SPHEROID["x",6378137,298.257222101]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]],VERT_CS["EVRF",VERT_DATUM["x",2005],UNIT["metre",1]]]`, "longitude latitude", "ETRS89 + EVRF", "crs"},
		{"bound", `BOUNDCRS[SOURCECRS[GEOGCRS["MGI",DATUM["MGI",ELLIPSOID["x",1,2]],CS[ellipsoidal,2],ANGLEUNIT["degree",0.0174532925199433]]],TARGETCRS[PROJCRS["y"]]]`, "longitude latitude", "MGI", "crs"},
		{"from the centre of the Earth", `GEODCRS["WGS 84",DATUM["x",ELLIPSOID["x",1,2]],CS[Cartesian,3],LENGTHUNIT["metre",1]]`, "x y", "WGS 84", "crs"},
		{"not one", "EPSG:4326", "x y", "", "crs-unknown"},
		{"none", "", "x y", "", "crs-unknown"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			beside := fstest.MapFS{}
			if tt.text != "" {
				beside["d/x.prj"] = &fstest.MapFile{Data: []byte(tt.text)}
			}
			in := &converter.Input{Name: "d/x.shp", Size: int64(len(shp)), ReaderAt: bytes.NewReader(shp), Folder: beside}
			s, err := converter.Convert(context.Background(), shapefile.Converter{}, in, new(converter.Bounded), converter.Options{})
			if err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, c := range s.Tables[0].Columns[1:] {
				names = append(names, c.Name)
			}
			crs, found := "", ""
			for _, f := range s.Documents[0].Facts {
				if f.Key == "crs" {
					crs = f.Value
				}
			}
			for _, f := range s.Documents[0].Findings {
				if strings.HasPrefix(f.Code, "crs") {
					found += f.Code
				}
				if f.Code == "crs-unknown" && (tt.text != "") != strings.Contains(f.Message, "x.prj is no well-known text") {
					t.Errorf("%s is said of %q", f.Message, tt.text)
				}
			}
			if strings.Join(names, " ") != tt.axes || crs != tt.crs || found != tt.found {
				t.Errorf("%s in %q, found %q; want %s in %q, %q", names, crs, found, tt.axes, tt.crs, tt.found)
			}
		})
	}
}

func TestRefuses(t *testing.T) {
	sound, index := shapes(1, point(1, 2))
	change := func(at int, b byte) []byte {
		d := bytes.Clone(sound)
		d[at] = b
		return d
	}
	again := bytes.Clone(index)
	for range 9 {
		again = append(again, again[100:108]...)
	}
	for _, tt := range []struct {
		name     string
		document []byte
		beside   fstest.MapFS
		want     error
		says     string
	}{
		{"nothing", nil, nil, converter.ErrEmpty, ""},
		{"half a header", sound[:50], nil, converter.ErrCorrupt, "the file ends within it"},
		{"another beginning", change(2, 0), nil, converter.ErrCorrupt, "does not begin"},
		{"another version", change(28, 0), nil, converter.ErrCorrupt, "its version is"},
		{"shapes of no type", change(32, 7), nil, converter.ErrCorrupt, "no type 7"},
		{"broken attributes", sound, fstest.MapFS{"d/x.dbf": &fstest.MapFile{Data: []byte("\x03")}}, converter.ErrCorrupt, "d/x.dbf"},
		{"one shape over and over", sound, fstest.MapFS{"d/x.shx": &fstest.MapFile{Data: again}}, converter.ErrCorrupt, "again and again"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := convert(tt.document, tt.beside)
			if !errors.Is(err, tt.want) || !strings.Contains(err.Error(), tt.says) || !converter.Permanent(err) {
				t.Errorf("got %v, want %v: … %s", err, tt.want, tt.says)
			}
		})
	}
}

// FuzzParts: whatever the files say that belong to a shapefile, it is an error or a database.
func FuzzParts(f *testing.F) {
	for _, name := range []string{"gdal-areas", "pyshp-lines-m", "pyshp-points-zm", "pyshp-multipatch"} {
		var parts [4][]byte
		for i, end := range []string{".shp", ".dbf", ".shx", ".prj"} {
			parts[i], _ = os.ReadFile(documents + "/" + name + end)
		}
		f.Add(parts[0], parts[1], parts[2], parts[3])
	}
	f.Fuzz(func(t *testing.T, shp, dbf, shx, prj []byte) {
		_, _, err := convert(shp, fstest.MapFS{
			"d/x.dbf": &fstest.MapFile{Data: dbf}, "d/x.shx": &fstest.MapFile{Data: shx}, "d/x.prj": &fstest.MapFile{Data: prj},
		})
		if bug, ok := errors.AsType[*converter.PanicError](err); ok {
			t.Errorf("%v\n%s", err, bug.Stack)
		}
	})
}
