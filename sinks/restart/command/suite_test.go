package command

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/sinks/restart/restarttest"
)

func TestSuite(t *testing.T) { restarttest.Run(t, suiteServer) }

// The program tells a site of the release.
func suiteServer(t *testing.T) restarttest.Server {
	var site restarttest.Site
	roll := restarttest.NewRoll(t)
	server := httptest.NewServer(&site)
	t.Cleanup(server.Close)
	return restarttest.Server{
		Restarter: restarter(t, "move", server.URL, "{id}", "{location}", roll.Address),
		Prepare: func(r dynasette.Release, b restarttest.Behaviour) dynasette.Release {
			if b == restarttest.Impostor {
				t.Skip("nobody is asked but the program")
			}
			if b == restarttest.Hangs {
				if err := os.WriteFile(filepath.Join(r.Location, "deaf"), nil, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			site.Script.Set(r.ID, b)
			return r
		},
		Await:   site.Script.Await,
		Serves:  site.Serves,
		Moves:   site.Moves,
		Running: roll.Running,
		Crash:   site.Crash,
	}
}

// move is the program. One that hangs has a child, and neither heeds SIGTERM.
func move(site, id, location, roll string) {
	if err := restarttest.Present(roll); err != nil {
		panic(err)
	}
	if _, err := os.Stat(filepath.Join(location, "deaf")); err == nil {
		signal.Ignore(syscall.SIGTERM)
		child := exec.Command(os.Args[0], roll)
		child.Env = append(os.Environ(), "COMMAND_TEST_ROLE=child")
		child.Stderr = os.Stderr // which it holds open
		said, err := child.StdoutPipe()
		if err != nil {
			panic(err)
		}
		if err := child.Start(); err != nil {
			panic(err)
		}
		said.Read(make([]byte, 1)) // it is there, and deaf
	}
	body, err := json.Marshal(map[string]string{"release": id})
	if err != nil {
		panic(err)
	}
	resp, err := http.Post(site, "application/json", bytes.NewReader(body))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(temporary)
	}
	io.Copy(os.Stderr, resp.Body)
	switch resp.StatusCode {
	case http.StatusOK:
	case http.StatusUnprocessableEntity:
		os.Exit(1)
	default:
		os.Exit(temporary)
	}
}

// child stays for as long as it can.
func child(roll string) {
	signal.Ignore(syscall.SIGTERM)
	if err := restarttest.Present(roll); err != nil {
		panic(err)
	}
	fmt.Println("here")
	select {}
}
