package xmltext

import (
	"strconv"
	"strings"
	"unicode"
)

// Plain returns the name without prefix as people know it: Access, SQL Server and .NET write characters
// that no name in XML may have by their number, as in Order_x0020_Details.
func (n *Name) Plain() string {
	const before, digits = "_x", 4
	plain, rest := "", n.Local
	for {
		i := strings.Index(rest, before)
		if i < 0 {
			return plain + rest
		}
		end := i + len(before) + digits
		if end < len(rest) && rest[end] == '_' {
			c, err := strconv.ParseUint(rest[i+len(before):end], 16, 16)
			if err == nil && unicode.IsPrint(rune(c)) {
				plain, rest = plain+rest[:i]+string(rune(c)), rest[end+1:]
				continue
			}
		}
		plain, rest = plain+rest[:i+1], rest[i+1:]
	}
}
