package process

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/dustin/go-humanize"

	"github.com/dynasette/dynasette"
)

// A room is what the system leaves to a program.
type room struct {
	files  uint64 // that it may have open; 0 if that is not known
	memory int64  // bytes that are free; -1 if that is not known
	of     string // what limits the memory
}

// systemRoom returns what this system leaves to a program that is started now.
func systemRoom() room {
	r := room{files: mostFiles()}
	r.memory, r.of = freeMemory(os.DirFS("/"))
	return r
}

// fits returns an error if the system has no room for a server of r beside the one that
// serves now. It says nothing about r: with more room, r can be served.
func (s *Server) fits(r dynasette.Release, argv []string) error {
	room := systemRoom
	if s.room != nil {
		room = s.room
	}
	has, n := room(), databases(r)
	if isDatasette(argv) {
		threads := sqlThreads(r, argv)
		need := uint64(n*threads) + otherFiles
		if has.files > 0 && need > has.files {
			return dynasette.Unavailable(fmt.Errorf("Datasette needs about %d open files for %d databases (one for each of its %d threads), and the limit is %d: "+
				"raise it (ulimit -Hn of a shell, LimitNOFILE= of systemd, --ulimit nofile= of docker), or have fewer threads (num_sql_threads in base/settings.json)",
				need, n, threads, has.files))
		}
	}
	b, ok := s.current.Current()
	if !ok || b.child.ended() || b.memory == 0 || has.memory < 0 {
		return nil
	}
	need := b.memory
	if before := databases(b.release); before > 0 && n > before {
		need = need / int64(before) * int64(n)
	}
	if need > has.memory {
		return dynasette.Unavailable(fmt.Errorf("a second server, beside the one that serves until it is ready, needs about %s of memory, and %s are free of %s: "+
			"allow it more (--memory of docker and Cloud Run, MemoryMax= of systemd), or end what else runs there",
			humanize.Bytes(uint64(need)), humanize.Bytes(uint64(has.memory)), has.of))
	}
	return nil
}

// otherFiles is what Datasette has open besides databases: libraries, its own database, and
// connections.
const otherFiles = 100

// databases returns how many databases a release has.
func databases(r dynasette.Release) int {
	if r.Manifest != nil {
		return len(r.Manifest.Databases)
	}
	all, _ := filepath.Glob(filepath.Join(r.Location, "*.db")) // the pattern is good
	return len(all)
}

// isDatasette reports whether a command runs Datasette in the process that it starts.
func isDatasette(argv []string) bool {
	name := func(arg string) string { return strings.TrimSuffix(filepath.Base(arg), ".exe") }
	if name(argv[0]) == "datasette" {
		return true
	}
	return strings.HasPrefix(name(argv[0]), "python") && slices.ContainsFunc(argv[1:min(len(argv), 4)], func(arg string) bool {
		return name(arg) == "datasette"
	})
}

// sqlThreads returns how many threads of Datasette have a connection to each database: what
// its arguments say, its settings, or 3.
func sqlThreads(r dynasette.Release, argv []string) int {
	threads := 3
	var settings struct {
		Threads *int `json:"num_sql_threads"`
	}
	if data, err := os.ReadFile(filepath.Join(r.Location, "settings.json")); err == nil && json.Unmarshal(data, &settings) == nil && settings.Threads != nil {
		threads = *settings.Threads
	}
	if i := slices.Index(argv, "num_sql_threads"); i >= 0 && i+1 < len(argv) {
		if n, err := strconv.Atoi(argv[i+1]); err == nil {
			threads = n
		}
	}
	return max(1, threads) // with 0, it has no threads, and one connection
}

// freeMemory returns how many bytes can be used without something being killed for it, and of
// what: of the memory of the machine, or of a control group that this process is in. It
// returns -1 where there is no /proc.
func freeMemory(root fs.FS) (free int64, of string) {
	free, of = -1, "the machine's memory"
	machine := numbers(root, "proc/meminfo")
	if available, ok := machine["MemAvailable"]; ok {
		free = (available + machine["SwapFree"]) << 10
	}
	text, _ := fs.ReadFile(root, "proc/self/cgroup") // else there are none
	for line := range strings.Lines(string(text)) {
		part := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(part) != 3 {
			continue
		}
		group := cgroup{root: root, folder: "sys/fs/cgroup", limit: "memory.max", usage: "memory.current"}
		if part[1] == "memory" {
			group = cgroup{root: root, folder: "sys/fs/cgroup/memory", limit: "memory.limit_in_bytes", usage: "memory.usage_in_bytes", total: "total_"}
		} else if part[1] != "" {
			continue
		}
		// In a container, the path is often that of outside: then what is at the top counts.
		for path := filepath.Clean("/" + part[2]); ; path = filepath.Dir(path) {
			if left, limit, ok := group.free(path); ok && (free < 0 || left < free) {
				free, of = left, fmt.Sprintf("the %s that the container or service may have", humanize.Bytes(uint64(limit)))
			}
			if path == filepath.Dir(path) {
				break
			}
		}
	}
	return free, of
}

// A cgroup says how a version of Linux's control groups spells what it says.
type cgroup struct {
	root                 fs.FS
	folder, limit, usage string
	total                string // before names of what is summed up over groups within
}

// free returns what a group may still use, if it has a limit. Files in memory are no use:
// they go when there is need.
func (c cgroup) free(path string) (left, limit int64, ok bool) {
	at := c.folder + strings.TrimSuffix(filepath.ToSlash(path), "/") + "/"
	limit, ok = number(c.root, at+c.limit)
	if !ok || limit >= 1<<50 { // no machine has that much
		return 0, 0, false
	}
	used, ok := number(c.root, at+c.usage)
	if !ok {
		return 0, 0, false
	}
	stat := numbers(c.root, at+"memory.stat")
	return max(0, limit-used+stat[c.total+"inactive_file"]+stat[c.total+"active_file"]), limit, true
}

// number returns the number that a file has.
func number(root fs.FS, name string) (int64, bool) {
	text, err := fs.ReadFile(root, name)
	if err != nil {
		return 0, false
	}
	n, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
	return n, err == nil
}

// numbers returns the numbers that a file has, by name: a line "name: 12 kB" or "name 12".
func numbers(root fs.FS, name string) map[string]int64 {
	all := map[string]int64{}
	text, _ := fs.ReadFile(root, name) // without it there are none
	for line := range strings.Lines(string(text)) {
		if f := strings.Fields(line); len(f) >= 2 {
			if n, err := strconv.ParseInt(f[1], 10, 64); err == nil {
				all[strings.TrimSuffix(f[0], ":")] = n
			}
		}
	}
	return all
}

// memory returns what the program has of memory that nobody else has, in bytes; 0 if that is
// not known.
func (c *child) memory() int64 {
	return numbers(os.DirFS("/proc"), strconv.Itoa(c.cmd.Process.Pid)+"/status")["RssAnon"] << 10
}
