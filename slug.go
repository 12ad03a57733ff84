package dynasette

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/dynasette/dynasette/internal/pattern"
)

// Slug returns the name that an upload's database would like, of a-z, 0-9, "_" and "-": that
// of the file, as people would type it, without its extension. "My Data 2024.csv" is
// my-data-2024, "données.csv" is donnees, "日本.csv" is u65e5u672c, and 2024/q1.csv is 2024--q1.
//
// Whoever comes first gets it, and keeps it for as long as the upload exists. Whoever would
// collide gets the extension, too, x-json beside x, and if that is taken a piece of its hash.
func Slug(name string) string {
	stem, _ := splitExtension(name)
	return cmp.Or(readable(stem, maxSlug), "upload")
}

// Slugs returns the names that the databases of these uploads get where there are no others. A
// name of an upload that ends with a slash is that of several; called is what rules call some.
func Slugs(uploads []string, called map[string]string) map[string]string {
	names, databases := map[string]string{}, make([]Database, len(uploads))
	for i, name := range uploads {
		databases[i].Source = name
	}
	nameAll(names, databases, func(source string) string { return called[source] })
	return names
}

const maxSlug = 64 // bytes

var (
	slugPattern   = pattern.New(`^[a-z0-9][a-z0-9_-]*$`)
	reservedSlugs = []string{"static"} // "_memory", "_internal" and "-" are none
	unreadable    = pattern.New(`[^a-z0-9_]+`)

	knownExtensions = []string{
		"atom", "bz2", "csv", "db", "geojson", "gml", "gpx", "gz", "json", "jsonl", "kml", "kmz", "markdown", "md", "ndjson", "osm", "rdf",
		"rss", "sqlite", "sqlite3", "tab", "tsv", "txt", "xlsm", "xlsx", "xml", "yaml", "yml", "zip", "zst",
	}
)

// nameAll gives slugs to the databases that have none, in the order of their uploads. One that
// has a name (called) is to go by that, and else as uploads do.
func nameAll(names map[string]string, databases []Database, called func(source string) string) {
	taken := map[string]bool{}
	for _, slug := range names {
		taken[slug] = true
	}
	var without []Database
	for _, d := range databases {
		if names[d.Source] == "" {
			without = append(without, d)
		}
	}
	slices.SortFunc(without, func(a, b Database) int {
		return cmp.Or(a.Updated.Compare(b.Updated), strings.Compare(a.Source, b.Source))
	})
	for _, d := range without {
		for n := -1; ; n++ {
			slug := candidate(d.Source, n)
			if n < 0 {
				slug = readable(called(d.Source), maxSlug)
			}
			if slug != "" && !taken[slug] && !slices.Contains(reservedSlugs, slug) {
				names[d.Source], taken[slug] = slug, true
				break
			}
		}
	}
}

// candidate returns the n-th name to try.
func candidate(name string, n int) string {
	stem, extension := splitExtension(name)
	slug := Slug(name)
	if n == 0 {
		return slug
	}
	if n == 1 && extension != "" {
		return cut(slug, maxSlug-len(extension)-1) + "-" + readable(extension, 20)
	}
	const digits = 6
	sum := sha256Hex(name)[:digits+min(2*max(0, n-2), 40)]
	return cut(cmp.Or(readable(stem, maxSlug), "upload"), maxSlug-digits-1) + "-" + sum
}

// splitExtension takes off the extensions that say what format a file has.
func splitExtension(name string) (stem, extension string) {
	folder, base := path.Split(name)
	for {
		e := path.Ext(base)
		if len(e) < 2 || len(e) == len(base) || !slices.Contains(knownExtensions, strings.ToLower(e[1:])) {
			return folder + base, strings.TrimPrefix(extension, ".")
		}
		base, extension = strings.TrimSuffix(base, e), e+extension
	}
}

// readable returns what a slug can keep of a name: folders are set off by two dashes.
func readable(name string, longest int) string {
	var elements []string
	for e := range strings.SplitSeq(name, "/") {
		e = unreadable().ReplaceAllString(romanize(e), "-")
		if e = strings.TrimLeft(strings.TrimRight(e, "-"), "-_"); e != "" {
			elements = append(elements, e)
		}
	}
	return cut(strings.Join(elements, "--"), longest)
}

func cut(slug string, longest int) string {
	return strings.TrimRight(slug[:min(len(slug), max(longest, 1))], "-")
}

// slugOf returns what the database of an upload is called, if it has a name.
func (m *Manifest) slugOf(source string) string {
	if d := m.of(source); d != nil {
		return d.Slug
	}
	return m.Names[source]
}
