package dynasette

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/rules"
)

// A Prospect is what would become of documents if they were uploads, by rules that may be others than
// those that count now. Nothing of it is recorded.
type Prospect struct {
	p      *Pipeline
	ruling *ruling
}

// Prospect is by the rules that count now, but that the file of that name has a text; "" is no file. What is
// wrong with the text is an error, rules.Faults.
func (p *Pipeline) Prospect(ctx context.Context, file, text string) (*Prospect, error) {
	p.start()
	if _, err := p.readPointer(ctx); err != nil {
		return nil, err
	}
	now, err := p.ruling(ctx)
	if err != nil || file == "" {
		return &Prospect{p, now}, err
	}
	checked := rules.ReadTexts(func(name string) (string, error) {
		if name == file {
			return text, nil
		}
		return "", errNoFile
	}, []string{file}, p.Formats)
	if faults := append(checked.Faults, checked.Unused(nil)...); len(faults) > 0 {
		return nil, faults
	}
	book := rulebook{Left: now.book.Left}
	for _, f := range now.book.Files {
		if f.Name != file {
			book.Files = append(book.Files, f)
		}
	}
	if text != "" {
		book.Files = append(book.Files, ruleFile{Name: file, Good: true, Text: text})
		slices.SortFunc(book.Files, func(a, b ruleFile) int { return strings.Compare(a.Name, b.Name) })
	}
	return &Prospect{p, &ruling{book: book, set: book.set(p.Formats)}}, nil
}

// Convert makes the database that would be published of a document; change may bound what that takes.
func (v *Prospect) Convert(ctx context.Context, in *converter.Input, dst converter.Destination, change func(*converter.Options)) (converter.Summary, error) {
	f, c, err := v.p.Formats.Under(v.Rule(in.Name)).Detect(in)
	if err != nil {
		return converter.Summary{}, err
	}
	opts := v.p.options()
	opts.Formats = v.p.Formats
	opts.Rules = v.Rule
	if change != nil {
		change(&opts)
	}
	return converter.ConvertAll(ctx, []converter.Job{{Input: in, Format: f, Converter: c}}, dst, opts)
}

// Detect returns the format that a document would be taken for.
func (v *Prospect) Detect(in *converter.Input) (converter.Format, error) {
	f, _, err := v.p.Formats.Under(v.Rule(in.Name)).Detect(in)
	return f, err
}

// Rule returns what is said of an upload, or of a document in it.
func (v *Prospect) Rule(name string) converter.Rule { return v.ruling.set.Rule(name) }

// Hash is another one when something else is said of what becomes of an upload.
func (v *Prospect) Hash(name string) string { return v.ruling.set.Hash(name) }

// Rules reports whether an upload of that name would be a file with rules, which makes no database.
func (v *Prospect) Rules(name string) bool { return v.ruling.isRules(name) }

// Part reports whether an upload of that name would only be a part of a document of several files, as x.prj is
// of x.shp.
func (v *Prospect) Part(name string) bool { return v.ruling.set.IsPart(name) }

// Changes returns what a database would change of that which is made of the upload now, and what of that
// a guard would hold it back for. If there is none, it would be new.
func (v *Prospect) Changes(ctx context.Context, name string, next *converter.Summary) (DatabaseDiff, []Breach, error) {
	rec, err := v.p.readRecord(ctx, name)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return DatabaseDiff{}, nil, err
	}
	var before *converter.Summary
	if rec.Current != nil {
		before = &rec.Current.Summary
	}
	return Changes(before, next), v.ruling.breaches(name, rec.Current, &made{Summary: *next}), nil
}
