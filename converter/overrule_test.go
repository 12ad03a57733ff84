package converter

import (
	"reflect"
	"slices"
	"testing"
)

// nonZero returns a value of a type that is not zero, as far down as there is something.
func nonZero(of reflect.Type) reflect.Value {
	v := reflect.New(of).Elem()
	switch of.Kind() {
	case reflect.Bool:
		v.SetBool(true)
	case reflect.String:
		v.SetString("x")
	case reflect.Int, reflect.Int64:
		v.SetInt(1)
	case reflect.Uint8, reflect.Uint64:
		v.SetUint(1)
	case reflect.Pointer:
		v.Set(reflect.New(of.Elem()))
		v.Elem().Set(nonZero(of.Elem()))
	case reflect.Slice:
		v.Set(reflect.Append(v, nonZero(of.Elem())))
	case reflect.Map:
		v.Set(reflect.MakeMap(of))
		v.SetMapIndex(nonZero(of.Key()), nonZero(of.Elem()))
	case reflect.Struct:
		for i := range of.NumField() {
			if of.Field(i).IsExported() {
				v.Field(i).Set(nonZero(of.Field(i).Type))
			}
		}
	case reflect.Interface:
		v.Set(reflect.ValueOf("x"))
	}
	return v
}

// Each word that is said of every table holds for a table, whether its own rule has the word or not.
func TestUnder(t *testing.T) {
	words := reflect.TypeFor[TableRule]()
	for i := range words.NumField() {
		word := words.Field(i)
		if !word.IsExported() || slices.Contains([]string{"Shared", "Places", "Indexes", "Search"}, word.Name) {
			continue // of a document's table only, or wherever the columns are
		}
		var all TableRule
		reflect.ValueOf(&all).Elem().Field(i).Set(nonZero(word.Type))
		for _, own := range []TableRule{{}, nonZero(words).Interface().(TableRule)} {
			before := reflect.ValueOf(own).Field(i)
			got := reflect.ValueOf(own.under(&all, 0)).Field(i)
			if word.Name == "Fields" || word.Name == "Settings" {
				got = got.Slice(before.Len(), got.Len()) // they are added
			}
			if want := reflect.ValueOf(all).Field(i); !reflect.DeepEqual(got.Interface(), want.Interface()) {
				t.Errorf("%s: %v, want %v", word.Name, got, want)
			}
		}
	}
	if r := (TableRule{Name: "own"}).under(&TableRule{Name: "all"}, 1); r.Name != "own" || r.Shared {
		t.Errorf("a document's second table: %+v", r)
	}
	none := TableRule{Index: IndexAuto, Indexes: []Index{{}}}
	if r := none.under(&TableRule{Index: IndexNone}, 0); r.Index != IndexNone || r.Indexes != nil {
		t.Errorf("no index: %+v", r)
	}
}

// What is said of a column later goes before what was said, word by word.
func TestFieldOver(t *testing.T) {
	words := reflect.TypeFor[FieldRule]()
	f := FieldRule{Name: "f", Type: IntegerType, Numbers: Spelling{Group: "."}, Said: map[string]Origin{"type": {Line: 3}}}
	for i := range words.NumField() {
		var g FieldRule
		reflect.ValueOf(&g).Elem().Field(i).Set(nonZero(words.Field(i).Type))
		want := f
		switch word := words.Field(i); word.Name {
		case "Name": // it is the rule's
		case "Said":
			want.Said = map[string]Origin{"type": {Line: 3}, "x": g.Said["x"]}
		default:
			reflect.ValueOf(&want).Elem().Field(i).Set(reflect.ValueOf(g).Field(i))
		}
		if got := f.over(&g); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, want %+v", words.Field(i).Name, got, want)
		}
	}
}
