package sheets

import (
	"errors"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
)

// Cells and text that are said once for many are bounded by the bytes that say so.
func TestWithin(t *testing.T) {
	b := &Book{Limits: Limits{}.withDefaults()}
	for name, tt := range map[string]struct {
		tally tally
		says  string // "" is that it is within
	}{
		"little":                  {tally{text: minGrowth, cells: minCells}, ""},
		"much, of much":           {tally{text: 64 * minGrowth, cells: 64 * minCells, bytes: minGrowth}, ""},
		"much text, of little":    {tally{text: minGrowth + 1, bytes: 1000}, "64 times as much text as its data has"},
		"many cells, of a little": {tally{cells: minCells + 1, bytes: 1000}, "64 times as many cells as bytes of data, 67 million"},
	} {
		err := tt.tally.within(b)
		if tt.says == "" && err != nil || tt.says != "" && (!errors.Is(err, converter.ErrLimit) || !strings.Contains(err.Error(), tt.says)) {
			t.Errorf("%s: %v, want %q", name, err, tt.says)
		}
	}
}
