package cli

import (
	"errors"
	"slices"
	"sync"

	"github.com/dynasette/dynasette"
)

// A pool keeps only some documents open at a time: there may be more of them than a
// process may open, or has memory for.
type pool struct {
	limit int

	mu   sync.Mutex
	open []*pooled // the one used last at the end
}

// A pooled document is opened when it is read, and again if it was closed meanwhile.
type pooled struct {
	pool *pool
	open func() (dynasette.Document, error)

	// Held by pool.mu:
	document dynasette.Document
	users    int
	errs     []error // of closing
}

// ReadAt is io.ReaderAt.
func (d *pooled) ReadAt(p []byte, off int64) (int, error) {
	document, err := d.acquire()
	if err != nil {
		return 0, err
	}
	defer d.release()
	return document.ReadAt(p, off)
}

func (d *pooled) acquire() (dynasette.Document, error) {
	d.pool.mu.Lock()
	defer d.pool.mu.Unlock()
	if d.document == nil {
		document, err := d.open()
		if err != nil {
			return nil, err
		}
		d.document = document
		d.pool.open = append(d.pool.open, d)
	}
	d.users++
	return d.document, nil
}

// release closes documents that were not used for long, if too many are open.
func (d *pooled) release() {
	p := d.pool
	p.mu.Lock()
	defer p.mu.Unlock()
	d.users--
	if i := slices.Index(p.open, d); i != len(p.open)-1 {
		p.open = append(slices.Delete(p.open, i, i+1), d)
	}
	for i := 0; i < len(p.open) && len(p.open) > p.limit; {
		if idle := p.open[i]; idle.users == 0 {
			idle.close()
		} else {
			i++
		}
	}
}

// close closes the document for now. pool.mu is held.
func (d *pooled) close() {
	d.errs = append(d.errs, d.document.Close())
	d.document = nil
	d.pool.open = slices.DeleteFunc(d.pool.open, func(o *pooled) bool { return o == d })
}

// Close closes the document, and returns whatever closing it has come to.
func (d *pooled) Close() error {
	d.pool.mu.Lock()
	defer d.pool.mu.Unlock()
	if d.document != nil {
		d.close()
	}
	return errors.Join(d.errs...)
}
