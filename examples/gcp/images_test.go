package gcp_test

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A stage is what a Dockerfile has from one FROM to the next.
type stage struct {
	name, base string
	steps      []instruction
}

type instruction struct{ word, rest string }

// stages takes the Dockerfile apart.
func stages(t *testing.T) []stage {
	t.Helper()
	text := strings.ReplaceAll(readFiles(t, "Dockerfile")["Dockerfile"], "\\\n", "")
	var all []stage
	for line := range strings.Lines(text) {
		word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch words := strings.Fields(rest); {
		case word == "" || strings.HasPrefix(word, "#"):
		case word == "FROM":
			if len(words) != 3 || words[1] != "AS" {
				t.Fatalf("%s: want FROM BASE AS NAME", line)
			}
			all = append(all, stage{base: words[0], name: words[2]})
		default:
			s := &all[len(all)-1]
			s.steps = append(s.steps, instruction{word, rest})
		}
	}
	return all
}

func (s stage) the(t *testing.T, word string) string {
	t.Helper()
	found := ""
	for _, i := range s.steps {
		if i.word == word {
			found = i.rest
		}
	}
	if found == "" {
		t.Fatalf("%s has no %s", s.name, word)
	}
	return found
}

func stageNamed(t *testing.T, name string) stage {
	t.Helper()
	for _, s := range stages(t) {
		if s.name == name {
			return s
		}
	}
	t.Fatalf("there is no stage %s", name)
	return stage{}
}

var pinned = regexp.MustCompile(`^[\w./-]+:\d+\.\d+\.\d+[\w.-]*(@sha256:[0-9a-f]{64})?$`)

// The images are made from pinned versions, don't run as root, and have no shell between the
// signals and the program.
func TestDockerfile(t *testing.T) {
	mod, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	want := "golang:" + string(regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindSubmatch(mod)[1]) + "."
	if s := stageNamed(t, "build"); !strings.HasPrefix(s.base, want) {
		t.Errorf("go.mod wants %s, the build has %s", want, s.base)
	}
	for _, s := range stages(t) {
		if s.base != "scratch" && !pinned.MatchString(s.base) {
			t.Errorf("%s is not pinned", s.base)
		}
		if s.name == "build" {
			continue
		}
		if s.base != "scratch" && !strings.Contains(s.base, "@sha256:") {
			t.Errorf("%s can be moved", s.base)
		}
		if user := s.the(t, "USER"); !regexp.MustCompile(`^[1-9]\d*:[1-9]\d*$`).MatchString(user) {
			t.Errorf("%s runs as %q", s.name, user)
		}
		var entry []string
		if err := json.Unmarshal([]byte(s.the(t, "ENTRYPOINT")), &entry); err != nil || len(entry) != 1 {
			t.Errorf("%s: a shell would stand between the signals and the program", s.name)
		}
	}
	build := stageNamed(t, "build").the(t, "RUN")
	for _, flag := range []string{"CGO_ENABLED=0", "GOOS=linux", "GOARCH=amd64", "-trimpath", "-buildvcs=false"} {
		if !strings.Contains(build, flag+" ") {
			t.Errorf("the program is built without %s", flag)
		}
	}
	install := stageNamed(t, "datasette").the(t, "RUN")
	for _, flag := range []string{"--require-hashes", "--no-deps", "--only-binary :all:", "pip check"} {
		if !strings.Contains(install, flag) {
			t.Errorf("Datasette is installed without %s", flag)
		}
	}
	cloud := readFiles(t, "cloudbuild.yaml")["cloudbuild.yaml"]
	for _, name := range []string{"converter", "datasette"} {
		if !strings.Contains(cloud, "build, --platform=linux/amd64, -f, examples/gcp/Dockerfile, --target="+name+", ") {
			t.Errorf("cloudbuild.yaml doesn't build %s", name)
		}
	}
}

// What Datasette 0.65.2 says that it needs (install_requires of its setup.py).
var needed = strings.Fields(`asgiref click click-default-group jinja2 hupper httpx pluggy uvicorn aiofiles janus asgi-csrf pyyaml
	mergedeep itsdangerous flexcache flexparser setuptools pip`)

// Datasette and all it needs is pinned by hash.
func TestRequirements(t *testing.T) {
	line := regexp.MustCompile(`^([a-z0-9-]+)==(\d[\w.]*) --hash=sha256:[0-9a-f]{64}$`)
	var names []string
	for text := range strings.Lines(readFiles(t, "datasette/requirements.txt")["datasette/requirements.txt"]) {
		text = strings.TrimSpace(text)
		if text == "" || strings.HasPrefix(text, "#") {
			continue
		}
		found := line.FindStringSubmatch(text)
		if found == nil {
			t.Errorf("%s: want NAME==VERSION --hash=sha256:…", text)
			continue
		}
		if slices.Contains(names, found[1]) {
			t.Errorf("%s is there twice", found[1])
		}
		if names = append(names, found[1]); found[1] == "datasette" && found[2] != "0.65.2" {
			t.Errorf("does Datasette %s need the same as 0.65.2?", found[2])
		}
	}
	if !slices.IsSorted(names) {
		t.Errorf("%q are not sorted", names)
	}
	for _, name := range append(needed, "datasette") {
		if !slices.Contains(names, name) {
			t.Errorf("%s is not pinned", name)
		}
	}
}
