package dynasette_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/converter/all"
)

func TestSlug(t *testing.T) {
	for name, want := range map[string]string{
		"legislators.csv":                "legislators",
		"legislators-current.csv":        "legislators-current",
		"us_states.csv":                  "us_states",
		"2024.csv":                       "2024",
		"trees.json":                     "trees",
		"fixtures.db":                    "fixtures",
		"x.csv.gz":                       "x",
		"x.gz":                           "x",
		"2024/q1.csv":                    "2024--q1",
		"a/b/c.xlsx":                     "a--b--c",
		"My Data 2024.csv":               "my-data-2024",
		"My Data (final).XLSX":           "my-data-final",
		"données.csv":                    "donnees",
		"donne\u0301es.csv":              "donnees",
		"Straße.csv":                     "strasse",
		"日本.csv":                         "u65e5u672c",
		"данные.csv":                     "dannye",
		"さくら/Ελλάδα.json":                "sakura--ellada",
		"Łódź Øresund.csv":               "lodz-oresund",
		"a.b.csv":                        "a-b",
		"x.log":                          "x-log",
		"../x.csv":                       "x",
		"dir//x.csv":                     "dir--x",
		"static.csv":                     "static",
		"_memory.csv":                    "memory",
		"-.csv":                          "upload",
		"👍.csv":                          "upload",
		"README":                         "readme",
		"csv":                            "csv",
		"plugins/evil.py":                "plugins--evil-py",
		"a\x00b\n.csv":                   "a-b",
		strings.Repeat("n", 70) + ".csv": strings.Repeat("n", 64),
	} {
		if got := dynasette.Slug(name); got != want {
			t.Errorf("%q is %q, want %q", name, got, want)
		}
	}
}

// Whoever comes first has the plain name; the next one the extension, too; then a hash.
func TestNames(t *testing.T) {
	for _, test := range []struct {
		uploads []string
		want    string // in the uploads' order
	}{
		{[]string{"x.csv", "x.json"}, "x x-json"},
		{[]string{"x.json", "x.csv"}, "x x-csv"},
		{[]string{"x.csv", "X.csv", "x .csv"}, "x x-csv x-HASH"},
		{[]string{"a.b.csv", "a-b.csv", "a b.csv", "a_b.csv"}, "a-b a-b-csv a-b-HASH a_b"},
		{[]string{"x-json.csv", "x.csv", "x.json"}, "x-json x x-HASH"},
		{[]string{"static.csv", "static"}, "static-csv static-HASH"},
		{[]string{"👍.csv", "👎.csv", "👌.csv"}, "upload upload-csv upload-HASH"},
		{[]string{"x.csv.gz", "x.csv", "x.CSV.GZ"}, "x x-csv x-csv-gz"},
		{[]string{strings.Repeat("n", 70) + ".csv", strings.Repeat("n", 71) + ".csv", strings.Repeat("n", 72) + ".csv"},
			strings.Repeat("n", 64) + " " + strings.Repeat("n", 60) + "-csv " + strings.Repeat("n", 57) + "-HASH"},
	} {
		names := map[string]string{}
		dynasette.NameAll(names, test.uploads...)
		var got []string
		for _, u := range test.uploads {
			got = append(got, names[u])
		}
		pattern := "^" + strings.ReplaceAll(test.want, "HASH", "[0-9a-f]{6}") + "$"
		if text := strings.Join(got, " "); !regexp.MustCompile(pattern).MatchString(text) {
			t.Errorf("%q: %s, want %s", test.uploads, text, test.want)
		}
	}
}

// TestNamesDiffer makes all names of a few pieces that are likely to be confused.
func TestNamesDiffer(t *testing.T) {
	pieces := []string{"a", "-", "--", ".", "/", "_", "csv", "json", ".csv", ".json", ".csv.gz", "X", " ", "é", "%", "\n"}
	if testing.Short() {
		pieces = pieces[:10]
	}
	var all []string
	for _, a := range pieces {
		for _, b := range pieces {
			for _, c := range pieces {
				all = append(all, a+b+c)
			}
		}
	}
	names, owner, keys := map[string]string{}, map[string]string{}, map[string]string{}
	dynasette.NameAll(names, all...)
	ok := regexp.MustCompile(`^[a-z0-9][a-z0-9_-]*$`)
	sound := regexp.MustCompile(`^[A-Za-z0-9_%-][A-Za-z0-9._%-]*$`)
	for _, name := range all {
		slug, key := names[name], dynasette.Key(name)
		if other, taken := owner[slug]; !ok.MatchString(slug) || len(slug) > 64 || taken && other != name {
			t.Fatalf("%q is %q, as is %q", name, slug, other)
		}
		// Some file systems don't tell capitals apart.
		if other, taken := keys[strings.ToLower(key)]; !sound.MatchString(key) || len(key) > 150 || taken && other != name {
			t.Fatalf("%q has the key %q, as has %q", name, key, other)
		}
		owner[slug], keys[strings.ToLower(key)] = name, name
	}
	if key := dynasette.Key(strings.Repeat("é", 500)); len(key) > 150 || !sound.MatchString(key) {
		t.Errorf("a long name has the key %q", key)
	}
}

// Links of before this layout lead to where databases are now.
func TestFormer(t *testing.T) {
	m := &dynasette.Manifest{Databases: []dynasette.Database{
		{Slug: "trees", Source: "trees.json"}, {Slug: "x", Source: "x.csv"}, {Slug: "my-data", Source: "My Data.csv"},
	}}
	former := m.Former()
	// A name of 64 bytes was as long as one could be without a hash, and of one with a hash 40 were kept.
	for n, want := range map[int]int{63: 63, 64: 64, 65: 40 + 11, 39: 39, 40: 40, 41: 41} {
		if got := dynasette.FormerSlug(strings.Repeat("n", n) + ".csv"); len(got) != want {
			t.Errorf("of %d bytes: %s", n, got)
		}
	}
	for n, want := range map[int]int{39: 39 + 11, 40: 40 + 11, 41: 40 + 11} {
		if got := dynasette.FormerSlug(strings.Repeat("N", n) + ".csv"); len(got) != want {
			t.Errorf("of %d capitals: %s", n, got)
		}
	}
	if len(former) != 2 || former["trees-json"] != "trees" || former[dynasette.FormerSlug("My Data.csv")] != "my-data" {
		t.Errorf("%v", former)
	}
}

func TestIgnored(t *testing.T) {
	for _, name := range []string{
		"", "dir/", ".x", ".x.csv", "dir/.x.csv", ".git/config.json", "x.csv.part", "x.csv.crdownload", "~$x.xlsx", ".x.csv.swp",
		"x.tmp", "x.TMP", "x.csv~", "#x.csv#", "dir/Thumbs.db", "desktop.ini", "x.db-wal", "x.sqlite3-journal", "x.db-shm",
		"__MACOSX/x.csv", "dir_$folder$", ".~lock.x.ods#",
	} {
		if !dynasette.Ignored(name) {
			t.Errorf("%q is not ignored", name)
		}
	}
	for _, name := range []string{
		"x.csv", "x.CSV", "dir/x.csv", "../x.csv", "./x.csv", "a.b.csv", "metadata.json", "config.json", "plugins/x.py", "README",
		"x.part.csv", "x..csv", "template.csv", "temp/x.csv", "x.db", "db-wal.csv",
	} {
		if dynasette.Ignored(name) {
			t.Errorf("%q is ignored", name)
		}
	}
}

func FuzzSlug(f *testing.F) {
	f.Add("a.b.csv", "a-b.csv")
	f.Add("x.csv", "x.json")
	f.Fuzz(func(t *testing.T, a, b string) {
		names := map[string]string{}
		dynasette.NameAll(names, a, b)
		if a != b && (names[a] == names[b] || dynasette.Key(a) == dynasette.Key(b)) {
			t.Errorf("%q and %q are both %q", a, b, names[a])
		}
	})
}

// The name of a database has no extension, whatever the format is.
func TestSlugExtensions(t *testing.T) {
	for _, f := range all.Formats().Formats() {
		for _, extension := range f.Extensions {
			if got := dynasette.Slug("Roads" + extension); got != "roads" {
				t.Errorf("Roads%s is %s", extension, got)
			}
		}
	}
}
