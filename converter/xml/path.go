package xml

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/xmltext"
)

// parsePath returns the names on a path: channel.item, /rss/channel/item.
func parsePath(path string) ([]string, error) {
	rest := strings.TrimSpace(path)
	separator := "."
	if strings.Contains(rest, "/") {
		separator = "/"
		rest = strings.Trim(rest, "/")
	}
	rest = strings.TrimPrefix(strings.TrimPrefix(rest, "$"), ".")
	if rest == "" {
		return nil, nil
	}
	steps := strings.Split(rest, separator)
	if slices.Contains(steps, "") {
		return nil, fmt.Errorf("path %q: a name is missing", path)
	}
	if strings.ContainsAny(rest, "[]@*") {
		return nil, fmt.Errorf("path %q: want names of elements alone, as in channel.item", path)
	}
	return steps, nil
}

// spell is the path to a shape as people write it: without the root element.
func spell(s *xmltext.Shape) string {
	var steps []string
	separator := "."
	for ; s.Up != nil; s = s.Up {
		steps = append(steps, s.Name.Local)
		if strings.Contains(s.Name.Local, ".") {
			separator = "/"
		}
	}
	if len(steps) == 0 {
		return "."
	}
	slices.Reverse(steps)
	if path := strings.Join(steps, separator); len(steps) > 1 || separator == "." {
		return path
	}
	return "/" + steps[0]
}

// reach returns the shapes that a path leads to.
func reach(s *xmltext.Shape, steps []string) (list []*xmltext.Shape) {
	if len(steps) == 0 {
		return []*xmltext.Shape{s}
	}
	for _, c := range s.Children {
		if called(c, steps[0]) {
			list = append(list, reach(c, steps[1:])...)
		}
	}
	return list
}

// called reports whether elements have that name, with their prefix or without.
func called(s *xmltext.Shape, name string) bool {
	return s.Name.Local == name || s.Name.Prefix != "" && s.Name.Prefix+":"+s.Name.Local == name
}

// follow finds the rows at a path.
func (p *plan) follow(path string) error {
	steps, err := parsePath(path)
	if err != nil {
		return err
	}
	found := reach(p.root, steps)
	if len(found) == 0 && len(steps) > 0 && called(p.root, steps[0]) {
		found = reach(p.root, steps[1:])
	}
	if len(found) == 0 {
		return noPath(path, p.root)
	}
	p.out.Describe("path", spell(found[0]), "as asked for")
	for _, s := range found {
		h := holder{Shape: s}
		for _, plain := range []bool{false, true} {
			if all := lists(s, nil, plain); len(h.lists) == 0 && len(all) > 0 && all[0].Shape == s {
				h = all[0]
			}
		}
		switch {
		case len(h.lists) > 0 && !repeats(s):
			p.take(&h)
			p.tell(s)
		case s.Up != nil:
			p.take(&holder{s.Up, []*xmltext.Shape{s}})
			p.out.Describe("shape", "elements "+s.Name.Local, "the path leads to them")
		}
	}
	return nil
}

// repeats reports whether there are several elements of a shape.
func repeats(s *xmltext.Shape) bool { return s.Count > 1 }

// noPath is the error that there is nothing at a path.
func noPath(path string, root *xmltext.Shape) error {
	var have []string
	for _, plain := range []bool{false, true} {
		for _, h := range lists(root, nil, plain) {
			for _, s := range h.lists {
				have = append(have, spell(s))
			}
		}
	}
	hint := "no element stands several times in another one"
	if len(have) > 0 {
		hint = "elements that may be rows are at " + strings.Join(have[:min(len(have), 20)], ", ")
	}
	return &converter.SyntaxError{Err: errors.New("nothing is at the path " + path), Hint: hint}
}
