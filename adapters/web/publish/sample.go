package publish

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"time"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/sources/shelf"
)

// Bounds of what is looked at before it is published: beyond them it is published unseen, and the pipeline,
// which has time, says what it finds.
const (
	maxSeen      = 64 << 20 // bytes of a file
	maxAgain     = 8 << 20  // of one that is looked at whenever something else is chosen
	sampleSize   = 2 << 20
	maxSeenPages = 256 << 20
	seenIn       = 10 * time.Second
)

// inLines are formats of which the first lines are a document.
var inLines = []string{"csv", "tsv", "ndjson"}

// sample is what is looked at of a file.
type sample struct {
	io.ReaderAt
	file shelf.File
	size int64
}

func (s sample) input() *converter.Input {
	return &converter.Input{Name: s.file.Name, MediaType: s.file.MediaType, Size: s.size, ReaderAt: s}
}

// cut reports whether it is not all of the file.
func (s sample) cut() bool { return s.size < s.file.Size }

// lined reports whether the beginning of a file of a format is a document.
func (s sample) lined(format string) bool {
	return slices.Contains(inLines, format) && s.size > sampleSize
}

// beginning returns the first lines of a file.
func (s sample) beginning() (sample, error) {
	head := make([]byte, min(s.file.Size, sampleSize))
	if _, err := s.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return s, err
	}
	if end := lineEnd(head); end > 0 && s.file.Size > sampleSize {
		head = head[:end]
	}
	s.size = int64(len(head))
	return s, nil
}

// lineEnd returns where the last line ends that is whole, or 0: behind a line feed, which has several bytes in UTF-16 and UTF-32.
func lineEnd(text []byte) int {
	feed := []byte("\n")
	switch {
	case bytes.HasPrefix(text, []byte("\xff\xfe\x00\x00")):
		feed = []byte("\n\x00\x00\x00")
	case bytes.HasPrefix(text, []byte("\xff\xfe")):
		feed = []byte("\n\x00")
	case bytes.HasPrefix(text, []byte("\x00\x00\xfe\xff")):
		feed = []byte("\x00\x00\x00\n")
	case bytes.HasPrefix(text, []byte("\xfe\xff")):
		feed = []byte("\x00\n")
	}
	for end := len(text); ; {
		i := bytes.LastIndex(text[:end], feed)
		switch {
		case i < 0:
			return 0
		case i%len(feed) == 0:
			return i + len(feed)
		}
		end = i + len(feed) - 1
	}
}

// errSlow: it takes longer to convert than anybody waits for.
var errSlow = errors.New("it takes long to convert")

// convert makes a database as publishing would, within bounds; to may keep it.
func convert(ctx context.Context, v *dynasette.Prospect, s sample, to converter.Destination, change func(*converter.Options)) (converter.Summary, error) {
	soon, cancel := context.WithTimeout(ctx, seenIn)
	defer cancel()
	dst := &converter.Bounded{To: to, Most: maxSeenPages}
	summary, err := v.Convert(soon, s.input(), dst, func(o *converter.Options) {
		o.SortMemory = 32 << 20
		if change != nil {
			change(o)
		}
	})
	if err != nil && ctx.Err() == nil && (soon.Err() != nil || dst.Full()) {
		err = errSlow
	}
	return summary, err
}

// sampleOf returns what of a file is looked at, and why it is not if it is too large: all of it, or its first lines, or
// these if it is to be quick.
func sampleOf(f shelf.File, doc io.ReaderAt, v *dynasette.Prospect, quick bool) (s sample, format string, err error) {
	s = sample{doc, f, f.Size}
	known, err := v.Detect(s.input())
	if err != nil {
		return s, "", err
	}
	if f.Size > maxSeen || quick && f.Size > maxAgain {
		if s.lined(known.Name) {
			s, err = s.beginning()
		} else if f.Size > maxSeen {
			err = errSlow
		}
	}
	return s, known.Name, err
}
