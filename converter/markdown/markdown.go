// Package markdown converts Markdown: a document is a row of the table documents, with
// the columns path, title, what its front matter says, text and html. All documents that
// are converted together share that table.
//
// Front matter is YAML between lines of ---, TOML between lines of +++, or a JSON object.
// Its title is the title, otherwise the first heading is. Its other keys that are called
// like one of the columns above, without regard to case, get the prefix meta_. Front
// matter that can't be read goes to the column front_matter as it is, with a warning.
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
	Doc:        "Markdown with front matter: a row with text and HTML for each document",
}

// Converter converts Markdown.
type Converter struct {
	// Tables makes tables of the tables in a document, too.
	Tables bool
	// Encoding is the text's encoding, as "windows-1252"; "": told from the document.
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
	body, intricate := parse(text)
	if intricate != nil {
		out.Report(noHTML(intricate))
	}
	title, fields := takeTitle(fields)
	if title.Kind() == converter.KindNull {
		if heading := body.title(); heading != "" {
			title = converter.Text(heading)
		}
	}
	err = out.SharedTable(documents).AppendFunc(func(b *converter.Batch) error {
		set := func(column string, v converter.Value) { b.Set(b.Column(column), v) }
		set(pathColumn, converter.Text(in.Name))
		set(titleColumn, title)
		for _, f := range fields {
			set(f.name, f.value)
		}
		set(textColumn, converter.Text(string(text)))
		html := converter.Value{}
		if intricate == nil {
			rendered, err := body.html()
			if err != nil {
				out.Report(noHTML(err))
			} else {
				html = converter.Text(rendered)
			}
		}
		set(htmlColumn, html)
		b.EndRow()
		return ctx.Err()
	})
	if err != nil || !c.Tables {
		return err
	}
	return body.tables(in.Stem(), out)
}

// noHTML says why there is no HTML of a document, whose text is there all the same.
func noHTML(err error) converter.Finding {
	return converter.Finding{Code: "no-html", Example: err.Error(), Message: "a document's html is missing; its text is there"}
}

// read returns the document in UTF-8.
func read(in *converter.Input, out *converter.Writer, encoding string) ([]byte, error) {
	text, err := plaintext.Open(in, out, encoding)
	if err != nil {
		return nil, err
	}
	source, err := io.ReadAll(io.LimitReader(text, maxDocument+1))
	if err != nil {
		return nil, err
	}
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
