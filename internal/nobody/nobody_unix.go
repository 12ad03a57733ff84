//go:build unix

// Package nobody is for tests of what permissions do, also where tests are run by root, to
// whom they do nothing.
package nobody

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
)

// id is nobody's, on most systems.
const id = 65534

// Become has a command run as nobody, if this is root, who owns the folders then and can get
// to them and to the program.
func Become(cmd *exec.Cmd, folders ...string) error {
	if os.Getuid() != 0 {
		return nil
	}
	for _, folder := range folders {
		if err := os.Chown(folder, id, id); err != nil {
			return err
		}
	}
	for _, path := range append(folders, cmd.Path) {
		for at := filepath.Dir(path); at != filepath.Dir(at); at = filepath.Dir(at) {
			info, err := os.Stat(at)
			if err != nil {
				return err
			}
			if info.Mode()&0o001 != 0 {
				continue
			}
			if rel, err := filepath.Rel(os.TempDir(), at); err != nil || !filepath.IsLocal(rel) || rel == "." {
				return fmt.Errorf("nobody can't get into %s", at)
			}
			if err := os.Chmod(at, info.Mode()|0o011); err != nil {
				return err
			}
		}
	}
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: id, Gid: id}}
	return nil
}
