package cli

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/dynasette/dynasette/converter"
)

func TestBar(t *testing.T) {
	a := &converter.Input{Name: "a.csv", Size: 60e6}
	b := &converter.Input{Name: "b.csv", Size: 40e6}
	jobs := []converter.Job{{Input: a}, {Input: b}}
	var out bytes.Buffer
	bar := newBar(&out, func() int { return 50 }, jobs)
	bar.update(a, 1e6)
	if out.Len() > 0 {
		t.Errorf("shown at once: %q", out.String())
	}
	bar.clear()
	if out.Len() > 0 {
		t.Errorf("cleared though never shown: %q", out.String())
	}
	bar.start = time.Now().Add(-10 * time.Second)
	bar.update(a, 50e6)
	bar.update(a, 55e6) // too soon after
	want := "\r[##########..........]  50%  "
	if got := out.String(); !strings.HasPrefix(got, want) || strings.Count(got, "\r") != 1 {
		t.Errorf("%q, want one line that begins with %q", got, want)
	}
	if line := strings.TrimSuffix(out.String(), clearRest); len([]rune(line)) > 50 {
		t.Errorf("%q is wider than the terminal", line)
	}
	bar.clear()
	if !strings.HasSuffix(out.String(), "\r"+clearRest) {
		t.Errorf("not cleared: %q", out.String())
	}
}

func TestFirstRunes(t *testing.T) {
	tests := []struct {
		s    string
		n    int
		want string
	}{{"abc", 5, "abc"}, {"abc", 3, "abc"}, {"äöü", 2, "äö"}, {"abc", 0, ""}, {"", 1, ""}}
	for _, test := range tests {
		if got := firstRunes(test.s, test.n); got != test.want {
			t.Errorf("%q, %d: %q, want %q", test.s, test.n, got, test.want)
		}
	}
}

// A terminal may not know its width.
func TestBarWithoutWidth(t *testing.T) {
	in := &converter.Input{Name: strings.Repeat("x", 200), Size: 100}
	var out bytes.Buffer
	bar := newBar(&out, func() int { return 0 }, []converter.Job{{Input: in}})
	bar.start = time.Now().Add(-time.Second)
	bar.update(in, 50)
	if n := len(strings.TrimSuffix(out.String(), clearRest)); n != 80 {
		t.Errorf("%d characters: %q", n, out.String())
	}
}

func TestBarLine(t *testing.T) {
	a := &converter.Input{Name: "a.csv", Size: 100e6}
	tests := []struct {
		name string
		size int64
		read []int64
		want string
	}{
		{"begun", 100e6, []int64{10e6}, "[##..................]  10%  1.0 MB/s  1m30s left  a.csv"},
		{"done", 100e6, []int64{100e6}, "[####################] 100%  10 MB/s  0s left  a.csv"},
		{"read again", 100e6, []int64{100e6, 1e6, 50e6}, "[##########..........]  50%  15 MB/s  3s left  a.csv (once more)"},
		{"size unknown", -1, []int64{20e6}, "20 MB  2.0 MB/s  a.csv"},
		{"larger than said", 1e6, []int64{20e6}, "20 MB  2.0 MB/s  a.csv"},
	}
	for _, test := range tests {
		a.Size = test.size
		bar := newBar(&bytes.Buffer{}, func() int { return 80 }, []converter.Job{{Input: a}})
		for _, read := range test.read {
			bar.update(a, read)
		}
		if got := bar.line(a.Name, 10*time.Second); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}
