// Package program is what all share that run programs: it ends one together with the
// processes that it started, and keeps the end of what it said.
package program
