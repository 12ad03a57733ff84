package converter_test

import (
	"slices"
	"testing"

	"github.com/dynasette/dynasette/converter"
)

// A rule's words find their columns by name, by the name they will have, and by place.
func TestMatch(t *testing.T) {
	fields := func(names ...string) (list []converter.FieldRule) {
		for _, name := range names {
			list = append(list, converter.FieldRule{Name: name})
		}
		return list
	}
	for _, test := range []struct {
		name    string
		rule    converter.TableRule
		columns []string
		fields  []int
		names   []string
		words   map[string]int
	}{
		{
			name: "names go before places", rule: converter.TableRule{Fields: fields("b", "a"), Places: 2},
			columns: []string{"a", "b"}, fields: []int{1, 0},
		},
		{
			name: "case and blanks, if nothing is spelled so", rule: converter.TableRule{Fields: fields("ID", "id", " Name ")},
			columns: []string{"id", "name", "Id"}, fields: []int{2, 0, 1}, words: map[string]int{"ID": 2, "NAME": 1, "id": 0},
		},
		{
			name: "by place", rule: converter.TableRule{Fields: fields("x", "Alphabetic code", "z"), Places: 3},
			columns: []string{"x", "Code", "z"}, fields: []int{0, 1, 2}, words: map[string]int{"Alphabetic code": 1, "Code": 1},
		},
		{
			name: "no place in a list that is shorter", rule: converter.TableRule{Fields: fields("x", "y"), Places: 2},
			columns: []string{"x", "b", "c"}, fields: []int{0, -1}, words: map[string]int{"y": -1},
		},
		{
			name: "no place where another one is", rule: converter.TableRule{Fields: fields("zip", "zap"), Places: 2},
			columns: []string{"id", "zip"}, fields: []int{1, -1},
		},
		{
			name: "columns without names have those of the list", rule: converter.TableRule{Fields: fields("id", "zip", "z"), Places: 3, Rename: map[string]string{"zip": "plz"}},
			columns: []string{"", " "}, fields: []int{0, 1, -1}, names: []string{"id", "plz"}, words: map[string]int{"id": 0, "zip": 1, "plz": 1, "column_2": 1, "z": -1},
		},
		{
			name: "if it is as long, where nothing says that it is in order", rule: converter.TableRule{Fields: fields("id", "zip")},
			columns: []string{"", ""}, fields: []int{0, 1}, names: []string{"id", "zip"},
		},
		{
			name: "and are called by their places", rule: converter.TableRule{Fields: fields("column_2"), Rename: map[string]string{"column_1": "id"}},
			columns: []string{"", "", "c"}, fields: []int{1}, names: []string{"id", "", "c"}, words: map[string]int{"id": 0, "column_1": 0, "column_2": 1, "column_3": -1},
		},
		{
			name: "one of several that has no name", rule: converter.TableRule{Fields: fields("x", "row"), Places: 2},
			columns: []string{"", "x"}, fields: []int{1, -1}, names: []string{"", "x"},
		},
		{
			name: "names that columns get without rules", rule: converter.TableRule{Fields: fields("a_2", "column_3"), Rename: map[string]string{"column_3": "c"}},
			columns: []string{"a", "a", ""}, fields: []int{1, 2}, names: []string{"a", "a", "c"}, words: map[string]int{"a": 0, "a_2": 1, "column_3": 2, "c": 2, "column_2": -1},
		},
		{
			name: "both names of what is renamed", rule: converter.TableRule{Fields: fields("amount", "Shop"),
				Rename: map[string]string{"Amount EUR": "amount", "shop ": "store"}},
			columns: []string{"Amount EUR", "Shop"}, fields: []int{0, 1}, names: []string{"amount", "store"},
			words: map[string]int{"amount": 0, "Amount EUR": 0, "shop": 1, "store": 1},
		},
		{
			name: "a swap", rule: converter.TableRule{Fields: fields("a"), Rename: map[string]string{"a": "b", "b": "a"}},
			columns: []string{"a", "b"}, fields: []int{0}, names: []string{"b", "a"}, words: map[string]int{"a": 1, "b": 0},
		},
		{
			name:    "aliases",
			rule:    converter.TableRule{Fields: []converter.FieldRule{{Name: "year", Aliases: []string{"Jahr", "Year"}}}},
			columns: []string{"n", "Jahr"}, fields: []int{1}, words: map[string]int{"year": 1},
		},
		{
			name: "columns of one name", rule: converter.TableRule{Fields: fields("a", "a", "a")},
			columns: []string{"a", "a"}, fields: []int{0, 1, -1},
		},
		{
			name: "columns that have no name", rule: converter.TableRule{Fields: fields("id", "town"), Rename: map[string]string{"town": "place"}},
			columns: []string{"", " "}, fields: []int{0, 1}, names: []string{"id", "place"}, words: map[string]int{"column_1": 0, "town": 1, "place": 1},
		},
		{
			name: "a list in order that is shorter than what has no names", rule: converter.TableRule{Fields: fields("id"), Places: 1},
			columns: []string{"", ""}, fields: []int{0}, names: []string{"id", ""}, words: map[string]int{"id": 0, "column_2": 1},
		},
		{
			name: "a list without order that is shorter", rule: converter.TableRule{Fields: fields("id")},
			columns: []string{"", ""}, fields: []int{-1}, names: []string{"", ""},
		},
		{
			name: "one that has no name, and one that is called so", rule: converter.TableRule{Fields: fields("column_1")},
			columns: []string{"", "column_1", ""}, fields: []int{1}, names: []string{"", "column_1", ""}, words: map[string]int{"column_3": 2},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			m := test.rule.Match(test.columns)
			if !slices.Equal(m.Fields, test.fields) {
				t.Errorf("fields are columns %v, want %v", m.Fields, test.fields)
			}
			if test.names != nil && !slices.Equal(m.Names, test.names) {
				t.Errorf("names are %q, want %q", m.Names, test.names)
			}
			for word, want := range test.words {
				if got := m.Column(word); got != want {
					t.Errorf("%q is column %d, want %d", word, got, want)
				}
			}
		})
	}
}
