package dynasette_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/rules"
)

// What a version would change is known before there is one, by rules that nobody has written yet.
func TestProspect(t *testing.T) {
	follow(t, func(f *following) {
		f.put("dynasette.yaml", "resources:\n  - {path: '*.csv', guard: {rows: -50%}}\n")
		f.put("a.csv", csvOf(10, "x,y"))
		text := "x;z\n1;2\n"
		in := &converter.Input{Name: "a.csv", Size: int64(len(text)), ReaderAt: strings.NewReader(text)}
		for rule, held := range map[string]bool{"": true, "resources:\n  - {path: a.csv, dialect: {delimiter: '|'}}\n": false} {
			file := "dynasette.yaml"
			if rule == "" {
				file = ""
			}
			v, err := f.Pipeline.Prospect(f.t.Context(), file, rule)
			if err != nil {
				t.Fatal(err)
			}
			s, err := v.Convert(f.t.Context(), in, new(converter.Bounded), nil)
			if err != nil {
				t.Fatal(err)
			}
			d, breaches, err := v.Changes(f.t.Context(), "a.csv", &s)
			columns := 2
			if !held {
				columns = 1
			}
			if err != nil || d.Rows != (dynasette.RowsDiff{Before: 10, After: 1}) || (len(breaches) > 0) != held || len(s.Tables[0].Columns) != columns {
				t.Errorf("%q: %+v, %+v, %v", rule, d, breaches, err)
			}
		}
		if _, err := f.Pipeline.Prospect(f.t.Context(), "dynasette.yaml", "resorces: []\n"); !errors.As(err, new(rules.Faults)) {
			t.Errorf("%v", err)
		}
		v, err := f.Pipeline.Prospect(f.t.Context(), "", "")
		if err != nil {
			t.Fatal(err)
		}
		if d, breaches, err := v.Changes(f.t.Context(), "new.csv", &converter.Summary{}); err != nil || d.Change != dynasette.Added || len(breaches) > 0 {
			t.Errorf("%+v, %+v, %v", d, breaches, err)
		}
	})
}
