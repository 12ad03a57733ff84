package look

import (
	"math"
	"strconv"
)

// Thousands writes 1234567 as 1,234,567.
func Thousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Size writes a number of bytes for people, in units of 1,024.
func Size(n int64) string {
	const unit = 1 << 10
	size, names := float64(n), []string{"bytes", "KB", "MB", "GB", "TB"}
	for size >= unit && len(names) > 1 {
		size, names = size/unit, names[1:]
	}
	if size < 10 && names[0] != "bytes" {
		return strconv.FormatFloat(size, 'f', 1, 64) + " " + names[0]
	}
	return Thousands(int64(math.Round(size))) + " " + names[0]
}
