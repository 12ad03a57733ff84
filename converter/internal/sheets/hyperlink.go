package sheets

import (
	"bytes"
	"strings"
)

const hyperlinkStart = "HYPERLINK("

// IsHyperlink reports whether what stands at the start of a formula calls the function.
func IsHyperlink(formula []byte) bool {
	return len(formula) > len(hyperlinkStart) && (formula[0] == 'H' || formula[0] == 'h') &&
		bytes.EqualFold(formula[:len(hyperlinkStart)], []byte(hyperlinkStart))
}

// Hyperlink returns the target of a formula that calls the function, if it is spelled out in it
// and leads out of the workbook. What is behind a target is a comma, or a semicolon.
func Hyperlink(formula []byte) (string, bool) {
	rest := strings.TrimLeft(string(formula[len(hyperlinkStart):]), " ")
	if !strings.HasPrefix(rest, `"`) {
		return "", false
	}
	var target strings.Builder
	for rest = rest[1:]; ; {
		text, after, closed := strings.Cut(rest, `"`)
		target.WriteString(text)
		if !closed {
			return "", false
		}
		if rest = after; !strings.HasPrefix(rest, `"`) {
			break
		}
		target.WriteByte('"')
		rest = rest[1:]
	}
	rest = strings.TrimLeft(rest, " ")
	if rest == "" || !strings.ContainsRune(",;)", rune(rest[0])) { // the target is computed
		return "", false
	}
	link := target.String()
	return link, link != "" && link[0] != '#'
}
