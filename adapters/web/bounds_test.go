package web

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"
)

// A connection is one whose deadline is known.
type connection struct {
	http.ResponseWriter
	deadline time.Time
}

func (c *connection) SetReadDeadline(at time.Time) error { c.deadline = at; return nil }

// The next bytes of a body are waited for, and its end, but no longer; then the connection has no
// deadline any more.
func TestBodyDeadlines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &connection{ResponseWriter: httptest.NewRecorder()}
		r := httptest.NewRequest("POST", "/", bytes.NewReader(make([]byte, 60)))
		s := &Server{}
		body, began := s.body(c, r, 1000), time.Now()
		for {
			time.Sleep(bodyIdle - time.Second)
			_, err := body.Read(make([]byte, 1))
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			want := time.Now().Add(bodyIdle)
			if end := began.Add(bodyTotal); want.After(end) {
				want = end
			}
			if !c.deadline.Equal(want) {
				t.Fatalf("%v after its beginning, it may take until %v, want %v", time.Since(began), c.deadline, want)
			}
		}
		if time.Since(began) < bodyTotal || !c.deadline.IsZero() {
			t.Errorf("after %v: %v", time.Since(began), c.deadline)
		}
	})
}
