package dynasette

import (
	"fmt"
	"strings"
)

const (
	maxPhrases = 12 // of a line
	maxName    = 80 // characters of a name
)

// Lines says for people what differs, a line for each database. There is nothing in them that a
// terminal obeys; what shows them as HTML escapes them.
func (d Diff) Lines() []string {
	var lines []string
	for i := range d.Databases {
		lines = append(lines, d.Databases[i].line())
	}
	for _, name := range d.Base {
		lines = append(lines, "base/"+shown(name)+" is another")
	}
	return lines
}

func (d *DatabaseDiff) line() string {
	switch d.Change {
	case Added:
		return fmt.Sprintf("%s is new: %s of %s", shown(d.Slug), d.size(d.Rows.After), shown(d.Source))
	case Removed:
		return fmt.Sprintf("%s is withdrawn: %s of %s", shown(d.Slug), d.size(d.Rows.Before), shown(d.Source))
	}
	var phrases []string
	if d.OldSlug != "" {
		phrases = append(phrases, "was called "+shown(d.OldSlug))
	}
	if d.OldSource != "" {
		phrases = append(phrases, fmt.Sprintf("is of %s and no longer of %s", shown(d.Source), shown(d.OldSource)))
	}
	for i := range d.Tables {
		phrases = append(phrases, d.Tables[i].phrases(d.plain(&d.Tables[i]))...)
	}
	if d.Rejects.Before != d.Rejects.After {
		phrases = append(phrases, d.Rejects.phrase("rejected row"))
	}
	if len(phrases) == 0 {
		phrases = []string{count(d.Rows.After, "row") + " as before, other content"}
	}
	if n := len(phrases) - maxPhrases; n > 0 {
		phrases = append(phrases[:maxPhrases], fmt.Sprintf("and %d more", n))
	}
	return shown(d.Slug) + ": " + strings.Join(phrases, "; ")
}

// size says how much is in a database that has come or gone.
func (d *DatabaseDiff) size(rows int64) string {
	text := count(rows, "row")
	if d.Of != 1 {
		text += " in " + count(int64(d.Of), "table")
	}
	return text
}

// plain reports whether a table need not be named: it is all the database, or named as that is.
func (d *DatabaseDiff) plain(t *TableDiff) bool {
	return t.Change == Changed && (d.Of == 1 || t.Name == d.Slug)
}

func (t *TableDiff) phrases(plain bool) []string {
	switch t.Change {
	case Added:
		return []string{fmt.Sprintf("table %s is new (%s)", shown(t.Name), count(t.Rows.After, "row"))}
	case Removed:
		return []string{fmt.Sprintf("table %s is gone (%s)", shown(t.Name), count(t.Rows.Before, "row"))}
	}
	var phrases []string
	if t.Rows.Before != t.Rows.After {
		phrases = append(phrases, t.Rows.phrase("row"))
	}
	for i := range t.Columns {
		phrases = append(phrases, t.Columns[i].phrase())
	}
	if plain {
		return phrases
	}
	return []string{fmt.Sprintf("table %s: %s", shown(t.Name), someOf(phrases))}
}

// someOf puts into one phrase what is about one table among several.
func someOf(phrases []string) string {
	if n := len(phrases) - maxPhrases; n > 0 {
		phrases = append(phrases[:maxPhrases:maxPhrases], fmt.Sprintf("and %d more", n))
	}
	return strings.Join(phrases, ", ")
}

func (r RowsDiff) phrase(what string) string {
	return fmt.Sprintf("%d → %s (%+d)", r.Before, count(r.After, what), r.After-r.Before)
}

func (c *ColumnDiff) phrase() string {
	name := "column " + shown(c.Name)
	switch c.Change {
	case Removed:
		return name + " is gone"
	case Changed:
		return fmt.Sprintf("%s: %s → %s", name, typeShown(c.OldType), typeShown(c.Type))
	}
	if c.Type == "" {
		return name + " is new"
	}
	return fmt.Sprintf("%s is new (%s)", name, shown(c.Type))
}

func typeShown(declared string) string {
	if declared == "" {
		return "no type"
	}
	return shown(declared)
}

// shown makes an uploader's text one that can stand in a line.
func shown(text string) string {
	text = strings.ReplaceAll(Printable(text), "\t", " ")
	n := 0
	for i := range text {
		if n++; n > maxName {
			return text[:i] + "…"
		}
	}
	return text
}
