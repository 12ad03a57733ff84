package dynasette

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/dynasette/dynasette/converter"
)

// A Phase is how far an upload is on its way to be served.
type Phase string

// What a Phase is.
const (
	PhaseWritten    Phase = "being written" // it is read once that has come to an end
	PhaseWaiting    Phase = "waiting"       // to be converted
	PhaseConverting Phase = "converting"
	PhaseReleasing  Phase = "releasing" // its database is made, and in no release yet
	PhasePublished  Phase = "published"
	PhaseBack       Phase = "rolled back" // somebody has gone back to an earlier release
	PhaseHeld       Phase = "held back"   // by a guard
	PhaseFailed     Phase = "failed"      // it can't be converted, or, a file with rules, followed
	PhaseRefused    Phase = "refused"     // its database, by the server
	PhaseWithdrawn  Phase = "withdrawn"   // it is gone; releases that are kept have it
	PhaseFollowed   Phase = "followed"    // it has rules
)

// UnderWay reports whether it will soon be another one by itself.
func (p Phase) UnderWay() bool {
	return p == PhaseWritten || p == PhaseWaiting || p == PhaseConverting || p == PhaseReleasing
}

// Troubled reports whether somebody should look at it.
func (p Phase) Troubled() bool { return p == PhaseHeld || p == PhaseFailed || p == PhaseRefused }

// A State is what has become of one upload, or of several that are one database.
type State struct {
	Source     string    `json:"source"` // the upload's name; that of several together ends with a slash
	Phase      Phase     `json:"phase"`
	Generation string    `json:"generation,omitempty"` // of the newest that is known
	Served     *Database `json:"served,omitempty"`     // nil: nothing of it is
	Work       *Work     `json:"work,omitempty"`       // nil unless it is this process that is busy with it
	Failure    *Failure  `json:"failure,omitempty"`    // why it is not served as it is; nil also where there are very many
	Unmatched  []string  `json:"unmatched,omitempty"`  // of a file with rules: what it speaks of, and is not there
}

// States are those of all uploads.
type States struct {
	Release string    `json:"release,omitempty"` // that is served
	Since   time.Time `json:"since,omitzero"`
	Trying  string    `json:"trying,omitempty"` // the release that the server is being moved to
	Of      string    `json:"of,omitempty"`     // the release that somebody has gone back to
	Sources []State   `json:"sources"`          // by name
}

// A Version is what was made of an upload, once it was served or about to be.
type Version struct {
	Time    time.Time     `json:"time"`
	Rows    int64         `json:"rows"`
	Rejects int64         `json:"rejects,omitempty"`
	Read    int64         `json:"read"`           // bytes of the upload
	Size    int64         `json:"size"`           // of the database, in bytes
	Took    time.Duration `json:"took,omitempty"` // to make it
}

// A Detail is all that is known of one upload.
type Detail struct {
	State
	Summary  *converter.Summary `json:"summary,omitempty"`  // of what is served, or is to be; nil if there is nothing
	Format   string             `json:"format,omitempty"`   // likewise
	Held     *Database          `json:"held,omitempty"`     // what a guard holds back, with its tables
	Versions []Version          `json:"versions,omitempty"` // the latest last, at most maxVersions
}

const maxVersions = 30

func withVersion(all []Version, c *made) []Version {
	v := Version{Time: time.Now().UTC().Truncate(time.Second), Rows: c.Summary.Rows(), Rejects: c.Summary.Rejects, Size: c.Size, Took: c.Took}
	for _, d := range c.Summary.Documents {
		v.Read += d.Size
	}
	return append(slices.Clone(all[max(0, len(all)-maxVersions+1):]), v)
}

// A situation is what States rest on.
type situation struct {
	p      *Pipeline
	at     pointer
	served *Manifest
	ruling *ruling
}

func (p *Pipeline) situation(ctx context.Context) (s *situation, err error) {
	s = &situation{p: p}
	if s.at, s.served, err = p.served(ctx); err != nil {
		return nil, err
	}
	s.ruling, err = p.rulingOf(ctx, s.at.Rules)
	return s, err
}

// States returns what has become of all uploads, from listings of the records and of documents in
// base/, and from the pointer; why uploads have failed is read once, and of maxReasons of them at a time.
func (p *Pipeline) States(ctx context.Context) (States, error) {
	p.start()
	s, err := p.situation(ctx)
	if err != nil {
		return States{}, err
	}
	heads, err := p.heads(ctx)
	if err != nil {
		return States{}, err
	}
	all := States{Release: s.at.Release, Since: s.at.Since, Trying: s.at.Trying, Sources: make([]State, 0, len(heads))}
	if s.served != nil && s.at.InsteadOf != "" {
		all.Of = s.served.Of
	}
	known := map[string]bool{}
	for _, h := range heads {
		known[h.source] = true
		all.Sources = append(all.Sources, s.state(h))
	}
	if err := p.reasons.fill(ctx, p, heads, all.Sources); err != nil {
		return States{}, err
	}
	add := func(st State) {
		if !known[st.Source] {
			known[st.Source] = true
			all.Sources = append(all.Sources, st)
		}
	}
	for _, name := range p.works.names() {
		if phase, w, ok := p.works.of(name); ok {
			add(State{Source: name, Phase: phase, Work: w, Served: s.served.of(name)})
		}
	}
	if err := s.withdrawn(ctx, add); err != nil {
		return States{}, err
	}
	if err := s.others(ctx, add); err != nil {
		return States{}, err
	}
	slices.SortFunc(all.Sources, func(a, b State) int { return strings.Compare(a.Source, b.Source) })
	return all, nil
}

// state returns that of an upload by what its record says.
func (s *situation) state(h head) State {
	st := State{Source: h.source, Generation: h.generation, Served: s.served.of(h.source)}
	switch h.state {
	case stateFailed:
		st.Phase = PhaseFailed
	case stateHeld:
		st.Phase = PhaseHeld
	case stateTrying:
		if st.Phase = PhaseConverting; s.p.overdue(h.holder, h.until) {
			st.Phase = PhaseWaiting
		}
	case stateCurrent:
		bad := s.served.refusal(h.object)
		switch {
		case bad != nil:
			st.Phase, st.Failure = PhaseRefused, bad.failure()
		case st.Served != nil && st.Served.Object == h.object:
			st.Phase = PhasePublished
		case s.at.InsteadOf != "":
			st.Phase = PhaseBack
		default:
			st.Phase = PhaseReleasing
		}
	default:
		st.Phase = PhaseWaiting
	}
	if phase, w, ok := s.p.works.of(h.source); ok {
		st.Phase, st.Work, st.Failure = phase, w, nil
	}
	return st
}

func (b *Bad) failure() *Failure {
	return &Failure{
		Source: b.Source, Generation: b.SourceGeneration, Converter: b.Build, Time: b.Since, Message: (&Refused{b.Source, b.Why}).Error(),
	}
}

// withdrawn adds what releases have that are served or kept, and no upload is there for.
func (s *situation) withdrawn(ctx context.Context, add func(State)) error {
	manifests := []*Manifest{s.served}
	for _, k := range s.at.Kept[:min(len(s.at.Kept), rememberedManifests-2)] {
		m, err := s.p.manifest(ctx, k.Release)
		if err != nil {
			return err
		}
		manifests = append(manifests, m)
	}
	for _, m := range manifests {
		if m == nil {
			continue
		}
		for i := range m.Databases {
			if d := &m.Databases[i]; s.ruling.setOf(d.Source) == "" {
				add(State{Source: d.Source, Phase: PhaseWithdrawn, Served: s.served.of(d.Source)})
			}
		}
	}
	return nil
}

// others adds the files that have no database: those with rules, and of documents in base/ those that can't be used.
func (s *situation) others(ctx context.Context, add func(State)) error {
	for i := range s.ruling.book.Files {
		st := State{Source: s.ruling.book.Files[i].Name, Phase: PhaseFollowed, Generation: s.ruling.book.Files[i].Generation}
		st.Unmatched = s.p.rulings.unmatchedOf(st.Source)
		if f := s.ruling.book.Files[i].failure(s.p.build); f != nil {
			st.Phase, st.Failure = PhaseFailed, f
		}
		if phase, w, ok := s.p.works.of(st.Source); ok {
			st.Phase, st.Work = phase, w
		}
		add(st)
	}
	b, faults, _, err := s.p.readBase(ctx, s.served.base())
	if err != nil {
		return err
	}
	for _, f := range faults {
		add(State{Source: f.Document, Phase: PhaseFailed, Failure: &Failure{Source: f.Document, Message: f.String(), Line: f.Line}})
	}
	if s.served != nil && s.served.BadBase != nil && s.served.BadBase.Identity == b.identity {
		name := strings.TrimSuffix(baseFolder, "/")
		add(State{Source: name, Phase: PhaseFailed, Failure: &Failure{Source: name, Time: s.served.Created, Message: s.served.BadBase.fault().Error()}})
	}
	return nil
}

// State returns what has become of one upload, or ErrNotFound.
func (p *Pipeline) State(ctx context.Context, name string) (Detail, error) {
	p.start()
	s, err := p.situation(ctx)
	if err != nil {
		return Detail{}, err
	}
	rec, err := p.readRecord(ctx, name)
	if err != nil {
		return Detail{}, err
	}
	if rec.generation == Absent {
		return s.recordless(ctx, name)
	}
	d := Detail{State: s.state(rec.head()), Versions: rec.Versions}
	if d.Phase == PhaseFailed || d.Phase == PhaseHeld {
		d.Failure = rec.failure()
	}
	if w := rec.Held; w != nil {
		d.Held = &Database{Source: name, Object: w.Made.Object, Generation: w.Made.ObjectIs, Size: w.Made.Size, Tables: tablesOf(&w.Made.Summary, anyColumns)}
	}
	if c := rec.Current; c != nil {
		d.Summary, d.Format = &c.Summary, c.Format
		if len(d.Versions) == 0 { // an earlier program has kept none
			d.Versions = withVersion(nil, c)
			d.Versions[0].Time = c.Updated
		}
	}
	return d, nil
}

// recordless returns the state of what has no record.
func (s *situation) recordless(ctx context.Context, name string) (d Detail, err error) {
	if phase, w, ok := s.p.works.of(name); ok {
		return Detail{State: State{Source: name, Phase: phase, Work: w, Served: s.served.of(name)}}, nil
	}
	found := false
	add := func(st State) {
		if st.Source == name && !found {
			d.State, found = st, true
		}
	}
	if err := cmp.Or(s.withdrawn(ctx, add), s.others(ctx, add)); err != nil {
		return Detail{}, err
	}
	if found {
		return d, nil
	}
	now, err := s.p.ruling(ctx)
	if err != nil {
		return Detail{}, err
	}
	if Ignored(name) || now.omits(name) && !now.isRules(name) {
		return Detail{}, ErrNotFound
	}
	up, err := s.p.Source.Stat(ctx, name) // one that nobody has come to yet
	return Detail{State: State{Source: name, Phase: PhaseWaiting, Generation: up.Generation}}, err
}

// reasons remembers why uploads have failed or are held back.
type reasons struct {
	mu  sync.Mutex
	all map[reason]*Failure
}

// A reason is what a listing tells of a failure: it is the same for as long as that is.
type reason struct{ key, state, generation, build, held string }

// maxReasons is how many records are read for reasons at a time, and keptReasons how many of these are kept.
const (
	maxReasons  = 100
	keptReasons = 1000
)

// fill says in states, which are those of heads, why uploads have failed.
func (k *reasons) fill(ctx context.Context, p *Pipeline, heads []head, states []State) error {
	kept := map[reason]*Failure{}
	var missing []int
	k.mu.Lock()
	for i, h := range heads {
		if states[i].Phase != PhaseFailed && states[i].Phase != PhaseHeld {
			continue
		}
		is := reason{h.key, h.state, h.generation, h.build, h.held}
		if f := k.all[is]; f != nil {
			states[i].Failure, kept[is] = f, f
		} else if len(missing) < maxReasons {
			missing = append(missing, i)
		}
	}
	k.mu.Unlock()
	var mu sync.Mutex
	err := parallel(ctx, len(missing), func(ctx context.Context, i int) error {
		at := missing[i]
		r, err := p.readRecordOf(ctx, heads[at].key)
		if errors.Is(err, ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		h, f := r.head(), r.failure()
		states[at].Failure = f
		mu.Lock()
		defer mu.Unlock()
		if f != nil && len(kept) < keptReasons {
			kept[reason{h.key, h.state, h.generation, h.build, h.held}] = f
		}
		return nil
	})
	k.mu.Lock()
	defer k.mu.Unlock()
	k.all = kept
	return err
}
