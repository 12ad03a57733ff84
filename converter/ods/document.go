package ods

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/charset"
	"github.com/dynasette/dynasette/converter/internal/markup"
	"github.com/dynasette/dynasette/converter/internal/parts"
	"github.com/dynasette/dynasette/converter/internal/sheets"
	"github.com/dynasette/dynasette/converter/internal/signature"
)

// A document is the XML that holds all sheets, and what was found out about it.
type document struct {
	in     *converter.Input
	open   func() (io.ReadCloser, error) // at its start, as UTF-8
	part   string                        // for errors
	limits Limits
	idle   []*stream
	names  names
	styles styles
	tables []table
	ranges []databaseRange

	// Extended says that the program that wrote the document spells numbers by what its processor
	// has, and not as the doubles that they are: 0.899999999999999999978.
	extended bool
}

// open opens a document, packed or flat.
func open(in *converter.Input, limits Limits) (*document, error) {
	head, err := in.Head(len(zipMagic))
	if err != nil {
		return nil, err
	}
	d := &document{in: in, limits: limits, part: content}
	if !bytes.HasPrefix(head, []byte(zipMagic)) {
		if d.in, err = in.Whole(); err != nil {
			return nil, err
		}
		d.part, d.open = "the document", d.openFlat
		return d, nil
	}
	archive, err := parts.Open(in, parts.Limits{Size: limits.Size, Ratio: limits.Ratio, Entries: limits.Entries})
	if err != nil {
		return nil, err
	}
	d.open = func() (io.ReadCloser, error) { return archive.Open(content) }
	return d, d.look(archive)
}

const (
	content  = "content.xml"
	manifest = "META-INF/manifest.xml"
)

// look reads the small parts of an archive.
func (d *document) look(archive *parts.Archive) error {
	if archive.Has("mimetype") {
		b, err := archive.Read("mimetype")
		if err != nil {
			return err
		}
		switch kind := strings.TrimSpace(string(b)); {
		case strings.HasPrefix(kind, "application/vnd.sun.xml."):
			return fmt.Errorf("%w: a document of OpenOffice 1: save it as ODS or XLSX", converter.ErrUnsupported)
		case strings.HasPrefix(kind, openDocument) && !isSpreadsheet(kind):
			return noSpreadsheet
		}
	}
	if archive.Has(manifest) {
		b, err := archive.Read(manifest)
		if err != nil {
			return err
		}
		secret := false
		if err := markup.Each(b, manifest, func(t *markup.Tag) { secret = secret || t.Is("encryption-data") }); err != nil {
			return err
		}
		if secret {
			return fmt.Errorf("%w: the document has a password: save it without one", converter.ErrUnsupported)
		}
	}
	for _, part := range []struct {
		name string
		tag  func(b []byte, t *markup.Tag) error
	}{{"styles.xml", d.style}, {"meta.xml", d.meta}} {
		if !archive.Has(part.name) {
			continue
		}
		b, err := archive.Read(part.name)
		if err == nil {
			err = each(b, part.name, part.tag)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// each calls fn for every tag of a part until one is an error.
func each(b []byte, part string, fn func(b []byte, t *markup.Tag) error) (err error) {
	malformed := markup.Each(b, part, func(t *markup.Tag) {
		if err == nil {
			err = fn(b, t)
		}
	})
	return cmp.Or(err, malformed)
}

func (d *document) style(_ []byte, t *markup.Tag) error {
	d.styles.tag(t)
	return d.styles.within()
}

// meta looks for the program that wrote the document.
func (d *document) meta(b []byte, t *markup.Tag) error {
	if t.Is("generator") {
		text, _, _, err := t.Content(b, nil)
		d.extended = d.extended || bytes.HasPrefix(bytes.ToLower(text), []byte("gnumeric"))
		return err
	}
	return nil
}

// noSpreadsheet is another document of OpenDocument.
var noSpreadsheet error = &converter.NoTableError{Kind: signature.OpenDocument.Name, Advice: signature.OpenDocument.Advice}

// openFlat reads a document that is not packed, in the encoding that it says.
func (d *document) openFlat() (io.ReadCloser, error) {
	head, err := d.in.Head(1 << 10)
	if err != nil {
		return nil, err
	}
	var r io.Reader = d.in.Reader()
	encoding, _, mark := charset.Evident(head)
	if _, err := io.CopyN(io.Discard, r, int64(mark)); err != nil {
		return nil, err
	}
	if encoding == "" {
		encoding = declared(head)
	}
	if encoding != "" && encoding != charset.UTF8 {
		r = charset.NewReader(r, encoding)
	}
	return io.NopCloser(r), nil
}

// declared returns the encoding that the XML declaration names, or "".
func declared(head []byte) string {
	declaration, _, ok := bytes.Cut(head, []byte("?>"))
	if !ok || !bytes.HasPrefix(declaration, []byte("<?xml")) {
		return ""
	}
	for name, value, rest := markup.NextAttr(declaration[len("<?xml"):]); rest != nil; name, value, rest = markup.NextAttr(rest) {
		if string(name) == "encoding" {
			found, err := charset.Find(string(value), head)
			if err == nil {
				return found
			}
		}
	}
	return ""
}

// book is the document as what makes tables of it has it.
func (d *document) book() *sheets.Book {
	b := &sheets.Book{
		Formats:      formats,
		Limits:       sheets.Limits{Tables: d.limits.Tables, Growth: d.limits.Growth},
		MergedInRows: true,
		Encoding:     "XML",
		MinRow:       80, // <table-row><table-cell number-columns-repeated="9999"/><table-cell value="1"/></table-row>
	}
	for i := range d.tables {
		t := &d.tables[i]
		s := sheets.Sheet{Name: t.name, Kind: sheets.Worksheet, State: sheets.Visible, Content: &sheet{d, t}}
		if isCache(t.name) {
			s.Kind = "copy of what another document has"
		}
		if d.styles.hidden[t.style] {
			s.State = "hidden"
		}
		b.Sheets = append(b.Sheets, s)
	}
	return b
}

// isCache reports whether a sheet holds what formulas refer to in another document:
// LibreOffice keeps it under a name such as 'file:///x.ods'#$Sheet1.
func isCache(name string) bool { return strings.HasPrefix(name, "'") && strings.Contains(name, "'#$") }

// A stream is a reading of the document on its way.
type stream struct {
	*markup.Buffer
	io.Closer
}

// maxIdle is how many streams wait to be used again: of one sheet there are as many readings
// before the next is read.
const maxIdle = 6

// at returns a stream that is at an offset: the nearest of those that wait, or a new one.
func (d *document) at(offset int64) (*stream, error) {
	best := -1
	for i, s := range d.idle {
		if s.Start() <= offset && (best < 0 || s.Start() > d.idle[best].Start()) {
			best = i
		}
	}
	var s *stream
	if best >= 0 {
		s = d.idle[best]
		d.idle = append(d.idle[:best], d.idle[best+1:]...)
	} else {
		r, err := d.open()
		if err != nil {
			return nil, err
		}
		s = &stream{markup.NewBuffer(r), r}
	}
	for {
		n := min(offset-s.Start(), int64(len(s.Bytes())))
		s.Drop(int(n))
		if s.Start() == offset {
			return s, nil
		}
		err := s.Fill(sheets.ChunkSize)
		if err == nil && len(s.Bytes()) == 0 {
			err = markup.Corrupt(io.ErrUnexpectedEOF, d.part, s.Start())
		}
		if err != nil {
			return nil, errors.Join(err, s.Close())
		}
	}
}

// leave keeps a stream for a later reading, unless there are enough.
func (d *document) leave(s *stream) error {
	d.idle = append(d.idle, s)
	if len(d.idle) <= maxIdle {
		return nil
	}
	last := 0
	for i, s := range d.idle {
		if s.Start() > d.idle[last].Start() {
			last = i
		}
	}
	s = d.idle[last]
	d.idle = append(d.idle[:last], d.idle[last+1:]...)
	return s.Close()
}

// close ends all that wait.
func (d *document) close() {
	for _, s := range d.idle {
		s.Close()
	}
}
