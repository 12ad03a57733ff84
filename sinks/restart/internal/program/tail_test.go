package program

import (
	"fmt"
	"strings"
	"testing"
)

func TestTail(t *testing.T) {
	var all, one, long, odd Tail
	for n := range 10_000 {
		fmt.Fprintf(&all, "line %d\r\n\n", n)
	}
	lines := strings.Split(all.String(), "\n")
	if len(lines) != keepLines || lines[0] != "line 9988" || lines[keepLines-1] != "line 9999" {
		t.Errorf("%q", lines)
	}
	fmt.Fprint(&one, "no newline")
	if one.String() != "no newline" {
		t.Errorf("%q", one.String())
	}
	for range 5 {
		fmt.Fprint(&long, strings.Repeat("x", 50_000))
		if n := len(long.buf); n > 2*keepBytes {
			t.Errorf("%d bytes are kept", n)
		}
	}
	fmt.Fprint(&long, "\nlast")
	if long.String() != "last" {
		t.Errorf("%.20q…", long.String())
	}
	fmt.Fprint(&odd, "a\xffb")
	if odd.String() != "a\uFFFDb" {
		t.Errorf("%q", odd.String())
	}
}
