package cli_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/dynasette/dynasette/internal/nobody"
)

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
	// Its pages say so, and the page about the file says why.
	for path, text := range map[string]string{
		"/towns/towns": "this is the one before", "/towns": `href="/-/dynasette/">Publish`,
		"/-/dynasette/sources/towns.csv": "Where: line 2", "/-/dynasette/": "2024/rivers.csv",
	} {
		u.wait(path, func() bool { page, _ := u.get(path); return strings.Contains(page, text) })
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
	u.write("broken.json", "{")
	u.wait("complaint", func() bool { return u.saidOf("broken.json") == 1 })
	stop()
	u.wait("pointer to the last release", func() bool {
		ids := releaseFolders(t, folder)
		pointer, err := os.ReadFile(filepath.Join(folder, ".dynasette", "current.json"))
		var at struct{ Release string }
		return err == nil && json.Unmarshal(pointer, &at) == nil && at.Release == ids[len(ids)-1]
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
	// What failed before is told once more, since it is not tried again.
	u.wait("complaint", func() bool { return u.saidOf("broken.json") == 1 })
	u.write("last.csv", "a,b\n1,2\n")
	u.wait("last", func() bool { return u.serves("/last/last", `"a"`) })
	if n := u.saidOf("broken.json"); n != 1 {
		t.Errorf("%d complaints, want one", n)
	}
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
		"/libraries/libraries":         `"postcode": "00612"`,
		"/loans/loans":                 `"library": "0101"`,
		"/opening_hours/opening_hours": `ark@example.org`,
		"/orders-xlsx/Orders":          `"ordered": "2025-02-28"`,
		"/trees-db/species":            "Ginkgo",
		"/notes/documents":             "214 sea charts",
	} {
		u.wait(path, func() bool { return u.serves(path, text) })
	}
	u.end()
	if n := len(u.said()); n != 2 { // where it serves, and where to publish
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

// A file that somebody is writing is said to be, once, and served when it is closed; that is no
// complaint.
func TestUpBeingWritten(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux tells when a file is closed")
	}
	t.Parallel()
	folder := t.TempDir()
	writeFile(t, filepath.Join(folder, "slow.csv"), "name\nbefore\n")
	u := startUp(t, folder)
	u.wait("first release", func() bool { return u.serves("/slow/slow", "before") })
	f, err := os.Create(filepath.Join(folder, "slow.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	fmt.Fprint(f, "name\nha")
	u.wait("word of it", func() bool { return u.saidOf("slow.csv is being written") == 1 })
	u.write("other.csv", "name\nother\n")
	u.wait("other", func() bool { return u.serves("/other/other", "other") })
	if !u.serves("/slow/slow", "before") {
		t.Error("what was served before is gone")
	}
	fmt.Fprint(f, "lf\n")
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	u.wait("the whole", func() bool { return u.serves("/slow/slow", "half") })
	u.end()
	if len(u.said()) != 3 {
		t.Errorf("said:\n%s", strings.Join(u.said(), "\n"))
	}
	if n := len(u.releases()); n != 3 {
		t.Errorf("%d releases, want 3:\n%s", n, strings.Join(u.releases(), "\n"))
	}
}

// A folder that can't be read is said to be, once; what is in it stays as it was, and
// everything else goes on.
func TestUpUnreadableFolder(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	writeFile(t, filepath.Join(folder, "a.csv"), "name\nfirst\n")
	writeFile(t, filepath.Join(folder, "dark", "b.csv"), "name\nin the dark\n")
	cmd := upOn(folder, "--every", "1s")
	if err := nobody.Become(cmd, folder); err != nil {
		t.Skip(err)
	}
	u := startCommand(t, folder, cmd)
	u.wait("first release", func() bool { return u.serves("/a/a", "first") && u.serves("/dark--b/b", "in the dark") })
	dark := filepath.Join(folder, "dark")
	if err := os.Chmod(dark, 0); err != nil {
		t.Fatal(err)
	}
	defer os.Chmod(dark, 0o777)
	u.wait("complaint", func() bool { return u.saidOf("what is in dark can't be listed", "permission denied") == 1 })
	u.write("a.csv", "name\nsecond\n")
	u.wait("change", func() bool { return u.serves("/a/a", "second") })
	if err := os.Remove(filepath.Join(folder, "a.csv")); err != nil {
		t.Fatal(err)
	}
	u.wait("withdrawal", func() bool { _, status := u.get("/a/a.json"); return status == http.StatusNotFound })
	if !u.serves("/dark--b/b", "in the dark") {
		t.Error("what can't be looked at was withdrawn")
	}
	if err := os.Chmod(dark, 0o777); err != nil {
		t.Fatal(err)
	}
	u.write("dark/b.csv", "name\nin the light\n")
	u.wait("change", func() bool { return u.serves("/dark--b/b", "in the light") })
	u.end()
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

// What rules speak of and is not there is said once, and on the pages about files.
func TestUpUnmatched(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	writeFile(t, filepath.Join(folder, "towns.csv"), "code,name\n0012,Vaduz\n")
	writeFile(t, filepath.Join(folder, "dynasette.yaml"), "resources:\n  - {path: twons.csv, name: t}\n")
	u := startUp(t, folder, "--every", "1s")
	u.wait("word of it", func() bool { return u.saidOf("dynasette.yaml:2", "twons.csv matches no file") == 1 })
	for _, path := range []string{"/-/dynasette/", "/-/dynasette/sources/dynasette.yaml"} {
		if page, _ := u.get(path); !strings.Contains(page, "twons.csv matches no file") {
			t.Errorf("%s: %s", path, page)
		}
	}
	u.write("rivers.csv", "name\nRhine\n")
	u.wait("rivers", func() bool { return u.serves("/rivers/rivers", "Rhine") })
	u.write("twons.csv", "code,name\n0013,Male\n")
	u.wait("twons", func() bool { page, _ := u.get("/-/dynasette/"); return !strings.Contains(page, "matches no file") })
	u.end()
	if n := u.saidOf("matches no file"); n != 1 {
		t.Errorf("it is said %d times", n)
	}
}
