package pages

import "testing"

func TestNames(t *testing.T) {
	n := names{done: []string{"_a", "_b_1"}, refused: []string{"_c", "_b_*"}}
	for query, want := range map[string]bool{"": true, "_a=1": true, "_=170": true, "_made_up=1&c=2": true, "_c": false, "x=1&_c=2": false,
		"_b_1=": true, "_b_2=": false, "%5Fc=1": false, "_C=1": true} {
		pairs, err := parseQuery(query)
		if err == nil {
			err = n.check(pairs)
		}
		if (err == nil) != want {
			t.Errorf("%s: %v", query, err)
		}
	}
}
