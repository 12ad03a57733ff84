package converter

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"sync"

	"github.com/dynasette/dynasette/converter/internal/ordered"
)

// A digest is the SHA-256 of what is written to it. Where there are cores to spare it is made
// beside its writer, who otherwise would read, hash and cut in turn; see ARCHITECTURE.md for what
// that binds.
//
// What is hashed beside is copied first, since the writer may change its bytes at once, as a
// parser does that unescapes text behind them. The copy takes a tenth of the time of hashing, so
// two cores, busy anyway, are better off without it; so are small documents.
type digest struct {
	hash    hash.Hash
	apart   *ordered.Queue // of what is hashed beside; nil: nothing is
	written int64
	pending []byte // copied, and not handed over yet
	spare   sync.Pool
}

const (
	digestPiece = 256 << 10 // is hashed at a time
	digestAhead = 4         // pieces are under way at most
	digestApart = 1 << 20   // of a document are hashed by its reader
)

func newDigest(ctx context.Context, apart bool) *digest {
	d := &digest{hash: sha256.New()}
	if apart {
		d.apart = ordered.NewQueue(ctx, digestAhead)
	}
	return d
}

func (d *digest) write(p []byte) {
	before := d.written
	d.written += int64(len(p))
	if d.apart == nil || before < digestApart {
		d.hash.Write(p)
		return
	}
	for len(p) > 0 {
		if d.pending == nil {
			d.pending = d.buffer()
		}
		n := min(len(p), digestPiece-len(d.pending))
		d.pending = append(d.pending, p[:n]...)
		p = p[n:]
		if len(d.pending) == digestPiece {
			d.handOver()
		}
	}
}

func (d *digest) buffer() []byte {
	if b, ok := d.spare.Get().(*[]byte); ok {
		return (*b)[:0]
	}
	return make([]byte, 0, digestPiece)
}

// handOver has what is pending be hashed, once there is room for it. An error, which is the
// context's, is kept for sum.
func (d *digest) handOver() {
	piece := d.pending
	d.pending = nil
	_ = d.apart.Go(ordered.Task{Admit: func() error {
		d.hash.Write(piece)
		d.spare.Put(&piece)
		return nil
	}})
}

// sum returns the SHA-256 of all that was written.
func (d *digest) sum() (string, error) {
	if d.apart != nil {
		if err := d.apart.Wait(); err != nil {
			return "", err
		}
		d.hash.Write(d.pending)
		d.pending = nil
	}
	return hex.EncodeToString(d.hash.Sum(nil)), nil
}
