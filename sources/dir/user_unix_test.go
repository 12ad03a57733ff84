//go:build unix

package dir_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
)

// asNobody has a command run as a user to whom permissions matter, which they don't to root.
func asNobody(cmd *exec.Cmd, root string) error {
	if os.Getuid() != 0 {
		return nil
	}
	const nobody = 65534
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	cmd.Dir = "/"
	for _, path := range []string{cmd.Path, root} {
		for at := filepath.Dir(path); at != "/"; at = filepath.Dir(at) {
			info, err := os.Stat(at)
			if err != nil {
				return err
			}
			if info.Mode()&0o001 == 0 {
				if err := os.Chmod(at, info.Mode()|0o011); err != nil {
					return errors.New("another user can't get there")
				}
			}
		}
	}
	return nil
}
