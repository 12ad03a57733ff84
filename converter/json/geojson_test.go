package json

import "testing"

func TestGeoJSON(t *testing.T) {
	for _, test := range []test{{
		about: "feature collection",
		name:  "places.geojson",
		text: `{"type":"FeatureCollection","crs":{"type":"name"},"features":[
			{"type":"Feature","geometry":{"type":"Point","coordinates":[ 8.5, 47 ]},"properties":{"name":"x"},"id":"q1","bbox":[1,2]},
			{"type":"Feature","properties":{"name":"y","n":1},"geometry":{"coordinates":[1,2],"type":"Point"}},
			{"type":"Feature","properties":null,"geometry":null},
			{"type":"Feature","properties":{},"geometry":{"type":"LineString","coordinates":[[1,2],[3,4]]}},
			{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[]}},
			{"type":"Feature","properties":{},"geometry":{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1,2]}]}}]}`,
		want: `places: id TEXT, name TEXT, geometry TEXT, bbox TEXT, longitude REAL, latitude INTEGER, n INTEGER,
 "q1" "x" "{\"type\":\"Point\",\"coordinates\":[8.5,47]}" "[1,2]" 8.5 47 ∅
 ∅ "y" "{\"coordinates\":[1,2],\"type\":\"Point\"}" ∅ 1.0 2 1
 ∅ ∅ ∅ ∅ ∅ ∅ ∅
 ∅ ∅ "{\"type\":\"LineString\",\"coordinates\":[[1,2],[3,4]]}" ∅ ∅ ∅ ∅
 ∅ ∅ "{\"type\":\"Point\",\"coordinates\":[]}" ∅ ∅ ∅ ∅
 ∅ ∅ "{\"type\":\"GeometryCollection\",\"geometries\":[{\"type\":\"Point\",\"coordinates\":[1,2]}]}" ∅ ∅ ∅ ∅
places_collection: crs TEXT,
 "{\"type\":\"name\"}"
doubt: the column can't be the table's primary key: a row has none, or one that is neither an integer nor text (table "places", column "id")
`,
	}, {
		about: "properties called like members of the feature",
		text:  `{"type":"FeatureCollection","features":[{"type":"Feature","id":1,"properties":{"id":2,"geometry":"g","type":"t","longitude":0.5},"geometry":{"type":"Point","coordinates":[1,2]}}]}`,
		want: `x: id INT, type TEXT, longitude REAL, geometry TEXT, id_2 INTEGER, geometry_2 TEXT,
 1 "t" 0.5 "{\"type\":\"Point\",\"coordinates\":[1,2]}" 2 "g"
`,
	}, {
		about: "a property called id is not the feature's",
		text:  `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"id":2},"geometry":null,"id":1},{"type":"Feature","properties":{"id":3},"geometry":null},{"type":"Feature","id":4,"properties":{},"geometry":null,"id":5}]}`,
		want: `x: id INTEGER, geometry TEXT, id_2 INTEGER,
 1 ∅ 2
 ∅ ∅ 3
 5 ∅ ∅
loss: a name stands again in the same object; the last value counts
doubt: the column can't be the table's primary key: a row has none, or one that is neither an integer nor text (table "x", column "id")
`,
	}, {
		about: "ids that are a primary key",
		text:  `{"type":"FeatureCollection","features":[{"type":"Feature","id":"b","properties":{},"geometry":null},{"type":"Feature","id":"a","properties":{"n":1}}]}`,
		want: `x: id TEXT, geometry TEXT, n INTEGER,
 "b" ∅ ∅
 "a" ∅ 1
`,
	}, {
		about: "only the property is called id",
		text:  `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"id":2},"geometry":null}]}`,
		want: `x: id INTEGER, geometry TEXT,
 2 ∅
`,
	}, {
		about: "the type comes last",
		text:  `{"features":[{"properties":{"a":1},"geometry":{"coordinates":[1,2],"type":"Point"},"type":"Feature"}],"type":"FeatureCollection"}`,
		want: `x: a INTEGER, geometry TEXT, longitude INTEGER, latitude INTEGER,
 1 "{\"coordinates\":[1,2],\"type\":\"Point\"}" 1 2
`,
	}, {
		about: "one feature",
		text:  `{"type":"Feature","id":7,"properties":{"a":[1]},"geometry":{"type":"Point","coordinates":[1,2]}}`,
		want: `x: id INT, a TEXT, geometry TEXT, longitude INTEGER, latitude INTEGER,
 7 "[1]" "{\"type\":\"Point\",\"coordinates\":[1,2]}" 1 2
`,
	}, {
		about: "flatten leaves geometries alone",
		c:     Converter{Flatten: true},
		text:  `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"a":{"b":1}},"geometry":{"type":"Point","coordinates":[1,2]}}]}`,
		want: `x: a_b INTEGER, geometry TEXT, longitude INTEGER, latitude INTEGER,
 1 "{\"type\":\"Point\",\"coordinates\":[1,2]}" 1 2
`,
	}, {
		about: "a geometry",
		text:  `{"type":"Point","coordinates":[1,2]}`,
		want: `x: type TEXT, coordinates TEXT,
 "Point" "[1,2]"
`,
	}, {
		about: "no GeoJSON, in spite of a type",
		text:  `[{"type":"Feature","name":"dark mode"}]`,
		want: `x: type TEXT, name TEXT,
 "Feature" "dark mode"
`,
	}} {
		test.run(t)
	}
}
