package dynasette

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/dynasette/dynasette/converter"
)

// A survey is what is served and what should be: a function of what lies in the Store. The
// pointer was read before everything else, so that a write over it succeeds only if nobody
// else has made a release since.
type survey struct {
	at     pointer
	served *Manifest // nil if there is none
	heads  []head
	ruling *ruling
	listed []Object // databases and documents of releases, if they were listed

	leavings []Object // databases that no record has named since before the survey

	wanted   []Database        // that should be served, by slug
	names    map[string]string // slugs by upload
	bad      []Bad             // that are left out of wanted
	base     base              // that should be used
	faults   []BaseFinding     // why the last good text of some documents is
	odd      []BaseFinding     // what else is to be said of documents as they are
	badBase  *BadBase          // why other documents are there
	identity string            // fingerprint of what should be served

	elsewhere bool // others are converting
}

// same reports whether what is served is what should be, or what somebody has chosen
// instead.
func (s *survey) same() bool {
	return s.at.InsteadOf == s.identity ||
		s.at.InsteadOf == "" && s.served != nil && s.served.Fingerprint == s.identity ||
		s.at.Release == "" && len(s.wanted) == 0 && len(s.bad) == 0 // nothing was ever uploaded
}

// survey finds out what is served and what should be.
func (p *Pipeline) survey(ctx context.Context, all bool) (*survey, error) {
	s, err := p.gather(ctx, all)
	if err != nil {
		return nil, err
	}
	return s, p.decide(ctx, s, all)
}

// gather reads what there is: first the pointer, last the records. If all, it also lists what
// there is in the Store, to find what nobody needs.
func (p *Pipeline) gather(ctx context.Context, all bool) (*survey, error) {
	s := &survey{leavings: p.leavings.get()}
	var err error
	if s.at, s.served, err = p.served(ctx); err != nil {
		return nil, err
	}
	if all {
		for _, folder := range []string{databasesFolder, releasesFolder} {
			if err := p.Store.List(ctx, folder, func(o Object) error {
				s.listed = append(s.listed, o)
				return nil
			}); err != nil {
				return nil, err
			}
		}
	}
	s.heads, err = p.heads(ctx)
	return s, err
}

// decide finds out what should be served. What is known of databases that are served already
// is not read again.
func (p *Pipeline) decide(ctx context.Context, s *survey, all bool) (err error) {
	if err := p.choose(ctx, s, all); err != nil {
		return err
	}
	if s.base, s.faults, s.odd, err = p.readBase(ctx, s.served.base()); err != nil {
		return err
	}
	if s.served != nil && s.served.BadBase != nil && s.served.BadBase.Identity == s.base.identity && !p.again(all, s, s.served.BadBase.Beside) {
		s.badBase, s.base = s.served.BadBase, s.served.base()
	}
	s.identity = s.fingerprint(s.wanted, s.base)
	return nil
}

// again reports whether what the server has refused should be tried again: something else
// is served than was then, or somebody has asked for it.
func (p *Pipeline) again(all bool, s *survey, beside string) bool {
	return all && s.served.Fingerprint != beside || p.forgiven.Load()
}

// choose finds the database of each upload that should be served: its current one, unless
// that was refused; then the one that is served.
func (p *Pipeline) choose(ctx context.Context, s *survey, all bool) (err error) {
	known := map[string]*Database{}
	if s.served != nil {
		for i := range s.served.Databases {
			if d := &s.served.Databases[i]; d.described() {
				known[d.Object] = d
			}
		}
	}
	found := make([]*Database, len(s.heads))
	var missing []int
	for i, h := range s.heads {
		if h.state == stateTrying && !p.overdue(h.holder, h.until) {
			s.elsewhere = true
		}
		if found[i] = cmp.Or(known[h.object], p.described.get(h.object)); found[i] == nil && h.object != "" {
			missing = append(missing, i)
		}
	}
	if err := parallel(ctx, len(missing), func(ctx context.Context, i int) error {
		at := missing[i]
		r, err := p.readRecordOf(ctx, s.heads[at].key)
		if errors.Is(err, ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		s.heads[at] = r.head()
		if r.Current != nil {
			found[at] = r.Current.database(r.Source)
		}
		return nil
	}); err != nil {
		return err
	}
	p.described.keep(found)
	s.names, s.wanted = map[string]string{}, make([]Database, 0, len(s.heads)) // manifests keep it, so without room to grow
	for i, h := range s.heads {
		if slug, ok := s.served.name(h.source); ok {
			s.names[h.source] = slug
		}
		if b := s.served.refusal(h.object); b != nil && !p.again(all, s, b.Beside) {
			s.bad = append(s.bad, *b)
			found[i] = s.served.of(h.source)
		}
		if found[i] != nil {
			s.wanted = append(s.wanted, *found[i])
		}
	}
	if s.ruling, err = p.rulingOf(ctx, s.at.Rules); err != nil {
		return err
	}
	nameAll(s.names, s.wanted, s.ruling.nameOf)
	if s.served != nil && maps.Equal(s.names, s.served.Names) {
		s.names = s.served.Names // of many, each manifest that is remembered would have its own
	}
	for i := range s.wanted {
		d := &s.wanted[i]
		d.Slug = s.names[d.Source]
		s.ruling.describe(d)
	}
	slices.SortFunc(s.wanted, bySlug)
	return nil
}

func bySlug(a, b Database) int { return strings.Compare(a.Slug, b.Slug) }

// name returns the slug that an upload has.
func (m *Manifest) name(source string) (string, bool) {
	if m == nil {
		return "", false
	}
	slug, ok := m.Names[source]
	return slug, ok
}

// database returns what a release knows of a database.
func (c *made) database(source string) *Database {
	d := &Database{
		Source: source, SourceGeneration: c.Generation, Updated: c.Updated, Format: c.Format,
		Object: c.Object, Generation: c.ObjectIs, Build: c.Build, Size: c.Size, SHA256: c.SHA256,
		Rejects: c.Summary.Rejects, Copied: c.Summary.Copied, Found: c.Summary.Counts(), Tables: tablesOf(&c.Summary, maxColumns), Views: c.Summary.Views,
	}
	if !c.Summary.Copied {
		if n := c.Summary.Rejects; n > 0 {
			d.Tables = append(d.Tables, Table{Name: converter.RejectsTable, Rows: n, Hidden: true})
		}
		n := int64(len(c.Summary.Documents))
		d.Tables = append(d.Tables, Table{Name: converter.SourcesTable, Rows: n, Hidden: true})
		if n := c.Summary.Described; n > 0 {
			d.Tables = append(d.Tables, Table{Name: converter.ColumnsTable, Rows: n, Hidden: true})
		}
	}
	return d
}

// tablesOf returns the tables of a database that was made, with at most so many columns.
func tablesOf(s *converter.Summary, most int) []Table {
	tables := []Table{}
	for _, t := range s.Tables {
		table := Table{Name: t.Name, Rows: t.Rows, Columns: []string{}, Of: t.Of}
		if most -= len(t.Columns); most >= 0 {
			table.describe(t.Columns)
			table.PrimaryKey, table.References = t.PrimaryKey, t.References
		}
		tables = append(tables, table)
	}
	return tables
}

const (
	maxColumns = 5000 // of a database that a release knows
	anyColumns = math.MaxInt
)

// described reports whether the columns are known, as far as they are kept: releases of before
// had none, or no types of them.
func (d *Database) described() bool {
	return !slices.ContainsFunc(d.Tables, func(t Table) bool {
		return !t.Hidden && (t.Columns == nil || len(t.Types) != len(t.Columns))
	})
}

// described remembers what is known of databases that are not served yet.
type described struct {
	mu  sync.Mutex
	all map[string]*Database // by object
	own map[string]bool      // objects that this process has made
}

func (k *described) get(object string) *Database {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.all[object]
}

func (k *described) add(d *Database) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.all == nil {
		k.all, k.own = map[string]*Database{}, map[string]bool{}
	}
	k.all[d.Object], k.own[d.Object] = d, true
}

// made reports whether this process has made a database.
func (k *described) made(object string) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.own[object]
}

func (k *described) keep(found []*Database) {
	k.mu.Lock()
	defer k.mu.Unlock()
	own := k.own
	k.all, k.own = map[string]*Database{}, map[string]bool{}
	for _, d := range found {
		if d != nil {
			k.all[d.Object] = d
			if own[d.Object] {
				k.own[d.Object] = true
			}
		}
	}
}

// layout changes when a release of the same databases would look different.
const layout = "5"

// fingerprint returns a hash of all that a release of these would contain.
func (s *survey) fingerprint(databases []Database, b base) string {
	parts := [][2]string{{layout, b.identity}}
	for _, d := range databases {
		parts = append(parts, [2]string{d.Slug, d.Object})
		if len(d.Words) > 0 {
			parts = append(parts, [2]string{"", d.said()})
		}
	}
	data, err := json.Marshal(parts)
	if err != nil {
		panic(err) // pairs of strings can be encoded
	}
	return sha256Hex(string(data))[:32]
}

// manifest returns that of a release of these databases.
func (s *survey) manifest(id string, databases []Database, b base) *Manifest {
	m := &Manifest{
		Release: id, Created: time.Now().UTC(), Fingerprint: s.fingerprint(databases, b),
		Databases: databases, Names: s.names, Base: b.documents, BaseIs: b.generations,
	}
	if databases == nil {
		m.Databases = []Database{}
	}
	// What was blamed is tried again once something else is served beside it.
	m.Bad = slices.Clone(s.bad)
	for i := range m.Bad {
		m.Bad[i].Beside = cmp.Or(m.Bad[i].Beside, m.Fingerprint)
	}
	if s.badBase != nil {
		bad := *s.badBase
		bad.Beside = cmp.Or(bad.Beside, m.Fingerprint)
		m.BadBase = &bad
	}
	for _, d := range databases {
		if d.Updated.After(m.Updated) {
			m.Updated = d.Updated
		}
	}
	return m
}

// atOnce is how many requests are made of the Store at a time.
const atOnce = 8

// parallel calls fn for 0 to n-1 and returns one of the errors; an error that says that
// something has changed comes first.
func parallel(ctx context.Context, n int, fn func(ctx context.Context, i int) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var (
		group  sync.WaitGroup
		mu     sync.Mutex
		next   int
		failed error
	)
	for range min(n, atOnce) {
		group.Go(func() {
			for {
				mu.Lock()
				i := next
				next++
				stop := i >= n || failed != nil
				mu.Unlock()
				if stop {
					return
				}
				if err := fn(ctx, i); err != nil {
					mu.Lock()
					if failed == nil || moved(err) && !moved(failed) {
						failed = err
					}
					mu.Unlock()
					cancel()
					return
				}
			}
		})
	}
	group.Wait()
	return failed
}

// moved reports whether err says that something is no longer what it was.
func moved(err error) bool { return errors.Is(err, ErrChanged) || errors.Is(err, ErrNotFound) }

// newReleaseID returns an ID that is later than another one and nobody else's.
func newReleaseID(now time.Time, after, word string) string {
	const stamp = "20060102-150405.000"
	text := now.UTC().Format(stamp)
	if len(after) >= len(stamp) {
		last := after[:15] + "." + after[16:len(stamp)]
		if t, err := time.Parse(stamp, last); err == nil && text <= last {
			text = t.Add(time.Millisecond).Format(stamp)
		}
	}
	return fmt.Sprintf("%s-%s", strings.Replace(text, ".", "-", 1), strings.ToLower(word))
}
