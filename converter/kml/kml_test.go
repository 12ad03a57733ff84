package kml

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/convertertest"
	"github.com/dynasette/dynasette/converter/internal/xmltext"
)

// A geometry is the GeoJSON that it should be, and valid; coordinates that are none are not.
func TestGeometry(t *testing.T) {
	for text, want := range map[string]string{
		"<Point><coordinates>1,2</coordinates></Point>":                   `{"type":"Point","coordinates":[1,2]}`,
		"<Point><coordinates>\n -1.50 , 2e1,\t3 \n</coordinates></Point>": `{"type":"Point","coordinates":[-1.50,2e1,3]}`,
		"<Point><coordinates>.5,+2.,</coordinates></Point>":               `{"type":"Point","coordinates":[0.5,2]}`,
		"<Point/>": "",
		"<Point><coordinates> </coordinates></Point>":                                                                               "",
		"<LineString><coordinates>1,2 3,4\n5,6</coordinates></LineString>":                                                          `{"type":"LineString","coordinates":[[1,2],[3,4],[5,6]]}`,
		"<Point><coordinates>1</coordinates></Point>":                                                                               "odd",
		"<Point><coordinates>1,x</coordinates></Point>":                                                                             "odd",
		"<Point><coordinates>1,0x2</coordinates></Point>":                                                                           "odd",
		"<Point><coordinates>1,NaN</coordinates></Point>":                                                                           "odd",
		"<Point><coordinates>1,2,3,4</coordinates></Point>":                                                                         "odd",
		"<MultiGeometry><Point/><MultiGeometry><Point><coordinates>1,2</coordinates></Point></MultiGeometry></MultiGeometry>":       `{"type":"GeometryCollection","geometries":[{"type":"MultiPoint","coordinates":[[1,2]]}]}`,
		"<Model><Location><longitude>1</longitude><latitude>2</latitude></Location></Model>":                                        `{"type":"Point","coordinates":[1,2]}`,
		"<Polygon><outerBoundaryIs><LinearRing><coordinates>1,2 3,4 5,6 1,2</coordinates></LinearRing></outerBoundaryIs></Polygon>": `{"type":"Polygon","coordinates":[[[1,2],[3,4],[5,6],[1,2]]]}`,
	} {
		d := newDocument(context.Background())
		r := xmltext.NewReader(strings.NewReader(text))
		if _, err := r.Next(); err != nil {
			t.Fatal(err)
		}
		if err := d.tree.Read(r); err != nil {
			t.Fatal(err)
		}
		got, _, ok := (&shape{d: d}).append(nil, 0)
		switch {
		case !ok:
			got = []byte("odd")
		case len(got) > 0 && !json.Valid(got):
			t.Errorf("%s: no JSON: %s", text, got)
		}
		if string(got) != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

// What a Schema says of its fields is known of the columns, wherever it stands.
func TestSchema(t *testing.T) {
	text := `<kml><Document><Placemark><ExtendedData><SchemaData schemaUrl="#s"><SimpleData name="code">007</SimpleData><SimpleData name="zip">3000</SimpleData>
<SimpleArrayData name="list"><value>a</value><value>"b"</value></SimpleArrayData></SchemaData></ExtendedData></Placemark>
<Schema id="s"><SimpleField type="int" name="empty"/><SimpleField type="string" name="zip"><displayName>Postal code</displayName></SimpleField></Schema></Document></kml>`
	dst := new(convertertest.Memory)
	in := &converter.Input{Name: "x.kml", Size: int64(len(text)), ReaderAt: strings.NewReader(text)}
	summary, err := converter.Convert(context.Background(), Converter{}, in, dst, converter.Options{})
	if err != nil {
		t.Fatal(err)
	}
	sql, _ := convertertest.SQL(dst.Bytes())
	if !strings.Contains(sql, `CREATE TABLE "x" ("code" TEXT, "zip" TEXT, "list" TEXT)`) || !strings.Contains(sql, `VALUES('007','3000','["a","\"b\""]')`) {
		t.Error(sql)
	}
	if c := summary.Tables[0].Columns[1]; c.Name != "zip" || !strings.Contains(c.About, "Postal code") {
		t.Errorf("%+v", c)
	}
}

// What is no KML is no folder of one.
func TestOtherRoot(t *testing.T) {
	for text, want := range map[string]string{
		"<!DOCTYPE html><html><body><p>Not found<br></body></html>":                                             "HTML page",
		"<rss><channel><title>x</title><item><title>y</title></item></channel></rss>":                           "the root element is <rss>, and not <kml>",
		"<Document><Placemark><name>x</name></Placemark></Document>":                                            "",
		`<k:kml xmlns:k="http://www.opengis.net/kml/2.2"><k:Placemark><k:name>x</k:name></k:Placemark></k:kml>`: "",
	} {
		in := &converter.Input{Name: "x.kml", Size: int64(len(text)), ReaderAt: strings.NewReader(text)}
		if _, err := converter.Convert(context.Background(), Converter{}, in, new(convertertest.Memory), converter.Options{}); (err == nil) != (want == "") || !strings.Contains(fmt.Sprint(err), want) {
			t.Errorf("%s: %v, want %v", text, err, want)
		}
	}
}

func BenchmarkPlacemarks(b *testing.B) {
	text := "<kml><Document>" + strings.Repeat("\n<Placemark><name>Bern</name><ExtendedData><Data name=\"population\"><value>133115</value></Data></ExtendedData><Point><coordinates>7.447,46.948,540</coordinates></Point></Placemark>", 10_000) + "</Document></kml>"
	convertertest.Benchmark(b, Converter{}, &converter.Input{Name: "x.kml", Size: int64(len(text)), ReaderAt: strings.NewReader(text)})
}

// A placemark of more data than a table has columns keeps it.
func TestManyNames(t *testing.T) {
	var text strings.Builder
	text.WriteString("<kml><Placemark><name>x</name><ExtendedData>")
	for i := range 2500 {
		fmt.Fprintf(&text, `<Data name="n%d"><value>"%d"</value></Data>`, i, i)
	}
	text.WriteString("</ExtendedData><Point><coordinates>1,2</coordinates></Point></Placemark></kml>")
	dst := new(convertertest.Memory)
	in := &converter.Input{Name: "x.kml", Size: int64(text.Len()), ReaderAt: strings.NewReader(text.String())}
	if _, err := converter.Convert(context.Background(), Converter{}, in, dst, converter.Options{}); err != nil {
		t.Fatal(err)
	}
	sql, _ := convertertest.SQL(dst.Bytes())
	if !strings.Contains(sql, `"n2499":"\"2499\""}'`) || !strings.Contains(sql, `[1,2]}',1,2`) {
		t.Errorf("%.300q … %.300q", sql, sql[len(sql)-700:])
	}
}
