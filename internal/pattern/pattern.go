// Package pattern has regular expressions that cost nothing until they are needed: a program
// has many, and most of its runs need none.
package pattern

import (
	"regexp"
	"sync"
)

// A Pattern returns its regular expression, the same at each call.
type Pattern func() *regexp.Regexp

// New returns the pattern of an expression, which has to be a valid one.
func New(expression string) Pattern {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}
