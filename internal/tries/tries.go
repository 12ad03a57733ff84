// Package tries says how often a test tries a property that is to hold for any input, and how
// large a benchmark is.
package tries

import "testing"

// Of returns n, or with -short a tenth of it: enough for the race detector, under which each
// takes ten times as long.
func Of(n int) int {
	if testing.Short() {
		return (n + 9) / 10
	}
	return n
}
