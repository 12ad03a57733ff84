package sinktest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/dynasette/dynasette"
)

// A Fault is what becomes of an operation.
type Fault int

// What a Fault may be.
const (
	None   Fault = iota // the operation is done
	Before              // the operation is not done, and fails
	After               // it is done, but its answer is lost
)

// ErrFault is the error of an operation with a Fault.
var ErrFault = errors.New("fault injected")

// Faulty is a Store whose operations fail when told to.
type Faulty struct {
	dynasette.Store

	// Fault decides about each operation: "list", "stat", "delete", "read", "write",
	// "create", "page", "reset", "commit", "open", "sweep". It may block, to delay
	// the operation.
	Fault func(ctx context.Context, op, name string) Fault
}

// do runs an operation, or not.
func (f *Faulty) do(ctx context.Context, op, name string, fn func() error) error {
	fault := f.Fault(ctx, op, name)
	if fault == Before {
		return fmt.Errorf("%s %s: %w", op, name, ErrFault)
	}
	err := fn()
	if fault == After && err == nil {
		return fmt.Errorf("%s %s: answer lost: %w", op, name, ErrFault)
	}
	return err
}

// List is the Store's, unless a fault is due.
func (f *Faulty) List(ctx context.Context, prefix string, fn func(dynasette.Object) error) error {
	return f.do(ctx, "list", prefix, func() error { return f.Store.List(ctx, prefix, fn) })
}

// Stat is the Store's, unless a fault is due.
func (f *Faulty) Stat(ctx context.Context, name string) (o dynasette.Object, err error) {
	err = f.do(ctx, "stat", name, func() error { o, err = f.Store.Stat(ctx, name); return err })
	return o, err
}

// Delete is the Store's, unless a fault is due.
func (f *Faulty) Delete(ctx context.Context, name, generation string) error {
	return f.do(ctx, "delete", name, func() error { return f.Store.Delete(ctx, name, generation) })
}

// Read is the Store's, unless a fault is due.
func (f *Faulty) Read(ctx context.Context, name string) (data []byte, generation string, err error) {
	err = f.do(ctx, "read", name, func() error { data, generation, err = f.Store.Read(ctx, name); return err })
	return data, generation, err
}

// Write is the Store's, unless a fault is due.
func (f *Faulty) Write(ctx context.Context, name string, data []byte, over string, metadata map[string]string) (generation string, err error) {
	err = f.do(ctx, "write", name, func() error { generation, err = f.Store.Write(ctx, name, data, over, metadata); return err })
	return generation, err
}

// Open is the Store's, unless a fault is due.
func (f *Faulty) Open(ctx context.Context, o dynasette.Object) (doc dynasette.Document, err error) {
	err = f.do(ctx, "open", o.Name, func() error { doc, err = f.Store.Open(ctx, o); return err })
	return doc, err
}

// Sweep is the Store's, unless a fault is due.
func (f *Faulty) Sweep(ctx context.Context, before time.Time) error {
	return f.do(ctx, "sweep", "", func() error { return f.Store.Sweep(ctx, before) })
}

// Create is the Store's, unless a fault is due.
func (f *Faulty) Create(ctx context.Context, name string) (d dynasette.Draft, err error) {
	err = f.do(ctx, "create", name, func() error { d, err = f.Store.Create(ctx, name); return err })
	if err != nil {
		return nil, err
	}
	return &faultyDraft{d, ctx, f, name}, nil
}

type faultyDraft struct {
	dynasette.Draft
	ctx   context.Context
	store *Faulty
	name  string
}

func (d *faultyDraft) Write(p []byte) (n int, err error) {
	err = d.store.do(d.ctx, "page", d.name, func() error { n, err = d.Draft.Write(p); return err })
	return n, err
}

func (d *faultyDraft) Reset() error {
	return d.store.do(d.ctx, "reset", d.name, d.Draft.Reset)
}

func (d *faultyDraft) Commit(first []byte, over string) (o dynasette.Object, err error) {
	err = d.store.do(d.ctx, "commit", d.name, func() error { o, err = d.Draft.Commit(first, over); return err })
	return o, err
}
