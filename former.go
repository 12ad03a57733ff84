package dynasette

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/dynasette/dynasette/internal/pattern"
)

// Former returns what databases are called now by the names that versions of dynasette before
// this layout gave them, where that is another one: so that links from then still lead there.
func (m *Manifest) Former() map[string]string {
	former := map[string]string{}
	if m == nil {
		return former
	}
	for i := range m.Databases {
		d := &m.Databases[i]
		if isSet(d.Source) {
			continue // there were none
		}
		if old := formerSlug(d.Source); m.find(old) == nil {
			former[old] = d.Slug
		}
	}
	return former
}

// Moved returns a function that says where to go on with a URL's path, as it is escaped there,
// whose database is called otherwise now: it is that of before this layout, or the name as the
// uploader writes it, "/My Data" for my-data.
func (m *Manifest) Moved() func(path string) (to string, moved bool) {
	former := sync.OnceValue(m.Former)
	return func(path string) (string, bool) {
		name, ok := strings.CutPrefix(path, "/")
		if i := strings.IndexAny(name, "/."); i >= 0 {
			name = name[:i]
		}
		if !ok || name == "" || m.find(name) != nil {
			return "", false
		}
		now := former()[name]
		if now == "" {
			now = typedSlug(name)
		}
		if now == name || m.find(now) == nil {
			return "", false
		}
		return "/" + now + path[1+len(name):], true
	}
}

// typedSlug returns the slug of a name as it stands in a URL: escaped with percent signs, or
// with Datasette's tildes; "" if it is Datasette's own.
func typedSlug(name string) string {
	typed, err := url.PathUnescape(strings.NewReplacer("~", "%", "+", " ").Replace(name))
	if first, _ := utf8.DecodeRuneInString(typed); err != nil || !unicode.IsLetter(first) && !unicode.IsNumber(first) {
		return ""
	}
	return Slug(typed)
}

// formerSlug returns what an upload was called then: a function of its name alone.
func formerSlug(name string) string {
	if slug, ok := formerPlain(name); ok {
		return slug
	}
	sum := sha256.Sum256([]byte(name))
	return formerReadable(name) + "-" + hex.EncodeToString(sum[:])[:hashLen]
}

const (
	hashLen     = 10 // hexadecimal digits
	formerMax   = 64 // bytes; longer names get a hash
	maxReadable = 40
)

var (
	plain  = pattern.New(`^[a-z0-9][a-z0-9_]*(-[a-z0-9_]+)*$`)
	hashed = pattern.New(`(^|-)[0-9a-f]{10}$`)
)

var (
	plainExtensions = []string{
		"csv", "db", "geojson", "json", "jsonl", "markdown", "md", "ndjson", "sqlite", "sqlite3",
		"tab", "tsv", "txt", "xlsm", "xlsx", "yaml", "yml",
	}
	plainCompressed = []string{"bz2", "gz", "zip", "zst"}
)

// formerPlain returns the slug of a name that needs no hash.
func formerPlain(name string) (string, bool) {
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
		if !plain().MatchString(e) {
			return "", false
		}
	}
	slug := strings.Join(elements, "--")
	if extension != "csv" {
		slug += "-" + strings.ReplaceAll(extension, ".", "-")
	}
	if len(slug) > formerMax || hashed().MatchString(slug) || slices.Contains(reservedSlugs, slug) {
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

// formerReadable returns what a slug could keep of a name.
func formerReadable(name string) string {
	name = strings.TrimSuffix(strings.ToLower(name), ".csv")
	name = strings.TrimLeft(unreadable().ReplaceAllString(name, "-"), "-_")
	if len(name) > maxReadable {
		name = name[:maxReadable]
	}
	if name = strings.TrimRight(name, "-"); name == "" {
		return "upload"
	}
	return name
}
