package json

import "testing"

// TestRecords has documents whose rows are not at their top, as APIs and programs write them.
func TestRecords(t *testing.T) {
	for _, test := range []test{{
		about: "an envelope",
		text:  `{"help":"h","success":true,"result":{"total":2,"records":[{"_id":1,"a":"p"},{"_id":2,"a":"q"}]}}`,
		want: `records: _id INTEGER, a TEXT,
 1 "p"
 2 "q"
x: help TEXT, success INTEGER, result TEXT,
 "h" 1 "{\"total\":2}"
`,
	}, {
		about: "an envelope with several arrays beside each other",
		text:  `{"success":true,"result":{"fields":[{"id":"a","type":"int"}],"records":[{"a":1},{"a":2}],"limit":100}}`,
		want: `fields: id TEXT, type TEXT,
 "a" "int"
records: a INTEGER,
 1
 2
x: success INTEGER, result TEXT,
 1 "{\"limit\":100}"
`,
	}, {
		about: "nothing but brackets around them",
		text:  `{"d":{"results":[{"ID":1},{"ID":2}]}}`,
		want: `results: ID INTEGER,
 1
 2
`,
	}, {
		about: "very deep",
		text:  `{"a":{"b":{"c":{"d":{"e":{"n":1,"f":[{"g":1}]}}}}},"z":null}`,
		want: `f: g INTEGER,
 1
x: a TEXT, z TEXT,
 "{\"b\":{\"c\":{\"d\":{\"e\":{\"n\":1}}}}}" ∅
`,
	}, {
		about: "a name stands twice, and is that of the document",
		text:  `{"took":3,"x":{"total":2,"x":[{"_id":"1","_source":{"a":1}},{"_id":"2","_source":{"a":2}}]}}`,
		want: `x: _id TEXT, _source TEXT,
 "1" "{\"a\":1}"
 "2" "{\"a\":2}"
x_document: took INTEGER, x TEXT,
 3 "{\"total\":2}"
`,
	}, {
		about: "objects only, and links that are records of a kind too",
		text:  `{"_links":{"self":{"href":"/"},"curies":[{"name":"c","href":"/rels/{rel}"}]},"_embedded":{"orders":[{"id":1},{"id":2}]},"page":{"size":20}}`,
		want: `orders: id INTEGER,
 1
 2
x: _links TEXT, page TEXT,
 "{\"self\":{\"href\":\"/\"},\"curies\":[{\"name\":\"c\",\"href\":\"/rels/{rel}\"}]}" "{\"size\":20}"
doubt: several arrays may hold the rows; those at _embedded were taken ("_links.curies, _embedded.orders"); try --path _links.curies
`,
	}, {
		about: "a few links at the top, and the records deeper",
		text:  `{"links":[{"rel":"self","href":"/"}],"response":{"docs":[{"id":"a long id, so that it is more"},{"id":"another long id, so that it is more"}]}}`,
		want: `links: rel TEXT, href TEXT,
 "self" "/"
docs: id TEXT,
 "a long id, so that it is more"
 "another long id, so that it is more"
`,
	}, {
		about: "many records at the top, and a few deeper",
		text:  `{"data":[{"id":"a long id, so that it is more"},{"id":"another long id"}],"meta":{"links":[{"rel":"self"}]}}`,
		want: `data: id TEXT,
 "a long id, so that it is more"
 "another long id"
x: meta TEXT,
 "{\"links\":[{\"rel\":\"self\"}]}"
`,
	}, {
		about: "no array stands out",
		text:  `{"n":1,"a":{"as":[{"x":1}]},"b":{"bs":[{"x":2}]}}`,
		want: `x: n INTEGER, a TEXT, b TEXT,
 1 "{\"as\":[{\"x\":1}]}" "{\"bs\":[{\"x\":2}]}"
doubt: several arrays may hold the rows, and none of them stands out, so that the document is read as if there were none ("a.as, b.bs"); try --path a.as
`,
	}, {
		about: "objects that are alike are rows, whatever is in them",
		text:  `{"ann":{"age":1,"pets":[{"n":"x"}]},"bob":{"age":2}}`,
		want: `x: _key TEXT, age INTEGER, pets TEXT,
 "ann" 1 "[{\"n\":\"x\"}]"
 "bob" 2 ∅
`,
	}, {
		about: "objects by their ids",
		text:  `{"batchcomplete":"","query":{"pages":{"12":{"pageid":12,"title":"A long title of a page"},"9":{"pageid":9,"title":"B"}}}}`,
		want: `pages: _key TEXT, pageid INTEGER, title TEXT,
 "12" 12 "A long title of a page"
 "9" 9 "B"
x: batchcomplete TEXT,
 ""
doubt: the rows were taken from where most of the document is ("query.pages"); try --path .
`,
	}, {
		about: "columns",
		text:  `{"lat":52.5,"units":{"time":"iso8601","t":"°C"},"hourly":{"time":["2024-01-01T00:00","2024-01-01T01:00","2024-01-01T02:00"],"t":[1.5,2,null]}}`,
		want: `hourly: time TEXT, t REAL,
 "2024-01-01T00:00" 1.5
 "2024-01-01T01:00" 2.0
 "2024-01-01T02:00" ∅
x: lat REAL, units TEXT,
 52.5 "{\"time\":\"iso8601\",\"t\":\"°C\"}"
doubt: the rows were taken from where most of the document is ("hourly"); try --path .
`,
	}, {
		about: "arrays whose names are elsewhere",
		text:  `{"meta":{"view":{"id":"v","columns":[{"id":-1,"name":"sid"},{"id":5,"name":"Name","fieldName":"name"}],"grants":[{"a":1}]}},"data":[["r1","a"],["r2","b"]]}`,
		want: `data: sid TEXT, Name TEXT,
 "r1" "a"
 "r2" "b"
x: meta TEXT,
 "{\"view\":{\"id\":\"v\",\"columns\":[{\"id\":-1,\"name\":\"sid\"},{\"id\":5,\"name\":\"Name\",\"fieldName\":\"name\"}],\"grants\":[{\"a\":1}]}}"
`,
	}, {
		about: "arrays with their names beside them, deep",
		text:  `{"dataset":{"id":1,"column_names":["Date","Open"],"data":[["2024-01-01","1"],["2024-01-02","2"],["2024-01-03","3"]]}}`,
		want: `data: Date TEXT, Open TEXT,
 "2024-01-01" "1"
 "2024-01-02" "2"
 "2024-01-03" "3"
x: dataset TEXT,
 "{\"id\":1,\"column_names\":[\"Date\",\"Open\"]}"
doubt: the rows were taken from where most of the document is ("dataset"); try --path .
`,
	}, {
		about: "an answer in two parts",
		text:  `[{"page":1,"total":2},[{"id":"a"},{"id":"b"}]]`,
		want: `x: id TEXT,
 "a"
 "b"
x_document: page INTEGER, total INTEGER,
 1 2
`,
	}, {
		about: "features in an envelope",
		text:  `{"status":"ok","data":{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"a":1},"geometry":{"type":"Point","coordinates":[1,2]}}]}}`,
		want: `x: a INTEGER, geometry TEXT, longitude INTEGER, latitude INTEGER,
 1 "{\"type\":\"Point\",\"coordinates\":[1,2]}" 1 2
x_collection: status TEXT, data TEXT,
 "ok" "{\"type\":\"FeatureCollection\"}"
`,
	}, {
		about: "an object that has no rows",
		text:  `{"name":"tool","scripts":{"test":"t","build":"b"},"files":["a","b"],"engines":{"node":">=18"},"bbox":{"min":[1,2],"max":[3,4]}}`,
		want: `x: name TEXT, scripts TEXT, files TEXT, engines TEXT, bbox TEXT,
 "tool" "{\"test\":\"t\",\"build\":\"b\"}" "[\"a\",\"b\"]" "{\"node\":\">=18\"}" "{\"min\":[1,2],\"max\":[3,4]}"
`,
	}, {
		about: "empty arrays are no rows",
		text:  `{"result":{"records":[],"total":0}}`,
		want: `x: result TEXT,
 "{\"records\":[],\"total\":0}"
`,
	}} {
		test.run(t)
	}
}

// TestTransposed has objects of objects, of which pandas writes the columns first.
func TestTransposed(t *testing.T) {
	for _, test := range []test{{
		about: "rows that are counted",
		text:  `{"a":{"0":1,"1":2},"b":{"0":"x","1":null}}`,
		want: `x: a INTEGER, b TEXT,
 1 "x"
 2 ∅
`,
	}, {
		about: "one column, nested values, blanks",
		text:  `{ "a" : { "0" : {"n": 1} , "1" : [2, 3] } }`,
		want: `x: a TEXT,
 "{\"n\":1}"
 "[2,3]"
`,
	}, {
		about: "one row",
		text:  `{"a":{"0":1},"b":{"0":2}}`,
		want: `x: a INTEGER, b INTEGER,
 1 2
`,
	}, {
		about: "rows that have dates",
		text:  `{"open":{"2024-01-01":1.5,"2024-01-02":2},"close":{"2024-01-01":2.5,"2024-01-02":3}}`,
		want: `x: _key TEXT, open REAL, close REAL,
 "2024-01-01" 1.5 2.5
 "2024-01-02" 2.0 3.0
doubt: the members were taken for columns, and the dates in them for rows; try --orient index
`,
	}, {
		about: "rows first, as asked for",
		c:     Converter{Orient: "index"},
		text:  `{"open":{"2024-01-01":1.5,"2024-01-02":2},"close":{"2024-01-01":2.5,"2024-01-02":3}}`,
		want: `x: _key TEXT, 2024-01-01 REAL, 2024-01-02 INTEGER,
 "open" 1.5 2
 "close" 2.5 3
`,
	}, {
		about: "rows first",
		text:  `{"0":{"a":1,"b":"x"},"1":{"a":2,"b":"y"}}`,
		want: `x: _key TEXT, a INTEGER, b TEXT,
 "0" 1 "x"
 "1" 2 "y"
`,
	}, {
		about: "columns first, as asked for",
		c:     Converter{Orient: "columns"},
		text:  `{"a":{"r1":1,"r2":2},"b":{"r1":"x","r2":"y"}}`,
		want: `x: _key TEXT, a INTEGER, b TEXT,
 "r1" 1 "x"
 "r2" 2 "y"
`,
	}, {
		about: "other rows in each column",
		text:  `{"a":{"0":1,"1":2},"b":{"0":"x"}}`,
		want: `x: _key TEXT, 0 , 1 INTEGER,
 "a" 1 2
 "b" "x" ∅
`,
	}, {
		about: "names, rows and values apart",
		text:  `{"columns":["a","b"],"index":[0,1],"data":[[1,"x"],[2,"y"]]}`,
		want: `data: a INTEGER, b TEXT,
 1 "x"
 2 "y"
x: columns TEXT, index TEXT,
 "[\"a\",\"b\"]" "[0,1]"
`,
	}, {
		about: "a schema and its rows",
		text:  `{"schema":{"fields":[{"name":"index","type":"integer"},{"name":"a","type":"string"}],"primaryKey":["index"]},"data":[{"index":0,"a":"x"}]}`,
		want: `data: index INTEGER, a TEXT,
 0 "x"
x: schema TEXT,
 "{\"fields\":[{\"name\":\"index\",\"type\":\"integer\"},{\"name\":\"a\",\"type\":\"string\"}],\"primaryKey\":[\"index\"]}"
`,
	}, {
		about: "a broken value in a column",
		text:  `{"a":{"0":1,"1":2},"b":{"0":"x","1":01}}`,
		want:  "error: x.json: line 1: byte 36: a number with a leading zero\n",
	}} {
		test.run(t)
	}
}

func TestBindings(t *testing.T) {
	for _, test := range []test{{
		about: "terms are their values",
		text: `{"head":{"vars":["x","n","unbound"]},"results":{"bindings":[
			{"x":{"type":"uri","value":"http://a.example/1"},"n":{"type":"literal","datatype":"http://www.w3.org/2001/XMLSchema#integer","value":"3"}},
			{"n":{"type":"typed-literal","value":"04","datatype":"http://www.w3.org/2001/XMLSchema#integer"},"x":{"value":"b0","type":"bnode"}},
			{"x":{"type":"literal","xml:lang":"en","value":"a \"b\""},"n":{"type":"literal","datatype":"http://www.w3.org/2001/XMLSchema#boolean","value":"true"}},
			{"x":{"type":"literal","value":""},"n":{"type":"literal","datatype":"http://www.w3.org/2001/XMLSchema#decimal","value":"-1.50"}},
			{"x":{"type":"literal","value":"POINT(1 2)","datatype":"http://www.opengis.net/ont/geosparql#wktLiteral"},"n":{"type":"literal","datatype":"http://www.w3.org/2001/XMLSchema#double","value":"+INF"}}
		]}}`,
		want: `bindings: x TEXT, n , unbound TEXT, x_lang TEXT,
 "http://a.example/1" 3 ∅ ∅
 "b0" "04" ∅ ∅
 "a \"b\"" 1 ∅ "en"
 "" -1.5 ∅ ∅
 "POINT(1 2)" "+INF" ∅ ∅
x: head TEXT,
 "{\"vars\":[\"x\",\"n\",\"unbound\"]}"
note: a term has a datatype that is none of XML Schema's, which is not kept
`,
	}, {
		about: "a term that is none stays as it is",
		text:  `{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"type":"triple","value":{"subject":1}}},{"x":{"type":"uri","value":"u","more":1}},{"x":2}]}}`,
		want: `bindings: x ,
 "{\"type\":\"triple\",\"value\":{\"subject\":1}}"
 "{\"type\":\"uri\",\"value\":\"u\",\"more\":1}"
 2
x: head TEXT,
 "{\"vars\":[\"x\"]}"
`,
	}, {
		about: "no rows",
		text:  `{"head":{},"boolean":true}`,
		want: `x: head TEXT, boolean INTEGER,
 "{}" 1
`,
	}} {
		test.run(t)
	}
}

func TestPath(t *testing.T) {
	const text = `{"n":1,"a":{"as":[{"x":1}],"s":[1,2],"o":{"k":{"v":1},"l":{"v":2}}},"a.b":{"c d":[{"x":2}]},"m":[{"in":[{"x":3}],"y":1},{"in":[]}]}`
	for _, test := range []test{{
		about: "names", c: Converter{Path: "a.as"},
		want: `as: x INTEGER,
 1
x: n INTEGER, a TEXT, a.b TEXT, m TEXT,
 1 "{\"s\":[1,2],\"o\":{\"k\":{\"v\":1},\"l\":{\"v\":2}}}" "{\"c d\":[{\"x\":2}]}" "[{\"in\":[{\"x\":3}],\"y\":1},{\"in\":[]}]"
`,
	}, {
		about: "a name with dots and one with blanks", c: Converter{Path: "$.a.b['c d'][*]"},
		want: `c d: x INTEGER,
 2
x: n INTEGER, a TEXT, m TEXT,
 1 "{\"as\":[{\"x\":1}],\"s\":[1,2],\"o\":{\"k\":{\"v\":1},\"l\":{\"v\":2}}}" "[{\"in\":[{\"x\":3}],\"y\":1},{\"in\":[]}]"
`,
	}, {
		about: "an element", c: Converter{Path: "m[0].in"},
		want: `in: x INTEGER,
 3
x: n INTEGER, a TEXT, a.b TEXT, m TEXT,
 1 "{\"as\":[{\"x\":1}],\"s\":[1,2],\"o\":{\"k\":{\"v\":1},\"l\":{\"v\":2}}}" "{\"c d\":[{\"x\":2}]}" "[{\"y\":1},{\"in\":[]}]"
`,
	}, {
		about: "an object of rows", c: Converter{Path: "a.o"},
		want: `o: _key TEXT, v INTEGER,
 "k" 1
 "l" 2
x: n INTEGER, a TEXT, a.b TEXT, m TEXT,
 1 "{\"as\":[{\"x\":1}],\"s\":[1,2]}" "{\"c d\":[{\"x\":2}]}" "[{\"in\":[{\"x\":3}],\"y\":1},{\"in\":[]}]"
`,
	}, {
		about: "an object that is a row", c: Converter{Path: "a.o.k"},
		want: `k: v INTEGER,
 1
x: n INTEGER, a TEXT, a.b TEXT, m TEXT,
 1 "{\"as\":[{\"x\":1}],\"s\":[1,2],\"o\":{\"l\":{\"v\":2}}}" "{\"c d\":[{\"x\":2}]}" "[{\"in\":[{\"x\":3}],\"y\":1},{\"in\":[]}]"
`,
	}, {
		about: "an array of values", c: Converter{Path: "a.s"},
		want: `s: value INTEGER,
 1
 2
x: n INTEGER, a TEXT, a.b TEXT, m TEXT,
 1 "{\"as\":[{\"x\":1}],\"o\":{\"k\":{\"v\":1},\"l\":{\"v\":2}}}" "{\"c d\":[{\"x\":2}]}" "[{\"in\":[{\"x\":3}],\"y\":1},{\"in\":[]}]"
`,
	}, {
		about: "the document itself", c: Converter{Path: "$"}, text: `{"n":1,"a":{"as":[{"x":1}]}}`,
		want: `x: n INTEGER, a TEXT,
 1 "{\"as\":[{\"x\":1}]}"
`,
	}, {
		about: "into an array", c: Converter{Path: "[1].as"}, text: `[5,{"n":1,"as":[{"x":1}]}]`,
		want: `as: x INTEGER,
 1
x: value TEXT,
 "[5,{\"n\":1}]"
`,
	}, {
		about: "nothing there", c: Converter{Path: "a.bs"},
		want: "error: x.json: nothing is at the path a.bs (arrays with rows are at m, a.as, ['a.b']['c d'])\n",
	}, {
		about: "a value there", c: Converter{Path: "n"},
		want: "error: x.json: nothing is at the path n (arrays with rows are at m, a.as, ['a.b']['c d'])\n",
	}, {
		about: "a broken path", c: Converter{Path: "a[b]"},
		want: "error: x.json: path \"a[b]\": \"b\" is no index; names stand in quotes\n",
	}, {
		about: "an empty array there", c: Converter{Path: "m[1].in"},
		want: "error: x.json: line 1: byte 126: an array without elements: the document is empty\n",
	}, {
		about: "lines", c: Converter{Path: "a"}, text: "{\"a\":[{}]}\n{\"a\":[{}]}\n",
		want: "error: x.json: a path leads into a document that is one value, and here is one value after another (leave the path away)\n",
	}} {
		if test.text == "" {
			test.text = text
		}
		test.run(t)
		test.c.chunk = 16
		test.run(t)
	}
}
