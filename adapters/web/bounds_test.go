package web

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/convertertest"
)

// A database may have as many bytes as that, and one that is begun anew as many again.
func TestCapped(t *testing.T) {
	const most = 3 * 512
	c := &capped{Destination: new(convertertest.Memory), most: most}
	for range 3 {
		for range most / 512 {
			if _, err := c.Write(make([]byte, 512)); err != nil {
				t.Error(err)
			}
		}
		if _, err := c.Write(make([]byte, 1)); !errors.Is(err, converter.ErrLimit) {
			t.Errorf("a byte more: %v", err)
		}
		if err := c.Reset(); err != nil {
			t.Fatal(err)
		}
	}
}

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
