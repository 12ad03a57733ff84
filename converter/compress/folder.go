package compress

import (
	"context"
	"io/fs"
	"slices"
	"strings"

	"github.com/dynasette/dynasette/converter"
)

// A folder is an archive in which a member finds the files that lie beside it.
type folder struct {
	ctx     context.Context
	budget  *budget
	archive string // its name, which the members' names begin with
	members []member
}

// Open unpacks a member to a temporary file, which is removed when it is closed. If there is none of that
// name, it may be in another case: archives come from systems to which that is the same.
func (f *folder) Open(name string) (fs.File, error) {
	inner, ok := strings.CutPrefix(name, f.archive+"/")
	find := func(same func(a, b string) bool) int {
		return slices.IndexFunc(f.members, func(m member) bool { return same(m.name, inner) && m.Flags&encrypted == 0 })
	}
	i := find(func(a, b string) bool { return a == b })
	if i < 0 {
		i = find(strings.EqualFold)
	}
	if !ok || i < 0 {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	w := f.members[i].window(f.ctx, f.budget)
	defer w.Close()
	in := converter.Input{Size: w.size, ReaderAt: w}
	file, err := spool(in.Reader(), f.budget.Spool)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	return file, nil
}
