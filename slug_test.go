package dynasette_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/dynasette/dynasette"
)

func TestSlug(t *testing.T) {
	for name, want := range map[string]string{
		"legislators.csv":         "legislators",
		"legislators-current.csv": "legislators-current",
		"us_states.csv":           "us_states",
		"2024.csv":                "2024",
		"trees.json":              "trees-json",
		"fixtures.db":             "fixtures-db",
		"x.csv.gz":                "x-csv-gz",
		"x.gz":                    "x-gz",
		"2024/q1.csv":             "2024--q1",
		"a/b/c.xlsx":              "a--b--c-xlsx",
		// Everything else has a hash.
		"a.b.csv":                        "a-b-HASH",
		"x.CSV":                          "x-HASH",
		"X.csv":                          "x-HASH",
		"../x.csv":                       "x-HASH",
		"./x.csv":                        "x-HASH",
		"dir//x.csv":                     "dir-x-HASH",
		"My Data (final).xlsx":           "my-data-final-xlsx-HASH",
		"x-json.csv":                     "x-json-HASH",
		"x-gz.json":                      "x-gz-json-HASH",
		"x--y.csv":                       "x-y-HASH",
		"static.csv":                     "static-HASH",
		"_memory.csv":                    "memory-HASH",
		"_internal.db":                   "internal-db-HASH",
		"-.csv":                          "upload-HASH",
		"данные.csv":                     "upload-HASH",
		"naïve.csv":                      "na-ve-HASH",
		"README":                         "readme-HASH",
		"metadata.json":                  "metadata-json",
		"plugins/evil.py":                "plugins-evil-py-HASH",
		"x-0123456789.csv":               "x-0123456789-HASH",
		"0123456789.csv":                 "0123456789-HASH",
		"a\x00b.csv":                     "a-b-HASH",
		strings.Repeat("n", 70) + ".csv": strings.Repeat("n", 40) + "-HASH",
	} {
		got := dynasette.Slug(name)
		pattern := "^" + strings.ReplaceAll(want, "HASH", "[0-9a-f]{10}") + "$"
		if !regexp.MustCompile(pattern).MatchString(got) {
			t.Errorf("%q is %q, want %q", name, got, want)
		}
	}
}

// TestSlugsDiffer makes all names of a few pieces that are likely to be confused.
func TestSlugsDiffer(t *testing.T) {
	pieces := []string{"a", "b", "x", "-", "--", ".", "/", "..", "_", "csv", "json", "gz", ".csv", ".json", ".csv.gz", "X", " "}
	owner := map[string]string{}
	ok := regexp.MustCompile(`^[a-z0-9][a-z0-9_-]*$`)
	check := func(name string) {
		slug := dynasette.Slug(name)
		if !ok.MatchString(slug) || len(slug) > 64 {
			t.Fatalf("%q is %q", name, slug)
		}
		if other, taken := owner[slug]; taken && other != name {
			t.Fatalf("%q and %q are both %q", name, other, slug)
		}
		owner[slug] = name
	}
	for _, a := range pieces {
		for _, b := range pieces {
			for _, c := range pieces {
				for _, d := range pieces {
					check(a + b + c + d)
				}
			}
		}
	}
	// A name that is made of another one's slug.
	for slug := range owner {
		check2 := dynasette.Slug(slug + ".csv")
		if other, taken := owner[check2]; taken && other != slug+".csv" {
			t.Fatalf("%q and %q are both %q", slug+".csv", other, check2)
		}
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
		if a != b && dynasette.Slug(a) == dynasette.Slug(b) {
			t.Errorf("%q and %q are both %q", a, b, dynasette.Slug(a))
		}
	})
}
