package words

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// An entry of ours has this line before it. Whatever else there is in a file was written by
// people, and stays as it is to the last byte; ours come behind it, so they count.
const mark = "  # Chosen on the page to publish on, which writes this entry anew: "

// ErrNoPlace: a file with rules is written in a way in which nothing can be added to it.
var ErrNoPlace = errors.New("its resources are not a list with one entry below the other, so the page can't add to them: add the entry by hand")

// Put returns the text of a dynasette.yaml in which the entries of a document are those of d, in place of
// those that were put there before. The text must be sound.
func Put(text string, d Document) (string, error) {
	entries := d.Entries()
	without, err := remove(text, d.Name)
	if err != nil {
		return "", err
	}
	put := without
	if entries != "" {
		if put, err = add(without, mark+Quoted(d.Name)+"\n"+entries); err != nil {
			return "", err
		}
	}
	if !others(text, put, d.Name) {
		return "", ErrNoPlace
	}
	return put, nil
}

// add puts a block of entries behind the others.
func add(text, block string) (string, error) {
	at, indent, err := place(text)
	if err != nil {
		return "", err
	}
	lines := strings.SplitAfter(text, "\n")
	head, tail := strings.Join(lines[:at], ""), strings.Join(lines[at:], "")
	if head != "" && !strings.HasSuffix(head, "\n") {
		head += "\n"
	}
	if indent < 0 { // there are none yet
		return head + "resources:\n" + block + tail, nil
	}
	return head + reindent(block, indent) + tail, nil
}

// others reports whether all that is not about a document is the same in two texts.
func others(before, after, name string) bool {
	x, errX := rest(before, name)
	y, errY := rest(after, name)
	return errX == nil && errY == nil && x == y
}

// rest writes out what is in a text, but for entries about a document.
func rest(text, name string) (string, error) {
	root, err := parse(text)
	if err != nil || root == nil {
		return "", err
	}
	if r := child(root, "resources"); r != nil && r.Kind == yaml.SequenceNode {
		r.Content = slices.DeleteFunc(r.Content, func(item *yaml.Node) bool { return ours(item, name) })
	}
	for i := 0; i+1 < len(root.Content); i += 2 {
		if v := root.Content[i+1]; root.Content[i].Value == "resources" && len(v.Content) == 0 && v.Value == "" {
			root.Content = slices.Delete(root.Content, i, i+2)
			break
		}
	}
	var b strings.Builder
	write(&b, root)
	return b.String(), nil
}

// write writes a node, whatever its style.
func write(b *strings.Builder, n *yaml.Node) {
	if n.Kind == yaml.MappingNode && len(n.Content) == 0 {
		return
	}
	fmt.Fprintf(b, "(%d %s %q", n.Kind, n.Tag, n.Value)
	for _, c := range n.Content {
		write(b, c)
	}
	b.WriteString(")")
}

// Has reports whether a text has entries of ours of a document.
func Has(text, name string) bool {
	for line := range strings.Lines(text) {
		if isMark(line, name) {
			return true
		}
	}
	return false
}

func isMark(line, name string) bool {
	return strings.TrimSpace(line) == strings.TrimSpace(mark+Quoted(name))
}

// mine tells which lines of a text are our entries of a document: from their mark to the last line that belongs to
// them, which is indented deeper than a list's dash, or is a dash with the same document's path.
func mine(text, name string) (lines []string, is []bool, err error) {
	root, err := parse(text)
	if err != nil {
		return nil, nil, err
	}
	resources := child(root, "resources")
	lines = strings.SplitAfter(text, "\n")
	is = make([]bool, len(lines)+1)
	for i, line := range lines {
		if !isMark(line, name) {
			continue
		}
		is[i] = true
		if resources == nil || resources.Kind != yaml.SequenceNode {
			continue
		}
		end := i // 0-based line behind what is dropped
		for k, item := range resources.Content {
			if item.Line-1 <= i {
				continue // before the mark
			}
			between := strings.Join(lines[end+1:item.Line-1], "")
			if k > 0 && end > i && strings.TrimSpace(between) != "" || end == i && item.Line-1 != i+1 || !ours(item, name) {
				break
			}
			end = last(item) - 1
		}
		for k := i; k <= end; k++ {
			is[k] = true
		}
	}
	return lines, is, nil
}

// remove takes our entries of a document out of a text.
func remove(text, name string) (string, error) {
	if !Has(text, name) {
		return text, nil
	}
	lines, drop, err := mine(text, name)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for i, line := range lines {
		if !drop[i] {
			b.WriteString(line)
		}
	}
	left := b.String()
	if root, err := parse(left); err == nil { // a list of nothing would be a fault
		if r := child(root, "resources"); r != nil && r.Kind == yaml.ScalarNode && r.Value == "" {
			lines := strings.SplitAfter(left, "\n")
			for i, line := range lines {
				if strings.TrimRight(line, " \r\n") == "resources:" {
					lines[i] = ""
				}
			}
			left = strings.Join(lines, "")
		}
	}
	return left, nil
}

// ours reports whether an entry is about a document, or one in it.
func ours(item *yaml.Node, name string) bool {
	path := child(item, "path")
	return path != nil && path.Kind == yaml.ScalarNode && (path.Value == Literal(name) || strings.HasPrefix(path.Value, Literal(name)+"/"))
}

// place returns before which line a list's next entry belongs, and how far its dash is indented: less
// than 0 if there is no list.
func place(text string) (line, indent int, err error) {
	lines := strings.SplitAfter(text, "\n")
	root, err := parse(text)
	if err != nil {
		return 0, 0, err
	}
	if root == nil {
		return len(lines), -1, nil
	}
	resources := child(root, "resources")
	switch {
	case root.Kind != yaml.MappingNode || root.Style&yaml.FlowStyle != 0:
		return 0, 0, ErrNoPlace
	case resources == nil:
		return len(lines), -1, nil
	case resources.Kind != yaml.SequenceNode || resources.Style&yaml.FlowStyle != 0 || len(resources.Content) == 0:
		return 0, 0, ErrNoPlace
	}
	dash := strings.Index(lines[resources.Line-1], "-") // of the first
	if dash < 0 || strings.TrimSpace(lines[resources.Line-1][:dash]) != "" {
		return 0, 0, ErrNoPlace
	}
	end := len(lines)
	for i := 0; i < len(root.Content); i += 2 {
		if key := root.Content[i].Line - 1; key > resources.Line-1 {
			end = min(end, key)
		}
	}
	for end > resources.Line && (strings.TrimSpace(lines[end-1]) == "" || strings.HasPrefix(lines[end-1], "#")) {
		end-- // what is said of the next key
	}
	return end, dash, nil
}

// parse reads the root of a YAML document; nil if there is nothing.
func parse(text string) (root *yaml.Node, err error) {
	defer func() {
		// The library reports a fault in itself by a panic.
		if fault := recover(); fault != nil {
			root, err = nil, fmt.Errorf("the YAML parser gave up: %v", fault)
		}
	}()
	loader, err := yaml.NewLoader(strings.NewReader(text))
	if err != nil {
		return nil, err
	}
	var doc yaml.Node
	if err := loader.Load(&doc); errors.Is(err, io.EOF) || err == nil && len(doc.Content) == 0 {
		return nil, nil
	} else if err != nil {
		return nil, fmt.Errorf("it is no YAML: %w", err)
	}
	if err := loader.Load(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, errors.New("a second document begins in it")
	}
	return doc.Content[0], nil
}

// child returns what stands under a key of a mapping, or nil.
func child(n *yaml.Node, key string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

// last returns the last line of a node, from 1.
func last(n *yaml.Node) int {
	line := n.Line
	if n.Kind == yaml.ScalarNode {
		if n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
			line += strings.Count(strings.TrimSuffix(n.Value, "\n"), "\n") + 1
		}
		return line
	}
	for _, c := range n.Content {
		line = max(line, last(c))
	}
	return line
}

// reindent moves entries, which are written with their dash at 2.
func reindent(block string, indent int) string {
	var b strings.Builder
	for line := range strings.Lines(block) {
		b.WriteString(strings.Repeat(" ", indent) + strings.TrimPrefix(line, "  "))
	}
	return b.String()
}
