package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dynasette/dynasette"
)

var release = dynasette.Release{ID: "20260101-a", Location: "gs://bucket/releases/20260101-a"}

func TestWhatIsPosted(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		mac := hmac.New(sha256.New, []byte("s3cret"))
		mac.Write(body)
		for name, want := range map[string]string{
			"Authorization":       "Bearer token",
			"Content-Type":        "application/json",
			"X-Hub-Signature-256": "sha256=" + hex.EncodeToString(mac.Sum(nil)),
			"X-Env":               "test",
		} {
			if got := r.Header.Get(name); got != want {
				t.Errorf("%s: %q, want %q", name, got, want)
			}
		}
		if want := `{"release":"20260101-a","location":"gs://bucket/releases/20260101-a"}`; string(body) != want || r.Method != "POST" {
			t.Errorf("%s %s", r.Method, body)
		}
		w.WriteHeader(http.StatusAccepted)
	}))
	defer server.Close()
	h := &Restarter{URL: server.URL, Bearer: "token", Secret: "s3cret", Header: http.Header{"x-env": {"test"}}}
	if err := h.Restart(t.Context(), release); err != nil {
		t.Fatal(err)
	}
}

func TestTries(t *testing.T) {
	for _, test := range []struct {
		name     string
		statuses []int // one a try; 0 drops the connection
		want     string
		tries    int
	}{
		{"at once", []int{200}, "", 1},
		{"after trouble", []int{503, 0, 429, 500, 204}, "", 5},
		{"never", []int{502, 502, 502, 502, 502}, "502 Bad Gateway: because", 5},
		{"forbidden", []int{403, 200}, "403 Forbidden: because (does it want a token", 1},
		{"not there", []int{404, 200}, "404 Not Found: because (is the webhook's URL right?)", 1},
		{"refused", []int{422, 200}, "422 Unprocessable Entity: because", 1},
		{"redirected", []int{302, 200}, "name the URL that it leads to", 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			var tries atomic.Int64
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				status := test.statuses[tries.Add(1)-1]
				if status == 0 {
					panic(http.ErrAbortHandler)
				}
				w.Header().Set("Location", "/elsewhere")
				w.WriteHeader(status)
				if status != 204 {
					io.WriteString(w, "because\n")
				}
			}))
			defer server.Close()
			err := (&Restarter{URL: server.URL, Tries: 5, Pause: time.Microsecond}).Restart(t.Context(), release)
			if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
			if err != nil && errors.Is(err, dynasette.ErrUnavailable) != (test.name != "refused") {
				t.Errorf("whose fault is it? %v", err)
			}
			if int(tries.Load()) != test.tries {
				t.Errorf("%d tries, want %d", tries.Load(), test.tries)
			}
		})
	}
	for _, url := range []string{"", "example.org/hook", "ftp://example.org"} {
		if err := (&Restarter{URL: url}).Restart(t.Context(), release); err == nil {
			t.Errorf("%q was taken for a URL", url)
		}
	}
}

// A receiver that says 409 serves a later release only if it names one.
func TestConflict(t *testing.T) {
	const later = "20260101-b"
	for _, said := range []string{
		`{"release": "` + later + `"}`, `{"release": "` + release.ID + `"}`, `{"release": "20260101"}`, `{"release": "none yet"}`, `{"release": ""}`,
		`{"release": 7}`, `{}`, `["` + later + `"]`, later, "",
	} {
		tries := 0
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			tries++
			w.WriteHeader(http.StatusConflict)
			io.WriteString(w, said)
		}))
		err := (&Restarter{URL: server.URL, Tries: 3, Pause: time.Microsecond}).Restart(t.Context(), release)
		server.Close()
		newer := (*dynasette.NewerError)(nil)
		switch names := strings.HasPrefix(said, `{"release": "`+later); {
		case err == nil, errors.Is(err, dynasette.ErrUnavailable), errors.As(err, &newer) != names:
			t.Errorf("%s: error %v", said, err)
		case names && newer.Release != later, !names && !strings.Contains(err.Error(), "409 Conflict"):
			t.Errorf("%s: error %v", said, err)
		case tries != 1:
			t.Errorf("%s: posted %d times", said, tries)
		}
	}
}

func TestWaitsUntilTheReleaseShows(t *testing.T) {
	var posts, looks atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == "POST" {
			posts.Add(1)
		} else if looks.Add(1) > 2 {
			fmt.Fprintf(w, `{"datasette": {"note": %q}}`, release.ID)
		}
	}))
	defer server.Close()
	h := &Restarter{URL: server.URL, HealthURL: server.URL + "/-/versions.json"}
	for range 2 { // the second time it is being served already
		if err := h.Restart(t.Context(), release); err != nil {
			t.Fatal(err)
		}
	}
	if posts.Load() != 1 || looks.Load() != 4 {
		t.Errorf("%d posts, %d looks", posts.Load(), looks.Load())
	}

	h.Timeout = 2 * time.Second
	err := h.Restart(t.Context(), dynasette.Release{ID: "other"})
	if err == nil || !strings.Contains(err.Error(), "not serving within 2s") || !strings.Contains(err.Error(), `serves release "20260101-a", not "other"`) {
		t.Error(err)
	}
}

// No error has the secrets of either URL in it, nor the webhook's path, whatever goes wrong.
func TestErrorsShowNoSecret(t *testing.T) {
	const planted = "PLANTED-7f3a"
	var status atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if status.Load() == 0 {
			panic(http.ErrAbortHandler)
		}
		w.Header().Set("Location", r.URL.String())
		w.WriteHeader(int(status.Load()))
		fmt.Fprintln(w, r.Method, r.RequestURI, r.Header)
	}))
	defer server.Close()
	host := strings.TrimPrefix(server.URL, "http://")
	for _, test := range []struct {
		url, health string
		status      int // 0 drops the connection
		want        string
	}{
		{"http://u:" + planted + "@" + host + "/" + planted + "?a=" + planted, "", 0, "webhook at " + host},
		{"http://" + host + "/" + planted + "?a=" + planted, "", 302, "302 Found"},
		{"http://" + host + "/x?a=" + planted, "", 500, "500 Internal Server Error: POST /"},
		{"http://h:" + planted + "/", "", 0, "has to start with"},
		{"http://h\x7f?" + planted, "", 0, "has to start with"},
		{"http://" + host + "/?" + planted, "http://u:" + planted + "@" + host + "/?a=" + planted, 200, "does not show release"},
		{"http://" + host + "/?" + planted, "http://u:" + planted + "@127.0.0.1:1/?a=" + planted, 200, "127.0.0.1:1"},
		{"http://" + host + "/?" + planted, "http://h:" + planted + "/", 200, "not a sound URL"},
	} {
		status.Store(int32(test.status))
		h := &Restarter{
			URL: test.url, HealthURL: test.health, Bearer: planted, Secret: planted,
			Tries: 1, Timeout: 300 * time.Millisecond,
		}
		err := h.Restart(t.Context(), release)
		if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), planted) {
			t.Errorf("%v, want %s", err, test.want)
		}
	}
}
