package health

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestChecks(t *testing.T) {
	body, status := "", 200
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if status == http.StatusFound {
			w.Header().Set("Location", "/login")
		}
		w.WriteHeader(status)
		io.WriteString(w, body)
	}))
	defer server.Close()
	for _, test := range []struct {
		name   string
		check  Check
		status int
		body   string
		want   string // part of the error; "" is healthy
	}{
		{"note", Note, 200, `{"datasette": {"version": "0.65.2", "note": "r1"}}`, ""},
		{"other note", Note, 200, `{"datasette": {"note": "r10"}}`, `serves release "r10", not "r1"`},
		{"no note", Note, 200, `{"datasette": {"version": "r1"}}`, `serves release "", not "r1"`},
		{"not JSON", Note, 200, `<p>r1</p>`, "invalid character"},
		{"note, failing", Note, 500, `{"datasette": {"note": "r1"}}`, "500"},
		{"shown", Shows, 200, `<p>release r1.</p>`, ""},
		{"shown later", Shows, 200, `r10 r1-b or1 r1`, ""},
		{"longer IDs", Shows, 200, `r10 r1-b or1`, "does not show"},
		{"another note", Shows, 200, `{"datasette": {"note": "r2"}}`, `serves release "r2", not "r1"`},
		{"redirected", Shows, 302, `r1`, "302"},
		{"OK", OK, 204, ``, ""},
		{"not OK", OK, 404, `r1`, "404"},
	} {
		t.Run(test.name, func(t *testing.T) {
			body, status = test.body, test.status
			if status == 204 {
				body = ""
			}
			err := test.check(t.Context(), server.URL, "r1")
			if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

func TestWait(t *testing.T) {
	asked := 0
	err := Wait(t.Context(), time.Millisecond, func(context.Context) error {
		if asked++; asked < 3 {
			return errors.New("not yet")
		}
		return nil
	})
	if err != nil || asked != 3 {
		t.Errorf("asked %d times: %v", asked, err)
	}

	ctx, cancel := context.WithCancelCause(t.Context())
	stopped, reason := errors.New("stopped"), errors.New("no route")
	err = Wait(ctx, time.Millisecond, func(ctx context.Context) error {
		defer cancel(stopped)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return reason
	})
	if !errors.Is(err, stopped) || !errors.Is(err, reason) {
		t.Error(err)
	}
}
