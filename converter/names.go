package converter

import (
	"fmt"
	"path"
	"strconv"
	"strings"
)

// compressions are extensions that hide another one.
var compressions = map[string]bool{".gz": true, ".zst": true, ".bz2": true, ".xz": true, ".lz4": true, ".zip": true}

// stem returns the file's name without folders and extension; one of a compression goes
// together with the one that it hides.
func stem(name string) string {
	base := path.Base(strings.ReplaceAll(name, `\`, "/"))
	if ext := path.Ext(base); compressions[strings.ToLower(ext)] && len(ext) < len(base) {
		base = base[:len(base)-len(ext)]
	}
	if ext := path.Ext(base); len(ext) < len(base) {
		base = base[:len(base)-len(ext)]
	}
	if base == "." || base == "/" || base == "" {
		return "data"
	}
	return base
}

// extension returns the last extension of a name, in lower case.
func extension(name string) string { return strings.ToLower(path.Ext(name)) }

const maxName = 1000 // bytes; longer names of columns and tables are cut

// names gives out names that are unique without regard to case, as SQLite compares them.
type names struct {
	taken    map[string]bool
	promised map[string]bool // to be given out only to who asks for just that name
}

// promise keeps names for who will ask for them, until the next call: of a, a and a_2 the
// second becomes a_3.
func (n *names) promise(names []string) {
	n.promised = make(map[string]bool, len(names))
	for _, name := range names {
		n.promised[foldName(cleanName(name))] = true
	}
}

// unique returns name, cleaned, or blank if nothing is left of it, and if that is taken
// the first of name_2, name_3, … that is neither taken nor promised.
func (n *names) unique(name, blank string) string {
	name = cleanName(name)
	given := name != ""
	if !given {
		name = blank
	}
	if n.taken == nil {
		n.taken = map[string]bool{}
	}
	base := name
	for i := 2; n.taken[foldName(name)] || n.promised[foldName(name)] && !given; i++ {
		name, given = base+"_"+strconv.Itoa(i), false
	}
	n.taken[foldName(name)] = true
	return name
}

// blankName is what the column without a name in that place is called.
func blankName(place int) string { return fmt.Sprintf("column_%d", place+1) }

// reserve takes names that nothing else may get.
func (n *names) reserve(name string) { n.unique(name, name) }

// foldName folds case as SQLite does in names: ASCII only.
func foldName(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}

// cleanName trims white space, replaces what can't stand in a name (control characters,
// invalid UTF-8) by spaces, and cuts it to a sane length.
func cleanName(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == 0xfeff {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, " "))
	s = strings.TrimSpace(s)
	for len(s) > maxName {
		s = strings.ToValidUTF8(s[:maxName], "")
	}
	return s
}

// unquotable stands for what Datasette can't have in a table's name: it puts the name, as
// it is, between double quotes (1.0 too) and brackets (0.65), and then doesn't start, or
// answers nothing but errors, whatever else there is to serve.
var unquotable = strings.NewReplacer(`"`, "'", "[", "(", "]", ")")

// tableName returns the name of a table that can be served: SQLite keeps sqlite_ for itself.
func tableName(name string) string {
	name = unquotable.Replace(cleanName(name))
	if strings.HasPrefix(foldName(name), "sqlite_") {
		return "t_" + name
	}
	return name
}

// quoteName quotes a name for SQL.
func quoteName(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }
