package dynasette_test

import (
	"go/ast"
	"go/doc"
	"go/parser"
	"go/printer"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// published returns the folders of the packages that others may import.
func published(t *testing.T) []string {
	t.Helper()
	var list []string
	err := fs.WalkDir(os.DirFS("."), ".", func(dir string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		if name := d.Name(); dir != "." && (name == "internal" || name == "testdata" || name[0] == '.') {
			return fs.SkipDir
		}
		if p := documentation(t, dir); p != nil && p.Name != "main" {
			list = append(list, dir)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// documented is what go doc knows of a package.
type documented struct {
	*doc.Package
	set *token.FileSet
}

// documentation returns that of the package in a folder, or nil if there is none.
func documentation(t *testing.T, dir string) *documented {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var files []*ast.File
	set := token.NewFileSet()
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(set, name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	if len(files) == 0 {
		return nil
	}
	p, err := doc.NewFromFiles(set, files, path.Join(module, dir))
	if err != nil {
		t.Fatal(err)
	}
	return &documented{p, set}
}

// obvious are methods that everybody knows.
var obvious = []string{"Error", "Unwrap", "String", "Is"}

// Whatever others may use says what it is: packages, and all exported names in them.
func TestDocumented(t *testing.T) {
	packages := published(t)
	if len(packages) < 25 {
		t.Errorf("only %d packages", len(packages))
	}
	for _, dir := range packages {
		p := documentation(t, dir)
		missing := func(name, comment string) {
			if strings.TrimSpace(comment) == "" {
				t.Errorf("%s: %s has no comment", dir, name)
			}
		}
		if !strings.HasPrefix(p.Doc, "Package "+p.Name+" ") {
			t.Errorf("%s: the package's comment begins with %.40q", dir, p.Doc)
		}
		values := func(list []*doc.Value) {
			for _, v := range list {
				for _, s := range v.Decl.Specs {
					s := s.(*ast.ValueSpec)
					if slices.ContainsFunc(s.Names, (*ast.Ident).IsExported) {
						missing(s.Names[0].Name, v.Doc+s.Doc.Text()+s.Comment.Text())
					}
				}
			}
		}
		functions := func(of string, list []*doc.Func) {
			for _, f := range list {
				if of == "" || !slices.Contains(obvious, f.Name) {
					missing(of+f.Name, f.Doc)
				}
			}
		}
		values(p.Consts)
		values(p.Vars)
		functions("", p.Funcs)
		for _, typ := range p.Types {
			missing(typ.Name, typ.Doc)
			values(typ.Consts)
			values(typ.Vars)
			functions("", typ.Funcs)
			functions(typ.Name+".", typ.Methods)
			for name, comment := range methods(typ) {
				missing(typ.Name+"."+name, comment)
			}
		}
	}
}

// methods returns the methods of an interface with their comments. Where there is only one,
// the interface's comment is its own.
func methods(typ *doc.Type) map[string]string {
	in, ok := typ.Decl.Specs[0].(*ast.TypeSpec).Type.(*ast.InterfaceType)
	if !ok || len(in.Methods.List) < 2 {
		return nil
	}
	comments := map[string]string{}
	for _, m := range in.Methods.List {
		for _, name := range m.Names {
			comments[name.Name] = m.Doc.Text() + m.Comment.Text()
		}
	}
	return comments
}

// What others implement, and what they write formats with, is read on one screen.
func TestOneScreen(t *testing.T) {
	const screen = 50
	interfaces := 0
	for _, dir := range published(t) {
		p := documentation(t, dir)
		for _, typ := range p.Types {
			_, contract := typ.Decl.Specs[0].(*ast.TypeSpec).Type.(*ast.InterfaceType)
			if contract {
				interfaces++
			}
			if !contract && dir != "converter" {
				continue
			}
			var text strings.Builder // as go doc has it
			if err := printer.Fprint(&text, p.set, typ.Decl); err != nil {
				t.Fatal(err)
			}
			lines := strings.Count(text.String(), "\n") + strings.Count(string(p.Text(typ.Doc)), "\n") + len(typ.Funcs) + len(typ.Methods)
			if lines > screen {
				t.Errorf("%s: %s takes %d lines", dir, typ.Name, lines)
			}
		}
	}
	if interfaces < 10 {
		t.Errorf("only %d interfaces", interfaces)
	}
}

const exportedFile = "testdata/exported.txt"

// What formats are written with and tested by is what stands in a file, so that a name is
// added, or taken away from others' code, on purpose only.
func TestExported(t *testing.T) {
	var names []string
	for _, dir := range []string{"converter", "converter/convertertest"} {
		p := documentation(t, dir)
		add := func(name string) {
			if token.IsExported(name[strings.LastIndex(name, ".")+1:]) {
				names = append(names, p.Name+"."+name)
			}
		}
		values := func(list []*doc.Value) {
			for _, v := range list {
				for _, name := range v.Names {
					add(name)
				}
			}
		}
		functions := func(of string, list []*doc.Func) {
			for _, f := range list {
				add(of + f.Name)
			}
		}
		values(slices.Concat(p.Consts, p.Vars))
		functions("", p.Funcs)
		for _, typ := range p.Types {
			add(typ.Name)
			values(slices.Concat(typ.Consts, typ.Vars))
			functions("", typ.Funcs)
			functions(typ.Name+".", typ.Methods)
			for _, name := range members(typ) {
				add(typ.Name + "." + name)
			}
		}
	}
	slices.Sort(names)
	got := strings.Join(names, "\n") + "\n"
	if *update {
		if err := os.WriteFile(exportedFile, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(exportedFile)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if !slices.Contains(strings.Fields(string(want)), name) {
			t.Errorf("%s is new", name)
		}
	}
	for _, name := range strings.Fields(string(want)) {
		if !slices.Contains(names, name) {
			t.Errorf("%s is gone", name)
		}
	}
	if t.Failed() {
		t.Errorf("if that is meant: go test . -run TestExported -update")
	}
}

// members returns the names of a struct's fields or of an interface's methods.
func members(typ *doc.Type) (names []string) {
	var list *ast.FieldList
	switch t := typ.Decl.Specs[0].(*ast.TypeSpec).Type.(type) {
	case *ast.StructType:
		list = t.Fields
	case *ast.InterfaceType:
		list = t.Methods
	default:
		return nil
	}
	for _, f := range list.List {
		for _, name := range f.Names {
			names = append(names, name.Name)
		}
	}
	return names
}
