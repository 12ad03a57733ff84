package main

import (
	"bufio"
	"io"
	"maps"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var callgrindName = regexp.MustCompile(`^(c?)fn=(\([0-9]+\))(?: (.*))?$`)

// perPackage reads what callgrind has written: the instructions of each package's own, what it
// calls left out. What is no Go is the package "C".
func perPackage(r io.Reader) (map[string]int64, error) {
	names, all := map[string]string{}, map[string]int64{}
	var here string
	called := false
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		line := lines.Text()
		if m := callgrindName.FindStringSubmatch(line); m != nil {
			if m[3] != "" {
				names[m[2]] = packageOf(m[3])
			}
			if m[1] == "" {
				here = names[m[2]]
			}
			continue
		}
		if strings.HasPrefix(line, "calls=") {
			called = true
			continue
		}
		if line == "" || !strings.ContainsRune("+-*0123456789", rune(line[0])) {
			continue
		}
		if called { // the line of what the call took
			called = false
			continue
		}
		_, cost, _ := strings.Cut(line, " ")
		n, err := strconv.ParseInt(cost, 10, 64)
		if err != nil {
			return nil, err
		}
		all[here] += n
	}
	return all, lines.Err()
}

// packageOf is the package of a function by its full name, as in example.com/a/b.(*T).f[...].
func packageOf(function string) string {
	function, _, _ = strings.Cut(function, "[")
	function = strings.TrimPrefix(function, "type:.eq.")
	slash := strings.LastIndexByte(function, '/') + 1
	dot := strings.IndexByte(function[slash:], '.')
	if dot <= 0 {
		return "C"
	}
	return strings.TrimPrefix(strings.TrimPrefix(function[:slash+dot], "github.com/dynasette/dynasette/"), "converter/internal/")
}

func TestPerPackage(t *testing.T) {
	const text = `events: Ir
summary: 121

fl=(1) main.go
fn=(1) github.com/dynasette/dynasette/converter/csv.(*parser).next
10 5
+1 6
cfn=(2) crypto/sha256.(*Digest).Write
calls=2 +8 
* 90
+1 4

fn=(2)
3 90
fi=(2)
-1 10

fn=(3) __malloc
1 6
`
	got, err := perPackage(strings.NewReader(text))
	if want := map[string]int64{"converter/csv": 15, "crypto/sha256": 100, "C": 6}; err != nil || !maps.Equal(got, want) {
		t.Errorf("%v, %v; want %v", got, err, want)
	}
}
