package rules

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
)

// Hash returns a hash of all that rules say of what a document becomes; "" if that is
// nothing. It stays the same if what they say of other documents changes, or where words
// stand, or what only people are told.
func (s *Set) Hash(document string) string {
	found := s.matches(document)
	if len(found) == 0 {
		return ""
	}
	h, said := sha256.New(), false
	for _, m := range found {
		var b bytes.Buffer
		if write(&b, reflect.ValueOf(m.entry).Elem()); b.Len() == 0 {
			continue
		}
		said = true
		fmt.Fprintf(h, "%v %q %q %s ", m.claim, m.layer.database, strings.TrimPrefix(document, m.of), b.Bytes())
		if m.Schema == nil {
			continue
		}
		for _, k := range m.Schema.ForeignKeys {
			if k.Reference != nil {
				fmt.Fprintf(h, "%q ", (&tabling{set: s}).target(m, k.Reference))
			}
		}
	}
	if !said {
		return ""
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// told are words that change nothing in a database.
var told = set("path title description source source_url license license_url about about_url label_column sort sort_desc size facets hidden " +
	"sortable_columns units guard queries")

// write writes what words say, in an order that depends on nothing else.
func write(w io.Writer, v reflect.Value) {
	switch x := v.Interface().(type) {
	case scalarValue:
		fmt.Fprintf(w, "%v ", x.Value)
		return
	case constants:
		for _, c := range x {
			fmt.Fprintf(w, "%q=%v ", c.column, c.value)
		}
		return
	case misfit:
		fmt.Fprintf(w, "%d ", x.Misfit)
		return
	case indexes:
		for _, i := range x.list {
			fmt.Fprintf(w, "%v ", i.Columns)
		}
		fmt.Fprintf(w, "%d ", x.choice)
		return
	case entry:
		for _, o := range x.options {
			fmt.Fprintf(w, "%q=%q ", o.Option, o.Value)
		}
	case dialect:
		if x.trim > 0 || x.skip > 0 {
			fmt.Fprintf(w, "%d %d ", x.trim, x.skip)
		}
	case field:
		fmt.Fprintf(w, "%q %d %q ", x.aliases, x.parts, x.unit)
	}
	switch v.Kind() {
	case reflect.Struct:
		walk(v, func(f reflect.StructField, v reflect.Value) {
			if word := f.Tag.Get("word"); !told[word] && !v.IsZero() {
				fmt.Fprintf(w, "%s:", word)
				write(w, v)
			}
		})
	case reflect.Pointer:
		write(w, v.Elem())
	case reflect.Slice:
		fmt.Fprintf(w, "%d[", v.Len())
		for i := range v.Len() {
			write(w, v.Index(i))
		}
	case reflect.Map:
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
		for _, k := range keys {
			fmt.Fprintf(w, "%q:", k.String())
			write(w, v.MapIndex(k))
		}
	default:
		fmt.Fprintf(w, "%#v ", v)
	}
}
