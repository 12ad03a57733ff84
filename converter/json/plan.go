package json

import (
	"slices"
	"strings"
)

// An objectShape is how an object holds rows.
type objectShape uint8

const (
	oneRow      objectShape = iota
	oneFeature              // the row is a GeoJSON feature
	oneGeometry             // the row is a GeoJSON geometry
	ofTables                // arrays of objects or arrays are tables, and other members a row of their own
	ofRows                  // each member is a row: an object, or there are too many for columns
	ofColumns               // each member is a column: an array of scalars, or an object with the rows' names
	ofBindings              // ofTables, of which one is the result of a SPARQL query
)

// maxColumns is how many columns a table can have.
const maxColumns = 1999

// A plan says where in a document its rows are, and how they are held there.
type plan struct {
	shape  objectShape
	at     *node   // what holds them
	others []*node // arrays that may have been meant just as well
	both   bool    // arrays of the root are tables, too
}

// own tells how the object holds its rows itself, whatever its members may hold. It is
// certain if what may follow an index that is not whole can't change that.
func (x *node) own() (s objectShape, certain bool) {
	switch {
	case x.typ == "Feature" && x.body:
		return oneFeature, true
	case x.coords && isGeometryType(x.typ):
		return oneGeometry, x.whole
	case x.tables > 0:
		return ofTables, x.grids == 0 // the names of a grid's columns may follow
	case x.transposed() != nil:
		return ofColumns, x.whole
	case x.members > maxColumns:
		return ofRows, true
	case x.even && x.members > 0:
		return ofColumns, x.whole
	case x.objects > 1 && x.objects == x.members:
		return ofRows, x.whole
	}
	return oneRow, x.whole
}

// plan looks for the rows in the document whose root is x, at any depth: an array of
// objects that no other one rivals is the table, if it has a usual name or is a good part
// of the document.
func (x *node) plan() (p plan, certain bool) {
	shape, certain := x.own()
	p = plan{shape: shape, at: x}
	switch {
	case x.typ == "FeatureCollection":
		return p, certain
	case shape == ofRows && (x.members > maxColumns || x.alike()):
		return p, certain
	case shape == ofRows, shape == oneRow:
		if found, shape, others := x.search(); found != nil {
			return plan{shape: shape, at: found, others: others}, x.whole
		} else if others != nil {
			p.others = others
		}
		return p, x.whole
	case shape == ofTables:
		// Arrays of the root are tables in any case; those of one other object, too, if
		// they are more.
		if best, _ := dominant(x.holders(false)); best != nil && best.held() > x.arrays() {
			p.at, p.both = best, true
			return p, x.whole
		}
	}
	return p, certain
}

// search returns the object in x that holds the rows, and how; others are arrays that were
// not taken, where there were several.
func (x *node) search() (found *node, s objectShape, others []*node) {
	holders := x.holders(false)
	if len(holders) == 0 {
		holders = x.holders(true)
	}
	most := x.most()
	switch best, certain := dominant(holders); {
	case best != nil && (best.usual() || 8*best.held() >= x.size && (most == nil || 8*best.held() >= most.size)):
		if !certain {
			others = arraysOf(holders)
		}
		if best.isBindings() {
			return best, ofBindings, nil
		}
		return best, ofTables, others
	case most != nil:
		s, _ = most.own()
		return most, s, nil
	case best == nil && len(holders) > 0:
		return nil, oneRow, arraysOf(holders)
	}
	return nil, oneRow, nil
}

// most returns the object below x that holds rows in another shape than an array of objects,
// if it is most of the document.
func (x *node) most() (most *node) {
	x.each(func(n *node) {
		if 2*n.size > x.size && (most == nil || n.size < most.size) {
			if shape, _ := n.own(); shape == ofColumns && len(n.columns) > 1 || shape == ofColumns && n.transposed() != nil ||
				shape == ofTables && n.grids == n.tables && !isGeometryType(n.typ) ||
				shape == ofRows && n.alike() && (n.members >= 5 || n.dated || n.numbered()) {
				most = n
			}
		}
	})
	return most
}

// each calls f with every object below x that may hold rows; in objects that are rows of
// one object there are none.
func (x *node) each(f func(*node)) {
	for _, n := range x.below {
		if n.kind != objectNode {
			continue
		}
		f(n)
		if n.objects < 2 || n.objects != n.members || !n.alike() {
			n.each(f)
		}
	}
}

// holders returns the objects below x that hold arrays of objects: other ones than those
// that list names of columns, or any.
func (x *node) holders(any bool) (list []*node) {
	x.each(func(n *node) {
		if slices.ContainsFunc(n.below, func(n *node) bool { return n.kind == objectsNode && (any || !n.lister) }) {
			list = append(list, n)
		}
	})
	return list
}

// held returns how many bytes the arrays of objects take that x holds; those that list names
// of columns count only if there are no others.
func (x *node) held() (size int64) {
	var lists int64
	for _, n := range x.below {
		switch {
		case n.kind != objectsNode:
		case n.lister:
			lists += n.size
		default:
			size += n.size
		}
	}
	if size == 0 {
		return lists
	}
	return size
}

// arrays returns how many bytes the arrays take that x holds as tables.
func (x *node) arrays() (size int64) {
	for _, n := range x.below {
		if n.kind != objectNode {
			size += n.size
		}
	}
	return size
}

// arraysOf returns the arrays of objects that holders hold.
func arraysOf(holders []*node) (list []*node) {
	for _, x := range holders {
		for _, n := range x.below {
			if n.kind == objectsNode {
				list = append(list, n)
			}
		}
	}
	return list
}

// usualNames are those under which records are found.
var usualNames = []string{
	"records", "results", "result", "items", "item", "data", "value", "values", "rows", "entries", "entry", "hits", "docs", "documents",
	"features", "geometries", "elements", "children", "edges", "nodes", "list", "content", "bindings",
}

// usual reports whether x holds records under a usual name.
func (x *node) usual() bool {
	return x.name == "_embedded" || slices.ContainsFunc(x.below, func(n *node) bool {
		return n.kind == objectsNode && slices.Contains(usualNames, strings.ToLower(n.name))
	})
}

// dominant returns the holder that holds the records: the only one, or else the only one
// that holds them under a usual name, or that holds more than all others. It is certain
// that it does if it is the only one.
func dominant(holders []*node) (best *node, certain bool) {
	if len(holders) == 1 {
		return holders[0], true
	}
	var named []*node
	var total int64
	for _, x := range holders {
		total += x.held()
		if x.usual() {
			named = append(named, x)
		}
	}
	if len(named) == 1 {
		return named[0], false
	}
	for _, x := range holders {
		if 2*x.held() > total {
			return x, false
		}
	}
	return nil, false
}

// alike reports whether the objects in x have mostly the same names, as rows do.
func (x *node) alike() bool {
	counts, objects, total := map[uint64]int{}, 0, 0
	for _, n := range x.below {
		if n.kind != objectNode {
			continue
		}
		if objects++; objects > 100 {
			break
		}
		for _, name := range n.names {
			counts[name]++
			total++
		}
	}
	shared := 0
	for _, count := range counts {
		if 2*count > objects {
			shared += count
		}
	}
	return objects > 1 && 2*shared > total
}

// numbered reports whether the names in x are numbers, as ids are.
func (x *node) numbered() bool {
	for _, n := range x.below {
		if n.name == "" || strings.Trim(n.name, "0123456789") != "" {
			return false
		}
	}
	return len(x.below) > 1
}

// transposed returns the columns of an object whose members are columns with the rows'
// names, as pandas writes them (orient="columns"): all objects in x have the same names in
// the same order, and these are 0, 1, 2, …, or dates.
func (x *node) transposed() []listing {
	if x.objects == 0 || x.objects != x.members || len(x.below) != x.members || x.orient == "index" {
		return nil
	}
	first := x.below[0]
	told := x.orient == "columns"
	if !told && (x.counted || x.dated || !first.counted && !first.dated || first.members+x.members < 3) {
		return nil
	}
	columns := make([]listing, 0, len(x.below))
	for _, n := range x.below {
		if n.kind != objectNode || !n.whole || n.members != first.members || n.order != first.order {
			return nil
		}
		columns = append(columns, listing{name: n.name, off: n.off, count: n.members, keyed: true})
	}
	return columns
}

// isBindings reports whether x is the result of a SPARQL query (SPARQL 1.1 Query Results
// JSON Format): {"head":{"vars":[…]},"results":{"bindings":[…]}}.
func (x *node) isBindings() bool {
	return x.name == "results" && x.tables == 1 && x.below[0].name == "bindings" && x.parent != nil && x.parent.parent == nil &&
		slices.ContainsFunc(x.parent.below, func(n *node) bool {
			return n.name == "head" && slices.ContainsFunc(n.lists, func(l named) bool { return l.name == "vars" })
		})
}

// path returns the names of the members that lead to x.
func (x *node) path() (path []string) {
	for ; x.parent != nil; x = x.parent {
		path = append(path, x.name)
	}
	slices.Reverse(path)
	return path
}

// allLists returns all that list names, those next to x first.
func (x *node) allLists() []named {
	list := x.lists
	root := x
	for root.parent != nil {
		root = root.parent
	}
	if root != x {
		list = append(slices.Clip(list), root.lists...)
	}
	root.each(func(n *node) {
		if n != x {
			list = append(slices.Clip(list), n.lists...)
		}
	})
	return list
}
