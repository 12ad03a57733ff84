package dynasette

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/dynasette/dynasette/converter"
)

// A state is what is served and what should be: a function of what lies in the Store.
type state struct {
	current     current
	served      *Manifest // nil if there is none
	databases   []database
	base        base
	fingerprint string // of what should be served
}

// A database is one that should be served.
type database struct {
	Database
	object Object
}

// same reports whether what is served is what should be, or what somebody has chosen
// instead.
func (s *state) same() bool {
	return s.current.InsteadOf == s.fingerprint ||
		s.current.InsteadOf == "" && s.served != nil && s.served.Fingerprint == s.fingerprint ||
		s.current.Release == "" && len(s.databases) == 0 // nothing was ever uploaded
}

// survey finds out what is served and what should be. What was known before is not read
// again.
func (p *Pipeline) survey(ctx context.Context, before *state) (*state, error) {
	s := new(state)
	var err error
	if s.current, err = p.readCurrent(ctx); err != nil {
		return nil, err
	}
	if s.served, err = p.manifestOf(ctx, s.current); err != nil {
		return nil, err
	}
	if err := p.Store.List(ctx, "databases/", func(o Object) error {
		slug, ok := strings.CutSuffix(strings.TrimPrefix(o.Name, "databases/"), ".db")
		if ok && o.Metadata[metaSource] != "" { // else it is not ours
			s.databases = append(s.databases, database{Database{Slug: slug}, o})
		}
		return nil
	}); err != nil {
		return nil, err
	}
	slices.SortFunc(s.databases, func(a, b database) int { return cmp.Compare(a.Slug, b.Slug) })
	known := []*Manifest{s.served, before.manifest("")}
	if err := parallel(ctx, len(s.databases), func(ctx context.Context, i int) error {
		d := &s.databases[i]
		for _, m := range known {
			if known := m.find(d.Slug); known != nil && known.Generation == d.object.Generation {
				d.Database = *known
				return nil
			}
		}
		var err error
		d.Database, err = p.know(ctx, d.Slug, d.object)
		return err
	}); err != nil {
		return nil, err
	}
	if s.base, err = p.readBase(ctx); err != nil {
		return nil, err
	}
	s.fingerprint = s.identify()
	return s, nil
}

// know reads what is known about a database.
func (p *Pipeline) know(ctx context.Context, slug string, o Object) (Database, error) {
	d, err := p.readDescription(ctx, slug, o)
	if err != nil {
		return Database{}, err
	}
	db := Database{
		Slug: slug, Source: d.Source, SourceGeneration: d.Generation, Updated: d.Updated, Format: o.Metadata[metaFormat],
		Generation: o.Generation, Build: o.Metadata[metaBuild], Size: o.Size, SHA256: o.SHA256, Rejects: d.Summary.Rejects,
		Copied: d.Summary.Copied, Found: d.Summary.Counts(),
	}
	for _, t := range d.Summary.Tables {
		db.Tables = append(db.Tables, Table{Name: t.Name, Rows: t.Rows})
	}
	if !d.Summary.Copied {
		if n := d.Summary.Rejects; n > 0 {
			db.Tables = append(db.Tables, Table{Name: converter.RejectsTable, Rows: n, Hidden: true})
		}
		n := int64(len(d.Summary.Documents))
		db.Tables = append(db.Tables, Table{Name: converter.SourcesTable, Rows: n, Hidden: true})
	}
	return db, nil
}

// layout changes when a release of the same databases would look different.
const layout = "2"

// identify returns a hash of all that a release of s would contain.
func (s *state) identify() string {
	parts := [][2]string{{layout, s.base.identity}}
	for _, d := range s.databases {
		parts = append(parts, [2]string{d.Slug, d.Build})
	}
	data, err := json.Marshal(parts)
	if err != nil {
		panic(err) // pairs of strings can be encoded
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:16])
}

// manifest returns that of a release of s.
func (s *state) manifest(id string) *Manifest {
	if s == nil {
		return nil
	}
	m := &Manifest{Release: id, Created: time.Now().UTC(), Fingerprint: s.fingerprint, Databases: []Database{}}
	for _, d := range s.databases {
		m.Databases = append(m.Databases, d.Database)
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
