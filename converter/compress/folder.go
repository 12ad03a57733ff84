package compress

import (
	"context"
	"io/fs"
	"slices"
	"strings"

	"github.com/dynasette/dynasette/converter"
)

// A folder is an archive and its members.
type folder struct {
	budget  *budget
	in      *converter.Input // the archive
	members []member
}

// under returns the folder as one in which a member finds the files that lie beside it, until ctx
// ends.
func (f *folder) under(ctx context.Context) fs.FS { return &beside{f, ctx} }

type beside struct {
	*folder
	ctx context.Context
}

// Open unpacks a member to a temporary file, which is removed when it is closed. If there is none of that
// name, it may be in another case: archives come from systems to which that is the same.
func (f *beside) Open(name string) (fs.File, error) {
	inner, ok := strings.CutPrefix(name, f.in.Name+"/")
	find := func(same func(a, b string) bool) int {
		return slices.IndexFunc(f.members, func(m member) bool { return same(m.name, inner) && m.refused == nil })
	}
	i := find(func(a, b string) bool { return a == b })
	if i < 0 {
		i = find(strings.EqualFold)
	}
	if !ok || i < 0 {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	at, done := f.members[i].reader(f.ctx, f.budget)
	defer done()
	in := converter.Input{Size: f.members[i].size, ReaderAt: at}
	file, err := spool(in.Reader(), f.budget.Spool)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	return file, nil
}
