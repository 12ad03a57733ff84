package dynasette

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/dynasette/dynasette/converter"
)

// A record is all that is known about one upload, sources/KEY.json. It is only replaced
// against its generation, and it names a database before there is one: a database that no
// record names, and no manifest, never will be named again.
type record struct {
	Source  string   `json:"source"`            // the upload's name, or a set's; what is not UTF-8 in it, replaced
	Escaped string   `json:"escaped,omitempty"` // the name as it is, if that is not UTF-8
	Current *made    `json:"current,omitempty"` // the database that should be served
	Held    *held    `json:"held,omitempty"`    // a newer one, that a guard holds back
	Trying  *trying  `json:"trying,omitempty"`  // the database that is being made
	Failed  *Failure `json:"failed,omitempty"`  // why there is none of that generation
	Deaths  *deaths  `json:"deaths,omitempty"`  // of processes that tried

	Versions []Version `json:"versions,omitempty"` // that were current, the latest last

	key        string
	generation string // the record's own; Absent if there is none

	ruling *ruling // by which a database would be made now, and
	build  string  // what it then would have
}

// made is a database, and what it was made of.
type made struct {
	Object     string            `json:"object"`
	ObjectIs   string            `json:"object_generation"`
	Size       int64             `json:"size"`
	SHA256     string            `json:"sha256,omitempty"`
	Generation string            `json:"generation"` // the upload's
	Build      string            `json:"build"`
	Updated    time.Time         `json:"updated"`
	Format     string            `json:"format"`
	Summary    converter.Summary `json:"summary"`
	Took       time.Duration     `json:"took,omitempty"` // to make it
}

const (
	recordsFolder   = "sources/"
	databasesFolder = "databases/"
)

func recordName(key string) string { return recordsFolder + key + ".json" }

// attemptLen is the length of what makes an attempt's name unique.
const attemptLen = 12

// newObject returns a name that nothing ever had.
func newObject(key string) string {
	return databasesFolder + key + "-" + strings.ToLower(rand.Text()[:attemptLen]) + ".db"
}

// keyOf returns the key of the upload that an object was made of; false if it is not ours.
func keyOf(object string) (string, bool) {
	stem, ok := strings.CutSuffix(strings.TrimPrefix(object, databasesFolder), ".db")
	at := len(stem) - attemptLen - 1
	if !ok || at < 1 || stem[at] != '-' || strings.Contains(stem, "/") {
		return "", false
	}
	for _, c := range stem[at+1:] {
		if (c < 'a' || c > 'z') && (c < '2' || c > '7') {
			return "", false
		}
	}
	return stem[:at], true
}

// key returns what stands for an upload's name in names of objects: the name, escaped. What
// is too long, or differs from another name in capitals only for some file systems, has a
// piece of its hash.
func key(name string) string {
	const longest = 120
	var b strings.Builder
	capitals := false
	for i := range len(name) {
		switch c := name[i]; {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9', c == '-', c == '_', c == '.' && i > 0:
			b.WriteByte(c)
		case 'A' <= c && c <= 'Z':
			capitals = true
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	text := b.String()
	if capitals || len(text) > longest {
		text = text[:min(len(text), longest)] + "%h" + sha256Hex(name)[:16]
	}
	return text
}

// readRecord returns the record of an upload; an empty one if there is none.
func (p *Pipeline) readRecord(ctx context.Context, name string) (*record, error) {
	r, err := p.readRecordOf(ctx, key(name))
	if errors.Is(err, ErrNotFound) {
		return noRecord(name), nil
	}
	if err != nil {
		return nil, err
	}
	r.name(name)
	return r, nil
}

// noRecord is that of an upload which has none.
func noRecord(name string) *record {
	r := &record{key: key(name)}
	r.name(name)
	return r
}

// name sets the name of the upload.
func (r *record) name(name string) {
	r.Source = name
	if !utf8.ValidString(name) {
		r.Source, r.Escaped = strings.ToValidUTF8(name, "\uFFFD"), escape(name)
	}
}

func (p *Pipeline) readRecordOf(ctx context.Context, key string) (*record, error) {
	data, generation, err := p.Store.Read(ctx, recordName(key))
	if err != nil {
		return nil, err
	}
	r := new(record)
	if json.Unmarshal(data, r) != nil {
		r = new(record) // as good as none: it will be replaced
	}
	r.key, r.generation = key, generation
	return r, nil
}

// writeRecord writes a record over the generation that it was read from.
func (p *Pipeline) writeRecord(ctx context.Context, r *record) error {
	data, err := json.Marshal(r)
	if err != nil {
		return err
	}
	h := r.head()
	generation, err := p.put(ctx, recordName(r.key), data, r.generation, h.metadata())
	if err == nil {
		r.generation = generation
		p.remembered.put(h, generation)
		p.watchers.tell()
	}
	return err
}

// A head is what a listing tells of a record.
type head struct {
	key        string
	source     string // the upload's name, as it is
	state      string
	generation string // the upload's, of state
	build      string // of state
	object     string // that is current
	held       string // object that is held back
	attempt    string // object that is being made
	holder     string // who is making it
	until      time.Time
}

// What the latest word on an upload is.
const (
	stateCurrent = "current"
	stateHeld    = "held"
	stateFailed  = "failed"
	stateTrying  = "trying"
	stateNone    = "none" // nothing is known
)

func (r *record) head() head {
	h := head{key: r.key, source: r.Source, state: stateNone}
	if r.Escaped != "" {
		h.source = unescape(r.Escaped)
	}
	if c := r.Current; c != nil {
		h.state, h.object, h.generation, h.build = stateCurrent, c.Object, c.Generation, c.Build
	}
	if w := r.Held; w != nil {
		h.state, h.held, h.generation, h.build = stateHeld, w.Made.Object, w.Made.Generation, w.build()
	}
	if f := r.Failed; f != nil {
		h.state, h.generation, h.build = stateFailed, f.Generation, f.Converter
	}
	if t := r.Trying; t != nil {
		h.state, h.generation, h.build = stateTrying, t.Generation, t.Build
		h.attempt, h.holder, h.until = t.Object, t.Holder, t.Until
	}
	return h
}

// metadata returns a head as a listing shows it. Names are the uploader's text: escaped. That
// of a record whose upload has so long a name that it would not fit is left out; then the
// record is read.
func (h head) metadata() map[string]string {
	const longest = 4 << 10
	m := map[string]string{
		"source": escape(h.source), "state": h.state, "generation": escape(h.generation), "build": escape(h.build),
	}
	if len(m["source"]) > longest {
		return nil
	}
	if h.object != "" {
		m["object"] = h.object
	}
	if h.held != "" {
		m["held"] = h.held
	}
	if h.attempt != "" {
		m["attempt"], m["holder"], m["until"] = h.attempt, escape(h.holder), strconv.FormatInt(h.until.UnixMilli(), 10)
	}
	return m
}

// headOf returns what the listing of a record says, if it says it.
func headOf(o Object) (head, bool) {
	m := o.Metadata
	h := head{
		source: unescape(m["source"]), state: m["state"], generation: unescape(m["generation"]), build: unescape(m["build"]),
		object: m["object"], held: m["held"], attempt: m["attempt"], holder: unescape(m["holder"]),
	}
	h.key = strings.TrimSuffix(strings.TrimPrefix(o.Name, recordsFolder), ".json")
	if h.attempt != "" {
		ms, err := strconv.ParseInt(m["until"], 10, 64)
		if err != nil {
			return h, false
		}
		h.until = time.UnixMilli(ms)
	}
	return h, h.state != "" && key(h.source) == h.key
}

// escape makes printable ASCII of any text.
func escape(text string) string {
	var b strings.Builder
	for i := range len(text) {
		if c := text[i]; c <= ' ' || c > '~' || c == '%' {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

func unescape(text string) string {
	if plain, err := url.PathUnescape(text); err == nil {
		return plain
	}
	return text
}

// heads remembers the heads of records, by the records' keys.
type heads struct {
	mu  sync.Mutex
	all map[string]knownHead
}

type knownHead struct {
	head
	record string // its generation
}

func (k *heads) get(key, record string) (head, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	h, ok := k.all[key]
	return h.head, ok && h.record == record
}

func (k *heads) put(h head, record string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.all == nil {
		k.all = map[string]knownHead{}
	}
	k.all[h.key] = knownHead{h, record}
}

// keep forgets what is not among all.
func (k *heads) keep(all []head) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.all) <= len(all) {
		return
	}
	there := make(map[string]bool, len(all))
	for _, h := range all {
		there[h.key] = true
	}
	maps.DeleteFunc(k.all, func(key string, _ knownHead) bool { return !there[key] })
}

// heads returns what there is of all uploads, by key. Records are read only where neither the
// listing tells, nor an earlier look.
func (p *Pipeline) heads(ctx context.Context) ([]head, error) {
	var all []head
	var unclear []string
	if err := p.Store.List(ctx, recordsFolder, func(o Object) error {
		if !strings.HasSuffix(o.Name, ".json") {
			return nil
		}
		key := strings.TrimSuffix(strings.TrimPrefix(o.Name, recordsFolder), ".json")
		h, ok := p.remembered.get(key, o.Generation)
		if !ok {
			if h, ok = headOf(o); ok {
				p.remembered.put(h, o.Generation)
			}
		}
		if ok {
			all = append(all, h)
		} else {
			unclear = append(unclear, key)
		}
		return nil
	}); err != nil {
		return nil, err
	}
	var mu sync.Mutex
	if err := parallel(ctx, len(unclear), func(ctx context.Context, i int) error {
		r, err := p.readRecordOf(ctx, unclear[i])
		if errors.Is(err, ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		if r.Source != "" {
			h := r.head()
			p.remembered.put(h, r.generation)
			mu.Lock()
			defer mu.Unlock()
			all = append(all, h)
		}
		return nil
	}); err != nil {
		return nil, err
	}
	p.remembered.keep(all)
	slices.SortFunc(all, func(a, b head) int { return strings.Compare(a.key, b.key) })
	return all, nil
}

// isBuild reports whether a build is that of now, or that of a program with higher Rules, whose
// work is left alone.
func (p *Pipeline) isBuild(build, now string) bool {
	return build == now || rulesOf(build) > rulesOf(p.build)
}

func rulesOf(build string) int {
	number, _, _ := strings.Cut(build, "-")
	n, err := strconv.Atoi(number)
	if err != nil {
		return -1
	}
	return n
}

// upToDate reports whether a record's database is what would be made of the upload.
func (p *Pipeline) upToDate(r *record, up Upload) bool {
	c := r.Current
	return c != nil && c.Generation == up.Generation && p.isBuild(c.Build, r.build)
}

// verdict returns what has become of that generation of an upload, if there is no more to do by that
// version of the rules.
func (p *Pipeline) verdict(h head, up Upload, build, rules string) (Action, bool) {
	if h.state == stateHeld {
		build = heldBuild(build, rules)
	}
	same := h.generation == up.Generation && p.isBuild(h.build, build)
	switch h.state {
	case stateCurrent:
		return Current, same
	case stateHeld:
		return Held, same
	case stateFailed:
		return Failed, same
	}
	return Skipped, false
}

// hopeless reports whether a record says why that generation can't be converted.
func (p *Pipeline) hopeless(r *record, up Upload) bool {
	f := r.Failed
	return f != nil && f.Generation == up.Generation && p.isBuild(f.Converter, r.build)
}
