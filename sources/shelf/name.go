package shelf

import (
	"crypto/rand"
	"errors"
	"fmt"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dynasette/dynasette"
)

// ErrName: a file can't be published under the name that it is given.
var ErrName = errors.New("not a name to publish under")

const (
	maxName    = 512 // bytes
	maxElement = 200 // of a folder's or the file's, as file systems have 255 and some is put behind it
)

// CheckName returns why a file can't be published under a name, an ErrName. What it lets through is
// below the folder of uploads, on every system, and no file that is taken for none.
func CheckName(name string) error {
	bad := func(format string, args ...any) error {
		return fmt.Errorf("%q: %w: "+format, append([]any{name, ErrName}, args...)...)
	}
	switch {
	case name == "":
		return bad("it is empty")
	case len(name) > maxName:
		return fmt.Errorf("%.40q…: %w: it has more than %d bytes", name, ErrName, maxName)
	case !utf8.ValidString(name):
		return bad("it is not UTF-8")
	case strings.ContainsFunc(name, func(r rune) bool { return unicode.Is(unicode.Cc, r) || r == '\\' || r == ':' }):
		return bad("it has a control character, a colon or a backslash")
	case path.Clean("/"+name) != "/"+name:
		return bad("it has an empty, \".\" or \"..\" element")
	case dynasette.Ignored(name):
		return bad("files that are called so are ignored")
	}
	for element := range strings.SplitSeq(name, "/") {
		switch {
		case len(element) > maxElement:
			return bad("%.40q… has more than %d bytes", element, maxElement)
		case strings.TrimRight(element, " .") != element:
			return bad("%q ends with a blank or a dot", element)
		}
	}
	return nil
}

// Tidy returns a name that a file may have which came from a browser: its last element, without what
// CheckName refuses, if anything is left.
func Tidy(name string) string {
	name = strings.ToValidUTF8(name, "_")
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cc, r) || r == ':' {
			return '_'
		}
		return r
	}, name)
	name = strings.TrimRight(strings.TrimLeft(name, ". "), " .")
	if ext := path.Ext(name); len(name) > maxElement && len(ext) < maxElement/2 {
		stem := name[:maxElement-len(ext)]
		for !utf8.ValidString(stem) {
			stem = stem[:len(stem)-1]
		}
		name = stem + ext
	}
	if CheckName(name) != nil {
		return "upload"
	}
	return name
}

const idLength = 26

// NewID returns an ID for a file.
func NewID() string { return strings.ToLower(rand.Text()[:idLength]) }

// IsID reports whether an ID may be one of NewID's: it becomes part of a path.
func IsID(id string) bool {
	return len(id) == idLength && strings.Trim(id, "abcdefghijklmnopqrstuvwxyz234567") == ""
}
