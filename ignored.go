package dynasette

import (
	"path"
	"slices"
	"strings"
)

// Ignored reports whether a name is not an upload's: placeholders of folders, hidden
// files, and what programs leave beside a file while they write it.
func Ignored(name string) bool {
	if name == "" || strings.HasSuffix(name, "/") || strings.HasSuffix(name, "_$folder$") {
		return true
	}
	for e := range strings.SplitSeq(name, "/") {
		if strings.HasPrefix(e, ".") && e != "." && e != ".." || e == "__MACOSX" {
			return true
		}
	}
	base := strings.ToLower(path.Base(name))
	if strings.HasPrefix(base, "~$") || strings.HasSuffix(base, "~") ||
		strings.HasPrefix(base, "#") && strings.HasSuffix(base, "#") {
		return true
	}
	switch extension := path.Ext(base); {
	case slices.Contains(unfinished, extension):
		return true
	case strings.HasPrefix(extension, ".db-"), strings.HasPrefix(extension, ".sqlite-"), strings.HasPrefix(extension, ".sqlite3-"):
		return true // SQLite's journals
	}
	return base == "thumbs.db" || base == "desktop.ini"
}

// unfinished are the extensions of files that are being written.
var unfinished = []string{
	".crdownload", ".download", ".filepart", ".part", ".partial", ".swo", ".swp", ".swx", ".temp", ".tmp",
}
