package json

import (
	stdjson "encoding/json"
	"fmt"
	"math/rand"
	"regexp"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/internal/tries"
)

// An envelope is what stands around an array.
type envelope struct {
	generator
	names int
}

// name returns a name that there is nowhere else.
func (e *envelope) name() string {
	e.names++
	return fmt.Sprintf("n%d", e.names)
}

// noise returns members, each with a trailing comma before or behind it.
func (e *envelope) noise(depth int) (before, after string) {
	member := func() string {
		switch e.Intn(5) {
		case 0:
			if depth > 0 {
				a, b := e.noise(depth - 1)
				return fmt.Sprintf("%q:%s{%s%q:%s%s}", e.name(), e.space(), a, e.name(), e.number(), b)
			}
			return fmt.Sprintf("%q:{}", e.name())
		case 1:
			return fmt.Sprintf("%q:[%s%s,%s]", e.name(), e.space(), e.number(), e.string())
		case 2:
			return fmt.Sprintf("%q%s:[]", e.name(), e.space())
		}
		return fmt.Sprintf("%q:%s%s", e.name(), e.space(), []string{"null", "true", e.number(), e.string()}[e.Intn(4)])
	}
	for range e.Intn(3) {
		before += member() + e.space() + ","
	}
	for range e.Intn(3) {
		after += e.space() + "," + member()
	}
	return before, after
}

// around puts the array into objects, and returns the names that lead to it.
func (e *envelope) around(array string) (text string, path []string) {
	text = array
	for range 1 + e.Intn(5) {
		name := e.name()
		before, after := e.noise(2)
		text = fmt.Sprintf("{%s%s%q:%s%s}", before, e.space(), name, text, after)
		path = append([]string{name}, path...)
	}
	return text, path
}

// without returns value without what the path leads to, and without the objects that hold
// nothing else.
func without(value any, path []string) any {
	if len(path) == 0 {
		return nil
	}
	object := value.(map[string]any)
	if rest := without(object[path[0]], path[1:]); rest != nil {
		object[path[0]] = rest
	} else {
		delete(object, path[0])
	}
	if len(object) == 0 {
		return nil
	}
	return object
}

// unnumbered are names of columns without one, which say where a row has them.
var unnumbered = regexp.MustCompile(`\bcolumn_[0-9]+`)

// TestEnvelopes puts 300 random arrays into random objects: the rows are the same as those
// of the array alone, and all else is in a row beside them.
func TestEnvelopes(t *testing.T) {
	g := generator{rand.New(rand.NewSource(11))}
	for range tries.Of(300) {
		array := g.objects(8)
		want, err := convert(t, Converter{}, "x.json", array)
		if err != nil {
			t.Fatal(err)
		}
		text, path := (&envelope{generator: g}).around(array)
		for i, c := range []Converter{{Path: strings.Join(path, ".")}, {Path: "$." + strings.Join(path, "."), chunk: 30}, {}, {chunk: 16 + g.Intn(200)}} {
			if i >= 2 && len(path) > 1 && len(array) < len(text)/3 {
				continue // it is too little of the document to be taken for what that is about
			}
			db, err := convert(t, c, "x.json", text)
			if err != nil {
				t.Fatalf("%s, %+v: %v", text, c, err)
			}
			if name := db.summary.Tables[0].Name; name != path[len(path)-1] {
				t.Fatalf("%s, %+v: the first table is %s, want %s", text, c, name, path[len(path)-1])
			}
			_, got, _ := strings.Cut(unnumbered.ReplaceAllString(db.String(), "column_"), ":")
			_, rows, _ := strings.Cut(unnumbered.ReplaceAllString(want.String(), "column_"), ":")
			if !strings.HasPrefix(got, rows) {
				t.Fatalf("%s, %+v: got\n%v\nwant\n%v", text, c, got, rows)
			}
			var document any
			d := stdjson.NewDecoder(strings.NewReader(text))
			d.UseNumber()
			if err := d.Decode(&document); err != nil {
				t.Fatal(err)
			}
			rest := without(document, path)
			if rest == nil {
				if len(db.summary.Tables) != 1 {
					t.Fatalf("%s, %+v: %v", text, c, db)
				}
				continue
			}
			if len(db.summary.Tables) != 2 {
				t.Fatalf("%s, %+v: %v", text, c, db)
			}
			row := db.rows(t, 1)[0]
			for name, value := range rest.(map[string]any) {
				stored, ok := row[name]
				delete(row, name)
				if !ok || !same(stored, value) {
					t.Fatalf("%s, %+v: %s is %v, want %v", text, c, name, stored, value)
				}
			}
			if len(row) > 0 {
				t.Fatalf("%s, %+v: there is more in the rest: %v", text, c, row)
			}
		}
	}
}
