package gcp_test

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclparse"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// A module is Terraform's files, evaluated as far as that goes without a provider: values
// are unknown, but their types and names are not.
type module struct {
	schema    *providerSchema
	blocks    []*hclsyntax.Block
	locals    map[string]*hclsyntax.Attribute
	values    map[string]cty.Value // of locals
	variables map[string]cty.Value
	used      map[string]bool // variables
	faults    []string
}

func (m *module) fault(at hcl.Range, format string, args ...any) {
	m.faults = append(m.faults, fmt.Sprintf("%s:%d: ", at.Filename, at.Start.Line)+fmt.Sprintf(format, args...))
}

func (m *module) diagnose(diags hcl.Diagnostics) {
	for _, d := range diags {
		at := hcl.Range{}
		if d.Subject != nil {
			at = *d.Subject
		}
		m.fault(at, "%s: %s", d.Summary, d.Detail)
	}
}

// checkModule returns what is wrong with the files, by name.
func checkModule(schema *providerSchema, files map[string]string) *module {
	m := &module{
		schema: schema, locals: map[string]*hclsyntax.Attribute{}, values: map[string]cty.Value{},
		variables: map[string]cty.Value{}, used: map[string]bool{},
	}
	parser := hclparse.NewParser()
	for name, text := range files {
		file, diags := parser.ParseHCL([]byte(text), name)
		m.diagnose(diags)
		if !diags.HasErrors() {
			m.blocks = append(m.blocks, file.Body.(*hclsyntax.Body).Blocks...)
		}
	}
	for _, b := range m.blocks {
		switch b.Type {
		case "variable":
			m.declare(b)
		case "locals":
			for name, a := range b.Body.Attributes {
				m.locals[name] = a
			}
		}
	}
	for _, b := range m.blocks {
		m.checkTop(b)
	}
	for name := range m.locals {
		m.local(name)
	}
	for name := range m.variables {
		if !m.used[name] {
			m.faults = append(m.faults, "variable "+name+" is not used")
		}
	}
	slices.Sort(m.faults)
	return m
}

// declare notes a variable and its type.
func (m *module) declare(b *hclsyntax.Block) {
	t := cty.DynamicPseudoType
	if a := b.Body.Attributes["type"]; a == nil || b.Body.Attributes["description"] == nil {
		m.fault(b.Range(), "variable %s has no type or no description", b.Labels[0])
	} else {
		t = variableType(a.Expr)
	}
	if a := b.Body.Attributes["default"]; a != nil {
		m.want(a.Expr, nil, t)
	}
	m.variables[b.Labels[0]] = cty.UnknownVal(t)
}

func variableType(e hclsyntax.Expression) cty.Type {
	switch word := hcl.ExprAsKeyword(e); word {
	case "string":
		return cty.String
	case "number":
		return cty.Number
	case "bool":
		return cty.Bool
	}
	if call, ok := e.(*hclsyntax.FunctionCallExpr); ok && call.Name == "object" {
		fields := map[string]cty.Type{}
		for _, item := range call.Args[0].(*hclsyntax.ObjectConsExpr).Items {
			fields[hcl.ExprAsKeyword(item.KeyExpr)] = variableType(item.ValueExpr)
		}
		return cty.Object(fields)
	}
	panic(fmt.Sprint("a type that is not expected: ", e.Range()))
}

func (m *module) checkTop(b *hclsyntax.Block) {
	switch b.Type {
	case "resource", "data":
		kinds := m.schema.Resource
		if b.Type == "data" {
			kinds = m.schema.Data
		}
		if s := kinds[b.Labels[0]]; s == nil {
			m.fault(b.Range(), "%s %s is not in the schema", b.Type, b.Labels[0])
		} else {
			m.checkBlock(b, s, m.scope(b), true)
		}
	case "output":
		if a := b.Body.Attributes["value"]; a == nil {
			m.fault(b.Range(), "output %s has no value", b.Labels[0])
		} else {
			m.want(a.Expr, nil, cty.DynamicPseudoType)
		}
	case "provider":
		for _, a := range b.Body.Attributes {
			m.want(a.Expr, nil, cty.String)
		}
	case "variable", "locals", "terraform":
	default:
		m.fault(b.Range(), "block %s is not expected", b.Type)
	}
}

// scope returns what a resource's expressions may use besides what all may.
func (m *module) scope(b *hclsyntax.Block) map[string]cty.Value {
	scope := map[string]cty.Value{}
	if a := b.Body.Attributes["for_each"]; a != nil {
		m.want(a.Expr, nil, cty.DynamicPseudoType)
		scope["each"] = cty.ObjectVal(map[string]cty.Value{"key": cty.UnknownVal(cty.String), "value": cty.DynamicVal})
	}
	if a := b.Body.Attributes["count"]; a != nil {
		m.want(a.Expr, nil, cty.Number)
		scope["count"] = cty.ObjectVal(map[string]cty.Value{"index": cty.UnknownVal(cty.Number)})
	}
	return scope
}

var meta = []string{"count", "for_each", "depends_on", "provider"}

// checkBlock compares a block, and what is in it, with its schema.
func (m *module) checkBlock(b *hclsyntax.Block, s *blockSchema, scope map[string]cty.Value, top bool) {
	for name, a := range b.Body.Attributes {
		text, ok := s.Attributes[name]
		switch {
		case ok:
			t, _ := attributeType(text)
			m.want(a.Expr, scope, t)
		case top && name == "depends_on":
			m.checkDepends(a)
		case !top || !slices.Contains(meta, name):
			m.fault(a.Range(), "%s has no attribute %s", b.Type, name)
		}
	}
	for name, text := range s.Attributes {
		if _, required := attributeType(text); required && b.Body.Attributes[name] == nil {
			m.fault(b.Range(), "%s needs %s", strings.Join(append([]string{b.Type}, b.Labels...), "."), name)
		}
	}
	seen := map[string]int{}
	for _, inner := range b.Body.Blocks {
		name, content, innerScope := inner.Type, inner, scope
		if top && name == "lifecycle" {
			m.checkLifecycle(inner, s)
			continue
		}
		if name == "dynamic" {
			name, content, innerScope = m.dynamic(inner, scope)
		}
		seen[name]++
		known := s.Blocks[name]
		switch {
		case known == nil:
			m.fault(inner.Range(), "%s has no block %s", b.Type, name)
		case content == nil:
			m.fault(inner.Range(), "dynamic %s has no for_each or no content", name)
		default:
			m.checkBlock(content, known, innerScope, false)
			if seen[name] > 1 && !known.Many {
				m.fault(inner.Range(), "%s has more than one %s", b.Type, name)
			}
		}
	}
	for name, known := range s.Blocks {
		if known.Required && seen[name] == 0 {
			m.fault(b.Range(), "%s needs a block %s", strings.Join(append([]string{b.Type}, b.Labels...), "."), name)
		}
	}
}

// dynamic returns what a dynamic block makes: the name, the content, and its scope.
func (m *module) dynamic(b *hclsyntax.Block, scope map[string]cty.Value) (string, *hclsyntax.Block, map[string]cty.Value) {
	name := b.Labels[0]
	each := b.Body.Attributes["for_each"]
	if each == nil || len(b.Body.Blocks) != 1 || b.Body.Blocks[0].Type != "content" {
		return name, nil, nil
	}
	m.want(each.Expr, scope, cty.DynamicPseudoType)
	inner := map[string]cty.Value{name: cty.ObjectVal(map[string]cty.Value{"key": cty.DynamicVal, "value": cty.DynamicVal})}
	for k, v := range scope {
		inner[k] = v
	}
	return name, b.Body.Blocks[0], inner
}

func (m *module) checkDepends(a *hclsyntax.Attribute) {
	list, diags := hcl.ExprList(a.Expr)
	m.diagnose(diags)
	for _, e := range list {
		m.want(e.(hclsyntax.Expression), nil, cty.DynamicPseudoType)
	}
}

// checkLifecycle checks that what is ignored exists.
func (m *module) checkLifecycle(b *hclsyntax.Block, s *blockSchema) {
	for name, a := range b.Body.Attributes {
		if name != "ignore_changes" {
			m.fault(a.Range(), "lifecycle has no attribute %s", name)
			continue
		}
		list, diags := hcl.ExprList(a.Expr)
		m.diagnose(diags)
		for _, e := range list {
			path, diags := hcl.AbsTraversalForExpr(e)
			m.diagnose(diags)
			object := s.value()
			if !object.Type().HasAttribute(path.RootName()) {
				m.fault(e.Range(), "there is no %s to ignore", path.RootName())
				continue
			}
			_, diags = hcl.Traversal(path[1:]).TraverseRel(object.GetAttr(path.RootName()))
			m.diagnose(diags)
		}
	}
}

// want checks that an expression can be evaluated to a type.
func (m *module) want(e hclsyntax.Expression, scope map[string]cty.Value, t cty.Type) cty.Value {
	vars := map[string]cty.Value{"path": cty.ObjectVal(map[string]cty.Value{"module": cty.StringVal(".")})}
	for k, v := range scope {
		vars[k] = v
	}
	for _, path := range e.Variables() {
		m.provide(vars, path)
	}
	ctx := &hcl.EvalContext{Variables: vars, Functions: functions}
	v, diags := e.Value(ctx)
	if !diags.HasErrors() { // a condition's branches are not looked at while it is unknown
		for _, path := range e.Variables() {
			_, faults := path.TraverseAbs(ctx)
			diags = append(diags, faults...)
		}
	}
	m.diagnose(diags)
	if diags.HasErrors() {
		return cty.DynamicVal
	}
	if _, err := convert.Convert(v, t); err != nil {
		m.fault(e.Range(), "wrong type: %v", err)
	}
	return v
}

var functions = map[string]function.Function{
	"join":     stdlib.JoinFunc,
	"toset":    stdlib.MakeToFunc(cty.Set(cty.DynamicPseudoType)),
	"tostring": stdlib.MakeToFunc(cty.String),
	"file": function.New(&function.Spec{
		Params: []function.Parameter{{Name: "path", Type: cty.String}},
		Type:   function.StaticReturnType(cty.String),
		Impl:   func([]cty.Value, cty.Type) (cty.Value, error) { return cty.UnknownVal(cty.String), nil },
	}),
}

// provide puts what a reference begins with into vars, if there is such a thing.
func (m *module) provide(vars map[string]cty.Value, path hcl.Traversal) {
	root := path.RootName()
	switch {
	case vars[root] != cty.NilVal && root != "local" && !strings.HasPrefix(root, "google_"):
	case root == "var":
		vars[root] = cty.ObjectVal(m.variables)
	case root == "local":
		if len(path) > 1 {
			m.local(step(path[1]))
		}
		vars[root] = cty.ObjectVal(m.values)
	case root == "data":
		vars[root] = m.data()
	default:
		if named := m.named("resource", root); len(named) > 0 {
			vars[root] = cty.ObjectVal(named)
		}
	}
	if root == "var" && len(path) > 1 {
		m.used[step(path[1])] = true
	}
}

func step(t hcl.Traverser) string {
	if a, ok := t.(hcl.TraverseAttr); ok {
		return a.Name
	}
	return ""
}

// data returns all data, by kind.
func (m *module) data() cty.Value {
	kinds := map[string]cty.Value{}
	for _, b := range m.blocks {
		if b.Type == "data" {
			kinds[b.Labels[0]] = cty.ObjectVal(m.named("data", b.Labels[0]))
		}
	}
	return cty.ObjectVal(kinds)
}

// named returns the resources, or data, of a kind by their names.
func (m *module) named(class, kind string) map[string]cty.Value {
	kinds := m.schema.Resource
	if class == "data" {
		kinds = m.schema.Data
	}
	out := map[string]cty.Value{}
	for _, b := range m.blocks {
		if b.Type != class || b.Labels[0] != kind || kinds[kind] == nil {
			continue
		}
		v := kinds[kind].value()
		switch {
		case b.Body.Attributes["count"] != nil:
			v = cty.ListVal([]cty.Value{v})
		case b.Body.Attributes["for_each"] != nil:
			v = cty.UnknownVal(cty.Map(v.Type()))
		}
		out[b.Labels[1]] = v
	}
	return out
}

// local evaluates a local value, unless that is under way.
func (m *module) local(name string) {
	a := m.locals[name]
	if a == nil {
		return
	}
	if _, ok := m.values[name]; ok {
		return
	}
	m.values[name] = cty.DynamicVal
	m.values[name] = m.want(a.Expr, nil, cty.DynamicPseudoType)
}
