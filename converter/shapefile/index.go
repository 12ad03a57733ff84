package shapefile

import (
	"context"
	"encoding/binary"
	"io"
	"strings"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/dbase"
)

// An index says in which order the shapes are, and where.
type index struct {
	window window
	closer io.Closer
	count  int64
	at     int64 // of the next one
	read   int64 // bytes of records
}

const entrySize = 8

// openIndex opens the index of a shapefile; nil if there is none, or it is not sound, as none is that
// refers to what the file does not have.
func openIndex(ctx context.Context, shapes *converter.Input) (x *index, sound bool, err error) {
	in, closer, err := dbase.Beside(shapes, ".shx")
	if in == nil {
		return nil, true, err
	}
	x = &index{window: window{in: in}, closer: closer, count: max(in.Size-headerSize, 0) / entrySize}
	head, err := in.Head(headerSize)
	sound = len(head) == headerSize && strings.HasPrefix(string(head), magic)
	for sound && err == nil && x.at < x.count {
		if x.at%(1<<16) == 0 && ctx.Err() != nil {
			err = ctx.Err()
			break
		}
		var place int64
		if place, _, err = x.next(); err == nil && place != 0 && (place < headerSize || place+recordHead > shapes.Size) {
			sound = false
		}
	}
	x.at = 0
	if err != nil || !sound {
		closer.Close()
		return nil, sound, err
	}
	return x, true, nil
}

// next returns where the next shape is: 0 if there is none of that number. It reports false behind the last one.
func (x *index) next() (place int64, ok bool, err error) {
	if x.at == x.count {
		return 0, false, nil
	}
	entry, err := x.window.bytes(headerSize+x.at*entrySize, entrySize)
	if err != nil {
		return 0, false, err
	}
	x.at++
	return 2 * int64(binary.BigEndian.Uint32(entry)), true, nil
}
