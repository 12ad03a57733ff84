// Command long prints the tests that -short cuts short, a package a line: its path, and a pattern for -run. With
// them what is run in short under the race detector can follow at length, and nothing else is run twice.
package main

import (
	"fmt"
	"os"
)

func main() {
	all, err := cutShort(os.DirFS("."))
	if err == nil && len(all) == 0 {
		err = fmt.Errorf("no test asks testing.Short: run this where go.mod is")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "long:", err)
		os.Exit(1)
	}
	for _, p := range all {
		fmt.Println(p)
	}
}
