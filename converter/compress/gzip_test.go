package compress

import (
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter/internal/dumptest"
)

// NULs that pad a gzip stream are none of its members; anything else there is damage.
func TestPaddedGzip(t *testing.T) {
	const want = "x(line TEXT)\n'one'\n'two'\n"
	nuls := strings.Repeat("\x00", 70000)
	for name, test := range map[string]struct {
		packed string
		sound  bool
	}{
		"none":             {gz("one\ntwo\n"), true},
		"one":              {gz("one\ntwo\n") + "\x00", true},
		"many":             {gz("one\ntwo\n") + nuls, true},
		"between members":  {gz("one\n") + nuls + gz("two\n") + nuls, true},
		"members and none": {gz("one\n", "", "two\n"), true},
		"garbage":          {gz("one\ntwo\n") + "x", false},
		"garbage behind":   {gz("one\ntwo\n") + nuls + "x", false},
		"cut off":          {gz("one\ntwo\n")[:20] + nuls, false},
	} {
		got, _, err := dump(t, Limits{}, dumptest.Input("x.txt.gz", test.packed))
		if (err == nil) != test.sound || err == nil && got != want {
			t.Errorf("%s: got %q, %v", name, got, err)
		}
	}
}
