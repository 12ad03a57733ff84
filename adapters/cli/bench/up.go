package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// patience is how long anything is waited for.
const patience = 5 * time.Minute

// An up is a running dynasette up.
type up struct {
	cmd   *exec.Cmd
	began time.Time
	url   string // without the last slash
	ended chan error

	mu     sync.Mutex
	served int       // releases
	last   time.Time // that it said something
	said   strings.Builder
}

// start starts a program on a folder.
func start(program, folder string) (*up, error) {
	u := &up{cmd: exec.Command(program, "up", folder, "--port", "0", "--server", "pages"), ended: make(chan error, 1)}
	out, err := u.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	errs, err := u.cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	u.began = time.Now()
	if err := u.cmd.Start(); err != nil {
		return nil, err
	}
	var readers sync.WaitGroup
	address := make(chan string, 1)
	readers.Go(func() {
		pattern := regexp.MustCompile(`http://[^/ ]+`)
		u.lines(errs, func(line string) {
			if found := pattern.FindString(line); found != "" {
				select {
				case address <- found:
				default:
				}
			}
		})
	})
	readers.Go(func() { u.lines(out, func(string) { u.served++ }) })
	go func() {
		readers.Wait()
		u.ended <- u.cmd.Wait()
	}()
	select {
	case u.url = <-address:
		return u, nil
	case err := <-u.ended:
		return nil, fmt.Errorf("it ended: %w: %s", err, u.said.String())
	case <-time.After(patience):
		u.cmd.Process.Kill()
		return nil, errors.New("it does not say where it serves")
	}
}

// lines calls fn for every line, under the lock.
func (u *up) lines(r io.Reader, fn func(line string)) {
	for s := bufio.NewScanner(r); s.Scan(); {
		u.mu.Lock()
		u.last = time.Now()
		if u.said.Len() < 1<<16 {
			fmt.Fprintln(&u.said, s.Text())
		}
		fn(s.Text())
		u.mu.Unlock()
	}
}

func (u *up) releases() int {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.served
}

// until waits until a table has a text.
func (u *up) until(table, text string) error {
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(2 * time.Millisecond) {
		resp, err := http.Get(u.url + table + ".json?_shape=array")
		if err != nil {
			return err
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err == nil && resp.StatusCode == http.StatusOK && strings.Contains(string(body), `"`+text+`"`) {
			return nil
		}
	}
	return fmt.Errorf("%s is not served with %s; it said: %s", table, text, u.said.String())
}

// rest waits until it does nothing any more.
func (u *up) rest() error {
	const still = 2 * time.Second
	for {
		before, err := u.usage()
		if err != nil {
			return err
		}
		time.Sleep(still)
		after, err := u.usage()
		if err != nil {
			return err
		}
		u.mu.Lock()
		silent := time.Since(u.last) >= still
		u.mu.Unlock()
		if silent && after.cpu-before.cpu < still/20 {
			return nil
		}
	}
}

func (u *up) end() error {
	if err := u.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	return <-u.ended
}

// usage is what a process has used, as Linux tells.
type usage struct {
	cpu   time.Duration
	peak  int64 // bytes of memory
	files int
}

func (u *up) usage() (usage, error) {
	proc := fmt.Sprintf("/proc/%d/", u.cmd.Process.Pid)
	var all usage
	stat, err := os.ReadFile(proc + "stat")
	if err != nil {
		return all, err
	}
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	const hertz = 100
	for _, at := range []int{11, 12} { // utime, stime
		ticks, err := strconv.ParseInt(fields[at], 10, 64)
		if err != nil {
			return all, err
		}
		all.cpu += time.Duration(ticks) * time.Second / hertz
	}
	status, err := os.ReadFile(proc + "status")
	if err != nil {
		return all, err
	}
	if _, rest, ok := strings.Cut(string(status), "VmHWM:"); ok {
		if _, err := fmt.Sscan(rest, &all.peak); err != nil {
			return all, err
		}
		all.peak <<= 10
	}
	files, err := os.ReadDir(proc + "fd")
	all.files = len(files)
	return all, err
}

func (u *up) cost() string {
	now, err := u.usage()
	if err != nil {
		return err.Error()
	}
	return fmt.Sprintf("%s of a processor, %d MB at most, %d files open", round(now.cpu), now.peak>>20, now.files)
}
