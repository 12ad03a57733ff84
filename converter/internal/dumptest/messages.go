package dumptest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Messages reports texts for people, in a file of Go, that no line of a golden has: those that have
// three words and stand where a message may. A verb of fmt is anything. What can't be provoked is but.
func Messages(t *testing.T, file, golden string, but ...string) {
	t.Helper()
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.StructType:
			return false // tags
		case *ast.CallExpr:
			var name string
			switch fun := n.Fun.(type) {
			case *ast.Ident:
				name = fun.Name
			case *ast.SelectorExpr:
				name = fun.Sel.Name
				if of, ok := fun.X.(*ast.Ident); ok && of.Name == "pattern" {
					return false
				}
			}
			if slices.Contains([]string{"panic", "set", "Contains", "HasPrefix", "HasSuffix", "MustCompile"}, name) {
				return false // it is looked for, or is a list of words
			}
		case *ast.KeyValueExpr:
			if name, ok := n.Key.(*ast.Ident); ok && name.Name == "Doc" {
				return false
			}
		case *ast.BasicLit:
			text, err := strconv.Unquote(n.Value)
			if n.Kind != token.STRING || err != nil || !message.MatchString(text) || statement.MatchString(text) || slices.Contains(but, text) {
				break
			}
			if !pattern(text).MatchString(golden) {
				t.Errorf("%s: no golden has %q", fset.Position(n.Pos()), text)
			}
		}
		return true
	})
}

// message is what a text for people looks like: three words at least.
var message = regexp.MustCompile(`\pL[^ ]* [^ ]+ [^ ]*\pL`)

// statement is SQL.
var statement = regexp.MustCompile(`CREATE |PRIMARY KEY`)

var verb = regexp.MustCompile(`%(?:\\?\[\d\\?\])?[a-z+#0-9.]*[a-z]`)

// pattern returns what is a line with a text that fmt has filled in.
func pattern(text string) *regexp.Regexp {
	escaped := regexp.QuoteMeta(strings.ReplaceAll(text, "%%", "\x00"))
	return regexp.MustCompile(strings.ReplaceAll(verb.ReplaceAllString(escaped, ".*?"), "\x00", "%"))
}
