package dynasette

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/rules"
)

// A version that a guard holds back is made and kept, and the record names it, but it isn't the
// current one. For the protocol it is a database that is being made, for as long as nobody accepts
// it: the last write to the record that would make it the current one just comes later, from whoever
// accepts it, and like any other it succeeds only over the record that was read.

// A Breach is what a new version does that a guard doesn't allow. Which one says Rule.
type Breach struct {
	Rule  string `json:"rule"`            // rows, columns or rejects, as in rules
	Limit string `json:"limit"`           // what rules say of it
	Table string `json:"table,omitempty"` // of rows and columns
	Gone  bool   `json:"gone,omitempty"`  // the table is

	Rows    RowsDiff `json:"rows,omitzero"`     // of the table
	Columns []string `json:"columns,omitempty"` // that are gone, at most maxBreaches
	More    int      `json:"more,omitempty"`    // so many columns more

	Document string `json:"document,omitempty"` // whose rows are rejected:
	Rejected int64  `json:"rejected,omitempty"`
	Of       int64  `json:"of,omitempty"` // so many of these
}

// maxBreaches is how many breaches are told, and columns of one.
const maxBreaches = 20

func (b *Breach) String() string {
	switch {
	case b.Rule == "rejects":
		return fmt.Sprintf("%d of %s rejected, but only %s is allowed", b.Rejected, count(b.Of, "row"), b.Limit)
	case b.Rule == "columns" && b.Gone:
		return fmt.Sprintf("table %s is gone with all its columns", shown(b.Table))
	case b.Rule == "columns":
		names := make([]string, len(b.Columns))
		for i, name := range b.Columns {
			names[i] = shown(name)
		}
		text := "column " + names[0] + " is gone"
		if len(names)+b.More > 1 {
			text = "columns " + strings.Join(names, ", ") + " are gone"
			if b.More > 0 {
				text = fmt.Sprintf("columns %s and %d more are gone", strings.Join(names, ", "), b.More)
			}
		}
		return "table " + shown(b.Table) + ": " + text
	case b.Gone:
		return fmt.Sprintf("table %s is gone (%s), but only %s is allowed", shown(b.Table), count(b.Rows.Before, "row"), b.Limit)
	}
	return fmt.Sprintf("table %s: %s, but only %s is allowed", shown(b.Table), b.Rows.phrase("row"), b.Limit)
}

// A Hold is a new version of an upload that a guard holds back; what was served before still is.
type Hold struct {
	Source     string       `json:"source"`     // the upload's name
	Generation string       `json:"generation"` // the upload's
	Since      time.Time    `json:"since"`
	Breaches   []Breach     `json:"breaches"`       // why, at most maxBreaches
	More       int          `json:"more,omitempty"` // so many breaches more
	Changes    DatabaseDiff `json:"changes"`        // what would be served instead of what is current
}

func (h *Hold) Error() string {
	phrases := make([]string, len(h.Breaches))
	for i := range h.Breaches {
		phrases[i] = h.Breaches[i].String()
	}
	text := strings.Join(phrases, "; ")
	if h.More > 0 {
		text += fmt.Sprintf("; and %d more", h.More)
	}
	return fmt.Sprintf("%s: held back by its guard: %s (releases accept lets it through)", shown(h.Source), text)
}

// held is a version that is held back, in the record.
type held struct {
	Made     made      `json:"made"`
	Size     int64     `json:"size"`  // of the upload
	Rules    string    `json:"rules"` // their version, by which it was
	Since    time.Time `json:"since"`
	Breaches []Breach  `json:"breaches"`
	More     int       `json:"more,omitempty"`
}

// build is what a listing tells of it: by other rules it may not be held.
func (h *held) build() string { return heldBuild(h.Made.Build, h.Rules) }

func heldBuild(build, rules string) string { return build + "!" + rules }

// hold returns why the version is held back that a record has, or nil.
func (r *record) hold() *Hold {
	h := r.Held
	if h == nil {
		return nil
	}
	var before *converter.Summary
	if r.Current != nil {
		before = &r.Current.Summary
	}
	return &Hold{
		Source: r.Source, Generation: h.Made.Generation, Since: h.Since, Breaches: h.Breaches, More: h.More, Changes: Changes(before, &h.Made.Summary),
	}
}

// settle writes into the record of an upload a database that was made of it: as the current one, or, if
// a guard says so, as one that is held back.
func (p *Pipeline) settle(ctx context.Context, rec *record, c *made, up Upload) error {
	breaches := rec.ruling.breaches(rec.Source, rec.Current, c)
	if len(breaches) == 0 {
		return p.accepted(ctx, rec, c)
	}
	was, n := *rec, min(len(breaches), maxBreaches)
	rec.Trying, rec.Failed, rec.Deaths = nil, nil, nil
	rec.Held = &held{
		Made: *c, Size: up.Size, Rules: rec.ruling.version, Since: time.Now().UTC(), Breaches: breaches[:n], More: len(breaches) - n,
	}
	if was.Held != nil && was.Held.Made.Object == c.Object {
		rec.Held.Since = was.Held.Since
	}
	return p.replace(ctx, rec, was)
}

// accepted writes into the record of an upload that a database is the current one.
func (p *Pipeline) accepted(ctx context.Context, rec *record, c *made) error {
	was := *rec
	rec.Current, rec.Held, rec.Trying, rec.Failed, rec.Deaths = c, nil, nil, nil, nil
	rec.Versions = withVersion(was.Versions, c)
	return p.replace(ctx, rec, was)
}

// replace writes a record that was another one before, and notes which databases it no longer names.
func (p *Pipeline) replace(ctx context.Context, rec *record, was record) error {
	if err := p.writeRecord(ctx, rec); err != nil {
		*rec = was
		return err
	}
	for _, c := range was.databases() {
		if h := rec.head(); c.Object != h.object && c.Object != h.held {
			p.leavings.add(c)
		}
	}
	return nil
}

// databases returns those that a record names and that are complete.
func (r *record) databases() (all []*made) {
	if r.Current != nil {
		all = append(all, r.Current)
	}
	if r.Held != nil {
		all = append(all, &r.Held.Made)
	}
	return all
}

// breaches returns what of a new version of an upload guards don't allow. Rows and columns are held
// against those of the current version; what is new is free, and a table that is gone has lost all.
// Rejected rows count in a first version, too; where what is current was made of the same upload, only if they are more.
func (r *ruling) breaches(source string, current, next *made) (all []Breach) {
	if r == nil || len(r.book.Files) == 0 {
		return nil
	}
	names, rejected := rejectedIn(&next.Summary)
	var known map[string]int64
	if current != nil && current.Generation == next.Generation {
		_, known = rejectedIn(&current.Summary)
	}
	rows := rowsRead(&next.Summary)
	for _, name := range names {
		n := rejected[name]
		if guard := r.set.Guard(name, "", 0); n > known[name] && !guard.RejectsMay(n, rows[name]) {
			all = append(all, Breach{Rule: "rejects", Limit: string(guard.Rejects), Document: name, Rejected: n, Of: n + rows[name]})
		}
	}
	if current == nil {
		return all
	}
	before := tablesOf(&current.Summary, anyColumns)
	found, _ := diffTables(dataOf(before), dataOf(tablesOf(&next.Summary, anyColumns)))
	for _, d := range found {
		for place := range before {
			if t := &before[place]; t.Name == d.Name {
				of := t.origin(source, place, current.Summary.Copied)
				all = append(all, d.breaches(r.set.Guard(of.Document, of.Table, of.Place))...)
			}
		}
	}
	return all
}

// rejectedIn returns how many rows are rejected of each document, or of each in an archive, of which any
// are; and the names of these, in their order.
func rejectedIn(s *converter.Summary) (names []string, rows map[string]int64) {
	rows = map[string]int64{}
	for name, f := range s.Findings() {
		if f.Severity != converter.Loss || !f.Rejected {
			continue
		}
		if rows[name] == 0 {
			names = append(names, name)
		}
		rows[name] += f.Count
	}
	return names, rows
}

// rowsRead returns how many rows are not rejected: of each document, and of each in an archive.
func rowsRead(s *converter.Summary) map[string]int64 {
	rows := map[string]int64{}
	for i := range s.Tables {
		if of := s.Tables[i].Of; of != nil {
			rows[of.Document] += s.Tables[i].Rows
		}
	}
	for i := range s.Documents {
		rows[s.Documents[i].Name] = s.Documents[i].Rows
	}
	return rows
}

// breaches returns what became of a table as far as it is not allowed.
func (d *TableDiff) breaches(guard rules.Guard) (all []Breach) {
	b := Breach{Table: d.Name, Gone: d.Change == Removed}
	if !guard.RowsMay(d.Rows.Before, d.Rows.After) {
		rows := b
		rows.Rule, rows.Limit, rows.Rows = "rows", string(guard.Rows), d.Rows
		all = append(all, rows)
	}
	if !guard.Columns {
		return all
	}
	b.Rule, b.Limit = "columns", "keep"
	for _, c := range d.Columns {
		switch {
		case c.Change != Removed:
		case len(b.Columns) < maxBreaches:
			b.Columns = append(b.Columns, c.Name)
		default:
			b.More++
		}
	}
	if b.Gone || len(b.Columns) > 0 {
		all = append(all, b)
	}
	return all
}

// holds reports whether the version that a record has held back is what would be made of the upload.
func (p *Pipeline) holds(r *record, up Upload) bool {
	h := r.Held
	return h != nil && h.Made.Generation == up.Generation && p.isBuild(h.Made.Build, r.build)
}

// reconsider looks whether what is held back still is, by the rules that count now. It need not be
// made again.
func (p *Pipeline) reconsider(ctx context.Context, rec *record, up Upload) (Result, *want, error) {
	r := Result{Name: up.Name, Action: Held, rules: rec.ruling.version, known: true}
	if rec.Held.Rules == rec.ruling.version {
		r.Err = rec.hold()
		return r, nil, p.untry(ctx, rec)
	}
	c := rec.Held.Made
	if err := p.settle(ctx, rec, &c, up); err != nil {
		return r, nil, err
	}
	if rec.Held != nil {
		r.Err = rec.hold()
		return r, nil, nil
	}
	r.Action, r.Summary, r.known = Converted, &c.Summary, false
	return r, serves(up.Name, c.Object), nil
}
