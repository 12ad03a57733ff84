package gcp_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// datasetteStandIn is a datasette that says how it was called, and by which process.
const datasetteStandIn = "#!/bin/sh\necho \"$$\"\nfor a in \"$@\"; do echo \"$a\"; done\n"

// runStart runs start.sh by a real shell and returns what it printed and its process.
func runStart(t *testing.T, env ...string) (pid int, stdout, stderr string, err error) {
	t.Helper()
	bin := t.TempDir()
	if err := os.WriteFile(filepath.Join(bin, "datasette"), []byte(datasetteStandIn), 0o777); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("sh", "datasette/start.sh")
	cmd.Env = append([]string{"PATH=" + bin + ":/usr/bin:/bin", "PATIENCE=0"}, env...)
	var out, errs strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &errs
	err = cmd.Run()
	return cmd.Process.Pid, out.String(), errs.String(), err
}

// release makes a mount with one release of two databases, and returns the mount.
func release(t *testing.T, id string, files ...string) string {
	t.Helper()
	mount := filepath.Join(t.TempDir(), "a mount")
	folder := filepath.Join(mount, "releases", id)
	for _, name := range []string{folder, filepath.Join(mount, "databases")} {
		if err := os.MkdirAll(name, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range files {
		text := "{}"
		if name == "files.txt" {
			text = "x.db databases/x.csv-aaaa.db\ny-2.db databases/y%20%5B2%5D.csv-bbbb.db\n"
		}
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"x.csv-aaaa.db", "y%20%5B2%5D.csv-bbbb.db"} {
		if err := os.WriteFile(filepath.Join(mount, "databases", name), []byte(name), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return mount
}

const releaseID = "20260102-150405-000-x4bq"

func TestStart(t *testing.T) {
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("needs sh")
	}
	mount := release(t, releaseID, "inspect-data.json", "metadata.json", "files.txt")
	for _, id := range []string{releaseID, "0"} {
		scratch := t.TempDir()
		pid, stdout, stderr, err := runStart(t, "MOUNT="+mount, "TMPDIR="+scratch, "DYNASETTE_RELEASE="+id, "DATASETTE_SECRET=s", "PORT=9000")
		if err != nil {
			t.Fatalf("%v: %s", err, stderr)
		}
		got := strings.Split(strings.TrimSpace(stdout), "\n")
		if len(got) < 3 {
			t.Fatalf("%q", got)
		}
		folder := got[2]
		want := []string{fmt.Sprint(pid), // it is the same process: exec
			"serve", folder, "--host", "0.0.0.0", "--port", "9000", "--version-note", id, "--cors", "--setting", "force_https_urls", "1"}
		if !slices.Equal(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
		if id == "0" {
			if folder != "datasette/first" {
				t.Errorf("the first release is %s", folder)
			}
			continue
		}
		for name, want := range map[string]string{
			"x.db": "x.csv-aaaa.db", "y-2.db": "y%20%5B2%5D.csv-bbbb.db", "metadata.json": "{}", "inspect-data.json": "{}",
		} {
			if data, err := os.ReadFile(filepath.Join(folder, name)); err != nil || string(data) != want {
				t.Errorf("%s: %q, %v", name, data, err)
			}
		}
	}
}

// Whatever is missing ends it, and says so.
func TestStartFails(t *testing.T) {
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("needs sh")
	}
	mount := release(t, releaseID, "inspect-data.json", "metadata.json", "files.txt")
	lacking := release(t, "1", "inspect-data.json", "metadata.json", "files.txt")
	os.Remove(filepath.Join(lacking, "databases", "x.csv-aaaa.db"))
	for name, test := range map[string]struct {
		env  []string
		want string
	}{
		"no release":      {[]string{"MOUNT=" + mount, "DATASETTE_SECRET=s"}, "DYNASETTE_RELEASE is empty"},
		"empty release":   {[]string{"MOUNT=" + mount, "DATASETTE_SECRET=s", "DYNASETTE_RELEASE="}, "DYNASETTE_RELEASE is empty"},
		"path as release": {[]string{"MOUNT=" + mount, "DATASETTE_SECRET=s", "DYNASETTE_RELEASE=../x"}, "not the name of a release"},
		"missing release": {[]string{"MOUNT=" + mount, "DATASETTE_SECRET=s", "DYNASETTE_RELEASE=20260102-1"}, "there is no release 20260102-1"},
		"half a release":  {[]string{"MOUNT=" + release(t, "1", "metadata.json"), "DATASETTE_SECRET=s", "DYNASETTE_RELEASE=1"}, "inspect-data.json is missing"},
		"no list":         {[]string{"MOUNT=" + release(t, "1", "metadata.json", "inspect-data.json"), "DATASETTE_SECRET=s", "DYNASETTE_RELEASE=1"}, "files.txt is missing"},
		"a database less": {[]string{"MOUNT=" + lacking, "DATASETTE_SECRET=s", "DYNASETTE_RELEASE=1"}, "lacks x.db"},
		"no mount":        {[]string{"MOUNT=/nowhere", "DATASETTE_SECRET=s", "DYNASETTE_RELEASE=0"}, "nothing is mounted"},
		"no secret":       {[]string{"MOUNT=" + mount, "DYNASETTE_RELEASE=0"}, "DATASETTE_SECRET is empty"},
	} {
		_, stdout, stderr, err := runStart(t, test.env...)
		if err == nil || stdout != "" || !strings.Contains(stderr, test.want) {
			t.Errorf("%s: %v, %q, %q; want %q", name, err, stdout, stderr, test.want)
		}
	}
}

// A mount shows late what is in it: it is waited for.
func TestStartWaits(t *testing.T) {
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("needs sh")
	}
	mount := release(t, releaseID, "inspect-data.json", "metadata.json", "files.txt")
	database := filepath.Join(mount, "databases", "x.csv-aaaa.db")
	if err := os.Rename(database, database+".later"); err != nil {
		t.Fatal(err)
	}
	// It is there once somebody has waited for it.
	bin := t.TempDir()
	for name, script := range map[string]string{
		"datasette": datasetteStandIn,
		"sleep":     "#!/bin/sh\nmv '" + database + ".later' '" + database + "'\n",
	} {
		if err := os.WriteFile(filepath.Join(bin, name), []byte(script), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	_, stdout, stderr, err := runStart(t, "MOUNT="+mount, "TMPDIR="+t.TempDir(), "DYNASETTE_RELEASE="+releaseID, "DATASETTE_SECRET=s",
		"PATIENCE=2", "PATH="+bin+":/usr/bin:/bin")
	if err != nil || !strings.Contains(stdout, "serve\n") {
		t.Errorf("%v, %q, %q", err, stdout, stderr)
	}
}

func TestShellcheck(t *testing.T) {
	program, err := exec.LookPath("shellcheck")
	if err != nil {
		t.Skip("needs shellcheck on PATH")
	}
	if out, err := exec.Command(program, "datasette/start.sh").CombinedOutput(); err != nil {
		t.Errorf("%s", out)
	}
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}
