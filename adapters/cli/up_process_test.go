package cli_test

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience bounds the waiting for what should happen within a second or two.
const patience = 60 * time.Second

// upProcess is a dynasette up of its own process.
type upProcess struct {
	t      *testing.T
	cmd    *exec.Cmd
	url    string // without the last slash
	folder string

	mu     sync.Mutex
	stdout []string // lines
	stderr []string
	exit   chan error
}

// startUp starts up on a folder, and waits until it listens.
func startUp(t *testing.T, folder string, flags ...string) *upProcess {
	t.Helper()
	return startCommand(t, folder, upOn(folder, flags...))
}

func upOn(folder string, flags ...string) *exec.Cmd {
	return exec.Command("dynasette", append([]string{"up", folder, "--port", "0", "--server", "pages"}, flags...)...)
}

func startCommand(t *testing.T, folder string, cmd *exec.Cmd) *upProcess {
	t.Helper()
	u := &upProcess{t: t, folder: folder, exit: make(chan error, 1), cmd: cmd}
	out, err := u.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	errs, err := u.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := u.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var readers sync.WaitGroup
	keep := func(r io.Reader, lines *[]string) {
		readers.Go(func() {
			for s := bufio.NewScanner(r); s.Scan(); {
				u.mu.Lock()
				*lines = append(*lines, s.Text())
				u.mu.Unlock()
			}
		})
	}
	keep(out, &u.stdout)
	keep(errs, &u.stderr)
	go func() {
		readers.Wait()
		u.exit <- u.cmd.Wait()
	}()
	t.Cleanup(func() { u.cmd.Process.Kill() })
	address := regexp.MustCompile(`http://[^/ ]+`)
	u.wait("an address", func() bool {
		for _, line := range u.said() {
			u.url = address.FindString(line)
			if u.url != "" {
				return true
			}
		}
		return false
	})
	return u
}

// wait polls until something is so.
func (u *upProcess) wait(what string, so func() bool) {
	u.t.Helper()
	for deadline := time.Now().Add(patience); !so(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			u.t.Fatalf("no %s within %v; standard error:\n%s\nstandard output:\n%s", what, patience,
				strings.Join(u.said(), "\n"), strings.Join(u.releases(), "\n"))
		}
	}
}

func (u *upProcess) lines(of *[]string) []string {
	u.mu.Lock()
	defer u.mu.Unlock()
	return append([]string(nil), *of...)
}

func (u *upProcess) said() []string     { return u.lines(&u.stderr) }
func (u *upProcess) releases() []string { return u.lines(&u.stdout) }

// saidOf counts the lines of standard error that have all the words.
func (u *upProcess) saidOf(words ...string) int {
	n := 0
line:
	for _, line := range u.said() {
		for _, w := range words {
			if !strings.Contains(line, w) {
				continue line
			}
		}
		n++
	}
	return n
}

// get returns a page, and whether that is what was asked for.
func (u *upProcess) get(path string) (string, int) {
	resp, err := http.Get(u.url + path)
	if err != nil {
		return err.Error(), 0
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return err.Error(), 0
	}
	return string(body), resp.StatusCode
}

// serves reports whether a table has a row with that text.
func (u *upProcess) serves(path, text string) bool {
	body, status := u.get(path + ".json?_shape=array")
	return status == http.StatusOK && strings.Contains(body, text)
}

// write writes a file in the folder.
func (u *upProcess) write(name, text string) {
	u.t.Helper()
	writeFile(u.t, filepath.Join(u.folder, name), text)
}

func writeFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// hammer asks for a page again and again, and at its end reports what failed.
func (u *upProcess) hammer(path string) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	var mu sync.Mutex
	asked := 0
	for range 3 {
		wg.Go(func() {
			for ctx.Err() == nil {
				body, status := u.get(path)
				mu.Lock()
				asked++
				if status != http.StatusOK {
					u.t.Errorf("%s: %d %.200s", path, status, body)
					cancel()
				}
				mu.Unlock()
			}
		})
	}
	return func() {
		cancel()
		wg.Wait()
		if asked < 10 {
			u.t.Errorf("only %d requests meanwhile", asked)
		}
	}
}

// end ends up with a signal, and wants it to end well.
func (u *upProcess) end() {
	u.t.Helper()
	if err := u.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		u.t.Fatal(err)
	}
	select {
	case err := <-u.exit:
		if err != nil {
			u.t.Errorf("after SIGTERM: %v\n%s", err, strings.Join(u.said(), "\n"))
		}
	case <-time.After(patience):
		u.t.Fatalf("SIGTERM did not end it")
	}
}
