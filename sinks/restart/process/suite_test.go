package process

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/sinks/restart/health"
	"github.com/dynasette/dynasette/sinks/restart/restarttest"
)

func TestSuite(t *testing.T) { restarttest.Run(t, suiteServer) }

func suiteServer(t *testing.T) restarttest.Server {
	roll := restarttest.NewRoll(t)
	program := filepath.Join(t.TempDir(), "standin.exe") // that can be away
	self, err := os.Executable()
	if err == nil {
		err = os.Symlink(self, program)
	}
	if err != nil {
		t.Skip(err)
	}
	s := standinServer(t)
	s.Command[0] = program
	s.Env = append(s.Env, "PROCESS_TEST_ROLL="+roll.Address)
	s.Health = func(ctx context.Context, url, id string) error {
		// So that an answer is heard which comes when the program has ended.
		return health.Note(context.WithoutCancel(ctx), url, id)
	}
	front := httptest.NewServer(s)
	t.Cleanup(front.Close)
	folders := map[string]string{} // by release

	return restarttest.Server{
		Restarter: s,
		Prepare: func(r dynasette.Release, b restarttest.Behaviour) dynasette.Release {
			behave := map[restarttest.Behaviour]behaviour{
				restarttest.Refused:  {Exit: 2, Loud: true},
				restarttest.Hangs:    {AwaitFile: "never"},
				restarttest.Impostor: {LosePort: 9},
			}[b]
			data, err := json.Marshal(behave)
			if err == nil {
				err = os.WriteFile(filepath.Join(r.Location, "behave"), data, 0o600)
			}
			_, away := os.Lstat(program)
			switch { // others may be starting it just now
			case b == restarttest.Unreachable:
				os.Remove(program)
			case away != nil:
				err = errors.Join(err, os.Symlink(self, program))
			}
			if err != nil {
				t.Fatal(err)
			}
			folders[r.ID] = filepath.Join(r.Store, ".links", r.ID)
			if b == restarttest.Impostor {
				pretend(t, folders[r.ID], r.ID)
			}
			return r
		},
		Await: func(ctx context.Context, id string) { awaitFile(ctx, filepath.Join(folders[id], "asked")) },
		Serves: func() string {
			resp, err := http.Get(front.URL)
			if err != nil {
				return err.Error()
			}
			defer resp.Body.Close()
			body, err := io.ReadAll(resp.Body)
			if resp.StatusCode == http.StatusServiceUnavailable || err != nil {
				return ""
			}
			return string(body)
		},
		Moves:   roll.Started,
		Running: roll.Running,
		Crash:   func() { get(t, front.URL+"/crash") },
	}
}

// pretend takes each port that a program is about to listen on. Once it is asked there, it lets
// the program go on, which ends, and answers then that it serves the release.
func pretend(t *testing.T, folder, id string) {
	go func() {
		for n := 0; ; n++ {
			text := awaitFile(t.Context(), filepath.Join(folder, fmt.Sprint("address.", n)))
			address, pid, ok := strings.Cut(text, " ")
			if !ok {
				return // the test is over
			}
			l, err := net.Listen("tcp", address)
			if err != nil {
				t.Error(err)
				return
			}
			goOn := sync.OnceFunc(func() { tell(filepath.Join(folder, fmt.Sprint("taken.", n)), "") })
			impostor := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				goOn()
				awaitEnd(r.Context(), pid)
				fmt.Fprintf(w, `{"datasette": {"version": "0", "note": %q}}`, id)
			})}
			t.Cleanup(func() { impostor.Close() })
			go impostor.Serve(l)
		}
	}()
}

// awaitEnd returns once there is no process of that number.
func awaitEnd(ctx context.Context, pid string) {
	n, err := strconv.Atoi(pid)
	for err == nil && ctx.Err() == nil {
		var p *os.Process
		if p, err = os.FindProcess(n); err == nil {
			err = p.Signal(syscall.Signal(0))
			time.Sleep(time.Millisecond)
		}
	}
}

// awaitFile is await, until ctx ends.
func awaitFile(ctx context.Context, file string) string {
	for ctx.Err() == nil {
		if data, err := os.ReadFile(file); err == nil {
			return string(data)
		}
		time.Sleep(5 * time.Millisecond)
	}
	return ""
}
