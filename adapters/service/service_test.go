package service

import (
	"reflect"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/adapters/gcp"
	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/all"
)

// Every field of a Config can be set, by a variable of its own, and by a flag but for secrets.
func TestSettings(t *testing.T) {
	var c Config
	env, flags := map[string]bool{}, map[string]bool{}
	for _, s := range c.Settings() {
		if env[s.Env] || flags[s.Flag] && s.Flag != "" {
			t.Errorf("%s or --%s is there twice", s.Env, s.Flag)
		}
		env[s.Env], flags[s.Flag] = true, true
		if want := "DYNASETTE_" + strings.ToUpper(strings.ReplaceAll(s.Flag, "-", "_")); s.Env != want && s.Env != "PORT" && s.Flag != "" {
			t.Errorf("--%s is %s, not %s", s.Flag, s.Env, want)
		}
		if (s.Flag == "") != strings.HasSuffix(s.Env, "_SECRET") {
			t.Errorf("%s: flag %q: secrets have none", s.Env, s.Flag)
		}
		if s.String() != "" {
			t.Errorf("%s is %q at first", s.Env, s)
		}
		value := "7"
		if s.IsBoolFlag() {
			value = "true"
		}
		if err := s.Set(value); err != nil || s.String() != value {
			t.Errorf("%s: %v, %q", s.Env, err, s)
		}
	}
	if v := reflect.ValueOf(c); v.NumField() != len(env) {
		t.Errorf("%d settings for %d fields", len(env), v.NumField())
	} else {
		for i := range v.NumField() {
			if v.Field(i).IsZero() {
				t.Errorf("%s can't be set", v.Type().Field(i).Name)
			}
		}
	}
}

func TestEnvironment(t *testing.T) {
	env := map[string]string{"DYNASETTE_UPLOADS": "gs://u/p", "DYNASETTE_SERVING": "gs://s", "PORT": "8081", "DYNASETTE_INVOKERS": "a@x, b@x,"}
	c := Config{Serving: "gs://flag"}
	if err := c.Environment(func(name string) string { return env[name] }); err != nil {
		t.Fatal(err)
	}
	want := Config{Uploads: "gs://u/p", Serving: "gs://flag", Port: 8081, Invokers: []string{"a@x", "b@x"}}
	if !reflect.DeepEqual(c, want) {
		t.Errorf("%+v, want %+v", c, want)
	}
	if a := c.Address(); a != ":8081" {
		t.Error(a)
	}
	env["PORT"] = "http"
	if err := new(Config).Environment(func(name string) string { return env[name] }); err == nil || !strings.Contains(err.Error(), "PORT") {
		t.Error(err)
	}
}

// Buckets are told apart from what else sends events; nothing is asked of them yet.
func TestNewOnBuckets(t *testing.T) {
	t.Setenv("STORAGE_EMULATOR_HOST", "127.0.0.1:1") // so that no credentials are needed
	s, err := New(t.Context(), Config{Uploads: "gs://u/in", Serving: "gs://s"}, gcp.Places(), all.Formats(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Shut(t.Context())
	if s.Bucket != "u" || s.Prefix != "in/" {
		t.Errorf("%q %q", s.Bucket, s.Prefix)
	}
	if got := s.Pipeline.Store.Location("releases/1"); got != "gs://s/releases/1" {
		t.Error(got)
	}
}

func TestMemoryLimit(t *testing.T) {
	for text, want := range map[string]int64{"max\n": 0, "": 0, "9223372036854771712\n": 0, "0": 0, "1073741824\n": 966367638} {
		if got := memoryLimit(text); got != want {
			t.Errorf("%q: %d, want %d", text, got, want)
		}
	}
}

// What may be there at a time fits into the container's memory beside the program.
func TestRoom(t *testing.T) {
	for _, memory := range []int64{512 << 20, 1 << 30, 8 << 30, 32 << 30} {
		for _, processors := range []int{1, 2, 4, 8} {
			upload, database := room(memory, processors)
			if most := int64(processors) * (2*upload + database); upload <= 0 || database <= 0 || most > memory-reserved {
				t.Errorf("%d bytes and %d processors: files of %d and databases of %d bytes", memory, processors, upload, database)
			}
		}
	}
	if upload, database := room(0, 2); upload != 0 || database != 0 {
		t.Errorf("without a limit: %d and %d", upload, database)
	}
	if upload, _ := room(128<<20, 2); upload <= 0 {
		t.Error("a small container can convert nothing")
	}
	for memory, want := range map[int64]converter.Options{0: {}, 230 << 20: {SortFile: -1, SortMemory: 92 << 20}, 1 << 30: {SortFile: -1, SortMemory: 192 << 20}} {
		if got := fitting(memory); got.SortFile != want.SortFile || got.SortMemory != want.SortMemory {
			t.Errorf("%d bytes: indexes are sorted in %d bytes, and %d of a file", memory, got.SortMemory, got.SortFile)
		}
	}
}
