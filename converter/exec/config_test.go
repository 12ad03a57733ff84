package exec

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/csv"
	"github.com/dynasette/dynasette/converter/internal/dumptest"
	"github.com/dynasette/dynasette/converter/json"
	"github.com/dynasette/dynasette/converter/sqlite"
)

func formats() *converter.Registry {
	r := new(converter.Registry)
	r.Register(sqlite.Format, sqlite.Converter{})
	r.Register(json.NDJSON, json.Converter{Lines: true})
	r.Register(csv.CSV, csv.Converter{})
	return r
}

func TestLoad(t *testing.T) {
	configs, err := Load(strings.NewReader(`[
	{"name": "access", "extensions": [".mdb"], "command": ["mdb-to-sqlite", "{out}", "{in}"]},
	{"name": "fixed", "extensions": [".fwf"], "media_types": ["text/x-fixed"], "command": ["fwf2csv", "--in={in}"], "output": "csv",
	 "timeout": "90s", "max_output": 1000, "max_memory": 2000, "env": ["PROJ_LIB"], "doc": "columns of fixed width"}
]`))
	want := []Config{
		{Name: "access", Extensions: []string{".mdb"}, Command: []string{"mdb-to-sqlite", "{out}", "{in}"}},
		{Name: "fixed", Extensions: []string{".fwf"}, MediaTypes: []string{"text/x-fixed"}, Command: []string{"fwf2csv", "--in={in}"}, Output: "csv",
			Timeout: Duration(90 * time.Second), MaxOutput: 1000, MaxMemory: 2000, Env: []string{"PROJ_LIB"}, Doc: "columns of fixed width"},
	}
	if err != nil || fmt.Sprint(configs) != fmt.Sprint(want) {
		t.Errorf("got %v, %v", configs, err)
	}
	one, err := Load(strings.NewReader(` {"name": "x", "extensions": [".x"], "command": ["x"], "output": "ndjson"} `))
	if err != nil || len(one) != 1 || one[0].Name != "x" {
		t.Errorf("got %v, %v", one, err)
	}
}

// TestBraces: programs of jq and awk are full of braces.
func TestBraces(t *testing.T) {
	for _, arg := range []string{".rows[] | {id, name: .n}", "{ print $1 }", `BEGIN {FS="{in}"} {print}`, "{}", `{"a": 1}`, "a{1,2}", "{name}.csv"} {
		c := Config{Name: "x", Extensions: []string{".x"}, Command: []string{"x", arg}, Output: "csv"}
		if err := c.check(); err != nil {
			t.Error(err)
		}
	}
}

func TestLoadErrors(t *testing.T) {
	for text, want := range map[string]string{
		"":                                      "line 1: EOF",
		"[\n{]":                                 "line 2: invalid character ']'",
		"[] []":                                 "line 1: more than one value",
		"[\n{\"nam\"":                           "line 2: unexpected EOF",
		`{"nmae": "x"}`:                         `unknown field "nmae"`,
		"{\n\"name\": 1}":                       "line 2: name: want string, not number",
		`{"name": "x", "timeout": 5}`:           `want a time as in "90s"`,
		`{"name": "x", "timeout": "5 minutes"}`: "unknown unit",
		`{"extensions": [".x"]}`:                `definition 1 (""): a name is missing`,
		`{"name": "x", "command": ["x"]}`:       "no extensions or media types",
		`{"name": "x", "extensions": [".x"]}`:   "no command",
		`{"name": "x", "extensions": [".x"], "command": ["x", "{input}", "{out}"]}`:                "{input} in the command",
		`{"name": "x", "extensions": [".x"], "command": ["x", "--to={output}"], "output": "csv"}`:  "{output} in the command",
		`{"name": "x", "extensions": [".x"], "command": ["{in}"]}`:                                 "in the program's own name",
		`{"name": "x", "extensions": [".x"], "command": ["x", "{in}"]}`:                            "needs {out}",
		`{"name": "x", "extensions": [".x"], "command": ["x"], "output": "csv", "env": ["A=b"]}`:   `"A=b" is not the name`,
		`{"name": "x", "extensions": [".x"], "command": ["x"], "output": "csv", "max_output": -1}`: "a limit below 0",
		`[{"name": "x", "extensions": [".x"], "command": ["x"], "output": "csv"}, {"name": "y"}]`:  `definition 2 ("y"): no ext`,
	} {
		if _, err := Load(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}

func TestRegister(t *testing.T) {
	r := formats()
	command := []string{"sh"}
	if err := Register(r, Config{Name: "raw", Extensions: []string{".raw"}, Command: command, Output: "csv"}); err != nil {
		t.Fatal(err)
	}
	in := dumptest.Input("x.raw", "1\n2\n")
	format, _, err := r.Detect(in)
	if err != nil || format.Name != "raw" || format.Doc != "converted by sh" {
		t.Errorf("%v, %v", format, err)
	}
	if err := Register(r, Config{Name: "odd", Extensions: []string{".odd"}, Command: command, Output: "parquet"}); err == nil || !strings.Contains(err.Error(), `"parquet" is no known format`) {
		t.Error(err)
	}
	if err := Register(r, Config{Name: "mine", Extensions: []string{".raw"}, Command: command, Output: "csv"}); err == nil || !strings.Contains(err.Error(), "belongs to raw already") {
		t.Errorf("an extension that is taken: %v", err)
	}
	if err := Register(r, Config{Name: "odd"}); err == nil {
		t.Error("no command passes")
	}
}

func FuzzLoad(f *testing.F) {
	f.Add(`[{"name": "x", "extensions": [".x"], "command": ["x", "{in}"], "output": "csv", "timeout": "1s"}]`)
	f.Fuzz(func(t *testing.T, text string) {
		configs, err := Load(strings.NewReader(text))
		if err != nil {
			return
		}
		for _, c := range configs {
			if c.check() != nil || len(c.Command) == 0 {
				t.Fatalf("%+v", c)
			}
		}
	})
}
