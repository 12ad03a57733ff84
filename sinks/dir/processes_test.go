package dir

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"testing"

	"github.com/dynasette/dynasette"
)

const countVariable = "DIR_TEST_COUNT_IN"

func TestMain(m *testing.M) {
	if folder := os.Getenv(countVariable); folder != "" {
		if err := count(folder, 50); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// Preconditions hold between processes: none of them counts over what another has counted.
func TestProcessesExcludeEachOther(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	var counting []*exec.Cmd
	for range 3 {
		c := exec.Command(self)
		c.Env = append(os.Environ(), countVariable+"="+folder)
		c.Stderr = os.Stderr
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		counting = append(counting, c)
	}
	for _, c := range counting {
		if err := c.Wait(); err != nil {
			t.Error(err)
		}
	}
	s, err := Open(folder)
	if err != nil {
		t.Fatal(err)
	}
	if data, _, err := s.Read(t.Context(), "count"); err != nil || string(data) != "150" {
		t.Errorf("%s, %v", data, err)
	}
}

// count adds n to the number in a document, one by one.
func count(folder string, n int) error {
	s, err := Open(folder)
	if err != nil {
		return err
	}
	s.NoSync = true
	ctx := context.Background()
	for n > 0 {
		data, over, err := s.Read(ctx, "count")
		switch {
		case errors.Is(err, dynasette.ErrNotFound):
			data, over = []byte("0"), dynasette.Absent
		case err != nil:
			return err
		}
		now, err := strconv.Atoi(string(data))
		if err != nil {
			return err
		}
		_, err = s.Write(ctx, "count", []byte(strconv.Itoa(now+1)), over, nil)
		switch {
		case err == nil:
			n--
		case !errors.Is(err, dynasette.ErrChanged):
			return err
		}
	}
	return nil
}
