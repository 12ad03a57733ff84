package gcp_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// eval evaluates an expression as far as it doesn't depend on what a resource turns out to
// be: an attribute of one is its own name. Variables are as given, or else their defaults.
func (m *module) eval(t *testing.T, e hclsyntax.Expression, given map[string]string) cty.Value {
	t.Helper()
	tree := map[string]any{"path": map[string]any{"module": cty.StringVal(".")}}
	for _, path := range e.Variables() {
		name := ""
		if len(path) > 1 {
			name = step(path[1])
		}
		switch root := path.RootName(); root {
		case "var":
			grow(tree, path[:2], m.variable(t, name, given))
		case "local":
			grow(tree, path[:2], m.eval(t, m.locals[name].Expr, given))
		case "each", "count", "text": // of an expression inside of it
		default:
			grow(tree, path, cty.StringVal(pathText(path)))
		}
	}
	v, diags := e.Value(&hcl.EvalContext{Variables: branch(tree).AsValueMap(), Functions: functions})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	return v
}

// texts returns a list of strings.
func (m *module) texts(t *testing.T, e hclsyntax.Expression, given map[string]string) (all []string) {
	t.Helper()
	for _, v := range m.eval(t, e, given).AsValueSlice() {
		all = append(all, v.AsString())
	}
	return all
}

func (m *module) variable(t *testing.T, name string, given map[string]string) cty.Value {
	t.Helper()
	if text, ok := given[name]; ok {
		switch text {
		case "true", "false":
			return cty.BoolVal(text == "true")
		}
		return cty.StringVal(text)
	}
	for _, b := range m.blocks {
		if b.Type == "variable" && b.Labels[0] == name && b.Body.Attributes["default"] != nil {
			v, diags := b.Body.Attributes["default"].Expr.Value(nil)
			if diags.HasErrors() {
				t.Fatal(diags)
			}
			return v
		}
	}
	return cty.StringVal("var." + name)
}

// grow puts a value into a tree of names.
func grow(tree map[string]any, path hcl.Traversal, v cty.Value) {
	names := strings.Split(pathText(path), ".")
	for _, name := range names[:len(names)-1] {
		inner, ok := tree[name].(map[string]any)
		if !ok {
			inner = map[string]any{}
			tree[name] = inner
		}
		tree = inner
	}
	tree[names[len(names)-1]] = v
}

// branch returns a tree as a value. What has nothing but a 0 in it is a list.
func branch(tree map[string]any) cty.Value {
	fields := map[string]cty.Value{}
	for name, inner := range tree {
		if v, ok := inner.(cty.Value); ok {
			fields[name] = v
		} else {
			fields[name] = branch(inner.(map[string]any))
		}
	}
	if v, ok := fields["0"]; ok && len(fields) == 1 {
		return cty.TupleVal([]cty.Value{v})
	}
	return cty.ObjectVal(fields)
}

func pathText(path hcl.Traversal) string {
	words := []string{path.RootName()}
	for _, p := range path[1:] {
		switch p := p.(type) {
		case hcl.TraverseAttr:
			words = append(words, p.Name)
		case hcl.TraverseIndex:
			if p.Key.Type() == cty.Number {
				words = append(words, "0")
			} else {
				words = append(words, p.Key.AsString())
			}
		}
	}
	return strings.Join(words, ".")
}

// Nothing depends on itself, whatever way round: Terraform would refuse it, but only once it
// has the provider.
func TestNoCycle(t *testing.T) {
	m := load(t)
	needs := map[string][]string{}
	add := func(from string, path hcl.Traversal) {
		words := strings.Split(pathText(path), ".")
		switch {
		case words[0] == "data" && len(words) > 2:
			needs[from] = append(needs[from], strings.Join(words[:3], "."))
		case (words[0] == "local" || strings.HasPrefix(words[0], "google_")) && len(words) > 1:
			needs[from] = append(needs[from], strings.Join(words[:2], "."))
		}
	}
	var collect func(from string, body *hclsyntax.Body)
	collect = func(from string, body *hclsyntax.Body) {
		for name, a := range body.Attributes {
			if name == "ignore_changes" {
				continue
			}
			for _, path := range a.Expr.Variables() {
				add(from, path)
			}
		}
		for _, b := range body.Blocks {
			collect(from, b.Body)
		}
	}
	for _, b := range m.blocks {
		switch b.Type {
		case "resource":
			collect(b.Labels[0]+"."+b.Labels[1], b.Body)
		case "data":
			collect("data."+b.Labels[0]+"."+b.Labels[1], b.Body)
		}
	}
	for name, a := range m.locals {
		for _, path := range a.Expr.Variables() {
			add("local."+name, path)
		}
	}
	const open, done = 1, 2
	seen := map[string]int{}
	var visit func(name string, way []string)
	visit = func(name string, way []string) {
		way = append(way, name)
		switch seen[name] {
		case open:
			t.Errorf("a cycle: %s", strings.Join(way, " → "))
			return
		case done:
			return
		}
		seen[name] = open
		for _, next := range needs[name] {
			visit(next, way)
		}
		seen[name] = done
	}
	for name := range needs {
		visit(name, nil)
	}
	if len(needs) < 30 {
		t.Errorf("only %d things depend on something", len(needs))
	}
}
