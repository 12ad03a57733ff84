package cli

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/dustin/go-humanize"
	"golang.org/x/term"

	"github.com/dynasette/dynasette/converter"
)

// A bar shows on a terminal how far a conversion is. A nil bar shows nothing.
type bar struct {
	w     io.Writer
	width func() int // of the terminal, in characters; 0 if unknown
	total int64      // in bytes; 0 if unknown

	mu    sync.Mutex
	start time.Time
	shown time.Time
	read  map[*converter.Input]int64
	done  int64 // the sum of read
	all   int64 // done, and what was read in earlier passes
	again bool  // documents are being read again
}

const (
	barDelay    = 300 * time.Millisecond // what is faster needs no bar
	barInterval = 100 * time.Millisecond
)

// bar returns a bar, if a person is there to see it.
func (a *app) bar(jobs []converter.Job) *bar {
	f, ok := a.Stderr.(*os.File)
	if a.quiet || !ok || !term.IsTerminal(int(f.Fd())) || os.Getenv("TERM") == "dumb" {
		return nil
	}
	width := func() int {
		columns, _, _ := term.GetSize(int(f.Fd()))
		return columns
	}
	return newBar(f, width, jobs)
}

func newBar(w io.Writer, width func() int, jobs []converter.Job) *bar {
	b := &bar{w: w, width: width, start: time.Now(), read: map[*converter.Input]int64{}}
	for _, j := range jobs {
		if j.Input.Size < 0 {
			b.total = 0
			break
		}
		b.total += j.Input.Size
	}
	return b
}

// update takes note of progress; it is a converter.Options.Progress.
func (b *bar) update(in *converter.Input, read int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	before := b.read[in]
	b.read[in] = read
	b.done += read - before
	b.all += max(read-before, 0)
	b.again = b.again || read < before/2
	now := time.Now()
	if now.Sub(b.start) < barDelay || now.Sub(b.shown) < barInterval {
		return
	}
	b.shown = now
	line := b.line(printable(in.Name), now.Sub(b.start))
	width := b.width()
	if width <= 0 {
		width = 80
	}
	fmt.Fprint(b.w, "\r"+firstRunes(line, width-1)+clearRest)
}

// firstRunes returns at most n characters of s.
func firstRunes(s string, n int) string {
	for i := range s {
		if n--; n < 0 {
			return s[:i]
		}
	}
	return s
}

const clearRest = "\x1b[K"

// line says how far it is, after so much time.
func (b *bar) line(name string, took time.Duration) string {
	speed := float64(b.all) / took.Seconds()
	if b.total <= 0 || b.done > b.total {
		return fmt.Sprintf("%s  %s/s  %s", humanize.Bytes(uint64(b.done)), humanize.Bytes(uint64(speed)), name)
	}
	if b.again {
		name += " (once more)"
	}
	left := time.Duration(float64(b.total-b.done) / max(speed, 1) * float64(time.Second))
	const cells = 20
	filled := int(cells * b.done / b.total)
	marks := make([]byte, cells)
	for i := range marks {
		marks[i] = "#."[min(1, max(0, i+1-filled))]
	}
	return fmt.Sprintf("[%s] %3d%%  %s/s  %s left  %s", marks, 100*b.done/b.total,
		humanize.Bytes(uint64(speed)), left.Round(time.Second), name)
}

// clear removes the bar from the terminal.
func (b *bar) clear() {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.shown.IsZero() {
		fmt.Fprint(b.w, "\r"+clearRest)
	}
}
