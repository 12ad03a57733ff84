package main

import (
	"errors"
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// A name is a package's folder and what is declared there at the top: a function, a variable, or, with a point before it, a
// method of any type.
type name struct{ dir, name string }

// short is what all are looked for that lead to it.
var short = name{"testing", "Short"}

// Declared is what is declared in a module: the names that each declaration refers to. Types are not looked at, so a method
// that is called may be any of that package of that name: rather too many tests are found than too few.
type declared struct {
	module string
	build  build.Context
	refers map[name]map[name]bool
	tests  map[name]bool
}

// cutShort returns for each package of a module that has tests which lead to testing.Short, its folder and a pattern of their
// names.
func cutShort(module fs.FS) ([]string, error) {
	d := &declared{build: build.Default, refers: map[name]map[name]bool{}, tests: map[name]bool{}}
	d.build.OpenFile = func(path string) (io.ReadCloser, error) { return module.Open(path) }
	d.build.JoinPath = path.Join
	text, err := fs.ReadFile(module, "go.mod")
	if err != nil {
		return nil, err
	}
	if found := regexp.MustCompile(`(?m)^module (\S+)`).FindSubmatch(text); found != nil {
		d.module = string(found[1])
	}
	err = fs.WalkDir(module, ".", func(file string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if e.IsDir() {
			if file == "." {
				return nil
			}
			_, err := fs.Stat(module, path.Join(file, "go.mod"))
			if strings.HasPrefix(e.Name(), ".") || strings.HasPrefix(e.Name(), "_") || e.Name() == "testdata" || !errors.Is(err, fs.ErrNotExist) {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(file, ".go") {
			return nil
		}
		if here, err := d.build.MatchFile(path.Dir(file), e.Name()); err != nil || !here {
			return err
		}
		text, err := fs.ReadFile(module, file)
		if err != nil {
			return err
		}
		return d.read(file, text)
	})
	if err != nil {
		return nil, err
	}
	return d.leading(), nil
}

// leading returns the tests that lead to testing.Short.
func (d *declared) leading() (all []string) {
	leads := map[name]bool{short: true}
	for more := true; more; {
		more = false
		for from, refers := range d.refers {
			if leads[from] {
				continue
			}
			for to := range refers {
				if leads[to] {
					leads[from], more = true, true
					break
				}
			}
		}
	}
	tests := map[string][]string{}
	for t := range d.tests {
		if leads[t] {
			tests[t.dir] = append(tests[t.dir], t.name)
		}
	}
	for _, dir := range slices.Sorted(maps.Keys(tests)) {
		slices.Sort(tests[dir])
		all = append(all, fmt.Sprintf("./%s ^(%s)$", dir, strings.Join(tests[dir], "|")))
	}
	return all
}

// read adds what a file declares.
func (d *declared) read(file string, text []byte) error {
	parsed, err := parser.ParseFile(token.NewFileSet(), file, text, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	dir := path.Dir(file)
	imports := map[string]string{} // folders by what packages are called
	for _, i := range parsed.Imports {
		imported, err := strconv.Unquote(i.Path.Value)
		if err != nil {
			return err
		}
		called := path.Base(imported)
		if i.Name != nil {
			called = i.Name.Name
		}
		if inside, ok := strings.CutPrefix(imported+"/", d.module+"/"); ok {
			imported = path.Clean(inside)
		}
		imports[called] = imported
	}
	for _, declaration := range parsed.Decls {
		switch declaration := declaration.(type) {
		case *ast.FuncDecl:
			of := name{dir, declaration.Name.Name}
			if declaration.Recv != nil {
				of.name = "." + of.name
			} else if strings.HasSuffix(file, "_test.go") && isTest(of.name) {
				d.tests[of] = true
			}
			d.add(of, declaration, imports)
		case *ast.GenDecl:
			for _, spec := range declaration.Specs {
				if values, ok := spec.(*ast.ValueSpec); ok {
					for _, of := range values.Names {
						d.add(name{dir, of.Name}, values, imports)
					}
				}
			}
		}
	}
	return nil
}

// isTest reports whether -run is for a function of this name.
func isTest(function string) bool {
	return function != "TestMain" && regexp.MustCompile(`^(Test|Fuzz|Example)(\P{Ll}|$)`).MatchString(function)
}

// add notes all names in a declaration.
func (d *declared) add(of name, declaration ast.Node, imports map[string]string) {
	refers := d.refers[of]
	if refers == nil {
		refers = map[name]bool{}
		d.refers[of] = refers
	}
	var visit func(n ast.Node) bool
	visit = func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Ident:
			refers[name{of.dir, n.Name}] = true
		case *ast.SelectorExpr:
			if x, ok := n.X.(*ast.Ident); ok && imports[x.Name] != "" {
				refers[name{imports[x.Name], n.Sel.Name}] = true
				return false
			}
			refers[name{of.dir, "." + n.Sel.Name}] = true
			ast.Inspect(n.X, visit)
			return false
		}
		return true
	}
	ast.Inspect(declaration, visit)
}
