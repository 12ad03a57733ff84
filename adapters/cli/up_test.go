package cli_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net"
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
	u := &upProcess{t: t, folder: folder, exit: make(chan error, 1)}
	u.cmd = exec.Command("dynasette", append([]string{"up", folder, "--port", "0", "--server", "pages"}, flags...)...)
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

func TestUp(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	writeFile(t, filepath.Join(folder, "towns.csv"), "code,name\n0012,Vaduz\n")
	u := startUp(t, folder)
	u.wait("first release", func() bool { return u.serves("/towns/towns", `"0012"`) })
	stop := u.hammer("/towns/towns.json")

	// A new file, in a new folder.
	u.write("2024/rivers.csv", "name\nRhine\n")
	u.wait("rivers", func() bool { return u.serves("/2024--rivers/rivers", "Rhine") })

	// A change.
	u.write("towns.csv", "code,name\n0012,Vaduz\n0013,Male\n")
	u.wait("change", func() bool { return u.serves("/towns/towns", "Male") })

	// A broken file leaves the last good version, and is complained of, once.
	u.write("towns.csv", "code,name\n0012,\"Vad")
	u.wait("complaint", func() bool { return u.saidOf("towns.csv", "line 2", "the version before stays served") == 1 })
	if !u.serves("/towns/towns", "Male") {
		t.Error("the last good version is not served")
	}
	failure, err := os.ReadFile(filepath.Join(folder, ".dynasette", "sources", "towns.csv.json"))
	if err != nil || !bytes.Contains(failure, []byte("a quote is opened and not closed where its cell ends")) {
		t.Errorf("the record says %s, %v", failure, err)
	}
	u.write("other.csv", "a,b\n1,2\n")
	u.wait("other", func() bool { return u.serves("/other/other", `"a"`) })
	if n := u.saidOf("towns.csv"); n != 1 {
		t.Errorf("%d complaints, want one", n)
	}
	u.write("towns.csv", "code,name\n0014,Mended\n")
	u.wait("mended file", func() bool { return u.serves("/towns/towns", "Mended") })

	// What is gone is withdrawn, also with its folder.
	if err := os.Remove(filepath.Join(folder, "other.csv")); err != nil {
		t.Fatal(err)
	}
	u.wait("withdrawal", func() bool { _, status := u.get("/other/other.json"); return status == http.StatusNotFound })
	if err := os.RemoveAll(filepath.Join(folder, "2024")); err != nil {
		t.Fatal(err)
	}
	u.wait("withdrawal", func() bool {
		_, status := u.get("/2024--rivers/rivers.json")
		return status == http.StatusNotFound
	})
	stop()
	u.wait("pointer to the last release", func() bool {
		ids := releaseFolders(t, folder)
		pointer, err := os.ReadFile(filepath.Join(folder, ".dynasette", "current.json"))
		return err == nil && bytes.Contains(pointer, []byte(ids[len(ids)-1]))
	})

	// Every release has been told in a line.
	want := regexp.MustCompile(`^http://127\.0\.0\.1:\d+/  release \S+  \d+ databases?, \d+ rows?  [+~-]`)
	if len(u.releases()) < 5 {
		t.Errorf("%d releases", len(u.releases()))
	}
	for _, line := range u.releases() {
		if !want.MatchString(line) {
			t.Errorf("%s", line)
		}
	}
	u.end()

	// Another start serves what was served, and releases nothing anew.
	before := releaseFolders(t, folder)
	u = startUp(t, folder)
	u.wait("the release before", func() bool { return u.serves("/towns/towns", "Mended") })
	u.write("last.csv", "a,b\n1,2\n")
	u.wait("last", func() bool { return u.serves("/last/last", `"a"`) })
	u.end()
	if lines := u.releases(); len(lines) != 2 || !strings.Contains(lines[0], before[len(before)-1]) {
		t.Errorf("releases after another start, want that of before (%s) and one:\n%s", before, strings.Join(lines, "\n"))
	}
}

// releaseFolders returns the IDs of the releases of a served folder, by age.
func releaseFolders(t *testing.T, folder string) []string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(folder, ".dynasette", "releases"))
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, e := range entries {
		if e.IsDir() {
			ids = append(ids, e.Name())
		}
	}
	return ids
}

func TestUpBurst(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	writeFile(t, filepath.Join(folder, "first.csv"), "a,b\n1,2\n")
	u := startUp(t, folder)
	u.wait("first release", func() bool { return u.serves("/first/first", `"a"`) })
	stop := u.hammer("/first/first.json")
	const files = 50
	for i := range files {
		u.write(fmt.Sprintf("f%d.csv", i), strings.Repeat(fmt.Sprintf("%d,x\n", i), 1000))
	}
	u.wait("all files", func() bool {
		for i := range files {
			if _, status := u.get(fmt.Sprintf("/f%d.json", i)); status != http.StatusOK {
				return false
			}
		}
		return true
	})
	stop()
	u.end()
	if n := len(u.releases()) - 1; n > 2 {
		t.Errorf("%d releases for %d files at once, want at most 2:\n%s", n, files, strings.Join(u.releases(), "\n"))
	}
}

// Killed at any moment, up serves a whole release at its next start, and publishes all in
// the end.
func TestUpKilled(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	const rounds, files = 6, 50
	for round := range rounds {
		u := startUp(t, folder)
		served := len(u.releases())
		for i := range files {
			u.write(fmt.Sprintf("f%d.csv", i), strings.Repeat(fmt.Sprintf("%d,r%d\n", i, round), 200))
		}
		// From before the first of these files is read to after the release of all.
		for deadline := time.Now().Add(time.Duration(round) * 300 * time.Millisecond); time.Now().Before(deadline) && len(u.releases()) < served+2; {
			time.Sleep(5 * time.Millisecond)
		}
		u.cmd.Process.Kill()
		<-u.exit
	}
	u := startUp(t, folder)
	last := fmt.Sprintf("r%d", rounds-1)
	u.wait("all files", func() bool {
		for i := range files {
			if !u.serves(fmt.Sprintf("/f%d/f%d", i, i), last) {
				return false
			}
		}
		return true
	})
	u.end()
	entries, err := os.ReadDir(filepath.Join(folder, ".dynasette", ".tmp"))
	if err != nil || len(entries) > 0 {
		t.Errorf("left behind: %v, %v", entries, err)
	}
}

func TestUpFollowsRollback(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	writeFile(t, filepath.Join(folder, "a.csv"), "name,n\nold,1\n")
	u := startUp(t, folder)
	u.wait("first release", func() bool { return u.serves("/a/a", "old") })
	first := releaseFolders(t, folder)[0]
	u.write("a.csv", "name,n\nnew,1\n")
	u.wait("second release", func() bool { return u.serves("/a/a", "new") })
	if out, err := exec.Command("dynasette", "releases", "rollback", first, folder).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	u.wait("the first release again", func() bool { return u.serves("/a/a", "old") })
	out, err := exec.Command("dynasette", "releases", folder, "--json").Output()
	if err != nil {
		t.Fatal(err)
	}
	var list []struct {
		Release string
		Current bool
		Of      string
	}
	if err := json.Unmarshal(out, &list); err != nil {
		t.Fatal(err)
	}
	if len(list) != 3 || list[2].Release != first || !list[0].Current || list[0].Of != first {
		t.Errorf("%s", out)
	}
	// Something new ends it.
	u.write("b.csv", "name,n\nnewer,1\n")
	u.wait("a new release", func() bool { return u.serves("/b/b", "newer") && u.serves("/a/a", "new") })
	u.end()
}

func TestUpMistakes(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	port := fmt.Sprint(taken.Addr().(*net.TCPAddr).Port)
	writeFile(t, filepath.Join(folder, "file"), "")
	tests := []struct {
		args []string
		code int
		want string
	}{
		{[]string{"up", folder, "--port", port}, 1, "127.0.0.1:" + port + " is in use: .*--port"},
		{[]string{"up", filepath.Join(folder, "nix")}, 1, "there is no folder .*make it first"},
		{[]string{"up", filepath.Join(folder, "file")}, 1, "is not a folder"},
		{[]string{"up"}, 2, "name the one folder"},
		{[]string{"up", folder, "--server", "no-such-program {port}"}, 2, "no-such-program"},
		{[]string{"up", folder, "--server", "'"}, 2, "never closed"},
		{[]string{"up", folder, "--every", "1ms"}, 2, "a second or more"},
		{[]string{"up", folder, "--host", "no.such.host.invalid"}, 1, "--host"},
	}
	for _, test := range tests {
		out, err := exec.Command("dynasette", test.args...).CombinedOutput()
		code := 0
		if exit := (*exec.ExitError)(nil); err != nil {
			if exit, _ = err.(*exec.ExitError); exit == nil {
				t.Fatal(err)
			}
			code = exit.ExitCode()
		}
		if code != test.code || !regexp.MustCompile(test.want).Match(out) {
			t.Errorf("%q: exit %d, want %d: %s", test.args, code, test.code, out)
		}
	}
}

// The sample has every kind of file, and all of them are served.
func TestUpSample(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	sample := os.DirFS(filepath.Join(documents, "sample"))
	err := fs.WalkDir(sample, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if name == ".dynasette" { // somebody has served it in place
			return fs.SkipDir
		}
		if entry.IsDir() {
			return nil
		}
		text, err := fs.ReadFile(sample, name)
		writeFile(t, filepath.Join(folder, name), string(text))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	u := startUp(t, folder)
	for path, text := range map[string]string{
		"/libraries/libraries":                 `"postcode": "00612"`,
		"/loans/loans":                         `"library": "0101"`,
		"/opening_hours/opening_hours":         `ark@example.org`,
		"/orders-xlsx/Orders":                  `"ordered": "2025-02-28"`,
		"/trees-db/species":                    "Ginkgo",
		"/notes--harbour-library-md/documents": "214 sea charts",
	} {
		u.wait(path, func() bool { return u.serves(path, text) })
	}
	u.end()
	if n := len(u.said()); n != 1 {
		t.Errorf("complaints:\n%s", strings.Join(u.said(), "\n"))
	}
}

func TestUpJSON(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	writeFile(t, filepath.Join(folder, "a.csv"), "x,y\n1,2\n3,4\n")
	u := startUp(t, folder, "--json")
	u.wait("a release", func() bool { return len(u.releases()) > 0 })
	u.end()
	var release struct {
		Release, URL string
		Databases    []struct{ Slug, Source string }
	}
	if err := json.Unmarshal([]byte(u.releases()[0]), &release); err != nil {
		t.Fatal(err)
	}
	if release.Release == "" || release.URL != u.url+"/" || len(release.Databases) != 1 || release.Databases[0].Source != "a.csv" {
		t.Errorf("%s", u.releases()[0])
	}
}

// What does not fit of base documents is said once, and a typo as long as it is there.
func TestUpBase(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	writeFile(t, filepath.Join(folder, "My Trees.csv"), "species,height\noak,3\n")
	writeFile(t, filepath.Join(folder, ".dynasette", "base", "metadata.yaml"),
		"databases:\n  My Trees.csv:\n    title: Our trees\n    tables:\n      My Trees: {sort: heigth}\n")
	u := startUp(t, folder)
	const line = `doubt: base/metadata.yaml:5:18: sort names a column "heigth", which the table "My Trees" of My Trees.csv does not have, so that is left out; did you mean "height"?`
	u.wait("finding", func() bool { return u.saidOf(line) == 1 && len(u.releases()) == 1 })
	if first := u.releases()[0]; !strings.HasSuffix(first, "+my-trees (1 warning)") {
		t.Error(first)
	}
	if page, _ := u.get("/"); !strings.Contains(page, "Our trees") {
		t.Errorf("no title: %s", page)
	}
	u.write(".dynasette/base/metadata.yaml", "title: [")
	u.wait("complaint", func() bool { return u.saidOf("base/metadata.yaml:", "the last good text is used") == 1 })
	u.write("more.csv", "a\n1\n")
	u.wait("release", func() bool { return u.serves("/more/more", "1") })
	if page, _ := u.get("/"); !strings.Contains(page, "Our trees") {
		t.Errorf("no title: %s", page)
	}
	if u.saidOf(line) != 1 || u.saidOf("the last good text is used") != 1 {
		t.Errorf("said again: %q", u.said())
	}
	u.end()
	out, err := exec.Command("dynasette", "releases", "failures", folder).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "base/metadata.yaml:") {
		t.Errorf("%s %v", out, err)
	}
}
