package program

import (
	"bytes"
	"strings"
	"sync"

	"github.com/dynasette/dynasette/internal/redact"
)

const (
	keepBytes = 8 << 10
	keepLines = 12
)

// A Tail is a Writer that keeps the last lines written. It is safe for concurrent use.
type Tail struct {
	mu  sync.Mutex
	buf []byte
}

// Write never fails.
func (t *Tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.buf = append(t.buf, p[max(0, len(p)-keepBytes):]...)
	if n := len(t.buf); n > 2*keepBytes { // cut rarely, so that small writes stay cheap
		t.buf = append(t.buf[:0], t.buf[n-keepBytes:]...)
	}
	return len(p), nil
}

// String returns the last lines, at most 12 and 8 KiB, without blank ones, as redact.Said.
func (t *Tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	b := t.buf
	if cut := len(b) - keepBytes; cut > 0 {
		b = b[cut:]
		if i := bytes.IndexByte(b, '\n'); i >= 0 {
			b = b[i+1:] // the first line has lost its start
		}
	}
	var lines []string
	for line := range strings.Lines(redact.Said(string(b), keepBytes)) {
		if line = strings.TrimRight(line, " \n"); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines[max(0, len(lines)-keepLines):], "\n")
}
