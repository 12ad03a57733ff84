package places

import (
	"context"
	"errors"
	"io"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/dynasette/dynasette"
	sinkdir "github.com/dynasette/dynasette/sinks/dir"
	"github.com/dynasette/dynasette/sinks/restart/command"
	"github.com/dynasette/dynasette/sinks/restart/webhook"
	sourcedir "github.com/dynasette/dynasette/sources/dir"
)

func TestSchemeOf(t *testing.T) {
	for place, want := range map[string]string{
		"gs://bucket/in": "gs", "GS://bucket": "gs", "file:///x": "file", "a+b-c.1://": "a+b-c.1",
		"": "", "x": "", "-": "", "/a://b": "", `C:\a`: "", `C:\a://`: "", "a b://c": "", "://x": "", "gs:/x": "", "run:x": "",
	} {
		if got := SchemeOf(place); got != want {
			t.Errorf("%q: %q, want %q", place, got, want)
		}
	}
}

func TestPath(t *testing.T) {
	for place, want := range map[string]string{ // "" is an error, "-" is elsewhere
		"a b":                      "a b",
		"file:///a%20b/c":          "/a b/c",
		"FILE://localhost/a":       "/a",
		"file://a/b":               "",
		"file://":                  "",
		"file:///a?b":              "",
		"file:///a#b":              "",
		"file:///%zz":              "",
		"gs://a/b":                 "-",
		"https://u:p@example.org/": "-",
	} {
		got, ok, err := Path(place)
		switch {
		case want == "" && !errors.As(err, new(Misnamed)), want != "" && err != nil:
			t.Errorf("%s: %v", place, err)
		case want == "" || want == "-":
			if ok || got != "" {
				t.Errorf("%s: %s", place, got)
			}
		case !ok || filepath.ToSlash(got) != want:
			t.Errorf("%s: %s", place, got)
		}
	}
}

// The zero value knows folders, webhooks and commands.
func TestLocal(t *testing.T) {
	var p Places
	folder := t.TempDir()
	for _, place := range []string{folder, "file://" + filepath.ToSlash(folder)} {
		source, _, err := p.Source(t.Context(), place)
		if s, ok := source.(*sourcedir.Source); err != nil || !ok || s.Root != folder {
			t.Errorf("%s: %#v, %v", place, source, err)
		}
		store, _, err := p.Store(t.Context(), place)
		if s, ok := store.(*sinkdir.Store); err != nil || !ok || s.Location("") != folder {
			t.Errorf("%s: %#v, %v", place, store, err)
		}
	}
	how := Restart{Secret: "s"}
	for to, want := range map[string]dynasette.Restarter{
		"https://example.org/x":    &webhook.Restarter{URL: "https://example.org/x", Secret: "s"},
		"http://example.org/x":     &webhook.Restarter{URL: "http://example.org/x", Secret: "s"},
		"systemctl restart x":      &command.Restarter{Command: []string{"systemctl", "restart", "x"}},
		"exec:a 'b c'":             &command.Restarter{Command: []string{"a", "b c"}},
		"scp:x y":                  &command.Restarter{Command: []string{"scp:x", "y"}}, // no scheme that anything is known of
		"curl https://example.org": &command.Restarter{Command: []string{"curl", "https://example.org"}},
		`C:\a\ b`:                  &command.Restarter{Command: []string{"C:a b"}},
	} {
		got, _, err := p.Restarter(t.Context(), to, how)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %#v, %v", to, got, err)
		}
	}
	for to, health := range map[string]string{"": "", "exec:": "", "a 'b": "", "a": "https://example.org"} {
		if _, _, err := p.Restarter(t.Context(), to, Restart{Health: health}); !errors.As(err, new(Misnamed)) {
			t.Errorf("%s: %v", to, err)
		}
	}
}

// An unknown scheme's error says what is known, and, if some program has the scheme, which.
func TestUnknown(t *testing.T) {
	var p Places
	elsewhere := Places{Schemes: []Scheme{{Name: "s3", Store: func(context.Context, string) (dynasette.Store, io.Closer, error) {
		return nil, open{}, nil
	}}}}
	source := func(p Places, place string) error { _, _, err := p.Source(t.Context(), place); return err }
	store := func(p Places, place string) error { _, _, err := p.Store(t.Context(), place); return err }
	restarter := func(p Places, to string) error { _, _, err := p.Restarter(t.Context(), to, Restart{}); return err }
	for _, test := range []struct {
		err  error
		want []string // parts of it; none: it is nil
	}{
		{source(p, "s3://k:secret@b/x?secret"), []string{"s3://…@b/x?…: s3: can't be read", "what can be read here: folders, file:"}},
		{source(elsewhere, "s3://b"), []string{"s3: can't be read"}},
		{store(elsewhere, "s3://b"), nil},
		{store(elsewhere, "ftp://b"), []string{"ftp: can't be written", "here: s3:, folders, file:"}},
		{store(p, "gs://b"), []string{"built without gs:", GoogleProgram, "here: folders, file:"}},
		{store(p, "https://b"), []string{"https: can't be written"}},
		{restarter(p, "run:projects/p"), []string{"built without run:", GoogleProgram, "here: http:, https:, exec:"}},
		{restarter(p, "mqtt://x"), []string{"mqtt: can't be told of releases"}},
	} {
		if test.want == nil {
			if test.err != nil {
				t.Error(test.err)
			}
			continue
		}
		var unknown *SchemeError
		if !errors.As(test.err, new(Misnamed)) || !errors.As(test.err, &unknown) || strings.Contains(test.err.Error(), "secret") {
			t.Errorf("%#v", test.err)
		}
		for _, part := range test.want {
			if !strings.Contains(test.err.Error(), part) {
				t.Errorf("%v, want %s", test.err, part)
			}
		}
	}
}

// A program's own schemes come before those that everybody has.
func TestOwnSchemes(t *testing.T) {
	own := errors.New("own")
	p := Places{Schemes: []Scheme{{Name: "https", Restarter: func(context.Context, string, Restart) (dynasette.Restarter, io.Closer, error) {
		return nil, nil, own
	}}}}
	if _, _, err := p.Restarter(t.Context(), "https://x", Restart{}); err != own {
		t.Error(err)
	}
}
