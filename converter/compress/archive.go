package compress

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/dynasette/dynasette/converter"
)

// A member is a file of an archive.
type member struct {
	name    string // clean: relative, with slashes, in UTF-8; "" is none
	size    int64
	open    func() (*source, error) // begins to unpack it
	at      io.ReaderAt             // where it stands as it is; nil: nowhere
	refused error                   // why it can't be had
}

// reader returns the member's text, which has to be closed.
func (m *member) reader(ctx context.Context, b *budget) (io.ReaderAt, func()) {
	if m.at != nil {
		return m.at, func() {}
	}
	w := &window{ctx: ctx, budget: b, size: m.size, open: m.open}
	return w, w.Close
}

// convertMembers converts the members of an archive, but for folders, hidden files and what macOS
// adds, which are passed over. Members that are empty or of no known format are left out, which is
// found.
func convertMembers(ctx context.Context, f *folder, packing string, out *converter.Writer) error {
	formats, names := out.Formats(), namesOf(f.members)
	if err := whole(names, formats); err != nil {
		return err
	}
	out.Describe("compression", packing, "by its first bytes")
	left, converted := converter.ErrEmpty, false
	for i := range f.members {
		m := &f.members[i]
		if formats.Beside(m.name, func(name string) bool { return names[strings.ToLower(name)] }) != "" {
			continue
		}
		err := f.convert(ctx, m, out)
		switch {
		case errors.Is(err, converter.ErrUnknownFormat), errors.Is(err, converter.ErrEmpty):
			if _, known := errors.AsType[*converter.NoTableError](left); !known {
				left = err
			}
			out.Report(leftOut(m.name, err))
		case err != nil:
			return err
		default:
			converted = true
		}
	}
	if !converted {
		return fmt.Errorf("an archive without a member to convert: %w", left)
	}
	return nil
}

func (f *folder) convert(ctx context.Context, m *member, out *converter.Writer) error {
	inner := &converter.Input{Name: f.in.Name + "/" + m.name, Generation: f.in.Generation, Size: m.size, Folder: f.under(ctx)}
	if m.refused != nil {
		return out.Inside(inner.Name, func(*converter.Writer) error { return m.refused })
	}
	at, done := m.reader(ctx, f.budget)
	defer done()
	inner.ReaderAt = at
	return convert(ctx, inner.Name, inner, out)
}

// leftOut is what is said of a member that is not converted.
func leftOut(name string, err error) converter.Finding {
	if known, ok := errors.AsType[*converter.NoTableError](err); ok {
		return converter.Finding{Code: "member-no-table", Severity: converter.Loss, Example: name + " is " + known.Kind,
			Message: "a file in the archive is no table and left out"}
	}
	if errors.Is(err, converter.ErrEmpty) {
		return converter.Finding{Code: "member-empty", Example: name, Message: "a file in the archive is empty and left out"}
	}
	return converter.Finding{Code: "member-unknown", Severity: converter.Loss, Example: name,
		Message: "a file in the archive is of no known format and left out"}
}

// memberName returns a name that is only a name, wherever it pointed to, or "" for what is
// no document.
func memberName(name string) string {
	name = strings.ReplaceAll(name, `\`, "/")
	if strings.HasSuffix(name, "/") {
		return ""
	}
	name = path.Clean("/" + name)[1:]
	for _, part := range strings.Split(name, "/") {
		if part == "" || part[0] == '.' || part == "__MACOSX" {
			return ""
		}
	}
	return name
}

// namesOf returns the names of all members, in lower case.
func namesOf(members []member) map[string]bool {
	names := make(map[string]bool, len(members))
	for _, m := range members {
		names[strings.ToLower(m.name)] = true
	}
	return names
}
