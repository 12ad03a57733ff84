//go:build unix

package exec

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	osexec "os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/dumptest"
)

// script writes a program and returns the command that runs it.
func script(t *testing.T, interpreter, text string, args ...string) []string {
	t.Helper()
	if _, err := osexec.LookPath(interpreter); err != nil {
		t.Skipf("looks for %s on PATH: %v", interpreter, err)
	}
	path := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return append([]string{interpreter, path}, args...)
}

// convert runs a program on a document, with a folder for temporary files that has to be
// empty afterwards.
func convert(t *testing.T, c Config, name, text string) (string, error) {
	t.Helper()
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	got, _, err := dumptest.Convert(t, Converter{Config: c}, converter.Options{Formats: formats()}, dumptest.Input(name, text))
	if left, _ := os.ReadDir(temp); len(left) > 0 {
		t.Errorf("%s is left", left[0].Name())
	}
	return got, err
}

func TestPrograms(t *testing.T) {
	for _, test := range []struct {
		name, interpreter, text string
		args                    []string
		output, want            string
	}{
		{"shell, CSV", "sh", `tr ';' ',' < "$1"`, []string{"{in}"}, "csv", "x(a INTEGER, b TEXT)\n1|'two'\n"},
		{"shell, from stdin to a file", "sh", `tr ';' ',' > "$1"`, []string{"{out}"}, "csv", "x(a INTEGER, b TEXT)\n1|'two'\n"},
		{"shell, the name", "sh", `printf 'name,in\n%s,%s\n' "$1" "${2##*/}"`, []string{"{name}", "{in}"}, "csv", "x(name TEXT, in TEXT)\n'x.ext'|'document.ext'\n"},
		{"python, NDJSON", "python3", "import json, sys\nfor line in sys.stdin:\n  print(json.dumps(dict(zip('ab', line.strip().split(';')))))\n", nil, "ndjson", "x(a TEXT, b TEXT)\n'a'|'b'\n'1'|'two'\n"},
		{"python, SQLite", "python3", "import sqlite3, sys\ndb = sqlite3.connect(sys.argv[1])\ndb.execute('create table made(n integer)')\n" +
			"db.execute('insert into made values (?)', [len(open(sys.argv[2]).read())])\ndb.commit()\n", []string{"{out}", "{in}"}, "", "made(n INTEGER)\n10\n"},
	} {
		got, err := convert(t, Config{Name: "x", Command: script(t, test.interpreter, test.text, test.args...), Output: test.output}, "dir/x.ext", "a;b\n1;two\n")
		if err != nil || got != test.want {
			t.Errorf("%s: got %q, %v", test.name, got, err)
		}
	}
}

func TestEnvironment(t *testing.T) {
	t.Setenv("SECRET", "s3cret")
	t.Setenv("PASSED", "on")
	command := script(t, "sh", `printf 'v\n'; env | sed "s|$HOME|home|" | grep -v -e ^PWD= -e ^_= -e ^SHLVL= -e ^OLDPWD= | sort; test "$PWD" = "$HOME" && ls -A`)
	got, err := convert(t, Config{Name: "x", Command: command, Output: "csv", Env: []string{"PASSED", "NOT_SET"}}, "x", "")
	lang := os.Getenv("LANG")
	if lang == "" {
		lang = "C.UTF-8"
	}
	want := fmt.Sprintf("x(v TEXT)\n'HOME=home'\n'LANG=%s'\n'PASSED=on'\n'PATH=%s'\n'TMPDIR=home'\n'in'\n'out'\n", lang, os.Getenv("PATH"))
	if err != nil || got != want {
		t.Errorf("got %s, %v\nwant %s", got, err, want)
	}
}

func TestNoShell(t *testing.T) {
	name := "$(touch pwned); -rf `id`\n.csv"
	got, err := convert(t, Config{Name: "x", Command: script(t, "sh", `printf 'v\n"%s"\n' "$1"`, "{name} $HOME *"), Output: "csv"}, "a/"+name, "x")
	if _, cell, _ := strings.Cut(got, "\n"); err != nil || cell != "'$(touch pwned); -rf `id`_.csv $HOME *'\n" {
		t.Errorf("got %s, %v", got, err)
	}
	for name, want := range map[string]string{"-x": "_x", "a/-": "_", `b\--c`: "_-c", "": ""} {
		if got := baseName(name); got != want {
			t.Errorf("%q: %q", name, got)
		}
	}
	for name, want := range map[string]string{"x.SHP": ".shp", "x.csv; rm": "", "x." + strings.Repeat("a", 20): "", "x": "", "x.tar.gz": ".gz"} {
		if got := extension(name); got != want {
			t.Errorf("%q: %q", name, got)
		}
	}
}

// TestBadPrograms: whatever a program does, there is an error that says so.
func TestBadPrograms(t *testing.T) {
	second := Duration(time.Second)
	for _, test := range []struct {
		name, text string
		config     Config
		is         error
		want       string
	}{
		{"hangs", "echo waiting >&2; sleep 1000", Config{Timeout: second}, converter.ErrLimit, "not done after 1s: over the limit"},
		{"hangs in a child", "sleep 1000 & wait", Config{Timeout: second}, converter.ErrLimit, "not done after 1s"},
		{"floods its output", "yes", Config{MaxOutput: 1 << 20}, converter.ErrLimit, "sh wrote more than 1048576 bytes"},
		{"floods its messages", "yes >&2", Config{Timeout: second}, converter.ErrLimit, "not done after 1s"},
		{"floods both", "yes >&2 & yes", Config{MaxOutput: 1 << 20}, converter.ErrLimit, "wrote more than"},
		{"fails", "echo 1 >&2; echo 'no such projection' >&2; exit 3", Config{}, converter.ErrCorrupt, "sh: exit status 3: it said: 1\nno such projection"},
		{"crashes", "kill -SEGV $$", Config{}, converter.ErrCorrupt, "segmentation fault"},
		{"writes nothing", "true", Config{}, converter.ErrEmpty, "sh wrote nothing"},
		{"writes garbage", `head -c 1000 /dev/zero`, Config{}, converter.ErrCorrupt, "x.ext/output of sh: "},
		{"fails after some output", "echo a,b; echo 1,2; exit 1", Config{}, converter.ErrCorrupt, "exit status 1"},
		{"is killed", "kill -KILL $$", Config{}, converter.ErrCorrupt, "killed"},
	} {
		test.config.Name, test.config.Output = "x", "csv"
		test.config.Command = script(t, "sh", test.text)
		_, err := convert(t, test.config, "x.ext", "data")
		if !errors.Is(err, test.is) || !strings.Contains(err.Error(), test.want) || !converter.Permanent(err) {
			t.Errorf("%s: %.300v", test.name, err)
		}
	}
	_, err := convert(t, Config{Name: "x", Command: []string{"no-such-program-here"}, Output: "csv"}, "x.ext", "data")
	if !errors.Is(err, osexec.ErrNotFound) || converter.Permanent(err) {
		t.Errorf("a program that is missing: %v", err)
	}
}

func TestBadSQLite(t *testing.T) {
	for name, test := range map[string]struct {
		text string
		is   error
	}{
		"nothing":   {"true", converter.ErrEmpty},
		"an empty":  {`: > "$1"`, converter.ErrEmpty},
		"garbage":   {`echo garbage > "$1"`, converter.ErrUnsupported},
		"a folder":  {`mkdir "$1"`, converter.ErrCorrupt},
		"a link":    {`ln -s /etc/passwd "$1"`, converter.ErrCorrupt},
		"too large": {`head -c 3000000 /dev/zero > "$1"; true`, converter.ErrLimit},
	} {
		_, err := convert(t, Config{Name: "x", Command: script(t, "sh", test.text, "{out}"), MaxOutput: 2 << 20}, "x.ext", "data")
		if test.is == converter.ErrLimit && runtime.GOOS == "linux" {
			test.is = nil // the system has cut the file short, and it is garbage then
		}
		if err == nil || test.is != nil && !errors.Is(err, test.is) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A program may write as much as it is allowed to, and not one byte more, however it hands
// that over: also a file that it has not written itself, which the system does not limit.
func TestOutputLimit(t *testing.T) {
	text := "n\n" + strings.Repeat("x", 997) + "\n"
	file := filepath.Join(t.TempDir(), "made")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, command := range map[string][]string{
		"to its output": script(t, "sh", "exec cat"),
		"to a file":     script(t, "sh", `exec cat "$1" > "$2"`, "{in}", "{out}"),
		"a link":        script(t, "sh", `ln "$1" "$2"`, file, "{out}"),
	} {
		for limit := len(text) - 1; limit <= len(text)+1; limit++ {
			got, err := convert(t, Config{Name: "x", Command: command, Output: "csv", MaxOutput: int64(limit)}, "x.ext", text)
			if limit < len(text) {
				if !errors.Is(err, converter.ErrLimit) || !strings.Contains(err.Error(), "wrote more than 999 bytes") {
					t.Errorf("%s, %d bytes of %d: %v", name, len(text), limit, err)
				}
			} else if err != nil || !strings.Contains(got, strings.Repeat("x", 997)) {
				t.Errorf("%s, %d bytes of %d: %v", name, len(text), limit, err)
			}
		}
	}
}

func TestLimitsOfTheSystem(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("memory is limited on Linux only")
	}
	// The limits come into force just after the start: the program waits for them.
	command := script(t, "python3", "import resource, time\nwhile resource.getrlimit(resource.RLIMIT_DATA)[0] == resource.RLIM_INFINITY: time.sleep(.001)\n"+
		"print('n')\nx = bytearray(300 << 20)\nprint(len(x))\n")
	if _, err := convert(t, Config{Name: "x", Command: command, Output: "csv", MaxMemory: 200 << 20}, "x", "data"); err == nil || !strings.Contains(err.Error(), "MemoryError") {
		t.Errorf("with 200 MiB: %v", err)
	}
	if got, err := convert(t, Config{Name: "x", Command: command, Output: "csv"}, "x", "data"); err != nil || got != "x(n INTEGER)\n314572800\n" {
		t.Errorf("with the usual limit: %s, %v", got, err)
	}
	command = script(t, "sh", `exec head -c 3000000 /dev/zero > "$1"`, "{out}")
	if _, err := convert(t, Config{Name: "x", Command: command, Output: "csv", MaxOutput: 1 << 20}, "x", "data"); !errors.Is(err, converter.ErrLimit) || !strings.Contains(err.Error(), "wrote more than") {
		t.Errorf("a file that is too large: %v", err)
	}
}

// alive reports whether a process runs, and is no zombie.
func alive(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return false
	}
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err != nil || !strings.Contains(string(status), ") Z")
}

// TestLeftBehind: processes that a program has started don't outlive it, and don't hold up
// the conversion although they hold its output open.
func TestLeftBehind(t *testing.T) {
	fifo := filepath.Join(t.TempDir(), "pids")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	pids := make(chan int)
	go func() {
		f, err := os.Open(fifo)
		if err != nil {
			close(pids)
			return
		}
		defer f.Close()
		line, _ := bufio.NewReader(f).ReadString('\n')
		pid, _ := strconv.Atoi(strings.TrimSpace(line))
		pids <- pid
	}()
	command := script(t, "sh", `sleep 1000 & echo $! > `+fifo+"; echo a; echo 1")
	got, err := convert(t, Config{Name: "x", Command: command, Output: "csv"}, "x", "data")
	if err != nil || got != "x(a INTEGER)\n1\n" {
		t.Errorf("got %s, %v", got, err)
	}
	pid := <-pids
	for wait := time.Now().Add(time.Minute); alive(pid); {
		if time.Now().After(wait) {
			t.Fatalf("process %d lives", pid)
		}
		runtime.Gosched()
	}
}

func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	started := filepath.Join(t.TempDir(), "started")
	if err := syscall.Mkfifo(started, 0o600); err != nil {
		t.Fatal(err)
	}
	go func() {
		f, err := os.Open(started)
		if err == nil {
			_, _ = io.ReadAll(f)
			f.Close()
		}
		cancel()
	}()
	c := Converter{Config: Config{Name: "x", Command: script(t, "sh", "echo now > "+started+"; sleep 1000"), Output: "csv"}}
	var db dumptest.Database
	_, err := converter.Convert(ctx, c, dumptest.Input("x", "data"), &db, converter.Options{Formats: formats()})
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// TestSecondRun: a column that turns to text late has the program run twice.
func TestSecondRun(t *testing.T) {
	rows := 200_000
	command := script(t, "sh", fmt.Sprintf("echo n; seq %d; echo x", rows))
	_, summary, err := dumptest.Convert(t, Converter{Config: Config{Name: "x", Command: command, Output: "csv"}}, converter.Options{Formats: formats()}, dumptest.Input("x", "data"))
	if err != nil || summary.Runs != 2 || summary.Tables[0].Rows != int64(rows)+1 || summary.Tables[0].Columns[0].Type != "TEXT" {
		t.Errorf("%+v, %v", summary, err)
	}
}
