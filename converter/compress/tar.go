package compress

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/dynasette/dynasette/converter"
)

// Tar is an archive of any number of documents, of any kind that archive/tar reads (POSIX.1-2001, GNU,
// the seventh edition).
var Tar = converter.Format{
	Name:       "tar",
	Extensions: []string{".tar"},
	MediaTypes: []string{"application/x-tar"},
	Binary:     true,
	Sniff:      isTar,
	Doc:        "an archive of documents of the other formats",
}

const tarBlock = 512

// isTar reports whether a document begins with a member's header: its checksum fits.
func isTar(head []byte) bool {
	const from, to = 148, 156
	if len(head) < tarBlock || head[0] == 0 {
		return false
	}
	want, err := strconv.ParseUint(strings.Trim(string(head[from:to]), " \x00"), 8, 32)
	if err != nil {
		return false
	}
	sum := uint64(0)
	for i, c := range head[:tarBlock] {
		if from <= i && i < to {
			c = ' '
		}
		sum += uint64(c)
	}
	return sum == want
}

// TarArchive converts the members of a tar archive, in their order, the last of those with the same
// name. One that comes packed is unpacked twice, to learn what is in it and to convert that, and
// takes no room for it.
type TarArchive struct {
	Limits Limits
}

// Inner returns nil: members may be of any format.
func (TarArchive) Inner() []string { return nil }

// Convert converts each member.
func (a TarArchive) Convert(ctx context.Context, in *converter.Input, out *converter.Writer) error {
	ctx, budget, err := enter(ctx, in, a.Limits)
	if err != nil {
		return err
	}
	members, replaced, err := listTar(ctx, in, budget, out)
	if err != nil {
		return err
	}
	for _, name := range replaced {
		out.Report(converter.Finding{Code: "member-replaced", Example: name,
			Message: "a file in the archive is left out, as a later one has its name"})
	}
	return convertMembers(ctx, &folder{budget, in, members}, "tar", out)
}

// listTar reads the headers of all members, and returns those that count and the names of those that
// do not, as a later one takes their place. Where another archive stands behind the end of one, as cat
// puts them together, its members count, too.
func listTar(ctx context.Context, in *converter.Input, b *budget, out *converter.Writer) (kept []member, replaced []string, err error) {
	reader := in.Reader()
	archive := tar.NewReader(reader)
	_, packed := in.ReaderAt.(converter.Spooler)
	var members []member
	var names []string
	for {
		header, err := archive.Next()
		if err == nil {
			err = ctx.Err()
		}
		if err == io.EOF {
			more, err := behindTar(ctx, reader, out)
			if err != nil {
				return nil, nil, err
			}
			if !more {
				break
			}
			archive = tar.NewReader(reader)
			continue
		}
		at, _ := reader.Seek(0, io.SeekCurrent) // which is no move
		if errors.Is(err, tar.ErrHeader) || errors.Is(err, io.ErrUnexpectedEOF) {
			if other := converter.Refuse(in); other != nil && at <= tarBlock {
				return nil, nil, other // a page, say, that is only called so
			}
			return nil, nil, &converter.SyntaxError{Offset: at, Err: fmt.Errorf("the tar archive is damaged or not complete: %w: %w", converter.ErrCorrupt, err)}
		}
		if err == nil {
			err = b.more(1)
		}
		if err != nil {
			return nil, nil, err
		}
		m := member{size: header.Size}
		switch {
		case header.Typeflag != tar.TypeReg && header.Typeflag != tar.TypeGNUSparse && header.Typeflag != tar.TypeCont:
			continue // folders, links to other members, devices
		case header.Typeflag == tar.TypeGNUSparse || isSparse(header):
			m.refused = fmt.Errorf("a sparse file: %w: pack it without --sparse", converter.ErrUnsupported)
		case packed:
			m.open = func() (*source, error) {
				text := newCounter(io.NewSectionReader(in, at, header.Size))
				return &source{ReadCloser: io.NopCloser(text), packed: text, name: "tar"}, nil
			}
		default:
			m.at = io.NewSectionReader(in, at, header.Size)
		}
		members, names = append(members, m), append(names, header.Name)
	}
	decodeNames(names, unixPages[0], append(unixPages, consolePages...)...)
	last := make(map[string]int)
	for i := range members {
		members[i].name = memberName(names[i])
		last[members[i].name] = i
	}
	for i, m := range members {
		switch {
		case m.name == "":
		case last[m.name] == i:
			kept = append(kept, m)
		default:
			replaced = append(replaced, m.name)
		}
	}
	return kept, replaced, nil
}

// behindTar reads on behind the end of an archive, and reports whether another one begins there. What
// else is there but padding is lost.
func behindTar(ctx context.Context, r io.ReadSeeker, out *converter.Writer) (more bool, err error) {
	block := make([]byte, tarBlock)
	for ctx.Err() == nil {
		n, err := io.ReadFull(r, block)
		if n > 0 && strings.Trim(string(block[:n]), "\x00") != "" {
			if isTar(block[:n]) {
				_, err := r.Seek(-tarBlock, io.SeekCurrent)
				return err == nil, err
			}
			at, _ := r.Seek(0, io.SeekCurrent) // which is no move
			out.Report(converter.Finding{Code: "archive-surplus", Severity: converter.Loss, Example: fmt.Sprintf("at byte %d", at-int64(n)),
				Message: "what stands behind the end of the archive is no archive, and left out"})
			return false, nil
		}
		switch err {
		case nil:
		case io.EOF, io.ErrUnexpectedEOF:
			return false, nil
		default:
			return false, err
		}
	}
	return false, ctx.Err()
}

// isSparse reports whether holes of the file are left out, as PAX headers of GNU say.
func isSparse(h *tar.Header) bool {
	for key := range h.PAXRecords {
		if strings.HasPrefix(key, "GNU.sparse.") {
			return true
		}
	}
	return false
}
