package pattern_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/internal/pattern"
)

func TestPattern(t *testing.T) {
	p := pattern.New(`^a+$`)
	first := p()
	if first != p() || !first.MatchString("aa") {
		t.Error("not the same expression at each call, or another one")
	}
}

// A program finds a mistake in an expression when it starts no more; so this test does.
func TestEveryPatternCompiles(t *testing.T) {
	found := 0
	root := os.DirFS("../..")
	err := fs.WalkDir(root, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") {
			return err
		}
		source, err := fs.ReadFile(root, path)
		if err != nil || !strings.Contains(string(source), "pattern.New(") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, path, source, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) != 1 {
				return true
			}
			called, ok := call.Fun.(*ast.SelectorExpr)
			if !ok || called.Sel.Name != "New" || !isPattern(called.X) {
				return true
			}
			literal, ok := call.Args[0].(*ast.BasicLit)
			if !ok {
				t.Errorf("%v: the expression is no literal", set.Position(call.Pos()))
				return true
			}
			expression, err := strconv.Unquote(literal.Value)
			if err == nil {
				_, err = regexp.Compile(expression)
			}
			if err != nil {
				t.Errorf("%v: %v", set.Position(call.Pos()), err)
			}
			found++
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if found < 20 {
		t.Errorf("%d patterns were found, and there are more", found)
	}
}

func isPattern(x ast.Expr) bool {
	name, ok := x.(*ast.Ident)
	return ok && name.Name == "pattern"
}
