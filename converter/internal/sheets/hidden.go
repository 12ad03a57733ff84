package sheets

import (
	"slices"

	"github.com/dynasette/dynasette/converter"
)

// Hide notes that columns are hidden, those from and to among them; hidden may be nil. Columns
// that no sheet has are left aside.
func Hide(hidden []bool, from, to int) []bool {
	for col := max(from, 0); col <= min(to, MaxColumns-1); col++ {
		if hidden == nil {
			hidden = make([]bool, MaxColumns)
		}
		hidden[col] = true
	}
	return hidden
}

// hides reports whether a column is hidden.
func (s *sheetReader) hides(col int) bool { return s.hidden != nil && s.hidden[col] }

// findDropped notes the hidden columns that the table goes without.
func (l *lane) findDropped() {
	for i := range l.width {
		if l.options.SkipHidden && l.hides(l.first+i) {
			l.drop = append(l.drop, i)
		}
	}
}

// dropped returns how many columns before the one at that place are left out.
func (l *lane) dropped(at int) int {
	n, _ := slices.BinarySearch(l.drop, at)
	return n
}

// hiddenFindings says of a table which of its columns are hidden.
func (l *lane) hiddenFindings() []converter.Finding {
	f := converter.Finding{Code: "columns-hidden", Sheet: l.sheet.Name,
		Message: "a hidden column is published like the others", Try: []string{"--skip-hidden"}}
	if l.options.SkipHidden {
		f.Message, f.Try = "a hidden column is left out, as asked for", nil
	}
	for i := range l.width {
		if !l.hides(l.first + i) {
			continue
		}
		if f.Count++; f.Count == 1 {
			f.Example = l.names[i]
			if f.Example == "" {
				f.Example = "column " + columnName(l.first+i)
			}
		}
	}
	if f.Count == 0 {
		return nil
	}
	return []converter.Finding{f}
}
