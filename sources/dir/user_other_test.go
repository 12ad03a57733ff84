//go:build !unix

package dir_test

import (
	"errors"
	"os/exec"
)

func asNobody(*exec.Cmd, string) error { return errors.New("no such permissions here") }
