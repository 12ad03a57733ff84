package dir

import (
	"os"
	"syscall"
)

// WithoutLinks makes s behave as on a file system that has no hard links.
func (s *Store) WithoutLinks() {
	s.link = func(old, new string) error { return &os.LinkError{Op: "link", Old: old, New: new, Err: syscall.EPERM} }
}
