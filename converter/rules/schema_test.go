package rules

import (
	"encoding/json"
	"flag"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/all"
)

var updateSchema = flag.Bool("schema", false, "write "+schemaFile)

const schemaFile = "dynasette.schema.json"

type object = map[string]any

// The JSON Schema that editors complete and check dynasette.yaml by is what the decoder
// reads.
func TestSchema(t *testing.T) {
	root := schemaOf(t, reflect.TypeFor[document]())
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	root["title"] = FileName
	properties := root["$defs"]
	if properties != nil {
		t.Fatal("definitions are not used")
	}
	entries := root["properties"].(object)["resources"].(object)["items"].(object)["properties"].(object)
	for _, o := range all.Formats().Options() {
		if !slices.Contains(ownWords, o.Name) && entries[o.Name] == nil {
			entries[o.Name] = optionSchema(o)
		}
	}
	got, err := json.MarshalIndent(root, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	got = append(got, '\n')
	if *updateSchema {
		if err := os.WriteFile(schemaFile, got, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Errorf("%s is not what the types say; -schema writes it", schemaFile)
	}
}

// Whatever the examples and the packages say, the schema allows.
func TestSchemaAllowsExamples(t *testing.T) {
	text, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	var schema object
	if err := json.Unmarshal(text, &schema); err != nil {
		t.Fatal(err)
	}
	tried := 0
	for _, pattern := range []string{"../../testdata/rules/examples", "../../testdata/rules/packages/06-yaml-sales/in", "../../testdata/rules/packages/07-yaml-tables/in"} {
		files := os.DirFS(pattern)
		entries, err := os.ReadDir(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if !strings.HasSuffix(e.Name(), ".yaml") {
				continue
			}
			text, err := readFile(files, e.Name(), maxBytes)
			if err != nil {
				t.Fatal(err)
			}
			root, err := readYAML(text)
			if err != nil {
				t.Fatal(err)
			}
			tried++
			if at, why := disallowed(schema, root); at != nil {
				t.Errorf("%s:%d:%d: %s", e.Name(), at.line, at.column, why)
			}
		}
	}
	bad, err := readYAML("resources:\n  - path: a.csv\n    indices: [a]\n")
	if err != nil {
		t.Fatal(err)
	}
	if at, _ := disallowed(schema, bad); at == nil || tried < 7 {
		t.Errorf("%d documents, and what is no rule is allowed: %v", tried, at == nil)
	}
}

// disallowed returns the first node that a schema does not allow, as far as words and kinds go.
func disallowed(schema object, n *node) (*node, string) {
	if any, ok := schema["anyOf"].([]any); ok {
		for _, s := range any {
			if at, _ := disallowed(s.(object), n); at == nil {
				return nil, ""
			}
		}
		return n, "none of several fits"
	}
	switch kind, _ := schema["type"].(string); {
	case n.kind == mappingNode && kind == "object":
		properties, _ := schema["properties"].(object)
		for i, key := range n.keys {
			of, known := properties[key.text].(object)
			if more, ok := schema["additionalProperties"].(object); !known && ok {
				of = more
			} else if !known {
				return key, key.text + " is no word"
			}
			if at, why := disallowed(of, n.items[i]); at != nil {
				return at, why
			}
		}
	case n.kind == listNode && kind == "array":
		for _, item := range n.items {
			if at, why := disallowed(schema["items"].(object), item); at != nil {
				return at, why
			}
		}
	case n.kind == scalarNode && schema["enum"] != nil:
		if !slices.Contains(schema["enum"].([]any), any(n.text)) {
			return n, n.text + " is none of a list"
		}
	case n.kind != scalarNode || kind == "object" || kind == "array":
		return n, "it is " + n.kindOf() + ", not " + kind
	}
	return nil, ""
}

// optionSchema is that of an option of a format.
func optionSchema(o converter.FormatOption) object {
	s := object{"description": strings.ReplaceAll(o.Usage, "`", "") + " (" + strings.Join(o.Formats, ", ") + ")"}
	switch o.Kind {
	case converter.OptionSwitch:
		s["type"] = "boolean"
	case converter.OptionNumber:
		s["type"] = "integer"
	case converter.OptionChoice:
		s["enum"] = o.Values
	case converter.OptionList:
		s["anyOf"] = []object{{"type": "array", "items": object{"type": "string"}}, {"type": "string"}}
	default:
		s["type"] = "string"
	}
	return s
}

// text is a scalar that is taken as it is spelled.
func text() object { return object{"type": []string{"string", "number", "boolean", "null"}} }

// oneOrMore is a list, or what stands for one of one.
func oneOrMore(items object) object {
	return object{"anyOf": []object{{"type": "array", "items": items}, items}}
}

// schemaOf returns the JSON Schema of a type of words.go.
func schemaOf(t *testing.T, of reflect.Type) object {
	switch of {
	case reflect.TypeFor[fieldType]():
		return object{"enum": converter.FieldTypes()}
	case reflect.TypeFor[misfit]():
		return object{"enum": misfitNames}
	case reflect.TypeFor[*scalarValue]():
		return text()
	case reflect.TypeFor[constants]():
		return object{"type": "object", "additionalProperties": text()}
	case reflect.TypeFor[*indexes]():
		return object{"anyOf": []object{{"enum": []string{"none", "auto"}}, {"type": "array", "items": oneOrMore(object{"type": "string"})}}}
	case reflect.TypeFor[*search](), reflect.TypeFor[*extract](), reflect.TypeFor[*query]():
		mapping := structSchema(t, of.Elem())
		short := object{"type": "string"}
		if of == reflect.TypeFor[*search]() {
			short = object{"type": "array", "items": object{"type": "string"}}
		}
		return object{"anyOf": []object{mapping, short}}
	}
	switch of.Kind() {
	case reflect.Struct:
		return structSchema(t, of)
	case reflect.Pointer:
		return schemaOf(t, of.Elem())
	case reflect.Slice:
		if of.Elem().Kind() == reflect.Pointer {
			return object{"type": "array", "items": schemaOf(t, of.Elem())}
		}
		return oneOrMore(schemaOf(t, of.Elem()))
	case reflect.Map:
		return object{"type": "object", "additionalProperties": schemaOf(t, of.Elem())}
	case reflect.Bool:
		return object{"type": "boolean"}
	case reflect.Int:
		return object{"type": "integer"}
	case reflect.String:
		return text()
	}
	t.Fatalf("%s has no schema", of)
	return nil
}

func structSchema(t *testing.T, of reflect.Type) object {
	properties := object{}
	var needed []string
	walk(reflect.New(of).Elem(), func(f reflect.StructField, _ reflect.Value) {
		s := schemaOf(t, f.Type)
		if s["description"] = f.Tag.Get("doc"); f.Tag.Get("doc") == "" {
			t.Errorf("%s is without a word on what it is", f.Tag.Get("word"))
		}
		properties[f.Tag.Get("word")] = s
		if f.Tag.Get("required") != "" {
			needed = append(needed, f.Tag.Get("word"))
		}
	})
	s := object{"type": "object", "properties": properties, "additionalProperties": false}
	if needed != nil {
		s["required"] = needed
	}
	return s
}
