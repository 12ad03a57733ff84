package rules

import "testing"

// A path is for the names that people mean by it.
func TestGlob(t *testing.T) {
	for pattern, names := range map[string]map[string]bool{
		"a.csv":              {"a.csv": true, "A.csv": false, "b/a.csv": false, "a.csv.gz": true, "a.csv.zst": true, "a.csv.bz2": true, "a.csv.zip": false, "axcsv": false},
		"*.csv":              {"a.csv": true, ".csv": true, "b/a.csv": false, "a.csv.gz": true, "a.tsv": false, "a\nb.csv": true},
		"?.csv":              {"a.csv": true, "é.csv": true, "aa.csv": false, "/.csv": false},
		"**":                 {"a.csv": true, "b/c/a.csv": true, "": true},
		"**/x.csv":           {"x.csv": true, "a/x.csv": true, "a/b/x.csv": true, "ax.csv": false},
		"a/**/x.csv":         {"a/x.csv": true, "a/b/x.csv": true, "a/b/c/x.csv": true, "b/x.csv": false},
		"a/**":               {"a/x": true, "a/b/x": true, "a": false, "ab": false},
		"{raw,scratch}/**":   {"raw/x": true, "scratch/a/b": true, "other/x": false},
		"{a,b{c,d}}.csv":     {"a.csv": true, "bc.csv": true, "bd.csv": true, "b.csv": false},
		"20[0-9][0-9].csv":   {"2024.csv": true, "20x4.csv": false, "20[0-9][0-9].csv": true},
		"[!a].csv":           {"b.csv": true, "a.csv": false, "/.csv": false},
		"data[1].csv":        {"data[1].csv": true, "data1.csv": true},
		"a{b.csv":            {"a{b.csv": true, "ab.csv": false},
		"a[b.csv":            {"a[b.csv": true},
		"a+b(c)$.csv":        {"a+b(c)$.csv": true, "aab(c)$.csv": false},
		"x.zip/in/*.csv":     {"x.zip/in/a.csv": true, "x.zip/a.csv": false},
		"a,b.csv":            {"a,b.csv": true},
		"[z-a].csv":          {"[z-a].csv": true, "b.csv": false},
		"air/20??.csv.gz":    {"air/2023.csv.gz": true, "air/2023.csv": false},
		`back\slash/*.csv`:   {`back\slash/a.csv`: true},
		"[\\d].csv":          {"d.csv": true, "\\.csv": true, "5.csv": false},
		"*.{csv,tsv,ndjson}": {"a.csv": true, "a.ndjson.gz": true, "a.json": false},
	} {
		g := newGlob(pattern)
		for name, want := range names {
			if got := g.fits(name); got != want {
				t.Errorf("%s for %q: %v, want %v", pattern, name, got, want)
			}
		}
	}
}
