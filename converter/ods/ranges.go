package ods

import (
	"fmt"
	"strings"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/markup"
	"github.com/dynasette/dynasette/converter/internal/sheets"
)

// A databaseRange is an area of a sheet that has a name.
type databaseRange struct {
	sheet string
	sheets.Declared
}

// databaseRange reads the element that declares one. Those that a program makes by itself, for
// filters, are none.
func (o *outliner) databaseRange(t *markup.Tag) {
	name := t.Attr("name")
	sheet, area, ok := parseAddress(t.Attr("target-range-address"))
	if !ok || name == "" || strings.HasPrefix(name, "__Anonymous_") || t.Attr("contains-header") == "false" || t.Attr("orientation") == "column" {
		return
	}
	if len(o.ranges) == maxTables {
		o.err = fmt.Errorf("%w: more than %d database ranges", converter.ErrLimit, maxTables)
		return
	}
	o.ranges = append(o.ranges, databaseRange{sheet, sheets.Declared{Name: name, Area: area, Headers: 1, Loose: true}})
}

// Tables returns the database ranges on the sheet.
func (s *sheet) Tables() ([]sheets.Declared, error) {
	var found []sheets.Declared
	for i := range s.ranges {
		if s.ranges[i].sheet != s.table.name {
			continue
		}
		if len(found) == sheets.MaxTables {
			return nil, fmt.Errorf("%w: more than %d database ranges", converter.ErrLimit, sheets.MaxTables)
		}
		found = append(found, s.ranges[i].Declared)
	}
	return found, nil
}

// parseAddress reads the address of a range, as in $'my sheet'.A1:'my sheet'.C3 or Sheet1.A1:.C3.
func parseAddress(s string) (sheet string, area sheets.Range, ok bool) {
	sheet, from, rest, ok := parseCell(s)
	if !ok {
		return "", area, false
	}
	to := from
	if rest != "" {
		if _, to, rest, ok = parseCell(strings.TrimPrefix(rest, ":")); !ok || rest != "" {
			return "", area, false
		}
	}
	area, ok = sheets.ParseRange(from + ":" + to)
	return sheet, area, ok
}

// parseCell reads the address of a cell: the name of its sheet, and a reference.
func parseCell(s string) (sheet, ref, rest string, ok bool) {
	s = strings.TrimPrefix(s, "$")
	if quoted, found := strings.CutPrefix(s, "'"); found {
		for {
			text, after, closed := strings.Cut(quoted, "'")
			if !closed {
				return "", "", "", false
			}
			sheet += text
			if quoted, found = strings.CutPrefix(after, "'"); !found {
				s = after
				break
			}
			sheet += "'" // two of them are one
		}
	} else if i := strings.IndexAny(s, ".:"); i >= 0 && s[i] == '.' {
		sheet, s = s[:i], s[i:]
	}
	s = strings.TrimPrefix(s, ".")
	n := strings.IndexByte(s, ':')
	if n < 0 {
		n = len(s)
	}
	return sheet, s[:n], s[n:], n > 0
}
