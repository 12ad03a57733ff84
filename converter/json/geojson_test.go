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
doubt: the column can't be the table's primary key: a row has none (table "places", column "id")
`,
	}, {
		about: "properties called like members of the feature",
		text:  `{"type":"FeatureCollection","features":[{"type":"Feature","id":1,"properties":{"id":2,"geometry":"g","type":"t","longitude":0.5},"geometry":{"type":"Point","coordinates":[1,2]}}]}`,
		want: `x: id INT, type TEXT, geometry TEXT, longitude INTEGER, latitude INTEGER, id_2 INTEGER, geometry_2 TEXT, longitude_2 REAL,
 1 "t" "{\"type\":\"Point\",\"coordinates\":[1,2]}" 1 2 2 "g" 0.5
`,
	}, {
		about: "a property called id is not the feature's",
		text:  `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"id":2},"geometry":null,"id":1},{"type":"Feature","properties":{"id":3},"geometry":null},{"type":"Feature","id":4,"properties":{},"geometry":null,"id":5}]}`,
		want: `x: id INTEGER, geometry TEXT, id_2 INTEGER,
 1 ∅ 2
 ∅ ∅ 3
 5 ∅ 4
doubt: the column can't be the table's primary key: a row has none (table "x", column "id")
note: a name stands again in the same object; the last value has the column, and the one before a column of its own
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
		want: `x: type TEXT, coordinates TEXT, longitude INTEGER, latitude INTEGER,
 "Point" "[1,2]" 1 2
`,
	}, {
		about: "geometries that are no points",
		text:  `{"type":"LineString","coordinates":[[1,2],[3,4]]}`,
		want: `x: type TEXT, coordinates TEXT,
 "LineString" "[[1,2],[3,4]]"
`,
	}, {
		about: "geometries one a line",
		name:  "x.geojsonl",
		text:  "{\"type\":\"Point\",\"coordinates\":[1,2]}\n{\"coordinates\":[3.5,4],\"type\":\"Point\",\"n\":1}\n",
		want: `x: type TEXT, coordinates TEXT, longitude REAL, latitude INTEGER, n INTEGER,
 "Point" "[1,2]" 1.0 2 ∅
 "Point" "[3.5,4]" 3.5 4 1
`,
	}, {
		about: "a collection of geometries",
		text:  `{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1,2]},{"type":"LineString","coordinates":[[1,2],[3,4]]}]}`,
		want: `geometries: type TEXT, coordinates TEXT, longitude INTEGER, latitude INTEGER,
 "Point" "[1,2]" 1 2
 "LineString" "[[1,2],[3,4]]" ∅ ∅
x: type TEXT,
 "GeometryCollection"
`,
	}, {
		about: "another reference system",
		text:  `{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::25832"}},"features":[{"type":"Feature","properties":{"x":"p"},"geometry":{"type":"Point","coordinates":[500000,6000000.5]}}]}`,
		want: `x: x INTEGER, geometry TEXT, y REAL, x_2 TEXT,
 500000 "{\"type\":\"Point\",\"coordinates\":[500000,6000000.5]}" 6.0000005e+06 "p"
x_collection: crs TEXT,
 "{\"type\":\"name\",\"properties\":{\"name\":\"urn:ogc:def:crs:EPSG::25832\"}}"
note: positions are in another reference system than WGS 84, so that those of points are in the columns x and y ("EPSG:25832")
`,
	}, {
		about: "another reference system that is named last",
		c:     Converter{chunk: 40},
		text:  `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"n":1},"geometry":{"type":"Point","coordinates":[1,2]}}],"crs":{"type":"EPSG","properties":{"code":3857}}}`,
		want: `x: n INTEGER, geometry TEXT, x INTEGER, y INTEGER,
 1 "{\"type\":\"Point\",\"coordinates\":[1,2]}" 1 2
x_collection: crs TEXT,
 "{\"type\":\"EPSG\",\"properties\":{\"code\":3857}}"
note: positions are in another reference system than WGS 84, so that those of points are in the columns x and y ("EPSG:3857")
`,
	}, {
		about: "one feature, and its reference system",
		text:  `{"type":"Feature","crs":{"type":"name","properties":{"name":"EPSG:2056"}},"properties":{},"geometry":{"type":"Point","coordinates":[2600000,1200000]}}`,
		want: `x: crs TEXT, geometry TEXT, x INTEGER, y INTEGER,
 "{\"type\":\"name\",\"properties\":{\"name\":\"EPSG:2056\"}}" "{\"type\":\"Point\",\"coordinates\":[2600000,1200000]}" 2600000 1200000
note: positions are in another reference system than WGS 84, so that those of points are in the columns x and y ("EPSG:2056")
`,
	}, {
		about: "the usual reference system, by its other name",
		text:  `{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:OGC:1.3:CRS84"}},"features":[{"type":"Feature","properties":{"n":1},"geometry":{"type":"Point","coordinates":[180,-90]}}]}`,
		want: `x: n INTEGER, geometry TEXT, longitude INTEGER, latitude INTEGER,
 1 "{\"type\":\"Point\",\"coordinates\":[180,-90]}" 180 -90
x_collection: crs TEXT,
 "{\"type\":\"name\",\"properties\":{\"name\":\"urn:ogc:def:crs:OGC:1.3:CRS84\"}}"
`,
	}, {
		about: "positions that can't be degrees",
		text:  `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[8.5,47]}},{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[2600000.123456789012345,90.5]}}]}`,
		want: `x: geometry TEXT, longitude , latitude REAL,
 "{\"type\":\"Point\",\"coordinates\":[8.5,47]}" 8.5 47.0
 "{\"type\":\"Point\",\"coordinates\":[2600000.123456789012345,90.5]}" "2600000.123456789012345" 90.5
doubt: a position is beyond the longitudes and latitudes of WGS 84, and may be in another reference system (table "x", column "longitude", line 1, "2600000.123456789012345")
doubt: a position is beyond the longitudes and latitudes of WGS 84, and may be in another reference system (table "x", column "latitude", line 1, "90.5")
`,
	}, {
		about: "properties called like the position give way where there are points, in all rows",
		c:     Converter{chunk: 40},
		text: `{"type":"FeatureCollection","features":[
			{"type":"Feature","properties":{"longitude":"a","latitude":"b"},"geometry":null},
			{"type":"Feature","properties":{"longitude":"c"},"geometry":{"type":"Point","coordinates":[1,2]}},
			{"type":"Feature","properties":{"latitude":"d"},"geometry":{"type":"LineString","coordinates":[[1,2],[3,4]]}}]}`,
		want: `x: longitude INTEGER, latitude INTEGER, geometry TEXT, longitude_2 TEXT, latitude_2 TEXT,
 ∅ ∅ ∅ "a" "b"
 1 2 "{\"type\":\"Point\",\"coordinates\":[1,2]}" "c" ∅
 ∅ ∅ "{\"type\":\"LineString\",\"coordinates\":[[1,2],[3,4]]}" ∅ "d"
`,
	}, {
		about: "and where there are none they keep their names",
		text:  `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"longitude":1,"latitude":2},"geometry":{"type":"LineString","coordinates":[[1,2],[3,4]]}}]}`,
		want: `x: longitude INTEGER, latitude INTEGER, geometry TEXT,
 1 2 "{\"type\":\"LineString\",\"coordinates\":[[1,2],[3,4]]}"
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
