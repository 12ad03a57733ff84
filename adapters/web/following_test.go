package web_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/adapters/web"
	"github.com/dynasette/dynasette/converter/all"
	sinkdir "github.com/dynasette/dynasette/sinks/dir"
	"github.com/dynasette/dynasette/sinks/restart/follow"
	"github.com/dynasette/dynasette/sinks/restart/pages"
	"github.com/dynasette/dynasette/sinks/restart/webhook"
	"github.com/dynasette/dynasette/sinks/sinktest"
	sourcedir "github.com/dynasette/dynasette/sources/dir"
)

const secret = "a secret of both"

// picky is a server that can't serve some databases.
type picky struct {
	pages.Server
	refuses func(context.Context, dynasette.Release) error // nil refuses nothing
}

func (p *picky) refused(ctx context.Context, r dynasette.Release) error {
	if p.refuses == nil {
		return nil
	}
	return p.refuses(ctx, r)
}

func (p *picky) Try(ctx context.Context, r dynasette.Release) error {
	return errors.Join(p.refused(ctx, r), p.Server.Try(ctx, r))
}

func (p *picky) Restart(ctx context.Context, r dynasette.Release) error {
	if err := p.refused(ctx, r); err != nil {
		return err
	}
	return p.Server.Restart(ctx, r)
}

// refusing refuses releases that have a database of that name.
func refusing(slug string) func(context.Context, dynasette.Release) error {
	return func(_ context.Context, r dynasette.Release) error {
		if r.Manifest != nil && strings.Contains(fmt.Sprint(r.Manifest.Databases), slug) {
			return errors.New("no room for " + slug)
		}
		return nil
	}
}

// A service is any number of instances behind one URL. Without one, a request starts one.
type service struct {
	t     testing.TB
	store dynasette.Store

	mu        sync.Mutex
	instances []*web.Following
	next      int
}

// instance returns a server that follows a store and looks for each request.
func instance(t testing.TB, store dynasette.Store, p *picky) *web.Following {
	t.Cleanup(func() { p.Close() })
	return &web.Following{
		Follower: &follow.Follower{
			Releases: &dynasette.Pipeline{Store: store}, Server: p, Folder: follow.Folder{Scratch: t.TempDir()}, Every: time.Nanosecond,
		},
		Site: p, Secret: secret,
	}
}

// add starts an instance, as Cloud Run does: it is used once it serves.
func (s *service) add(p *picky) *web.Following {
	f := instance(s.t, s.store, p)
	if err := f.Follower.Start(s.t.Context()); err != nil {
		s.t.Error(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.instances = append(s.instances, f)
	return f
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	none := len(s.instances) == 0
	s.mu.Unlock()
	if none {
		s.add(new(picky))
	}
	s.mu.Lock()
	f := s.instances[s.next%len(s.instances)]
	s.next++
	s.mu.Unlock()
	f.ServeHTTP(w, r)
}

// A followed is a folder whose files are published to a service.
type followed struct {
	*service
	folder   string
	pipeline *dynasette.Pipeline
}

func newFollowed(t *testing.T) *followed {
	f := &followed{folder: t.TempDir()}
	store, err := sinkdir.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	f.service = &service{t: t, store: store}
	front := httptest.NewServer(f.service)
	t.Cleanup(front.Close)
	f.pipeline = &dynasette.Pipeline{
		Source: &sourcedir.Source{Root: f.folder}, Store: store, Formats: all.Formats(), Quiet: time.Millisecond,
		Restarter: follow.Restarter{URL: front.URL, Authorize: signed, Pause: time.Millisecond},
	}
	t.Cleanup(f.pipeline.Wait)
	return f
}

func signed(r *http.Request, body []byte) error {
	r.Header.Set(webhook.SignatureHeader, webhook.Sign(secret, body))
	return nil
}

// upload has a file published.
func (f *followed) upload(name, text string) {
	f.t.Helper()
	if err := os.WriteFile(filepath.Join(f.folder, name), []byte(text), 0o600); err != nil {
		f.t.Fatal(err)
	}
	if _, err := f.pipeline.Process(f.t.Context(), dynasette.Event{Name: name}); err != nil {
		f.t.Fatal(err)
	}
}

func visit(h http.Handler, path string) (int, string) {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
	return w.Code, w.Body.String()
}

// Once an upload is acknowledged, every instance serves it to whoever asks next.
func TestFollow(t *testing.T) {
	f := newFollowed(t)
	one, other := f.add(new(picky)), f.add(new(picky))
	if status, text := visit(one, "/"); status != 200 || !strings.Contains(text, "Nothing has been published yet") {
		t.Errorf("before the first release: %d %s", status, text)
	}
	for i := range 5 {
		f.upload("towns.csv", fmt.Sprintf("name\nNo %d\n", i))
		for _, instance := range []http.Handler{one, other} {
			if status, text := visit(instance, "/towns/towns.json"); status != 200 || !strings.Contains(text, fmt.Sprintf("No %d", i)) {
				t.Fatalf("release %d: %d %s", i, status, text)
			}
		}
	}
	if err := os.Remove(filepath.Join(f.folder, "towns.csv")); err != nil {
		t.Fatal(err)
	}
	if _, err := f.pipeline.Process(t.Context(), dynasette.Event{Name: "towns.csv"}); err != nil {
		t.Fatal(err)
	}
	if status, _ := visit(other, "/towns"); status != 404 {
		t.Errorf("after it was deleted: %d", status)
	}
}

// A release that the instance refuses which was asked never becomes the pointer's: the others
// never hear of it, and what can be served is.
func TestFollowRefused(t *testing.T) {
	f := newFollowed(t)
	var seen atomic.Bool
	asked := &picky{refuses: refusing("evil")}
	f.add(asked)
	other := &picky{refuses: func(_ context.Context, r dynasette.Release) error {
		if r.Manifest != nil && strings.Contains(fmt.Sprint(r.Manifest.Databases), "evil") {
			seen.Store(true)
		}
		return nil
	}}
	beside := instance(t, f.store, other)
	if err := beside.Follower.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	f.upload("good.csv", "a\n1\n")
	f.upload("evil.csv", "a\n1\n") // recorded, and not to come again
	why := ""
	if err := f.pipeline.Failures(t.Context(), func(f dynasette.Failure) error {
		why += f.Source + ": " + f.Message
		return nil
	}); err != nil || !strings.Contains(why, "evil.csv: ") || !strings.Contains(why, "no room for evil") {
		t.Errorf("recorded: %s %v", why, err)
	}
	f.upload("better.csv", "a\n1\n")
	for _, path := range []string{"/good", "/better"} {
		if status, _ := visit(beside, path); status != 200 {
			t.Errorf("%s: %d", path, status)
		}
	}
	if status, _ := visit(beside, "/evil"); status != 404 || seen.Load() {
		t.Errorf("evil: %d, it was moved to: %v", status, seen.Load())
	}
}

// With no instance there, the one that is started for the question serves what is published,
// and answers.
func TestFollowFromZero(t *testing.T) {
	f := newFollowed(t)
	f.upload("a.csv", "a\n1\n")
	f.mu.Lock()
	f.instances = nil
	f.mu.Unlock()
	f.upload("b.csv", "b\n1\n")
	for _, path := range []string{"/a", "/b"} {
		if status, _ := visit(f, path); status != 200 {
			t.Errorf("%s: %d", path, status)
		}
	}
}

// An instance that starts while a release is tried serves the one before, and then that.
func TestFollowStartedMeanwhile(t *testing.T) {
	f := newFollowed(t)
	var late *web.Following
	f.add(&picky{refuses: func(_ context.Context, r dynasette.Release) error {
		if late == nil && r.Manifest != nil && len(r.Manifest.Databases) == 2 {
			late = f.add(new(picky))
			if status, _ := visit(late, "/b"); status != 404 {
				t.Errorf("what is only tried is served: %d", status)
			}
			if status, _ := visit(late, "/a"); status != 200 {
				t.Errorf("what is served is not: %d", status)
			}
		}
		return nil
	}})
	f.upload("a.csv", "a\n1\n")
	f.upload("b.csv", "b\n1\n")
	if late == nil {
		t.Fatal("nothing was tried")
	}
	if status, _ := visit(late, "/b"); status != 200 {
		t.Errorf("afterwards: %d", status)
	}
}

// An instance that can't move to a release serves the one before, says so once, and gets
// over it; the others have moved.
func TestFollowUnable(t *testing.T) {
	f := newFollowed(t)
	f.add(new(picky))
	var log bytes.Buffer
	p := &picky{refuses: refusing("b.csv")}
	unable := instance(t, f.store, p)
	unable.Follower.Log = slog.New(slog.NewTextHandler(&log, nil))
	if err := unable.Follower.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	f.upload("a.csv", "a\n1\n")
	if status, _ := visit(unable, "/a"); status != 200 {
		t.Fatalf("a: %d", status)
	}
	f.upload("b.csv", "b\n1\n")
	for range 10 {
		if status, _ := visit(unable, "/a"); status != 200 {
			t.Errorf("a: %d", status)
		}
	}
	if n := strings.Count(log.String(), "no room for b.csv"); n != 1 {
		t.Errorf("said %d times: %s", n, log.String())
	}
	if status, _ := visit(f, "/b"); status != 200 {
		t.Errorf("elsewhere: %d", status)
	}
	p.refuses = nil
	f.upload("c.csv", "c\n1\n")
	if status, _ := visit(unable, "/c"); status != 200 {
		t.Errorf("c: %d", status)
	}
}

// While the store can't be reached, what is served stays; a start waits.
func TestFollowWithoutStore(t *testing.T) {
	f := newFollowed(t)
	f.upload("a.csv", "a\n1\n")
	var away atomic.Bool
	cut := &sinktest.Faulty{Store: f.store, Fault: func(context.Context, string, string) sinktest.Fault {
		if away.Load() {
			return sinktest.Before
		}
		return sinktest.None
	}}
	one := instance(t, cut, new(picky))
	if err := one.Follower.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	away.Store(true)
	f.upload("b.csv", "b\n1\n")
	for path, want := range map[string]int{"/a": 200, "/b": 404} {
		if status, _ := visit(one, path); status != want {
			t.Errorf("%s without the store: %d", path, status)
		}
	}
	second, started := instance(t, cut, new(picky)), make(chan error, 1)
	go func() { started <- second.Follower.Start(t.Context()) }()
	if status, _ := visit(second, "/"); status != 503 {
		t.Errorf("before its start: %d", status)
	}
	away.Store(false)
	if err := <-started; err != nil {
		t.Fatal(err)
	}
	for _, instance := range []http.Handler{one, second} {
		if status, _ := visit(instance, "/b"); status != 200 {
			t.Errorf("with the store again: %d", status)
		}
	}
}

// Only who may ask is answered.
func TestFollowAsked(t *testing.T) {
	f := newFollowed(t)
	f.upload("a.csv", "a\n1\n")
	serves := f.instances[0].Follower.Serves()
	tokens := web.Identity{Audience: "https://here", Emails: []string{"converter@x"}, Validate: func(_ context.Context, token, audience string) (string, error) {
		if token == "bad" || audience != "https://here" {
			return "", errors.New("bad")
		}
		return token + "@x", nil
	}}
	body := fmt.Sprintf(`{"release": %q}`, serves)
	for _, test := range []struct {
		name         string
		identity     web.Identity
		secret       string
		method, path string
		body, token  string
		sign         string
		want         int
	}{
		{"nobody may", web.Identity{}, "", "POST", follow.TryPath, body, "", "", 404},
		{"nobody may, whatever is signed", web.Identity{}, "", "POST", follow.TryPath, body, "", webhook.Sign("", []byte(body)), 404},
		{"unsigned", web.Identity{}, secret, "POST", follow.TryPath, body, "", "", 403},
		{"signed by another", web.Identity{}, secret, "POST", follow.TryPath, body, "", webhook.Sign("x", []byte(body)), 403},
		{"something else signed", web.Identity{}, secret, "POST", follow.TryPath, body, "", webhook.Sign(secret, nil), 403},
		{"signed", web.Identity{}, secret, "POST", follow.TryPath, body, "", webhook.Sign(secret, []byte(body)), 200},
		{"a look", web.Identity{}, secret, "POST", follow.LookPath, body, "", webhook.Sign(secret, []byte(body)), 200},
		{"read", web.Identity{}, secret, "GET", follow.TryPath, body, "", webhook.Sign(secret, []byte(body)), 405},
		{"no release", web.Identity{}, secret, "POST", follow.TryPath, "{}", "", webhook.Sign(secret, []byte("{}")), 400},
		{"no token", tokens, "", "POST", follow.TryPath, body, "", "", 401},
		{"a bad token", tokens, "", "POST", follow.TryPath, body, "bad", "", 401},
		{"another's token", tokens, "", "POST", follow.TryPath, body, "visitor", "", 403},
		{"the token", tokens, "", "POST", follow.TryPath, body, "converter", "", 200},
		{"a token where a secret would do", tokens, secret, "POST", follow.TryPath, body, "converter", "", 200},
		{"a bad signature beside a token", tokens, secret, "POST", follow.TryPath, body, "converter", "sha256=00", 403},
		{"one that is not there", tokens, "", "POST", follow.TryPath, `{"release": "zz"}`, "converter", "", 503},
		{"an earlier one", tokens, "", "POST", follow.TryPath, `{"release": "1"}`, "converter", "", 409},
	} {
		h := instance(t, f.store, new(picky))
		h.Identity, h.Secret = test.identity, test.secret
		if err := h.Follower.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest(test.method, test.path, strings.NewReader(test.body))
		if test.token != "" {
			r.Header.Set("Authorization", "Bearer "+test.token)
		}
		if test.sign != "" {
			r.Header.Set(webhook.SignatureHeader, test.sign)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if text, _ := io.ReadAll(w.Body); w.Code != test.want {
			t.Errorf("%s: %d %s, want %d", test.name, w.Code, text, test.want)
		}
	}
}
