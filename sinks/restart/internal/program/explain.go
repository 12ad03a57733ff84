package program

import (
	"errors"
	"fmt"
	"io/fs"
	"os/exec"
)

// Explain adds to the error of a program that can't be started what to do about it.
func Explain(err error) error {
	switch {
	case errors.Is(err, exec.ErrNotFound), errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%w: install it, or name it with its path", err)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%w: may this user run it (chmod +x)?", err)
	}
	return err
}
