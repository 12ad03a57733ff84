package xlsx

import (
	"github.com/dynasette/dynasette/converter/internal/markup"
	"github.com/dynasette/dynasette/converter/internal/sheets"
)

// link notes the target of the formula that t opened; see sheets.Hyperlink.
func (s *rowScanner) link(t *markup.Tag, col int32) {
	formula, _, _, err := t.Content(s.b, nil)
	if err != nil {
		return // whoever reads on will see it
	}
	if target, ok := sheets.Hyperlink(markup.AppendText(nil, formula)); ok {
		s.Links = append(s.Links, sheets.CellLink{Col: col, Target: target})
	}
}
