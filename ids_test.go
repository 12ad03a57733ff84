package dynasette_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/dynasette/dynasette"
)

// far is the ID of a release of a process whose clock is wrong.
const far = "20990101-000000-000-abcdef"

// TestServerAhead: a server that serves a later release is given one that is later still, and
// nobody is blamed for it.
func TestServerAhead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.put("x.csv", "a\n1\n")
		w.Wait()
		w.server.serves = far
		if r := w.put("x.csv", "a\n2\n"); r.Action != dynasette.Converted {
			t.Errorf("%+v", r)
		}
		if m := w.is("x.csv@2"); m.Release <= far || len(m.Bad) > 0 {
			t.Errorf("%+v", m)
		}
	})
}

// TestClockSetBack: IDs are greater than all that the pointer knows, whatever the clock says.
func TestClockSetBack(t *testing.T) {
	for _, change := range []func(at map[string]any){
		func(at map[string]any) { at["trying"] = far },
		func(at map[string]any) { at["kept"] = []any{map[string]string{"release": far}} },
		func(at map[string]any) {
			at["left"] = []any{map[string]string{"release": far, "since": "2099-01-01T00:00:00Z"}}
		},
	} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t)
			w.put("x.csv", "a\n1\n")
			w.Wait()
			data, generation, err := w.store.Read(t.Context(), "current.json")
			at := map[string]any{}
			if err != nil || json.Unmarshal(data, &at) != nil {
				t.Fatalf("%s %v", data, err)
			}
			change(at)
			if data, err = json.Marshal(at); err != nil {
				t.Fatal(err)
			}
			if _, err := w.store.Write(t.Context(), "current.json", data, generation, nil); err != nil {
				t.Fatal(err)
			}
			w.put("x.csv", "a\n2\n")
			if m := w.is("x.csv@2"); m.Release <= far {
				t.Errorf("%s is not later than %s", m.Release, far)
			}
		})
	}
}

// TestFollows: a server goes to later releases only, and to the one that it serves. What is no ID is
// a placeholder, earlier than any.
func TestFollows(t *testing.T) {
	const id = "20260102-000000-000-abcdef"
	long := func(n int) string { return "3" + strings.Repeat("a", n-1) }
	for serves, later := range map[string]bool{
		"": false, id: false, id[:len(id)-1]: false, id + "a": true, "20260102-000000-001-abcdef": true, "20260102-000000-000-abcdee": false,
		"20260103": true, "3": true, "1": false, long(100): true, long(101): false, // longer than any of ours
		"none": false, "placeholder": false, "~": false, "3_": false, "3 ": false, "3A": false, "3\n": false, "é": false,
	} {
		err := dynasette.Release{ID: id}.Follows(serves)
		newer := (*dynasette.NewerError)(nil)
		if errors.As(err, &newer) != later || (err != nil) != later || later && newer.Release != serves {
			t.Errorf("%q: %v", serves, err)
		}
	}
	// Whoever names releases in another way has placeholders with digits.
	for serves, later := range map[string]bool{"b": true, "a": false, "30": false, "": false} {
		if err := (dynasette.Release{ID: "aa"}).Follows(serves); (err != nil) != later {
			t.Errorf("%q: %v", serves, err)
		}
	}
	if err := (dynasette.Release{}).Follows(""); !errors.Is(err, dynasette.ErrUnavailable) {
		t.Errorf("without an ID: %v", err)
	}
}
