// Package compress unpacks .gz, .zst, .bz2, .xz, .lz4, .zip and .tar and hands what is inside to
// the format that converter.Options.Formats has for it.
//
// What is read from front to back is converted while it is unpacked, in constant memory. A format
// that is not asks for all of it (converter.Input.Whole), and it is unpacked to a temporary file
// first. Of an archive each member is converted: of a zip in the order of their names, of a tar in
// that of the archive, as it may come packed itself.
package compress

import (
	"context"
	"fmt"
	"sync/atomic"

	"github.com/dynasette/dynasette/converter"
)

// Limits are what unpacking one document may cost. Zero fields have defaults.
type Limits struct {
	Bytes   int64 // unpacked, in all; 0 is 256 GiB
	Ratio   int64 // unpacked to packed, once 64 MiB are unpacked; 0 is 1000
	Spool   int64 // unpacked to a temporary file, for one member; 0 is 8 GiB
	Members int64 // of archives, in all; 0 is 10,000
	Depth   int   // of packings inside one another; 0 is 3
}

// ratioFrom is how much may be unpacked whatever the ratio: small files of one repeated
// line pack well beyond any.
const ratioFrom = 64 << 20

func (l Limits) withDefaults() Limits {
	if l.Bytes == 0 {
		l.Bytes = 256 << 30
	}
	if l.Ratio == 0 {
		l.Ratio = 1000
	}
	if l.Spool == 0 {
		l.Spool = 8 << 30
	}
	if l.Members == 0 {
		l.Members = 10_000
	}
	if l.Depth == 0 {
		l.Depth = 3
	}
	return l
}

// Register adds all packings to formats.
func Register(formats *converter.Registry, limits Limits) {
	for _, p := range []Packing{Gzip, Zstd, Bzip2, Xz, LZ4} {
		formats.Register(p.Format, Stream{Packing: p, Limits: limits})
	}
	formats.Register(KMZ, Map{Limits: limits})
	formats.Register(Zip, Archive{Limits: limits})
	formats.Register(Tar, TarArchive{Limits: limits})
}

// A budget is what is left of the limits for one document and all that is inside of it.
type budget struct {
	Limits
	depth   int
	packed  int64         // size of the outermost document; negative if unknown
	bytes   *atomic.Int64 // unpacked so far
	members *atomic.Int64
}

type budgetKey struct{}

// enter returns the budget for a packing, and the context for what is inside of it.
func enter(ctx context.Context, in *converter.Input, limits Limits) (context.Context, *budget, error) {
	b, ok := ctx.Value(budgetKey{}).(*budget)
	if ok {
		inner := *b
		b = &inner
	} else {
		b = &budget{Limits: limits.withDefaults(), packed: in.Size, bytes: new(atomic.Int64), members: new(atomic.Int64)}
	}
	if b.depth++; b.depth > b.Depth {
		return ctx, nil, over("packed more than %d times over", b.Depth)
	}
	return context.WithValue(ctx, budgetKey{}, b), b, nil
}

// over is an error of a limit.
func over(format string, args ...any) error {
	return fmt.Errorf("%s: %w: unpack it and deliver what is inside", fmt.Sprintf(format, args...), converter.ErrLimit)
}

// more counts members of archives.
func (b *budget) more(members int64) error {
	if b.members.Add(members) > b.Members {
		return over("more than %d members", b.Members)
	}
	return nil
}

// ratio checks how far packed bytes have expanded.
func (b *budget) ratio(unpacked, packed int64) error {
	if unpacked <= ratioFrom || packed < 0 || unpacked/b.Ratio <= packed {
		return nil
	}
	return over("%d MiB unpacked from %d KiB, more than %d to 1", unpacked>>20, packed>>10, b.Ratio)
}
