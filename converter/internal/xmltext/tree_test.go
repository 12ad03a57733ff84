package xmltext

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
)

// read returns the shape of a document, and all of it as a tree.
func read(text []byte) (*Shape, *Tree, error) {
	first := NewReader(bytes.NewReader(text))
	root, err := Outline(first)
	if err != nil {
		return nil, nil, err
	}
	r := NewReader(bytes.NewReader(text))
	r.names.known = first.names.known
	if _, err := r.Next(); err != nil {
		return nil, nil, err
	}
	tree := new(Tree)
	return root, tree, tree.Read(r)
}

// row returns the columns of the root element, with their values.
func row(s *Shape, tree *Tree) map[string]string {
	columns := s.Columns()
	cells, data := columns.Row(nil, nil, tree, 0)
	row := map[string]string{}
	for i, c := range cells {
		if c.Kind() != converter.KindNull {
			row[columns.Names[i]] = string(data[c.Off : int(c.Off)+c.Len()])
		}
	}
	return row
}

func TestRow(t *testing.T) {
	s, tree, err := read([]byte(`<r xmlns:xsi="` + xsiSpace + `" id="7" xsi:schemaLocation="a b"> own <a>1</a><b c="2"><d/>` + "\n" + `</b><e>x</e><e f="y"/><n xsi:nil="true"/>
<l><m>1</m><m>2</m></l><p>some <i>text</i> &amp; "more"</p></r>`))
	if err != nil {
		t.Fatal(err)
	}
	s.Markup = false // text beside elements, as it stands in r alone
	want := map[string]string{"id": "7", "r": " own", "a": "1", "b_c": "2", "b_d": "", "e": `[{"text":"x"},{"f":"y"}]`, "l": `["1","2"]`, "p": `some <i>text</i> &amp; "more"`}
	got := row(s, tree)
	for name, value := range want {
		if got[name] != value {
			t.Errorf("%s: %q, want %q", name, got[name], value)
		}
		delete(got, name)
	}
	if len(got) > 0 {
		t.Errorf("besides: %q", got)
	}
}

// A wide or deep document has no more columns than a table can have, and nothing is lost.
func TestWide(t *testing.T) {
	var text strings.Builder
	text.WriteString("<r>")
	for i := range 50 {
		fmt.Fprintf(&text, "<a%d>", i)
		for k := range 50 {
			fmt.Fprintf(&text, "<b%d>%d</b%d>", k, i, k)
		}
		fmt.Fprintf(&text, "</a%d>", i)
	}
	text.WriteString("</r>")
	s, tree, err := read([]byte(text.String()))
	if err != nil {
		t.Fatal(err)
	}
	if got := row(s, tree); len(got) != 50 || !strings.HasPrefix(got["a7"], `{"b0":"7","b1":"7",`) {
		t.Errorf("%d columns, %s", len(got), got["a7"])
	}
}

// Whatever a document holds, its rows are made, and JSON is JSON.
func FuzzTree(f *testing.F) {
	for _, text := range sound {
		if len(text) < 1000 {
			f.Add([]byte(text))
		}
	}
	f.Add([]byte(`<r><f name="a">1</f><f name="b" k="2"/><l><m>1</m><m n="2">x<b/>y</m></l></r>`))
	f.Fuzz(func(t *testing.T, text []byte) {
		s, tree, err := read(text)
		if err != nil {
			return
		}
		row(s, tree)
		if value, err := tree.JSON(0); err != nil || !json.Valid([]byte(value)) {
			t.Errorf("%s, %v", value, err)
		}
		if markup := tree.AppendContent([]byte("<r>"), 0); tree.HasElements(0) && !strings.Contains(string(text), ":") {
			if _, _, err := read(append(markup, "</r>"...)); err != nil {
				t.Errorf("%s: %v", markup, err)
			}
		}
	})
}
