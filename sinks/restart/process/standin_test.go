package process

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/sinks/restart/restarttest"
)

// The stand-in is this test binary, run again as a server that behaves like Datasette as far
// as a Server can tell. What it does wrong, the file "behave" in its release says.
type behaviour struct {
	Exit       int  // end at once, with this status
	Unhealthy  bool // never show the release
	IgnoreTERM bool
	AwaitFile  string // show the release only once this file is in the folder
	LosePort   int    // in as many runs, bind only once somebody else has the port
	Loud       bool   // say all that a program should not
	Fork       bool   // leave a process of its own behind
}

func TestMain(m *testing.M) {
	switch os.Getenv("PROCESS_TEST_ROLE") {
	case "":
		os.Exit(m.Run())
	case "standin":
		standin(os.Args[1], os.Args[2], os.Args[3])
	case "parent":
		parent(os.Args[1])
	case "forked":
		forked(os.Args[1])
	}
}

// standinServer returns a Server that runs the stand-in.
func standinServer(t *testing.T) *Server {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{
		Command:     []string{self, "{location}", "{id}", "{host}:{port}"},
		Env:         []string{"PROCESS_TEST_ROLE=standin"},
		StopTimeout: 5 * time.Second,
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func release(t *testing.T, id string, b behaviour) dynasette.Release {
	t.Helper()
	r := dynasette.Release{ID: id, Location: t.TempDir()}
	data, _ := json.Marshal(b)
	if err := os.WriteFile(filepath.Join(r.Location, "behave"), data, 0o600); err != nil {
		t.Fatal(err)
	}
	return r
}

func standin(folder, id, address string) {
	var b behaviour
	data, err := os.ReadFile(filepath.Join(folder, "behave"))
	if err == nil {
		err = json.Unmarshal(data, &b)
	}
	if err != nil {
		panic(err)
	}
	if roll := os.Getenv("PROCESS_TEST_ROLL"); roll != "" {
		if err := restarttest.Present(roll); err != nil {
			panic(err)
		}
	}
	fmt.Fprintf(os.Stderr, "starting %s\n", id)
	if b.Loud {
		fmt.Fprint(os.Stderr, restarttest.Rant)
	}
	if b.Exit != 0 {
		fmt.Fprintln(os.Stderr, "sqlite3.DatabaseError: file is not a database")
		os.Exit(b.Exit)
	}
	terminated := make(chan os.Signal, 1)
	signal.Notify(terminated, syscall.SIGTERM)
	losePort(folder, address, b.LosePort)
	if b.Fork {
		fork(folder)
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	server := &http.Server{Handler: standinHandler(folder, id, b)}
	go server.Serve(l)
	for {
		<-terminated
		if !b.IgnoreTERM {
			break
		}
	}
	server.Shutdown(context.Background())
}

func standinHandler(folder, id string, b behaviour) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/-/versions.json", func(w http.ResponseWriter, r *http.Request) {
		if b.AwaitFile != "" {
			tell(filepath.Join(folder, "asked"), "")
			if _, err := os.Stat(filepath.Join(folder, b.AwaitFile)); err != nil {
				http.Error(w, "not yet", http.StatusServiceUnavailable)
				return
			}
		}
		note := id
		if b.Unhealthy {
			note = "something else"
		}
		fmt.Fprintf(w, `{"datasette": {"version": "0", "note": %q}}`, note)
	})
	mux.HandleFunc("/crash", func(http.ResponseWriter, *http.Request) {
		fmt.Fprintln(os.Stderr, "out of luck")
		os.Exit(3)
	})
	mux.HandleFunc("/slow", func(w http.ResponseWriter, r *http.Request) {
		// Half now, the other half once the test has made the file.
		fmt.Fprint(w, "first,")
		w.(http.Flusher).Flush()
		await(filepath.Join(folder, "go-on"))
		fmt.Fprint(w, "second of "+id)
	})
	mux.HandleFunc("/env", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, os.Getenv(r.FormValue("name")))
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("X-Host", r.Host)
		fmt.Fprint(w, id, string(body))
	})
	return mux
}

// losePort has the test take the port between its choice and its use, that many times: the
// program says where it is going to listen, and that it is number n to do so.
func losePort(folder, address string, times int) {
	for n := range times {
		file := filepath.Join(folder, fmt.Sprint("address.", n))
		if _, err := os.Stat(file); err == nil {
			continue // an earlier run
		}
		tell(file, address+" "+strconv.Itoa(os.Getpid()))
		await(filepath.Join(folder, fmt.Sprint("taken.", n)))
		return
	}
}

// fork leaves a process behind that ignores SIGTERM.
func fork(folder string) {
	cmd := exec.Command(os.Args[0], folder)
	cmd.Env = append(os.Environ(), "PROCESS_TEST_ROLE=forked")
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		panic(err)
	}
	await(filepath.Join(folder, "forked"))
}

func forked(folder string) {
	signal.Ignore(syscall.SIGTERM)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	tell(filepath.Join(folder, "forked"), l.Addr().String())
	select {}
}

// parent serves a release until it is killed.
func parent(folder string) {
	self, err := os.Executable()
	if err != nil {
		panic(err)
	}
	s := &Server{
		Command: []string{self, "{location}", "{id}", "{host}:{port}"},
		Env:     []string{"PROCESS_TEST_ROLE=standin"},
	}
	if err := s.Restart(context.Background(), dynasette.Release{ID: "a", Location: folder}); err != nil {
		panic(err)
	}
	b, _ := s.current.Current()
	tell(filepath.Join(folder, "serving"), b.address)
	select {}
}

// tell makes the file, with all of the text at once. Files are how the test talks to
// processes that it did not start itself.
func tell(file, text string) {
	err := os.WriteFile(file+".part", []byte(text), 0o600)
	if err == nil {
		err = os.Rename(file+".part", file)
	}
	if err != nil {
		panic(err)
	}
}

// await returns once the file is there, with what is in it.
func await(file string) string {
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(5 * time.Millisecond) {
		data, err := os.ReadFile(file)
		if err == nil {
			return string(data)
		}
		if !errors.Is(err, os.ErrNotExist) || time.Now().After(deadline) {
			panic(err)
		}
	}
}
