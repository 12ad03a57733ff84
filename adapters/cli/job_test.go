package cli_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/dynasette/dynasette"
)

// task runs one task of a job, by the real program in a process of its own.
func task(t *testing.T, uploads, served string, index, count int) (dynasette.Report, error) {
	t.Helper()
	cmd := exec.Command("dynasette", "reconcile", uploads, served, "--json")
	cmd.Env = append(os.Environ(), "CLOUD_RUN_EXECUTION=job-abc12", fmt.Sprint("CLOUD_RUN_TASK_INDEX=", index),
		fmt.Sprint("CLOUD_RUN_TASK_COUNT=", count), "CLOUD_RUN_TASK_ATTEMPT=0")
	out, err := cmd.Output()
	var r dynasette.Report
	if jsonErr := json.Unmarshal(out, &r); err == nil && jsonErr != nil {
		t.Errorf("%s: %v", out, jsonErr)
	}
	return r, err
}

func count(t *testing.T, pattern string) int {
	t.Helper()
	found, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	return len(found)
}

// Tasks that run side by side convert every upload once, and one of them makes one release
// of all.
func TestJob(t *testing.T) {
	const tasks, files = 4, 40
	uploads, served := t.TempDir(), t.TempDir()
	for i := range files {
		writeFile(t, filepath.Join(uploads, fmt.Sprintf("file%d.csv", i)), fmt.Sprintf("a,b\n%d,x\n", i))
	}
	reports := make([]dynasette.Report, tasks)
	run := func(indexes ...int) {
		var group sync.WaitGroup
		for _, i := range indexes {
			group.Go(func() {
				var err error
				if reports[i], err = task(t, uploads, served, i, tasks); err != nil {
					t.Errorf("task %d: %v", i, err)
				}
			})
		}
		group.Wait()
	}
	run(0, 1, 2)
	if n := count(t, filepath.Join(served, "releases", "*")); n != 0 {
		t.Errorf("%d releases before the last task is done", n)
	}
	run(2) // again, as after a crash that came too late to matter
	if n := count(t, filepath.Join(served, "releases", "*")); n != 0 {
		t.Errorf("%d releases before the last task is done", n)
	}
	run(3)
	looked := 0
	for i, r := range reports {
		looked += r.Uploads
		if r.Uploads == 0 || r.Uploads == files {
			t.Errorf("task %d had %d of %d uploads", i, r.Uploads, files)
		}
		if (r.Release != "") != (i == 3) {
			t.Errorf("task %d: release %q", i, r.Release)
		}
	}
	if looked != files {
		t.Errorf("%d uploads looked at, of %d", looked, files)
	}
	if n := released(t, served); n != files {
		t.Errorf("%d databases released, of %d uploads", n, files)
	}
	if n := count(t, filepath.Join(served, "jobs", "*", "*")); n != 0 {
		t.Errorf("%d records left", n)
	}
}

// A task that dies while it makes the release makes it when it is begun again; meanwhile the
// others leave that to it.
func TestJobReleaseAgain(t *testing.T) {
	uploads, served := t.TempDir(), t.TempDir()
	for _, name := range []string{"a.csv", "b.csv", "c.csv"} {
		writeFile(t, filepath.Join(uploads, name), "a\n1\n")
	}
	for step, index := range []int{0, 1, 2, 1} {
		if step == 2 { // task 1 was the last one after all, and has died
			writeFile(t, filepath.Join(served, "jobs", "job-abc12", "release.json"), `{"task": 1}`)
		}
		r, err := task(t, uploads, served, index, 3)
		if err != nil || (r.Release != "") != (step == 3) {
			t.Errorf("step %d: %+v, %v", step, r, err)
		}
	}
	if n := released(t, served); n != 3 {
		t.Errorf("%d databases released", n)
	}
}

// released returns how many databases the one release has.
func released(t *testing.T, served string) int {
	t.Helper()
	var m dynasette.Manifest
	readJSON(t, filepath.Join(served, "releases", "*.json"), &m)
	return len(m.Databases)
}

// However the tasks meet, there is one release of all.
func TestJobAtOnce(t *testing.T) {
	const tasks, files = 6, 12
	uploads, served := t.TempDir(), t.TempDir()
	for i := range files {
		writeFile(t, filepath.Join(uploads, fmt.Sprintf("file%d.csv", i)), fmt.Sprintf("a,b\n%d,x\n", i))
	}
	var group sync.WaitGroup
	for i := range tasks {
		group.Go(func() {
			if _, err := task(t, uploads, served, i, tasks); err != nil {
				t.Errorf("task %d: %v", i, err)
			}
		})
	}
	group.Wait()
	if n := count(t, filepath.Join(served, "releases", "*.json")); n > 1 {
		t.Errorf("%d releases", n)
	}
	if n := released(t, served); n != files {
		t.Errorf("%d databases released, of %d uploads", n, files)
	}
}

// A task that doesn't know what it is does nothing.
func TestJobEnvironment(t *testing.T) {
	uploads, served := t.TempDir(), filepath.Join(t.TempDir(), "served")
	for name, env := range map[string]map[string]string{
		"CLOUD_RUN_TASK_INDEX":     {"CLOUD_RUN_TASK_COUNT": "2", "CLOUD_RUN_EXECUTION": "x"},
		"is not below":             {"CLOUD_RUN_TASK_COUNT": "2", "CLOUD_RUN_TASK_INDEX": "2", "CLOUD_RUN_EXECUTION": "x"},
		"CLOUD_RUN_EXECUTION":      {"CLOUD_RUN_TASK_COUNT": "2", "CLOUD_RUN_TASK_INDEX": "0"},
		`EXECUTION="../x"`:         {"CLOUD_RUN_TASK_COUNT": "2", "CLOUD_RUN_TASK_INDEX": "0", "CLOUD_RUN_EXECUTION": "../x"},
		`TASK_COUNT="many" is not`: {"CLOUD_RUN_TASK_COUNT": "many", "CLOUD_RUN_TASK_INDEX": "0"},
	} {
		t.Run(name, func(t *testing.T) {
			for k, v := range env {
				t.Setenv(k, v)
			}
			code, _, stderr := run(t.Context(), "reconcile", uploads, served)
			if code != 2 || !strings.Contains(stderr, name) {
				t.Errorf("exit %d: %s", code, stderr)
			}
			if _, err := os.Stat(served); err == nil {
				t.Error("something was written")
			}
		})
	}
}

// A job that is set up by its environment needs no more than what is asked of it.
func TestReleasesFromEnvironment(t *testing.T) {
	uploads, served := t.TempDir(), t.TempDir()
	writeFile(t, filepath.Join(uploads, "a.csv"), "a\n1\n")
	if code, _, stderr := run(t.Context(), "reconcile", uploads, served); code != 0 {
		t.Fatal(stderr)
	}
	told := filepath.Join(t.TempDir(), "told")
	t.Setenv("DYNASETTE_SERVING", served)
	t.Setenv("DYNASETTE_RESTART", "exec:touch "+told)
	code, stdout, stderr := run(t.Context(), "releases", "--json")
	var all []struct{ Release string }
	if err := json.Unmarshal([]byte(stdout), &all); code != 0 || err != nil || len(all) != 1 {
		t.Fatalf("%d, %s, %s", code, stdout, stderr)
	}
	if code, _, stderr := run(t.Context(), "releases", "rollback", all[0].Release); code != 0 {
		t.Fatal(stderr)
	}
	if n := count(t, told); n != 1 {
		t.Error("the server was not told")
	}
}
