package gcp_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/zclconf/go-cty/cty"
)

// A providerSchema is testdata/schema.json: see schema.mjs there.
type providerSchema struct {
	Since    string // release of the provider that has all of it
	Resource map[string]*blockSchema
	Data     map[string]*blockSchema
}

type blockSchema struct {
	Attributes map[string]string // "list of string, required"
	Blocks     map[string]*blockSchema
	Computed   []string // only to be read
	Many       bool     // may occur more than once
	Required   bool
}

func readSchema(t *testing.T) *providerSchema {
	t.Helper()
	data, err := os.ReadFile("testdata/schema.json")
	if err != nil {
		t.Fatal(err)
	}
	s := new(providerSchema)
	if err := json.Unmarshal(data, s); err != nil {
		t.Fatal(err)
	}
	return s
}

// attributeType returns the type that an attribute has in the schema, and whether it has to
// be set.
func attributeType(text string) (_ cty.Type, required bool) {
	text, required = strings.CutSuffix(text, ", required")
	kind, element, ok := strings.Cut(text, " of ")
	if !ok {
		kind, element = "", text
	}
	t, ok := map[string]cty.Type{"string": cty.String, "number": cty.Number, "boolean": cty.Bool}[element]
	if !ok {
		panic("schema.json: type " + text)
	}
	switch kind {
	case "list":
		t = cty.List(t)
	case "set":
		t = cty.Set(t)
	case "map":
		t = cty.Map(t)
	}
	return t, required
}

// value returns what is known of a block before it is applied: the types.
func (b *blockSchema) value() cty.Value {
	fields := map[string]cty.Value{}
	for name, text := range b.Attributes {
		t, _ := attributeType(text)
		fields[name] = cty.UnknownVal(t)
	}
	for _, name := range b.Computed {
		fields[name] = cty.DynamicVal
	}
	for name, inner := range b.Blocks {
		fields[name] = cty.ListVal([]cty.Value{inner.value()})
	}
	return cty.ObjectVal(fields)
}
