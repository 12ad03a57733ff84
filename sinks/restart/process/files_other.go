//go:build !unix

package process

import "os"

// mostFiles can't tell here.
func mostFiles() uint64 { return 0 }

// shareFiles and raiseFiles have no limit to raise.
func shareFiles() {}

func raiseFiles(*os.Process) {}
