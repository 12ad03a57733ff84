package xmltext

import (
	"fmt"
	"slices"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/signature"
)

// CheckRoot returns an error, which says what to do, if the root element is that of a page or
// something else without rows, as often comes under the name of the file that was wanted, or if it
// has none of the names, where there are some. A root element too far from the beginning is any.
func CheckRoot(in *converter.Input, names ...string) error {
	head, err := in.Head(converter.SniffLen)
	if err != nil {
		return err
	}
	root := Root(head)
	if root == nil || slices.Contains(names, root.Local) {
		return nil
	}
	if kind, known := signature.OfRoot(root.Spelled()); known {
		return &converter.NoTableError{Kind: kind.Name, Advice: kind.Advice}
	}
	if len(names) == 0 {
		return nil
	}
	return &converter.SyntaxError{Err: fmt.Errorf("the root element is <%s>, and not <%s>", bounded([]byte(root.Spelled())), names[0]),
		Hint: "call it x.xml, or name the format xml"}
}
