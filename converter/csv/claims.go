package csv

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/dynasette/dynasette/converter"
)

// claims are what others say of a document: believed where its rows allow it.
type claims struct {
	setting func(option string) (converter.Setting, bool)
	names   map[string]bool // of columns, in lower case, as rules have them
}

// claimsOf returns what is said of a document.
func claimsOf(out *converter.Writer, table string) claims {
	c := claims{setting: out.Claim, names: map[string]bool{}}
	for _, f := range out.Said(table).Fields {
		for _, name := range append(f.Aliases, f.Name) {
			c.names[fold(name)] = true
		}
	}
	return c
}

func fold(name string) string { return strings.ToLower(strings.TrimSpace(name)) }

// says returns what is said of an option.
func (c claims) says(option string) (converter.Setting, bool) {
	if c.setting == nil {
		return converter.Setting{}, false
	}
	return c.setting(option)
}

// known returns how many cells are names that rules give to columns.
func (c claims) known(cells []string) (n int) {
	for _, cell := range cells {
		if c.names[fold(cell)] {
			n++
		}
	}
	return n
}

// failed notes that a claim does not hold.
func (d *dialect) failed(s converter.Setting, what, instead string) {
	d.untrue(s, fmt.Sprintf("the %s was to be %s, which the rows are not written with: %s", what, delimiterName(s.Value), instead))
}

func (d *dialect) untrue(s converter.Setting, message string) {
	d.findings = append(d.findings, converter.Finding{Code: "claim-untrue", Severity: converter.Note, Rule: s.Origin.String(), Message: message})
}

// claimed returns the delimiter that is claimed, if it divides the rows, or else what was
// found.
func (d *dialect) claimed(c claims, found sniffed, head []byte, whole bool) sniffed {
	s, ok := c.says("delimiter")
	if !ok || d.asked != "" {
		return found
	}
	delimiter, err := parseDelimiter(s.Value)
	if err != nil || delimiter == found.delimiter {
		return found
	}
	tried := d.try(head, whole, delimiter)
	named, names := c.known(found.header().cells), c.known(tried.header().cells)
	even := delimiter == OneColumn && found.score() < 0.8 || tried.score() > 0 && (found.delimiter == OneColumn || tried.score() >= found.score()-0.1)
	if names > named || names == named && even {
		tried.why = s.Origin.String() + " says so"
		return tried
	}
	if found.width > 1 {
		d.failed(s, "delimiter", "it is "+delimiterName(found.delimiter))
	}
	return found
}

// quoteClaimed sets the quote that is claimed, if cells are written with it.
func (d *dialect) quoteClaimed(c claims, head []byte, whole bool) bool {
	s, ok := c.says("quote")
	if !ok {
		return false
	}
	quote, err := character(s.Value)
	if err != nil || quote == d.quote {
		return false
	}
	misquoted := func(quote byte) float64 { // under the delimiter that suits it best
		as, least := *d, 1.
		as.quote = quote
		for _, delimiter := range c.delimiters() {
			as.delimiter = singleByte(delimiter)
			least = min(least, as.misquoted(head, whole))
		}
		return least
	}
	name := string(rune(quote))
	switch {
	case quote == None && misquoted(d.quote) == 0 && !d.literal(head, whole):
		return false // there are no quotes, or they are sound
	case quote == None:
		quote, name = 0, "none"
	case !bytes.Contains(head, []byte{quote}) || misquoted(quote) > 0.2:
		return false
	}
	d.quote = quote
	d.fact("quote", name, s.Origin.String()+" says so")
	return true
}

// literal reports whether quotes stand within cells, and none of those around cells is needed.
func (d *dialect) literal(head []byte, whole bool) bool {
	census := d.census(head, whole, 0, 0)
	return census.within > 0 && census.holding == 0 && census.astray == 0
}

// delimiters returns those that may be between cells: the one that is claimed, or all that
// are common.
func (c claims) delimiters() []string {
	if s, ok := c.says("delimiter"); ok {
		if delimiter, err := parseDelimiter(s.Value); err == nil {
			return []string{delimiter}
		}
	}
	return common
}

// heading returns whether the first row is a header, by what was found, what is claimed, and
// the names that columns are to have.
func (d *dialect) heading(c claims, found heading, rows []sampleRow) heading {
	if len(rows) > 0 {
		if known := c.known(rows[0].cells); known > 0 && known*2 >= len(rows[0].cells) {
			if s, ok := c.says("header"); ok && s.Value != converter.Yes {
				d.untrue(s, "there was to be no header, and the first row has the names that are given to the columns")
			}
			return heading{named: true, why: "it has the names that rules give its columns", proof: true}
		}
	}
	s, ok := c.says("header")
	if !ok || found.named == (s.Value == converter.Yes) {
		return found
	}
	if found.proof && !found.doubt {
		d.untrue(s, map[bool]string{true: "there was to be no header, and the first row is one: ", false: "there was to be a header, and the first row is none: "}[found.named]+found.why)
		return found
	}
	return heading{named: !found.named, why: s.Origin.String() + " says so"}
}
