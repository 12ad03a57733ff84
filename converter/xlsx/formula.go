package xlsx

import (
	"bytes"
	"strings"

	"github.com/dynasette/dynasette/converter/internal/markup"
	"github.com/dynasette/dynasette/converter/internal/sheets"
)

const hyperlinkStart = "HYPERLINK("

// isHyperlink reports whether what stands at the start of a formula calls the function.
func isHyperlink(formula []byte) bool {
	return len(formula) > len(hyperlinkStart) && (formula[0] == 'H' || formula[0] == 'h') &&
		bytes.EqualFold(formula[:len(hyperlinkStart)], []byte(hyperlinkStart))
}

// link notes the target of the formula that t opened, if it is spelled out in it and leads
// out of the workbook.
func (s *rowScanner) link(t *markup.Tag, col int32) {
	formula, _, _, err := t.Content(s.b, nil)
	if err != nil {
		return // whoever reads on will see it
	}
	rest := strings.TrimLeft(string(markup.AppendText(nil, formula))[len(hyperlinkStart):], " ")
	if !strings.HasPrefix(rest, `"`) {
		return
	}
	var target strings.Builder
	for rest = rest[1:]; ; {
		text, after, closed := strings.Cut(rest, `"`)
		target.WriteString(text)
		if !closed {
			return
		}
		if rest = after; !strings.HasPrefix(rest, `"`) {
			break
		}
		target.WriteByte('"')
		rest = rest[1:]
	}
	rest = strings.TrimLeft(rest, " ")
	if rest == "" || rest[0] != ',' && rest[0] != ')' { // the target is computed
		return
	}
	if link := target.String(); link != "" && link[0] != '#' {
		s.Links = append(s.Links, sheets.CellLink{Col: col, Target: link})
	}
}
