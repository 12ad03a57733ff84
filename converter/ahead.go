package converter

import (
	"errors"
	"runtime/debug"

	"github.com/dynasette/dynasette/internal/turns"
)

// smallSize is how large a document may be, in bytes, that is Small.
const smallSize = 256 << 10

// Small reports whether a document takes so little memory that it may be converted, or begun,
// beside others. What comes packed may be far more than its size, and so may what a program
// makes of it.
func (j *Job) Small() bool {
	_, outer := j.Converter.(Outer)
	binary := j.Format.Magic != "" || j.Format.Binary || j.Format.Members != nil
	return j.Input.Size >= 0 && j.Input.Size <= smallSize && !outer && !binary
}

// documents runs all documents through their converters. Small ones are read, and how they are
// written is found out, while those before them are under way; but only in its turn does one have
// a table. So all is as if they came one by one: the error is that of the first one that has
// any, and of those behind it nothing is left.
func (db *database) documents(jobs []Job, docs []*document) error {
	parallel := 1
	if db.workers > 1 {
		parallel = db.workers + 2 // some wait for their turn
	}
	return turns.Each(parallel, len(jobs), func(i int, turn func()) error {
		doc := docs[i]
		doc.begin(turn)
		if !jobs[i].Small() {
			turn()
		}
		err := db.document(jobs[i], doc)
		turn()
		if errors.Is(err, ErrEmpty) && len(jobs) > 1 {
			doc.findings.add(Finding{Code: "document-empty", Message: "the document is empty"})
			err = nil
		}
		db.admit(func() error { // those behind learn of an error where they append
			if err == nil {
				db.through = i + 1
			}
			return err
		})
		return err
	})
}

// begin makes the document ready for another run.
func (d *document) begin(turn func()) {
	d.rows, d.rejects, d.unread, d.Facts, d.ruled, d.naming, d.skipped, d.turn = 0, 0, nil, nil, nil, nil, 0, turn
	d.findings.clear()
	d.input.furthest.Store(0)
}

// document runs one document through its converter.
func (db *database) document(j Job, doc *document) (err error) {
	in := *j.Input
	in.ReaderAt = doc.input
	w := db.newWriter(doc, doc.Name)
	doc.unsettled(w.rule, db.opts.Formats)
	defer func() {
		if r := recover(); r != nil {
			err = named(&PanicError{r, debug.Stack()}, in.Name)
		}
	}()
	err = j.Converter.Convert(db.ctx, &in, w)
	for _, t := range w.order {
		if err == nil {
			err = t.flush()
		}
	}
	if err == nil {
		err = doc.oneTable()
	}
	if err != nil {
		return named(err, in.Name)
	}
	// There may be very many documents, and the database knows their Writers to its end.
	w.tables, w.order = nil, nil
	doc.input.release()
	return nil
}
