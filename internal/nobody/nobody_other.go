//go:build !unix

// Package nobody is for tests of what permissions do, also where tests are run by root, to
// whom they do nothing.
package nobody

import (
	"errors"
	"os/exec"
)

// Become can't be done here.
func Become(*exec.Cmd, ...string) error { return errors.New("no such permissions here") }
