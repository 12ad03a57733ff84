//go:build !linux

package dir

import (
	"fmt"
	"io/fs"
	"os"
	"time"
)

// generation identifies what a file holds, as far as can be told everywhere: it changes
// with every write.
func generation(info fs.FileInfo) string {
	return fmt.Sprintf("%x-%x", info.ModTime().UnixNano(), info.Size())
}

// changed returns when a file was last written to.
func changed(info fs.FileInfo) time.Time { return info.ModTime() }

// beingWritten can't tell here.
func beingWritten(*os.File) (writing, known bool) { return false, false }
