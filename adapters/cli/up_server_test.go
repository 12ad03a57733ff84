package cli_test

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// standIn is a small program in Datasette's place: it lists the databases of the folder
// that it was started on, and says which release that is.
func standIn(location, id, address string) int {
	names, err := filepath.Glob(filepath.Join(location, "*.db"))
	if err != nil {
		return 1
	}
	http.HandleFunc("/-/versions.json", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, `{"datasette": {"note": %q}}`, id)
	})
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		for _, name := range names {
			fmt.Fprintln(w, filepath.Base(name))
		}
	})
	fmt.Fprintln(os.Stderr, http.ListenAndServe(address, nil))
	return 1
}

// Up runs a program of the user's, a new one for each release, and no request fails.
func TestUpCommand(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	writeFile(t, filepath.Join(folder, "a.csv"), "x,y\n1,2\n")
	u := startUp(t, folder, "--server", "standin {location} {id} {host}:{port}")
	lists := func(name string) func() bool {
		return func() bool {
			body, status := u.get("/")
			return status == http.StatusOK && strings.Contains(body, name)
		}
	}
	u.wait("the first release", lists("a.db"))
	stop := u.hammer("/")
	for _, name := range []string{"b", "c", "d"} {
		u.write(name+".csv", "x,y\n1,2\n")
		u.wait("the next release", lists(name+".db"))
	}
	stop()
	u.end()
}

// A server that can't start is said to, once, and up goes on trying.
func TestUpCommandFails(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	writeFile(t, filepath.Join(folder, "a.csv"), "x,y\n1,2\n")
	u := startUp(t, folder, "--every", "1s", "--server", "standin {location} {id} no.such.host.invalid:{port}")
	refused := func() int { return u.saidOf("the server refuses also what it serves", "standin: exit status 1") }
	u.wait("complaint", func() bool { return refused() == 1 })
	if body, status := u.get("/"); status != http.StatusServiceUnavailable {
		t.Errorf("%d, want 503: %s", status, body)
	}
	u.write("b.csv", "x,y\n1,2\n")
	u.wait("the next release", func() bool {
		records, _ := filepath.Glob(filepath.Join(folder, ".dynasette", "sources", "b.csv.json"))
		return len(records) == 1
	})
	if u.saidOf("no.such.host.invalid") != 1 {
		t.Errorf("the reason is missing:\n%s", strings.Join(u.said(), "\n"))
	}
	u.end()
	if n := refused(); n != 1 {
		t.Errorf("%d complaints:\n%s", n, strings.Join(u.said(), "\n"))
	}
}

// The same with the real Datasette.
func TestUpDatasette(t *testing.T) {
	if _, err := exec.LookPath("datasette"); err != nil {
		t.Skip("looks for datasette on PATH: ", err)
	}
	t.Parallel()
	folder := t.TempDir()
	writeFile(t, filepath.Join(folder, "a.csv"), "x,y\n007,2\n")
	u := startUp(t, folder, "--server", "datasette")
	u.wait("the first release", func() bool { return u.serves("/a/a", `"007"`) })
	stop := u.hammer("/a/a.json?_shape=array")
	u.write("b.csv", "x,y\n008,2\n")
	u.wait("the next release", func() bool { return u.serves("/b/b", `"008"`) })
	stop()
	u.end()
}
