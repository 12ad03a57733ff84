package dynasette

import (
	"crypto/sha256"
	"encoding/hex"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Slug returns the name of the database that an upload becomes: of a-z, 0-9, "_" and "-",
// a function of the upload's name alone and different for different names, so that
// whatever else is uploaded, before or after, never changes where something is found.
//
// A file of lower-case letters, digits, "_" and single "-" keeps its name: legislators.csv
// is legislators. Any extension but .csv stays: trees.json is trees-json, x.csv.gz is
// x-csv-gz. Folders are set off by two dashes: 2024/q1.csv is 2024--q1. Every other name
// (capitals, spaces, more dots, names that Datasette reserves, or that could be mistaken
// for one of those above) gets a piece of its hash: "a.b.csv" is a-b-4e8aa2cb9c.
func Slug(name string) string {
	if slug, ok := plainSlug(name); ok {
		return slug
	}
	sum := sha256.Sum256([]byte(name))
	return readable(name) + "-" + hex.EncodeToString(sum[:])[:hashLen]
}

const (
	hashLen     = 10 // hexadecimal digits
	maxSlug     = 64 // bytes; longer names get a hash
	maxReadable = 40
)

var (
	plain  = regexp.MustCompile(`^[a-z0-9][a-z0-9_]*(-[a-z0-9_]+)*$`)
	hashed = regexp.MustCompile(`(^|-)[0-9a-f]{10}$`)
)

// These lists decide names that are in use: change them, and databases move.
var (
	plainExtensions = []string{
		"csv", "db", "geojson", "json", "jsonl", "markdown", "md", "ndjson", "sqlite", "sqlite3",
		"tab", "tsv", "txt", "xlsm", "xlsx", "yaml", "yml",
	}
	plainCompressed = []string{"bz2", "gz", "zip", "zst"}
	reservedSlugs   = []string{"static"} // "_memory", "_internal" and "-" are not plain
)

// plainSlug returns the slug of a name that needs no hash.
func plainSlug(name string) (string, bool) {
	elements := strings.Split(name, "/")
	last := len(elements) - 1
	stem, extension, _ := strings.Cut(elements[last], ".")
	if !plainExtension(extension) {
		return "", false
	}
	// "x-json.csv" would be taken for "x.json".
	ending := stem[strings.LastIndex(stem, "-")+1:]
	if ending != stem && (slices.Contains(plainExtensions, ending) || slices.Contains(plainCompressed, ending)) {
		return "", false
	}
	elements[last] = stem
	for _, e := range elements {
		if !plain.MatchString(e) {
			return "", false
		}
	}
	slug := strings.Join(elements, "--")
	if extension != "csv" {
		slug += "-" + strings.ReplaceAll(extension, ".", "-")
	}
	if len(slug) > maxSlug || hashed.MatchString(slug) || slices.Contains(reservedSlugs, slug) {
		return "", false
	}
	return slug, true
}

// plainExtension reports whether an extension, without its dot, may stand in a slug.
func plainExtension(extension string) bool {
	format, compressed, two := strings.Cut(extension, ".")
	if two {
		return slices.Contains(plainExtensions, format) && slices.Contains(plainCompressed, compressed)
	}
	return slices.Contains(plainExtensions, format) || slices.Contains(plainCompressed, format)
}

var unreadable = regexp.MustCompile(`[^a-z0-9_]+`)

// readable returns what a slug can keep of a name.
func readable(name string) string {
	name = strings.TrimSuffix(strings.ToLower(name), ".csv")
	name = strings.TrimLeft(unreadable.ReplaceAllString(name, "-"), "-_")
	if len(name) > maxReadable {
		name = name[:maxReadable]
	}
	if name = strings.TrimRight(name, "-"); name == "" {
		return "upload"
	}
	return name
}

// Ignored reports whether a name is not an upload's: placeholders of folders, hidden
// files, and what programs leave beside a file while they write it.
func Ignored(name string) bool {
	if name == "" || strings.HasSuffix(name, "/") || strings.HasSuffix(name, "_$folder$") {
		return true
	}
	for e := range strings.SplitSeq(name, "/") {
		if strings.HasPrefix(e, ".") && e != "." && e != ".." || e == "__MACOSX" {
			return true
		}
	}
	base := strings.ToLower(path.Base(name))
	if strings.HasPrefix(base, "~$") || strings.HasSuffix(base, "~") ||
		strings.HasPrefix(base, "#") && strings.HasSuffix(base, "#") {
		return true
	}
	switch extension := path.Ext(base); {
	case slices.Contains(unfinished, extension):
		return true
	case strings.HasPrefix(extension, ".db-"), strings.HasPrefix(extension, ".sqlite-"), strings.HasPrefix(extension, ".sqlite3-"):
		return true // SQLite's journals
	}
	return base == "thumbs.db" || base == "desktop.ini"
}

// unfinished are the extensions of files that are being written.
var unfinished = []string{
	".crdownload", ".download", ".filepart", ".part", ".partial", ".swo", ".swp", ".swx", ".temp", ".tmp",
}
