package converter

import (
	"strings"
	"testing"
)

// The memory that keys take is bounded to the byte, and what is said then is that.
func TestKeyLimit(t *testing.T) {
	const one = 1 << 20
	text := strings.Repeat("x", one-keyCost) // all share its memory
	for _, over := range []int{0, 1} {
		k := new(key)
		for i := range maxKeys/one - 1 {
			k.add([]keyEntry{{rowid: int64(i + 1), text: text}})
		}
		k.add([]keyEntry{{rowid: maxKeys / one, text: text[over:] + strings.Repeat("y", 2*over)}})
		if full := k.why != ""; full != (over > 0) {
			t.Fatalf("%d bytes over the limit: %q", over, k.why)
		}
		k.add(nil)
		if over == 0 {
			continue
		}
		if k.entries != nil {
			t.Error("it holds on to its memory")
		}
		k.add([]keyEntry{{rowid: 9}})
		if k.settle(maxKeys/one+1, &column{}, "TEXT"); k.why != tooManyKeys {
			t.Errorf("what is said: %q", k.why)
		}
	}
}
