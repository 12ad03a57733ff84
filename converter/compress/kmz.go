package compress

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/dynasette/dynasette/converter"
)

// KMZ is a zip archive of a KML document, the pictures that it shows, and documents that it
// links to.
var KMZ = converter.Format{
	Name:       "kmz",
	Extensions: []string{".kmz"},
	MediaTypes: []string{"application/vnd.google-earth.kmz"},
	Magic:      zipMagic,
	Sniff:      isKMZ,
	Members:    holdsKML,
	Doc:        "KML with pictures in a zip archive",
}

// pictures are what else may be in a KMZ.
var pictures = []string{".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".svg", ".webp", ".dae", ".txt", ".html", ".htm", ".css", ".mp3"}

// holdsKML reports whether the files of an archive are those of a KMZ: there is a doc.kml, or
// nothing but one KML document and pictures.
func holdsKML(names []string) bool {
	documents := 0
	for _, raw := range names {
		name := memberName(raw)
		switch ext := strings.ToLower(path.Ext(name)); {
		case strings.EqualFold(name, "doc.kml"):
			return true
		case name == "":
		case ext == ".kml":
			documents++
		default:
			if !slices.Contains(pictures, ext) {
				return false
			}
		}
	}
	return documents == 1
}

// isKMZ does so by the first file.
func isKMZ(head []byte) bool {
	return strings.EqualFold(firstMember(head), "doc.kml")
}

// Map converts a KMZ.
type Map struct {
	Limits Limits
}

// Inner returns the format of what is inside.
func (Map) Inner() []string { return []string{"kml"} }

// Convert converts the KML documents in the archive: doc.kml, or the outermost, comes first.
func (m Map) Convert(ctx context.Context, in *converter.Input, out *converter.Writer) error {
	ctx, budget, err := enter(ctx, in, m.Limits)
	if err != nil {
		return err
	}
	if in, err = in.Whole(); err != nil {
		return err
	}
	members, err := list(in, budget)
	if err != nil {
		return err
	}
	out.Describe("compression", "zip", "by its first bytes")
	slices.SortStableFunc(members, func(a, b member) int { return rank(a.name) - rank(b.name) })
	left, converted := converter.ErrEmpty, false
	for i := range members {
		member := &members[i]
		ext := strings.ToLower(path.Ext(member.name))
		if ext != ".kml" {
			f := converter.Finding{Code: "kmz-file", Example: member.name, Message: "a file beside the KML document is no table and left out"}
			if !slices.Contains(pictures, ext) {
				f.Severity = converter.Loss
			}
			out.Report(f)
			continue
		}
		switch err := m.document(ctx, budget, in, member, out); {
		case errors.Is(err, converter.ErrEmpty):
			left = err
			out.Report(leftOut(member.name, err))
		case err != nil:
			return err
		default:
			converted = true
		}
	}
	if !converted {
		return fmt.Errorf("no KML document with anything in it: %w", left)
	}
	return nil
}

// rank orders documents: doc.kml comes first, and then the outermost.
func rank(name string) int {
	if strings.EqualFold(name, "doc.kml") {
		return -1
	}
	return strings.Count(name, "/")
}

// document converts one document; doc.kml is called like the archive.
func (m Map) document(ctx context.Context, b *budget, in *converter.Input, f *member, out *converter.Writer) error {
	if f.refused != nil {
		return f.refused
	}
	label, name := in.Name+"/"+f.name, in.Name+"/"+f.name
	if strings.EqualFold(f.name, "doc.kml") {
		label, name = in.Name, strings.TrimSuffix(in.Name, path.Ext(in.Name))+".kml"
	}
	_, kml, ok := out.Formats().Lookup("kml")
	if !ok {
		return converter.ErrNoFormats
	}
	at, done := f.reader(ctx, b)
	defer done()
	inner := &converter.Input{Name: name, Generation: in.Generation, Size: f.size, ReaderAt: at}
	return out.Inside(label, func(out *converter.Writer) error { return kml.Convert(ctx, inner, out) })
}
