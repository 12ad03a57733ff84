package gcstest_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"strings"
	"testing"

	"cloud.google.com/go/storage"
	"google.golang.org/api/googleapi"
	"google.golang.org/api/iterator"

	"github.com/dynasette/dynasette/internal/gcstest"
)

// A place is a bucket and names in it that nobody else uses.
type place struct {
	reporter
	ctx    context.Context
	bucket *storage.BucketHandle
	prefix string
}

func (p *place) object(name string) *storage.ObjectHandle { return p.bucket.Object(p.prefix + name) }

// A reporter is a *testing.T, or something that only takes notes.
type reporter interface {
	Helper()
	Errorf(format string, args ...any)
	Fatal(args ...any)
}

// write writes an object and returns its attributes.
func (p *place) write(o *storage.ObjectHandle, data string, set ...func(*storage.Writer)) (*storage.ObjectAttrs, error) {
	w := o.NewWriter(p.ctx)
	for _, f := range set {
		f(w)
	}
	io.WriteString(w, data)
	if err := w.Close(); err != nil {
		return nil, err
	}
	return w.Attrs(), nil
}

func (p *place) must(name, data string, set ...func(*storage.Writer)) *storage.ObjectAttrs {
	p.Helper()
	a, err := p.write(p.object(name), data, set...)
	if err != nil {
		p.Fatal(err)
	}
	return a
}

func (p *place) read(o *storage.ObjectHandle, from, n int64) (string, error) {
	r, err := o.NewRangeReader(p.ctx, from, n)
	if err != nil {
		return "", err
	}
	defer r.Close()
	data, err := io.ReadAll(r)
	return string(data), err
}

// code fails the test unless err has that HTTP status; 0 is no error.
func (p *place) code(what string, err error, want int) {
	p.Helper()
	got := 0
	var e *googleapi.Error
	switch {
	case errors.As(err, &e):
		got = e.Code
	case errors.Is(err, storage.ErrObjectNotExist), errors.Is(err, storage.ErrBucketNotExist):
		got = 404
	case err != nil:
		got = -1
	}
	if got != want {
		p.Errorf("%s: %d, want %d (%v)", what, got, want, err)
	}
}

func crc(data string) uint32 { return crc32.Checksum([]byte(data), crc32.MakeTable(crc32.Castagnoli)) }

type (
	writer  = storage.Writer
	updates = storage.ObjectAttrsToUpdate
)

func match(g int64) storage.Conditions { return storage.Conditions{GenerationMatch: g} }

var absent = storage.Conditions{DoesNotExist: true}

// expectations are what clients may rely on in Cloud Storage.
var expectations = []struct {
	name string
	test func(*place)
}{
	{"write: create only", func(p *place) {
		_, err := p.write(p.object("a").If(absent), "1")
		p.code("first", err, 0)
		_, err = p.write(p.object("a").If(absent), "2")
		p.code("second", err, 412)
	}},
	{"write: over a generation", func(p *place) {
		a := p.must("a", "1")
		b, err := p.write(p.object("a").If(match(a.Generation)), "2")
		p.code("current", err, 0)
		if err == nil && (b.Generation <= a.Generation || b.Metageneration != 1) {
			p.Errorf("generations %d then %d, metageneration %d", a.Generation, b.Generation, b.Metageneration)
		}
		_, err = p.write(p.object("a").If(match(a.Generation)), "3")
		p.code("outdated", err, 412)
		_, err = p.write(p.object("none").If(match(a.Generation)), "3")
		p.code("absent", err, 412)
	}},
	{"write: checksums", func(p *place) {
		_, err := p.write(p.object("a"), "1", func(w *writer) { w.SendCRC32C, w.CRC32C = true, crc("1") })
		p.code("right CRC32C", err, 0)
		_, err = p.write(p.object("a"), "1", func(w *writer) { w.SendCRC32C, w.CRC32C = true, 7 })
		p.code("wrong CRC32C", err, 400)
		_, err = p.write(p.object("a"), "1", func(w *writer) { w.MD5 = make([]byte, 16) })
		p.code("wrong MD5", err, 400)
		a := p.must("b", "hello")
		if a.CRC32C != crc("hello") || len(a.MD5) != 16 || a.ComponentCount != 0 || a.Size != 5 {
			p.Errorf("got %+v", a)
		}
	}},
	{"write: many chunks", func(p *place) {
		data := strings.Repeat("0123456789abcdef", 50_000) // 800 kB
		a := p.must("a", data, func(w *writer) { w.ChunkSize = 256 << 10; w.Metadata = map[string]string{"k": "v"} })
		if a.Size != int64(len(data)) || a.CRC32C != crc(data) || a.Metadata["k"] != "v" {
			p.Errorf("got %+v", a)
		}
		got, err := p.read(p.object("a"), 0, -1)
		if err != nil || got != data {
			p.Errorf("read %d bytes, %v", len(got), err)
		}
		_, err = p.write(p.object("a").If(absent), data, func(w *writer) { w.ChunkSize = 256 << 10 })
		p.code("precondition", err, 412)
		_, err = p.write(p.object("a"), data, func(w *writer) { w.ChunkSize = 256 << 10; w.SendCRC32C, w.CRC32C = true, 7 })
		p.code("wrong CRC32C", err, 400)
		exact := strings.Repeat("x", 512<<10)
		if a := p.must("exact", exact, func(w *writer) { w.ChunkSize = 256 << 10 }); a.CRC32C != crc(exact) {
			p.Errorf("a whole number of chunks: got %+v", a)
		}
	}},
	{"write: odd names", func(p *place) {
		for _, name := range []string{"a b", "a/b/c", "ä/ß.csv", "100%", "a+b", "a?b=c&d", "a#b", "%2F", "a//b", "dir/", "~", "'\"<>"} {
			p.must(name, name)
			if got, err := p.read(p.object(name), 0, -1); err != nil || got != name {
				p.Errorf("%q: read %q, %v", name, got, err)
			}
			if a, err := p.object(name).Attrs(p.ctx); err != nil || a.Name != p.prefix+name {
				p.Errorf("%q: attributes %v, %v", name, a, err)
			}
		}
		_, err := p.write(p.object("a\nb"), "")
		p.code("a line feed", err, 400)
		_, err = p.write(p.object(strings.Repeat("x", 1025)), "")
		p.code("too long", err, 400)
	}},
	{"write: metadata limit", func(p *place) {
		_, err := p.write(p.object("a"), "1", func(w *writer) { w.Metadata = map[string]string{"k": strings.Repeat("x", 8<<10)} })
		p.code("8 KiB and a byte", err, 400)
	}},
	{"read: ranges", func(p *place) {
		p.must("a", "0123456789")
		for _, c := range []struct {
			from, n int64
			want    string
		}{{0, -1, "0123456789"}, {3, 4, "3456"}, {8, 100, "89"}, {-3, -1, "789"}, {0, 10, "0123456789"}, {5, 0, ""}} {
			if got, err := p.read(p.object("a"), c.from, c.n); err != nil || got != c.want {
				p.Errorf("%d, %d: %q, %v", c.from, c.n, got, err)
			}
		}
		_, err := p.read(p.object("a"), 10, 1)
		p.code("beyond the end", err, 416)
		p.must("empty", "")
		got, err := p.read(p.object("empty"), 0, -1)
		if err != nil || got != "" {
			p.Errorf("empty: %q, %v", got, err)
		}
		_, err = p.read(p.object("empty"), 0, 5)
		p.code("a range of an empty object", err, 416)
	}},
	{"read: generations and preconditions", func(p *place) {
		a := p.must("a", "1")
		b := p.must("a", "2")
		_, err := p.read(p.object("a").Generation(a.Generation), 0, -1)
		p.code("replaced", err, 404)
		got, err := p.read(p.object("a").Generation(b.Generation), 0, -1)
		if err != nil || got != "2" {
			p.Errorf("live: %q, %v", got, err)
		}
		_, err = p.read(p.object("a").If(match(a.Generation)), 0, -1)
		p.code("outdated", err, 412)
		_, err = p.read(p.object("a").If(match(b.Generation)), 0, -1)
		p.code("current", err, 0)
		_, err = p.read(p.object("a").If(storage.Conditions{MetagenerationMatch: 2}), 0, -1)
		p.code("metageneration", err, 412)
		_, err = p.read(p.object("none"), 0, -1)
		p.code("absent", err, 404)
		_, err = p.read(p.object("none").If(match(7)), 0, -1)
		p.code("absent, with a precondition", err, 404)
	}},
	{"read: headers", func(p *place) {
		a := p.must("a", "x", func(w *writer) {
			w.ContentType, w.CacheControl = "text/csv", "no-store"
			w.Metadata = map[string]string{"k": "v"}
		})
		r, err := p.object("a").NewReader(p.ctx)
		if err != nil {
			p.Fatal(err)
		}
		defer r.Close()
		if r.Attrs.Generation != a.Generation || r.Attrs.Metageneration != 1 || r.Attrs.CRC32C != crc("x") || r.Attrs.ContentType != "text/csv" || r.Attrs.CacheControl != "no-store" || r.Attrs.Size != 1 {
			p.Errorf("got %+v", r.Attrs)
		}
	}},
	{"read: gzip", func(p *place) {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		z.Write([]byte("0123456789"))
		z.Close()
		p.must("a", b.String(), func(w *writer) { w.ContentEncoding = "gzip" })
		if got, err := p.read(p.object("a").ReadCompressed(true), 0, -1); err != nil || got != b.String() {
			p.Errorf("compressed: %q, %v", got, err)
		}
		if got, err := p.read(p.object("a").ReadCompressed(true), 2, 3); err != nil || got != b.String()[2:5] {
			p.Errorf("a range, compressed: %q, %v", got, err)
		}
		if got, err := p.read(p.object("a"), 0, -1); err != nil || got != "0123456789" {
			p.Errorf("expanded: %q, %v", got, err)
		}
	}},
	{"attrs", func(p *place) {
		a := p.must("a", "1")
		_, err := p.object("a").If(match(a.Generation)).Attrs(p.ctx)
		p.code("current", err, 0)
		_, err = p.object("a").If(match(a.Generation + 1)).Attrs(p.ctx)
		p.code("another", err, 412)
		_, err = p.object("a").Generation(a.Generation + 1).Attrs(p.ctx)
		p.code("another generation", err, 404)
		_, err = p.object("a").If(storage.Conditions{GenerationNotMatch: a.Generation}).Attrs(p.ctx)
		p.code("not changed", err, 304)
		_, err = p.object("none").Attrs(p.ctx)
		p.code("absent", err, 404)
	}},
	{"update", func(p *place) {
		a := p.must("a", "1", func(w *writer) { w.Metadata = map[string]string{"keep": "1", "change": "1"} })
		b, err := p.object("a").If(storage.Conditions{MetagenerationMatch: 1}).Update(p.ctx, updates{Metadata: map[string]string{"change": "2", "new": "3"}, ContentType: "text/csv"})
		p.code("current", err, 0)
		if err == nil && (b.Generation != a.Generation || b.Metageneration != 2 || fmt.Sprint(b.Metadata) != "map[change:2 keep:1 new:3]" || b.ContentType != "text/csv") {
			p.Errorf("got %+v", b)
		}
		_, err = p.object("a").If(storage.Conditions{MetagenerationMatch: 1}).Update(p.ctx, updates{ContentType: "x"})
		p.code("outdated", err, 412)
		_, err = p.object("a").If(match(a.Generation+1)).Update(p.ctx, updates{ContentType: "x"})
		p.code("another generation", err, 412)
		_, err = p.object("none").Update(p.ctx, updates{ContentType: "x"})
		p.code("absent", err, 404)
		b, err = p.object("a").Update(p.ctx, updates{Metadata: map[string]string{}})
		if err != nil || len(b.Metadata) != 0 {
			p.Errorf("all metadata removed: %v, %v", b, err)
		}
	}},
	{"delete", func(p *place) {
		a := p.must("a", "1")
		p.code("another", p.object("a").If(match(a.Generation+1)).Delete(p.ctx), 412)
		p.code("another generation", p.object("a").Generation(a.Generation+1).Delete(p.ctx), 404)
		p.code("current", p.object("a").If(match(a.Generation)).Delete(p.ctx), 0)
		p.code("again", p.object("a").If(match(a.Generation)).Delete(p.ctx), 404)
		p.code("absent", p.object("none").Delete(p.ctx), 404)
		_, err := p.write(p.object("a").If(absent), "2")
		p.code("create after", err, 0)
	}},
	{"compose", func(p *place) {
		a, b := p.must("a", "hello "), p.must("b", "world")
		c := p.object("c").If(absent).ComposerFrom(p.object("a").Generation(a.Generation), p.object("b").If(match(b.Generation)))
		c.ContentType, c.Metadata = "text/plain", map[string]string{"k": "v"}
		c.SendCRC32C, c.CRC32C = true, crc("hello world")
		got, err := c.Run(p.ctx)
		p.code("right", err, 0)
		if err == nil && (got.ComponentCount != 2 || len(got.MD5) != 0 || got.CRC32C != crc("hello world") || got.Size != 11 || got.ContentType != "text/plain" || got.Metadata["k"] != "v") {
			p.Errorf("got %+v", got)
		}
		if text, err := p.read(p.object("c"), 0, -1); err != nil || text != "hello world" {
			p.Errorf("read %q, %v", text, err)
		}
		if text, err := p.read(p.object("c"), 4, 4); err != nil || text != "o wo" {
			p.Errorf("read %q, %v", text, err)
		}
		_, err = p.object("c").If(absent).ComposerFrom(p.object("a")).Run(p.ctx)
		p.code("create only, again", err, 412)
		_, err = p.object("c").If(match(got.Generation + 1)).ComposerFrom(p.object("a")).Run(p.ctx)
		p.code("over another generation", err, 412)
		_, err = p.object("d").ComposerFrom(p.object("a"), p.object("none")).Run(p.ctx)
		p.code("a missing source", err, 404)
		_, err = p.object("d").ComposerFrom(p.object("a").Generation(a.Generation + 1)).Run(p.ctx)
		p.code("a source of another generation", err, 404)
		_, err = p.object("d").ComposerFrom(p.object("a").If(match(a.Generation + 1))).Run(p.ctx)
		p.code("a source's precondition", err, 412)
		c = p.object("d").ComposerFrom(p.object("a"))
		c.SendCRC32C, c.CRC32C = true, 7
		_, err = c.Run(p.ctx)
		p.code("wrong CRC32C", err, 400)
		p.code("delete a source", p.object("a").Delete(p.ctx), 0)
		if text, err := p.read(p.object("c"), 0, -1); err != nil || text != "hello world" {
			p.Errorf("after its source is gone: %q, %v", text, err)
		}
		more, err := p.object("e").ComposerFrom(p.object("c"), p.object("b")).Run(p.ctx)
		if err != nil || more.ComponentCount != 3 {
			p.Errorf("a composite of a composite: %v, %v", more, err)
		}
	}},
	{"compose: at most 32", func(p *place) {
		a := p.must("a", "x")
		sources := make([]*storage.ObjectHandle, 32)
		for i := range sources {
			sources[i] = p.object("a").Generation(a.Generation)
		}
		got, err := p.object("b").ComposerFrom(sources...).Run(p.ctx)
		if err != nil || got.Size != 32 {
			p.Errorf("32: %v, %v", got, err)
		}
		_, err = p.object("b").ComposerFrom(append(sources, sources[0])...).Run(p.ctx)
		p.code("33", err, 400)
	}},
	{"copy", func(p *place) {
		a := p.must("a", "1", func(w *writer) { w.ContentType, w.Metadata = "text/csv", map[string]string{"k": "v"} })
		b, err := p.object("b").If(absent).CopierFrom(p.object("a").Generation(a.Generation)).Run(p.ctx)
		p.code("create only", err, 0)
		if err == nil && (b.Size != 1 || b.CRC32C != a.CRC32C || b.ContentType != "text/csv" || b.Metadata["k"] != "v" || b.Metageneration != 1) {
			p.Errorf("got %+v", b)
		}
		_, err = p.object("b").If(absent).CopierFrom(p.object("a")).Run(p.ctx)
		p.code("create only, again", err, 412)
		_, err = p.object("b").If(match(b.Generation + 1)).CopierFrom(p.object("a")).Run(p.ctx)
		p.code("over another generation", err, 412)
		_, err = p.object("c").CopierFrom(p.object("a").Generation(a.Generation + 1)).Run(p.ctx)
		p.code("a source of another generation", err, 404)
		_, err = p.object("c").CopierFrom(p.object("a").If(match(a.Generation + 1))).Run(p.ctx)
		p.code("a source's precondition", err, 412)
		_, err = p.object("c").CopierFrom(p.object("none")).Run(p.ctx)
		p.code("a missing source", err, 404)
		c := p.object("c").CopierFrom(p.object("a"))
		c.ContentType = "text/plain"
		got, err := c.Run(p.ctx)
		if err != nil || got.ContentType != "text/plain" || len(got.Metadata) != 0 {
			p.Errorf("own settings replace all of the source's: %+v, %v", got, err)
		}
	}},
	{"list", func(p *place) {
		for _, name := range []string{"b/1", "b/2/x", "a", "b/2/y", "c"} {
			p.must(name, name)
		}
		list := func(q storage.Query) (names string) {
			q.Prefix = p.prefix + q.Prefix
			if q.StartOffset != "" {
				q.StartOffset = p.prefix + q.StartOffset
			}
			it := p.bucket.Objects(p.ctx, &q)
			it.PageInfo().MaxSize = 2
			for {
				a, err := it.Next()
				if err == iterator.Done {
					return names
				}
				if err != nil {
					p.Fatal(err)
				}
				names += " " + strings.TrimPrefix(a.Name+a.Prefix, p.prefix)
				if a.Prefix == "" && q.Projection != storage.ProjectionFull && a.Generation == 0 {
					p.Errorf("no generation: %+v", a)
				}
			}
		}
		for _, c := range []struct {
			query storage.Query
			want  string
		}{
			{storage.Query{}, " a b/1 b/2/x b/2/y c"},
			{storage.Query{Prefix: "b/"}, " b/1 b/2/x b/2/y"},
			{storage.Query{StartOffset: "b/2"}, " b/2/x b/2/y c"},
			{storage.Query{Prefix: "none"}, ""},
		} {
			if got := list(c.query); got != c.want {
				p.Errorf("%+v:%s, want%s", c.query, got, c.want)
			}
		}
		// Within a page, the client gives objects before prefixes.
		if got := list(storage.Query{Prefix: "b/", Delimiter: "/"}); got != " b/1 b/2/" {
			p.Errorf("with a delimiter:%s", got)
		}
		q := storage.Query{Prefix: p.prefix + "a"}
		q.SetAttrSelection([]string{"Name", "Size"})
		a, err := p.bucket.Objects(p.ctx, &q).Next()
		if err != nil || a.Size != 1 || a.Generation != 0 || a.CRC32C != 0 {
			p.Errorf("selected attributes: %+v, %v", a, err)
		}
	}},
	{"bucket", func(p *place) {
		c, err := p.bucket.Attrs(p.ctx)
		if err != nil || c.Name != p.bucket.BucketName() {
			p.Errorf("got %v, %v", c, err)
		}
	}},
}

// TestExpectations runs against the stand-in, and against the bucket GCSTEST_BUCKET of the
// real service if there is one.
func TestExpectations(t *testing.T) {
	c := client(t, server(t, &gcstest.Server{}))
	bucket := c.Bucket("bucket")
	prefix := ""
	if name := os.Getenv("GCSTEST_BUCKET"); name != "" {
		real, err := storage.NewClient(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { real.Close() })
		bucket, prefix = real.Bucket(name), fmt.Sprintf("gcstest-%d/", os.Getpid())
	}
	for _, e := range expectations {
		t.Run(e.name, func(t *testing.T) {
			e.test(&place{t, t.Context(), bucket, prefix + strings.ReplaceAll(e.name, " ", "-") + "/"})
		})
	}
}

// server starts s with a bucket named bucket.
func server(t testing.TB, s *gcstest.Server) *gcstest.Server {
	t.Helper()
	if s.Dir == "" {
		s.Dir = t.TempDir()
	}
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	if err := s.CreateBucket(t.Context(), "bucket", nil); err != nil {
		t.Fatal(err)
	}
	return s
}

func client(t testing.TB, s interface{ Host() string }) *storage.Client {
	t.Helper()
	c, err := storage.NewClient(t.Context(), gcstest.ClientOptions(s.Host())...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}
