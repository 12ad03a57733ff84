// Package markdown converts Markdown: a document is a row of the table documents, with
// the columns path, title, what its front matter says, text and html. All documents that
// are converted together share that table.
//
// Front matter is YAML between lines of ---, TOML between lines of +++, or a JSON object.
// Its title is the title, otherwise the first heading is. Its other keys that are called
// like one of the columns above, without regard to case, get the prefix meta_. What is
// meant as YAML and is not, as "title: Part 1: Intro", is read as a key and the rest of its
// line. Front matter that can't be read at all goes to the column front_matter as it is.
// Both are findings.
//
// text is the body as it is written, html what GitHub would make of it, safe to show.
package markdown

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/plaintext"
)

// Format is Markdown.
var Format = converter.Format{
	Name:       "markdown",
	Extensions: []string{".md", ".markdown", ".mdown", ".mkd"},
	MediaTypes: []string{"text/markdown", "text/x-markdown"},
	Sniff:      sniff,
	Together:   true,
	Doc:        "Markdown with front matter: a row with text and HTML for each document",
}

// Converter converts Markdown.
type Converter struct {
	// Tables makes tables of the tables in a document, too.
	Tables bool
	// Encoding is the text's encoding, as "windows-1252"; "": found out.
	Encoding string
}

// documents is the table of all documents.
const documents = "documents"

// The columns of documents that are not front matter.
const (
	pathColumn  = "path"
	titleColumn = "title"
	textColumn  = "text"
	htmlColumn  = "html"
	rawColumn   = "front_matter"
)

// maxDocument bounds a document, which is held in memory several times over.
const maxDocument = 32 << 20

// Convert converts one document.
func (c Converter) Convert(ctx context.Context, in *converter.Input, out *converter.Writer) error {
	source, err := read(in, out, c.Encoding)
	if err != nil {
		return err
	}
	matter, text := splitMatter(source)
	fields, err := matter.fields(out)
	if err != nil {
		out.Report(converter.Finding{Code: "front-matter-unread", Severity: converter.Doubt, Column: rawColumn, Example: err.Error(),
			Message: "the front matter can't be read and is kept in the column " + rawColumn})
		fields = []field{{rawColumn, converter.Text(string(matter.text))}}
	}
	if matter.kind != "" {
		out.Describe("front matter", matter.kind, "by its first line")
	}
	body, unread := parse(text)
	if unread != nil {
		out.Report(c.noHTML(unread))
	}
	title, fields := takeTitle(fields)
	if title.Kind() == converter.KindNull {
		heading := ""
		if unread == nil {
			heading = body.title()
		} else {
			heading = headTitle(text)
		}
		if heading != "" {
			title = converter.Text(heading)
		}
	}
	table := out.SharedTable(documents)
	if c.Tables {
		if err := body.tables(in.Stem(), out); err != nil {
			return err
		}
	}
	return table.AppendFunc(func(b *converter.Batch) error {
		b.Data = source // so that a long text is not copied
		set := func(column string, v converter.Value) { b.Set(b.Column(column), v) }
		set(pathColumn, converter.Text(in.Name))
		set(titleColumn, title)
		for _, f := range fields {
			set(f.name, f.value)
		}
		b.SetCell(b.Column(textColumn), converter.Span(converter.KindText, len(source)-len(text), len(text)))
		html := converter.Value{}
		if unread == nil {
			rendered, err := body.html()
			if err != nil {
				b.Report(c.noHTML(err))
			} else {
				html = converter.Text(rendered)
			}
		}
		set(htmlColumn, html)
		b.EndRow()
		return ctx.Err()
	})
}

// noHTML says why there is no HTML of a document, whose text is there all the same.
func (c Converter) noHTML(err error) converter.Finding {
	f := converter.Finding{Code: "no-html", Example: err.Error(), Message: "a document's html is missing; its text is there"}
	if c.Tables {
		f.Message = "a document's html and tables are missing; its text is there"
	}
	return f
}

// read returns the document in UTF-8.
func read(in *converter.Input, out *converter.Writer, encoding string) ([]byte, error) {
	text, err := plaintext.Open(in, out, encoding)
	if err != nil {
		return nil, err
	}
	const room = 64 << 10 // for what stands beside the text in its row
	var b bytes.Buffer
	if in.Size > 0 && in.Size <= maxDocument {
		b.Grow(int(in.Size) + bytes.MinRead + room)
	}
	if _, err := b.ReadFrom(io.LimitReader(text, maxDocument+1)); err != nil {
		return nil, err
	}
	source := b.Bytes()
	if len(source) > maxDocument {
		return nil, fmt.Errorf("a document of more than %d MiB: %w: split it", maxDocument>>20, converter.ErrLimit)
	}
	if len(bytes.TrimSpace(source)) == 0 {
		return nil, converter.ErrEmpty
	}
	return source, text.Check(source)
}

// takeTitle takes the title out of the front matter, and makes way for the columns that
// every document has.
func takeTitle(fields []field) (title converter.Value, rest []field) {
	taken := map[string]bool{}
	for _, f := range fields {
		taken[f.name] = true
	}
	found := false
	for _, f := range fields {
		switch strings.ToLower(f.name) {
		case titleColumn:
			if !found {
				title, found = f.value, true
				continue
			}
			fallthrough
		case pathColumn, textColumn, htmlColumn:
			delete(taken, f.name)
			for f.name = "meta_" + f.name; taken[f.name]; {
				f.name = "meta_" + f.name
			}
			taken[f.name] = true
		}
		rest = append(rest, f)
	}
	return title, rest
}
