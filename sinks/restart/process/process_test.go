package process

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dynasette/dynasette"
)

func get(t *testing.T, url string) (status int, body string) {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(b)
}

func serve(t *testing.T, h http.Handler) string {
	front := httptest.NewServer(h)
	t.Cleanup(front.Close)
	return front.URL
}

func restart(t *testing.T, s *Server, r dynasette.Release) {
	t.Helper()
	if err := s.Restart(t.Context(), r); err != nil {
		t.Fatal(err)
	}
}

func TestNoRequestFailsDuringASwitch(t *testing.T) {
	s := standinServer(t)
	url := serve(t, s)
	restart(t, s, release(t, "r0", behaviour{}))

	var served atomic.Int64
	var clients sync.WaitGroup
	stop := make(chan struct{})
	for i := range 6 {
		clients.Go(func() {
			client := &http.Client{Transport: &http.Transport{DisableKeepAlives: i == 0}}
			defer client.CloseIdleConnections()
			for last := ""; ; served.Add(1) {
				select {
				case <-stop:
					return
				default:
				}
				resp, err := client.Post(url+"/", "text/plain", strings.NewReader("!"))
				if err != nil {
					t.Error(err)
					return
				}
				body, err := io.ReadAll(resp.Body)
				resp.Body.Close()
				if err != nil || resp.StatusCode != 200 || string(body) < last || !strings.HasSuffix(string(body), "!") {
					t.Errorf("%s %q after %q: %v", resp.Status, body, last, err)
					return
				}
				last = string(body)
			}
		})
	}
	for n := 1; n <= 5; n++ {
		id := fmt.Sprint("r", n)
		restart(t, s, release(t, id, behaviour{}))
		if _, body := get(t, url); body != id {
			t.Errorf("after the switch to %s, %s is served", id, body)
		}
	}
	close(stop)
	clients.Wait()
	t.Logf("%d requests during 5 switches", served.Load())
}

func TestLongResponseEndsOnTheOldRelease(t *testing.T) {
	s := standinServer(t)
	url := serve(t, s)
	a := release(t, "a", behaviour{})
	restart(t, s, a)
	old, _ := s.current.Current()

	resp, err := http.Get(url + "/slow")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	first := make([]byte, len("first,"))
	if _, err := io.ReadFull(resp.Body, first); err != nil { // it is flushed through the proxy
		t.Fatal(err)
	}
	restart(t, s, release(t, "b", behaviour{}))
	if _, body := get(t, url); body != "b" {
		t.Errorf("new requests go to %q", body)
	}
	if old.child.ended() {
		t.Fatal("the old program was stopped under a response")
	}
	tell(filepath.Join(a.Location, "go-on"), "")
	rest, err := io.ReadAll(resp.Body)
	if err != nil || string(rest) != "second of a" {
		t.Errorf("%q, %v", rest, err)
	}
	<-old.child.done
}

func TestAProgramThatNeverGetsHealthyChangesNothing(t *testing.T) {
	s := standinServer(t)
	url := serve(t, s)
	restart(t, s, release(t, "a-good", behaviour{}))
	s.StartTimeout = 2 * time.Second // nothing else is under way
	err := s.Restart(t.Context(), release(t, "bad", behaviour{Unhealthy: true}))
	if err == nil || errors.Is(err, dynasette.ErrUnavailable) {
		t.Fatalf("it is the release's fault: %v", err)
	}
	for _, want := range []string{"release bad", "not healthy within", `serves release "something else"`, "starting bad"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in: %v", want, err)
		}
	}
	if _, body := get(t, url); body != "a-good" {
		t.Errorf("%q is served", body)
	}
	if err := s.Restart(t.Context(), dynasette.Release{ID: "x", Location: filepath.Join(t.TempDir(), "none")}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a missing folder: %v", err)
	}
	if err := s.Restart(t.Context(), dynasette.Release{ID: "x", Location: "gs://bucket/releases/x"}); !errors.Is(err, dynasette.ErrUnavailable) {
		t.Errorf("a bucket: %v", err)
	}
	s.Command = []string{"dynasette-no-such-program"}
	if err := s.Restart(t.Context(), release(t, "x", behaviour{})); !errors.Is(err, exec.ErrNotFound) || !errors.Is(err, dynasette.ErrUnavailable) {
		t.Errorf("a missing program: %v", err)
	}
}

func TestALostPortIsTriedForAgain(t *testing.T) {
	s := standinServer(t)
	url := serve(t, s)
	r := release(t, "a", behaviour{LosePort: 2})
	pretend(t, r.Location, r.ID)
	restart(t, s, r)
	if _, body := get(t, url); body != "a" {
		t.Errorf("%q is served", body)
	}
	r = release(t, "b", behaviour{LosePort: 100})
	pretend(t, r.Location, r.ID)
	if err := s.Restart(t.Context(), r); !errors.Is(err, errPort) || !errors.Is(err, dynasette.ErrUnavailable) {
		t.Error(err)
	}
}

func TestACrashedProgramIsStartedAgain(t *testing.T) {
	s := standinServer(t)
	crashed := make(chan error, 8)
	s.Crashed = func(r dynasette.Release, err error) { crashed <- fmt.Errorf("%s: %w", r.ID, err) }
	url := serve(t, s)
	restart(t, s, release(t, "a", behaviour{}))
	for range 2 {
		if status, _ := get(t, url+"/crash"); status != http.StatusServiceUnavailable {
			t.Errorf("status %d from a program that crashed", status)
		}
		if err := <-crashed; !strings.Contains(err.Error(), "exit status 3") || !strings.Contains(err.Error(), "out of luck") {
			t.Error(err)
		}
		for deadline := time.Now().Add(time.Minute); ; time.Sleep(5 * time.Millisecond) {
			if status, body := get(t, url); status == 200 && body == "a" {
				break
			} else if time.Now().After(deadline) {
				t.Fatal("it was not started again")
			}
		}
	}
	restart(t, s, release(t, "b", behaviour{}))
	if _, body := get(t, url); body != "b" {
		t.Errorf("%q is served", body)
	}
	if len(crashed) > 0 {
		t.Errorf("a stopped program counts as crashed: %v", <-crashed)
	}
}

func TestAProgramThatWontEndIsKilled(t *testing.T) {
	s := standinServer(t)
	s.StopTimeout = 50 * time.Millisecond
	restart(t, s, release(t, "a", behaviour{IgnoreTERM: true}))
	old, _ := s.current.Current()
	restart(t, s, release(t, "b", behaviour{}))
	<-old.child.done
	if !strings.Contains(old.child.err.Error(), "killed") {
		t.Error(old.child.err)
	}
}

func TestCloseLeavesNothingBehind(t *testing.T) {
	s := standinServer(t)
	r := release(t, "a", behaviour{Fork: true})
	restart(t, s, r)
	now, _ := s.current.Current()
	forked := hold(t, await(filepath.Join(r.Location, "forked")))

	waiting := make(chan error)
	go func() { waiting <- s.Restart(context.Background(), release(t, "b", behaviour{Unhealthy: true})) }()
	s.Close()
	if err := <-waiting; !errors.Is(err, http.ErrServerClosed) {
		t.Error(err)
	}
	if !now.child.ended() {
		t.Error("the program goes on")
	}
	forked()
	if err := s.Restart(t.Context(), r); !errors.Is(err, http.ErrServerClosed) {
		t.Error(err)
	}
}

func TestNoOrphanWhenThisProcessIsKilled(t *testing.T) {
	if _, err := os.Stat("/proc/self/status"); err != nil {
		t.Skip("only Linux kills the children of a process that was killed")
	}
	r := release(t, "a", behaviour{})
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, r.Location)
	cmd.Env = append(os.Environ(), "PROCESS_TEST_ROLE=parent")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	gone := hold(t, await(filepath.Join(r.Location, "serving")))
	cmd.Process.Kill()
	cmd.Wait()
	gone()
}

// hold connects to a process, and returns a func that returns once the process is gone.
func hold(t *testing.T, address string) func() {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return func() {
		t.Helper()
		conn.SetReadDeadline(time.Now().Add(time.Minute))
		if _, err := io.ReadAll(conn); errors.Is(err, os.ErrDeadlineExceeded) {
			t.Error("the process goes on")
		}
	}
}

func TestBeforeTheFirstRelease(t *testing.T) {
	var s Server // the zero value
	defer s.Close()
	url := serve(t, &s)
	if status, body := get(t, url+"/db/table"); status != 503 || !strings.Contains(body, "first release") {
		t.Errorf("%d %s", status, body)
	}
	if status, body := get(t, url+"/db/table.json"); status != 503 || !strings.HasPrefix(body, `{"ok": false`) {
		t.Errorf("%d %s", status, body)
	}
}

func TestWhatTheProgramIsTold(t *testing.T) {
	s := standinServer(t)
	url := serve(t, s)
	r := release(t, "a", behaviour{})
	restart(t, s, r)
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if host := resp.Header.Get("X-Host"); host != strings.TrimPrefix(url, "http://") {
		t.Errorf("the program saw the host %q", host)
	}
	_, secret := get(t, url+"/env?name=DATASETTE_SECRET")
	if _, location := get(t, url+"/env?name=DYNASETTE_LOCATION"); location != r.Location {
		t.Errorf("DYNASETTE_LOCATION=%s", location)
	}
	restart(t, s, release(t, "b", behaviour{}))
	if _, again := get(t, url+"/env?name=DATASETTE_SECRET"); again != secret || secret == "" {
		t.Errorf("the secret was %q and is %q", secret, again)
	}
}
