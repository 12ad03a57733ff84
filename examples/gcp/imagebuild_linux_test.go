package gcp_test

import (
	"bytes"
	"crypto/sha256"
	"debug/elf"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// buildContext copies to a folder what a build of the images gets: what is in the repository
// and not in .dockerignore.
func buildContext(t *testing.T, folder string) {
	t.Helper()
	ignored := ignores(t)
	list := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	list.Dir = "../.."
	out, err := list.Output()
	if err != nil {
		t.Skip("needs the repository: ", err)
	}
	for name := range strings.SplitSeq(strings.TrimSuffix(string(out), "\x00"), "\x00") {
		if ignored(name) {
			continue
		}
		data, err := os.ReadFile(filepath.Join("../..", name))
		if os.IsNotExist(err) {
			continue // deleted, but not yet committed
		}
		to := filepath.Join(folder, name)
		if err == nil {
			err = os.MkdirAll(filepath.Dir(to), 0o777)
		}
		if err == nil {
			err = os.WriteFile(to, data, 0o666)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// ignores returns what .dockerignore says of a file.
func ignores(t *testing.T) func(name string) bool {
	t.Helper()
	data, err := os.ReadFile("../../.dockerignore")
	if err != nil {
		t.Fatal(err)
	}
	include, err := os.ReadFile("../../.gcloudignore")
	if err != nil || !strings.HasPrefix(string(include), "#!include:.dockerignore\n") {
		t.Errorf("what is sent to Cloud Build is something else: %v", err)
	}
	var patterns []string
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		pattern := strings.NewReplacer(`\*\*/`, `(?:.*/)?`, `\*`, `[^/]*`).Replace(regexp.QuoteMeta(line))
		patterns = append(patterns, `^`+pattern+`(?:/|$)`)
	}
	all := regexp.MustCompile(strings.Join(patterns, "|"))
	return all.MatchString
}

// The converter's image is made here as far as that goes without Docker: its program by the
// command of the Dockerfile, from what a build gets, twice and at different places; then the
// files of the image, and the program in them, as its user.
func TestConverterImage(t *testing.T) {
	if os.Getenv("DYNASETTE_IMAGES") == "" {
		t.Skip("set DYNASETTE_IMAGES=1: it builds the program anew")
	}
	var sums [2][sha256.Size]byte
	out := ""
	for i := range sums {
		src := filepath.Join(t.TempDir(), strings.Repeat("x", 1+i*20))
		buildContext(t, src)
		out = t.TempDir()
		build := stageNamed(t, "build").steps
		command := strings.ReplaceAll(build[len(build)-1].rest, "/out/", out+"/")
		cmd := exec.Command("sh", "-c", command)
		cmd.Dir, cmd.Env = src, append(os.Environ(), "GOFLAGS=")
		if said, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, said)
		}
		data, err := os.ReadFile(filepath.Join(out, "dynasette"))
		if err != nil {
			t.Fatal(err)
		}
		sums[i] = sha256.Sum256(data)
	}
	if sums[0] != sums[1] {
		t.Errorf("two builds differ: %x, %x", sums[0], sums[1])
	}
	program, err := elf.Open(filepath.Join(out, "dynasette"))
	if err != nil {
		t.Fatal(err)
	}
	defer program.Close()
	for _, p := range program.Progs {
		if p.Type == elf.PT_INTERP {
			t.Error("the program needs libraries that are not there")
		}
	}

	image := stageNamed(t, "converter")
	root := assemble(t, image, out)
	var entry, args []string
	for word, to := range map[string]*[]string{"ENTRYPOINT": &entry, "CMD": &args} {
		if err := json.Unmarshal([]byte(image.the(t, word)), to); err != nil {
			t.Fatal(err)
		}
	}
	if os.Getuid() != 0 {
		t.Skip("needs root to run it in its own files")
	}
	uid, gid, _ := strings.Cut(image.the(t, "USER"), ":")
	u, _ := strconv.Atoi(uid)
	g, _ := strconv.Atoi(gid)
	in := func(stdin string, args ...string) string {
		cmd := exec.Command(entry[0], args...)
		cmd.Path, cmd.Dir, cmd.Env = entry[0], "/", []string{"PATH=/"}
		cmd.Stdin = strings.NewReader(stdin)
		cmd.SysProcAttr = &syscall.SysProcAttr{Chroot: root, Credential: &syscall.Credential{Uid: uint32(u), Gid: uint32(g)}}
		said, err := cmd.CombinedOutput()
		if err != nil {
			t.Errorf("%q: %v: %s", args, err, said)
		}
		return string(said)
	}
	if said := in("", "version"); !strings.Contains(said, "dynasette") {
		t.Errorf("version: %s", said)
	}
	in("", append(args, "--help")...)
	in("a,b\n1,2\n", "convert", "-", "--format", "csv", "-o", "/tmp/x.db") // it may write there
	if data, err := os.ReadFile(filepath.Join(root, "tmp/x.db")); err != nil || !bytes.HasPrefix(data, []byte("SQLite format 3\x00")) {
		t.Errorf("no database: %v", err)
	}
}

// assemble makes the files of an image from scratch by its COPY lines. What comes from the
// base of the build stage, the certificates, is taken from this machine.
func assemble(t *testing.T, image stage, out string) string {
	t.Helper()
	root := t.TempDir()
	for p := root; p != "/" && p != os.TempDir(); p = filepath.Dir(p) {
		if err := os.Chmod(p, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, step := range image.steps {
		if step.word != "COPY" {
			continue
		}
		words := strings.Fields(step.rest)
		from, to := words[len(words)-2], words[len(words)-1]
		if strings.HasSuffix(to, "/") {
			to += filepath.Base(from)
		}
		to = filepath.Join(root, to)
		from = strings.Replace(from, "/out/", out+"/", 1)
		info, err := os.Stat(from)
		if os.IsNotExist(err) && strings.HasPrefix(from, "/etc/ssl/") {
			t.Logf("%s is not on this machine", from)
			continue
		}
		if err == nil {
			err = os.MkdirAll(filepath.Dir(to), 0o755)
		}
		if err == nil && info.IsDir() {
			err = os.Mkdir(to, 0o755)
		} else if err == nil {
			var data []byte
			if data, err = os.ReadFile(from); err == nil {
				err = os.WriteFile(to, data, info.Mode().Perm())
			}
		}
		for _, word := range words {
			if owner, ok := strings.CutPrefix(word, "--chown="); ok && err == nil && os.Getuid() == 0 {
				var u, g int
				if _, err = fmt.Sscanf(owner, "%d:%d", &u, &g); err == nil {
					err = os.Chown(to, u, g)
				}
			}
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return root
}
