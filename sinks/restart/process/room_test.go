package process

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/dynasette/dynasette"
)

func TestFreeMemory(t *testing.T) {
	const machine = "MemTotal: 8000000 kB\nMemAvailable:    4000000 kB\nSwapFree: 96000 kB\n"
	for _, test := range []struct {
		name  string
		files map[string]string
		want  int64
		of    string
	}{
		{"no /proc", nil, -1, "machine"},
		{"no groups", map[string]string{"proc/meminfo": machine}, 4096000 << 10, "machine"},
		{"no limit", map[string]string{
			"proc/meminfo": machine, "proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": "max\n", "sys/fs/cgroup/memory.current": "5\n",
		}, 4096000 << 10, "machine"},
		{"a container", map[string]string{
			"proc/meminfo": machine, "proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": "512000000\n", "sys/fs/cgroup/memory.current": "500000000\n",
			"sys/fs/cgroup/memory.stat": "anon 300000000\nactive_file 100000\ninactive_file 200000\n",
		}, 12300000, "512 MB"},
		{"a service in a slice", map[string]string{
			"proc/self/cgroup": "0::/system.slice/dynasette.service\n",
			"sys/fs/cgroup/system.slice/dynasette.service/memory.max": "2000000000\n", "sys/fs/cgroup/system.slice/dynasette.service/memory.current": "1000000000\n",
			"sys/fs/cgroup/system.slice/memory.max": "3000000000\n", "sys/fs/cgroup/system.slice/memory.current": "2999000000\n",
		}, 1000000, "3.0 GB"},
		{"version 1, and the path of outside", map[string]string{
			"proc/meminfo": machine, "proc/self/cgroup": "5:cpu,cpuacct:/docker/abc\n4:memory:/docker/abc\n",
			"sys/fs/cgroup/memory/memory.limit_in_bytes": "256000000\n", "sys/fs/cgroup/memory/memory.usage_in_bytes": "300000000\n",
			"sys/fs/cgroup/memory/memory.stat": "total_inactive_file 50000000\ninactive_file 1\n",
		}, 6000000, "256 MB"},
		{"version 1 without a limit", map[string]string{
			"proc/meminfo": machine, "proc/self/cgroup": "4:memory:/\n",
			"sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n", "sys/fs/cgroup/memory/memory.usage_in_bytes": "300000000\n",
		}, 4096000 << 10, "machine"},
	} {
		root := fstest.MapFS{}
		for name, text := range test.files {
			root[name] = &fstest.MapFile{Data: []byte(text)}
		}
		if free, of := freeMemory(root); free != test.want || !strings.Contains(of, test.of) {
			t.Errorf("%s: %d of %s, want %d of %s", test.name, free, of, test.want, test.of)
		}
	}
}

func TestSQLThreads(t *testing.T) {
	r := dynasette.Release{Location: t.TempDir()}
	for _, test := range []struct {
		want     int
		settings string
		argv     []string
	}{
		{3, "", Datasette()},
		{3, "{}", Datasette()},
		{3, "broken", Datasette()},
		{1, `{"num_sql_threads": 1}`, Datasette()},
		{1, `{"num_sql_threads": 0}`, Datasette()},
		{8, `{"num_sql_threads": 1}`, append(Datasette(), "--setting", "num_sql_threads", "8")},
	} {
		if err := os.WriteFile(filepath.Join(r.Location, "settings.json"), []byte(test.settings), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := sqlThreads(r, test.argv); got != test.want {
			t.Errorf("%s %q: %d, want %d", test.settings, test.argv, got, test.want)
		}
	}
	for _, command := range []string{"datasette", "/opt/bin/datasette", "python3 -m datasette", `datasette.exe`} {
		if !isDatasette(strings.Fields(command)) {
			t.Errorf("%s is Datasette", command)
		}
	}
	for _, command := range []string{"docker run datasette", "server", "python3 app.py"} {
		if isDatasette(strings.Fields(command)) {
			t.Errorf("%s is not Datasette", command)
		}
	}
}

// TestNoRoom: what there is no room for is not started, whatever the release; the error says
// what to change, and what was served still is.
func TestNoRoom(t *testing.T) {
	s := standinServer(t)
	named := filepath.Join(t.TempDir(), "datasette")
	if err := os.Symlink(s.Command[0], named); err != nil {
		t.Skip(err)
	}
	s.Command[0] = named
	has := room{files: otherFiles + 6, memory: 1 << 40, of: "the machine's memory"}
	s.room = func() room { return has }
	url := serve(t, s)
	of := func(id string, databases ...string) dynasette.Release {
		r := release(t, id, behaviour{})
		for _, name := range databases {
			if err := os.WriteFile(filepath.Join(r.Location, name+".db"), nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		return r
	}
	refused := func(r dynasette.Release, words ...string) {
		t.Helper()
		err := s.Restart(t.Context(), r)
		if !errors.Is(err, dynasette.ErrUnavailable) {
			t.Fatal(err)
		}
		for _, word := range words {
			if !strings.Contains(err.Error(), word) {
				t.Errorf("%v: no %q", err, word)
			}
		}
		if strings.Contains(err.Error(), "starting") {
			t.Errorf("it was started: %v", err)
		}
	}
	refused(of("r0", "a", "b", "c"), "109 open files for 3 databases", "limit is 106", "ulimit -Hn", "LimitNOFILE=", "--ulimit nofile=", "num_sql_threads")
	if status, _ := get(t, url); status != 503 {
		t.Errorf("status %d before anything was served", status)
	}
	restart(t, s, of("r1", "a", "b"))
	b, _ := s.current.Current()
	if b.memory <= 0 {
		t.Skip("no /proc")
	}
	has.files, has.memory = 0, b.memory*3/2
	refused(of("r2", "a", "b", "c", "d"), "a second server", "of memory", "MemoryMax=", "--memory", "the machine's memory")
	if _, body := get(t, url); body != "r1" {
		t.Errorf("%s is served", body)
	}
	restart(t, s, of("r3", "a", "b"))
	has.memory = -1
	restart(t, s, of("r4", "a", "b", "c", "d"))
	if _, body := get(t, url); body != "r4" {
		t.Errorf("%s is served", body)
	}
}

// TestFiles runs itself where programs have fewer files open than they may, and asks the
// program how many it may.
func TestFiles(t *testing.T) {
	const inner = "PROCESS_TEST_FILES"
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if mostFiles() == 0 {
		t.Skip("there is no such limit here")
	}
	if os.Getenv(inner) == "" {
		cmd := exec.Command("sh", "-c", `ulimit -Sn 100 && exec "$0" -test.run "^TestFiles$" -test.v`, self)
		cmd.Env = append(os.Environ(), inner+"=1")
		out, err := cmd.CombinedOutput()
		if err != nil || !strings.Contains(string(out), "PASS: TestFiles") {
			t.Errorf("%v\n%s", err, out)
		}
		return
	}
	if out, err := exec.Command("sh", "-c", "ulimit -Sn").Output(); err != nil || strings.TrimSpace(string(out)) != "100" {
		t.Fatalf("a program may have %s files open, %v", out, err)
	}
	s := standinServer(t)
	s.StartTimeout = 20 * time.Second
	s.Command = append([]string{"sh", "-c", `until test "$(ulimit -Sn)" = "$(ulimit -Hn)"; do sleep 0.01; done; exec "$@"`, "sh"}, s.Command...)
	restart(t, s, release(t, "r0", behaviour{}))
}
