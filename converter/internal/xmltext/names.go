package xmltext

import (
	"bytes"
	"fmt"

	"github.com/dynasette/dynasette/converter"
)

// A Name is that of elements or attributes. Of one Reader, equal names are the same pointer.
type Name struct {
	Space  string // the namespace, or the prefix that none is declared for; "" if there is none
	Prefix string // where the name stands first
	Local  string
}

// Spelled returns the name as it stood first.
func (n *Name) Spelled() string {
	if n.Prefix == "" {
		return n.Local
	}
	return n.Prefix + ":" + n.Local
}

// Namespaces that mean something whatever a document is.
const (
	xmlSpace   = "http://www.w3.org/XML/1998/namespace"
	xhtmlSpace = "http://www.w3.org/1999/xhtml"
	xsiSpace   = "http://www.w3.org/2001/XMLSchema-instance"
)

// forReaders reports whether an attribute of that name tells how to read a document, and not
// what it says.
func (n *Name) forReaders() bool {
	return n.Space == xsiSpace && n.Local != "type" || n.Space == xmlSpace && n.Local == "space"
}

// names knows the names of a document, and which prefixes stand for which namespaces.
type names struct {
	bound  []binding // the innermost last
	last   int       // id of a binding
	known  map[string]*Name
	recent [512]recentName
	key    []byte
}

type binding struct {
	prefix, space string
	id            int
}

// A recentName is what a name stands for while its innermost binding is the same.
type recentName struct {
	spelled string
	element bool
	scope   int
	name    *Name
}

// isBinding reports whether an attribute declares a namespace.
func isBinding(name []byte) bool {
	return bytes.HasPrefix(name, []byte("xmlns")) && (len(name) == 5 || name[5] == ':')
}

// maxSpace is how long the name of a namespace may be.
const maxSpace = 4 << 10

// bind declares a namespace for the element that begins, if the attribute says so.
func (r *Reader) bind(a rawAttr) error {
	if !isBinding(a.name) {
		return nil
	}
	value := a.value
	if bytes.IndexByte(value, '&') >= 0 {
		var err error
		if value, err = r.appendText(nil, value, true); err != nil {
			return err
		}
	}
	if len(value) > maxSpace {
		return r.faultf("a namespace of more than %d bytes: %w", maxSpace, converter.ErrLimit)
	}
	prefix := ""
	if len(a.name) > 6 {
		prefix = string(a.name[6:])
	}
	n := &r.names
	for i := len(n.bound) - 1; i >= 0; i-- { // records often repeat what holds already
		if n.bound[i].prefix == prefix {
			if n.bound[i].space == string(value) {
				return nil
			}
			break
		}
	}
	n.last++
	n.bound = append(n.bound, binding{prefix, string(value), n.last})
	return nil
}

// space returns what a prefix stands for.
func (n *names) space(prefix []byte, element bool) string {
	if len(prefix) == 0 && !element {
		return ""
	}
	for i := len(n.bound) - 1; i >= 0; i-- {
		if n.bound[i].prefix == string(prefix) {
			return n.bound[i].space
		}
	}
	if string(prefix) == "xml" {
		return xmlSpace
	}
	return string(prefix)
}

// resolve returns the name that is spelled so.
func (r *Reader) resolve(spelled []byte, element bool) (*Name, error) {
	n := &r.names
	h := uint32(len(spelled)) * 31
	for _, c := range spelled {
		h = (h ^ uint32(c)) * 16777619
	}
	recent := &n.recent[h>>8%uint32(len(n.recent))]
	scope := 0
	if len(n.bound) > 0 {
		scope = n.bound[len(n.bound)-1].id
	}
	same := recent.spelled == string(spelled)
	if same && recent.scope == scope && recent.element == element && recent.name != nil {
		return recent.name, nil
	}
	prefix, local, ok := bytes.Cut(spelled, []byte(":"))
	if !ok {
		prefix, local = nil, spelled
	}
	space := n.space(prefix, element)
	n.key = append(append(append(n.key[:0], space...), 0), local...)
	name := n.known[string(n.key)]
	if name == nil {
		if len(n.known) == maxNames {
			return nil, r.fault(fmt.Errorf("more than %d different names: %w", maxNames, converter.ErrLimit), "are the names data?")
		}
		if n.known == nil {
			n.known = map[string]*Name{}
		}
		name = &Name{Space: space, Prefix: string(prefix), Local: string(local)}
		n.known[string(n.key)] = name
	}
	if !same {
		recent.spelled = string(spelled)
	}
	recent.element, recent.scope, recent.name = element, scope, name
	return name, nil
}
