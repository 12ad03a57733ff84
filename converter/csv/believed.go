package csv

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/headerrows"
)

// believed are claims that are as good as options, and where they stand.
type believed map[string]converter.Setting

// why returns why an option is as it is.
func (c Converter) why(option string) string {
	if s, ok := c.believed[option]; ok {
		return s.Origin.String() + " says so"
	}
	return byRequest
}

// believe sets what is claimed of the lines before the data, and of comments, where nothing
// is asked for and the document's lines allow it.
func (c *Converter) believe(d *dialect, head []byte) {
	c.believed = believed{}
	if s, ok := c.claims.says("comment"); ok && c.Comment == 0 {
		if comment, err := converter.Character(s.Value); err == nil {
			c.Comment, c.believed["comment"] = comment, s
		} else {
			d.untrue(s, fmt.Sprintf("lines that begin with %s were to be comments, and are rows: one character is what comments can begin with", s.Value))
		}
	}
	if c.Skip != 0 || c.Header || c.NoHeader || len(c.HeaderRows) > 0 {
		return
	}
	if s, ok := c.claims.says("header-rows"); ok {
		if rows, err := headerrows.Parse(s.Value); err == nil && c.names(d, head, s, rows[len(rows)-1]-1) {
			c.HeaderRows, c.believed["header-rows"] = rows, s
			if join, ok := c.claims.says("header-join"); ok {
				c.HeaderJoin, c.believed["header-join"] = join.Value, join
			}
		}
		return
	}
	if s, ok := c.claims.says("skip"); ok {
		if n, err := strconv.Atoi(s.Value); err == nil && n > 0 && c.names(d, head, s, n) {
			c.Skip, c.believed["skip"] = n, s
		}
	}
}

// maxClaimed is how many lines may be claimed to come before the header.
const maxClaimed = 100

// names reports whether the names of columns can be in the line behind n others, as is
// claimed: not if an earlier line has names that rules give to them, and it has none, or if there is no such line.
func (c *Converter) names(d *dialect, head []byte, s converter.Setting, n int) bool {
	if n > maxClaimed {
		return false
	}
	behind := func(n int) (known int) {
		text := head[len(d.first(head, n)):]
		line := d.first(text, 1)
		if len(d.trim(line)) == 0 {
			return -1
		}
		as := *d
		as.quote = '"'
		for _, delimiter := range c.claims.delimiters() {
			for _, r := range as.try(line, true, delimiter).rows {
				known = max(known, c.claims.known(r.cells))
			}
		}
		return known
	}
	found := make([]int, n+1)
	for i := range found {
		found[i] = behind(i)
	}
	best := slices.Max(found)
	if found[n] == best || found[n] >= 0 && best < 1 {
		return true
	}
	d.untrue(s, fmt.Sprintf("the names of the columns were to be in line %d, and are in line %d", n+1, slices.Index(found, best)+1))
	return false
}
