package publish

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/adapters/web/access"
	"github.com/dynasette/dynasette/adapters/words"
	"github.com/dynasette/dynasette/converter/rules"
	"github.com/dynasette/dynasette/sources/shelf"
)

// book is the file with rules in which it is written what people choose for a file: that of its folder.
type book struct {
	Name       string // "dynasette.yaml", below the root of the uploads
	generation string
	text       string
	ours       words.Document      // what was chosen for the file before
	prospect   *dynasette.Prospect // by what is written now
	seen       string              // another one when something else is said of the file
	Why        string              // nothing can be chosen: what is wrong with it
}

const longestBook = 1 << 20

// bookOf reads it.
func (h *Handler) bookOf(ctx context.Context, name string) (b book, err error) {
	source := h.Pipeline.Source
	b = book{generation: dynasette.Absent, ours: words.Document{Name: path.Base(name)}}
	for _, file := range []string{"dynasette.yml", rules.FileName} { // of two the former counts
		b.Name = path.Join(path.Dir(name), file)
		live, err := source.Stat(ctx, b.Name)
		if errors.Is(err, dynasette.ErrNotFound) {
			continue
		}
		if err == nil {
			b.generation = live.Generation
			b.text, err = readText(ctx, source, live)
		}
		if err != nil {
			return b, err
		}
		break
	}
	b.prospect, err = h.prospect(ctx, b, b.text)
	if err == nil {
		b.ours, err = words.Read(b.text, b.ours.Name, h.Pipeline.Formats)
	}
	if faults := (rules.Faults)(nil); errors.As(err, &faults) {
		b.Why = faults.Error()
		b.prospect, err = h.Pipeline.Prospect(ctx, "", "")
	}
	if err != nil {
		return b, err
	}
	sum := sha256.Sum256([]byte(b.prospect.Hash(name) + "\n" + b.ours.Entries()))
	b.seen = hex.EncodeToString(sum[:8])
	return b, nil
}

// prospect is what becomes of files if the book has another text.
func (h *Handler) prospect(ctx context.Context, b book, text string) (*dynasette.Prospect, error) {
	if text == "" && b.text == "" {
		return h.Pipeline.Prospect(ctx, "", "")
	}
	return h.Pipeline.Prospect(ctx, b.Name, text)
}

func readText(ctx context.Context, source dynasette.Source, u dynasette.Upload) (string, error) {
	if u.Size > longestBook {
		return "", rules.Faults{{File: u.Name, Message: fmt.Sprintf("it has more than %d MiB", longestBook>>20)}}
	}
	doc, err := source.Open(ctx, u)
	if err != nil {
		return "", err
	}
	defer doc.Close()
	text, err := io.ReadAll(io.NewSectionReader(doc, 0, u.Size))
	return string(text), err
}

// errOtherwise: something else is said of a file than its page has shown.
var errOtherwise = errors.New("the rules for this file were changed meanwhile")

// write writes what is chosen for a file into its book, and returns the book's name, "" if it says so already. What others write there of other files is kept, also if they
// are faster.
func (h *Handler) write(ctx context.Context, name, seen string, chosen words.Document) (file string, err error) {
	const tries = 4
	for range tries {
		var b book
		if b, err = h.bookOf(ctx, name); err != nil {
			return b.Name, err
		}
		if b.seen != seen {
			return b.Name, errOtherwise
		}
		text, err := words.Put(b.text, chosen)
		if err != nil || text == b.text {
			return "", err
		}
		err = h.put(ctx, b, text)
		if !errors.Is(err, dynasette.ErrChanged) {
			return b.Name, err
		}
	}
	return "", fmt.Errorf("somebody writes it again and again: %w", dynasette.ErrChanged)
}

// put publishes a text as a book, over what was read.
func (h *Handler) put(ctx context.Context, b book, text string) error {
	size := int64(len(text))
	f, err := h.Shelf.Create(ctx, shelf.File{Name: b.Name, MediaType: "application/yaml", Size: size, By: access.Caller(ctx)})
	if err != nil {
		return err
	}
	if _, err = h.Shelf.Append(ctx, f.ID, 0, strings.NewReader(text)); err == nil {
		_, err = h.Shelf.Publish(ctx, f.ID, b.generation)
	}
	if err != nil {
		h.Shelf.Discard(context.WithoutCancel(ctx), f.ID)
	}
	return err
}
