package dynasette

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/rules"
	"github.com/dynasette/dynasette/internal/pool"
)

// maxMembers is how many files one database may be made of. What is known of each is in the
// record.
const maxMembers = 10_000

// openMembers is how many of them are open at a time.
const openMembers = 32

// stat describes an upload or a set as it is now, and says what build a database of it has.
func (p *Pipeline) stat(ctx context.Context, r *ruling, name string) (Upload, string, error) {
	if !isSet(name) {
		up, err := p.Source.Stat(ctx, name)
		return up, r.build(p, name), err
	}
	all, err := p.members(ctx, r, name)
	if err != nil {
		return Upload{}, "", err
	}
	if len(all) == 0 {
		return Upload{}, "", fmt.Errorf("%s: %w", name, ErrNotFound)
	}
	up, build := r.asOne(p, name, all)
	return up, build, nil
}

// members lists the members of a set.
func (p *Pipeline) members(ctx context.Context, r *ruling, set string) ([]Upload, error) {
	var all []Upload
	take := func(up Upload) error {
		if !p.ignores(up.Name) && r.setOf(up.Name) == set {
			all = append(all, up)
		}
		return nil
	}
	prefixes := r.set.Prefixes(strings.TrimSuffix(set, "/"))
	var err error
	if source, ok := p.Source.(PrefixSource); ok {
		for _, prefix := range prefixes {
			if err == nil {
				err = source.ListPrefix(ctx, prefix, take)
			}
		}
	} else {
		err = p.Source.List(ctx, take)
	}
	if incomplete := (*IncompleteError)(nil); errors.As(err, &incomplete) && !incomplete.within(prefixes) {
		err = nil
	}
	if all = r.complete(set, all); r.partsAlone(all) {
		all = nil
	}
	return all, err
}

// partsAlone reports whether members are only parts of a document that is not there, as x.prj is without
// x.shp: then there is nothing to make a database of.
func (r *ruling) partsAlone(members []Upload) bool {
	return !slices.ContainsFunc(members, func(up Upload) bool { return !r.set.IsPart(up.Name) })
}

// within reports whether what was left out may begin with one of some prefixes.
func (e *IncompleteError) within(prefixes []string) bool {
	return slices.ContainsFunc(e.Folders, func(folder string) bool {
		return slices.ContainsFunc(prefixes, func(prefix string) bool {
			return strings.HasPrefix(prefix, folder+"/") || strings.HasPrefix(folder+"/", prefix)
		})
	})
}

// complete returns the members of a set, with those that stand in rules, in the order in which they
// are converted.
func (r *ruling) complete(set string, uploads []Upload) []Upload {
	byName := map[string]Upload{}
	for _, inline := range r.set.Inline() {
		if r.setOf(inline.Name) == set {
			byName[inline.Name] = Upload{Name: inline.Name, Generation: "text " + sha256Hex(inline.Text), Size: int64(len(inline.Text))}
		}
	}
	for _, up := range uploads {
		byName[up.Name] = up
	}
	names := make([]string, 0, len(byName))
	for name := range byName {
		names = append(names, name)
	}
	rules.Sort(names)
	all := make([]Upload, 0, len(names))
	for _, name := range r.set.Order(names) {
		all = append(all, byName[name])
	}
	return all
}

// inlineSets returns the sets that have members which stand in rules, without other members.
func (r *ruling) inlineSets() map[string][]Upload {
	sets := map[string][]Upload{}
	for _, inline := range r.set.Inline() {
		if set := r.setOf(inline.Name); set != "" {
			sets[set] = nil
		}
	}
	return sets
}

// asOne describes a set of which all members are known, and says what build a database of it has.
func (r *ruling) asOne(p *Pipeline, set string, all []Upload) (Upload, string) {
	up := Upload{Name: set}
	listing, said, ruled := sha256.New(), sha256.New(), false
	for _, m := range all {
		fmt.Fprintf(listing, "%q %q\n", m.Name, m.Generation)
		hash := r.set.Hash(m.Name)
		fmt.Fprintf(said, "%q %s\n", m.Name, hash)
		ruled = ruled || hash != ""
		up.Size += m.Size
		if m.Updated.After(up.Updated) {
			up.Updated = m.Updated
		}
	}
	up.Generation = hex.EncodeToString(listing.Sum(nil)[:16])
	if !ruled {
		return up, p.build
	}
	return up, p.build + "." + hex.EncodeToString(said.Sum(nil)[:16])
}

// A part is what a database is made of: an open upload.
type part struct {
	Upload
	Document
}

// parts opens an upload, or all members of a set, if they are the live ones.
func (p *Pipeline) parts(ctx context.Context, rec *record, up Upload) ([]part, error) {
	if !isSet(up.Name) {
		doc, err := p.openLive(ctx, up)
		if err != nil {
			return nil, err
		}
		return []part{{up, doc}}, nil
	}
	all, err := p.members(ctx, rec.ruling, up.Name)
	if err != nil {
		return nil, err
	}
	if now, build := rec.ruling.asOne(p, up.Name, all); now.Generation != up.Generation || build != rec.build {
		return nil, fmt.Errorf("%s: %w", up.Name, ErrChanged)
	}
	if len(all) > maxMembers {
		return nil, fmt.Errorf("%s: %w: %d files in one database; there may be %d: have rules put them into several", up.Name, converter.ErrLimit, len(all), maxMembers)
	}
	texts := map[string]string{}
	for _, inline := range rec.ruling.set.Inline() {
		texts[inline.Name] = inline.Text
	}
	open := &pool.Pool[Document]{Limit: openMembers}
	parts := make([]part, len(all))
	for i, m := range all {
		item := open.New(func() (Document, error) {
			if strings.HasPrefix(m.Generation, "text ") && m.Updated.IsZero() {
				return text{strings.NewReader(texts[m.Name])}, nil
			}
			return p.Source.Open(ctx, m)
		})
		parts[i] = part{m, pool.ReaderAt[Document]{Item: item}}
	}
	return parts, nil
}

// begin opens a part that is opened when it is read: what is empty is never read.
func (d part) begin() error {
	if item, ok := d.Document.(pool.ReaderAt[Document]); ok {
		return item.Use(func(Document) error { return nil })
	}
	return nil
}

// text is a document that stands in rules.
type text struct{ io.ReaderAt }

func (text) Close() error { return nil }

// ofSet makes the summary of a set's database fit to be kept: of which document a table is, is said of each, and
// what the database tells of many documents as well is left out, since records are written often.
func ofSet(s *converter.Summary) {
	for i := range s.Tables {
		if t := &s.Tables[i]; t.Of == nil && len(s.Documents) > 0 {
			t.Of = &converter.DocumentTable{Document: s.Documents[0].Name, Table: t.Name}
		}
	}
	const many = 100
	if len(s.Documents) > many {
		for i := range s.Documents {
			s.Documents[i].Facts = nil
		}
	}
}

// shut closes all parts.
func shut(parts []part) error {
	var errs []error
	for _, part := range parts {
		errs = append(errs, part.Close())
	}
	return errors.Join(errs...)
}

// formatsOf names the formats of documents.
func formatsOf(jobs []converter.Job) string {
	var names []string
	for _, j := range jobs {
		if name := cmp.Or(j.Format.Name, "empty"); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}
