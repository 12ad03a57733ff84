package values

import (
	"math"
	"strconv"
	"strings"
)

// Spell writes a number, or a text as it is: a number that is whole as REAL columns have it has a point.
func Spell(v any) string {
	switch v := v.(type) {
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		if abs := math.Abs(v); v != 0 && (abs < 1e-5 || abs >= 1e16) {
			return strconv.FormatFloat(v, 'e', -1, 64)
		}
		s := strconv.FormatFloat(v, 'f', -1, 64)
		if !strings.Contains(s, ".") {
			s += ".0"
		}
		return s
	case string:
		return v
	}
	return ""
}
