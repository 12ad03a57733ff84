package converter

import (
	"fmt"

	"github.com/dustin/go-humanize"
)

// Bounded is a Destination that takes no more than so many bytes of a database, and hands them on. The zero
// value takes any number and keeps none.
type Bounded struct {
	To   Destination // nil keeps nothing
	Most int64       // bytes of the database; 0 is any number
	have int64
	full bool
}

// Full reports whether a database was refused that has more than Most bytes, which is an ErrLimit.
func (b *Bounded) Full() bool { return b.full }

// Write implements Destination.
func (b *Bounded) Write(pages []byte) (int, error) {
	if err := b.add(pages); err != nil || b.To == nil {
		return len(pages), err
	}
	return b.To.Write(pages)
}

func (b *Bounded) add(pages []byte) error {
	b.have += int64(len(pages))
	if b.full = b.Most > 0 && b.have > b.Most; b.full {
		return fmt.Errorf("%w: its database has more than %s", ErrLimit, humanize.IBytes(uint64(b.Most)))
	}
	return nil
}

// Reset implements Destination.
func (b *Bounded) Reset() error {
	if b.have, b.full = 0, false; b.To == nil {
		return nil
	}
	return b.To.Reset()
}

// Commit implements Destination.
func (b *Bounded) Commit(first []byte) error {
	if err := b.add(first); err != nil || b.To == nil {
		return err
	}
	return b.To.Commit(first)
}
