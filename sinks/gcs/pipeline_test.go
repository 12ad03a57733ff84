package gcs_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	run "cloud.google.com/go/run/apiv2"
	"cloud.google.com/go/run/apiv2/runpb"
	"cloud.google.com/go/storage"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/csv"
	"github.com/dynasette/dynasette/internal/gcstest"
	"github.com/dynasette/dynasette/internal/runtest"
	"github.com/dynasette/dynasette/sinks/gcs"
	"github.com/dynasette/dynasette/sinks/restart/cloudrun"
	source "github.com/dynasette/dynasette/sources/gcs"
)

const service = "projects/p/locations/l/services/datasette"

// A cloud is the whole system: two buckets, a service, and processes that handle events,
// each behind a network that may have faults.
type cloud struct {
	*testing.T
	storage *gcstest.Server
	service *runtest.Server
	uploads *storage.BucketHandle
	store   *gcs.Store // without faults
	notify  func(dynasette.Event)
	pace    time.Duration          // between a process's writes to one name
	calm    atomic.Bool            // no more faults
	broken  atomic.Bool            // revisions don't get ready
	poison  atomic.Pointer[string] // nor do those of releases that have a database of this upload
}

func newCloud(t *testing.T, interval time.Duration) *cloud {
	c := &cloud{T: t}
	c.pace = -1
	if interval > 0 {
		c.pace = interval
	}
	c.storage = serve(t, &gcstest.Server{WriteInterval: interval, Notify: func(e gcstest.Event) {
		if e.Object.Bucket == "uploads" && e.Type != gcstest.MetadataUpdate {
			c.notify(dynasette.Event{Name: e.Object.Name, Generation: fmt.Sprint(e.Object.Generation), Deleted: e.Type != gcstest.Finalize})
		}
	}})
	if err := c.storage.CreateBucket(t.Context(), "uploads", nil); err != nil {
		t.Fatal(err)
	}
	c.uploads = bucket(t, c.storage.Host(), "uploads")
	c.store = open(t, c.storage.Host(), "gs://serving")

	c.service = &runtest.Server{Rollout: func(_ context.Context, template *runpb.RevisionTemplate) error {
		if poison := c.poison.Load(); c.broken.Load() || poison != nil && c.has(named(template), *poison) {
			return errors.New("the user-provided container failed to start")
		}
		return nil
	}}
	if err := c.service.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.service.Close)
	api, err := run.NewServicesClient(t.Context(), c.service.ClientOptions()...)
	if err != nil {
		t.Fatal(err)
	}
	defer api.Close()
	op, err := api.CreateService(t.Context(), &runpb.CreateServiceRequest{
		Parent: "projects/p/locations/l", ServiceId: "datasette",
		Service: &runpb.Service{Template: &runpb.RevisionTemplate{Containers: []*runpb.Container{{Image: "datasette"}}}},
	})
	if err == nil {
		_, err = op.Wait(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// process starts a process whose requests to Cloud Storage are spoilt at that rate.
func (c *cloud) process(seed uint64, rate float64) *dynasette.Pipeline {
	p := proxy(c.T, &gcstest.Proxy{Target: c.storage.Host(), Seed: seed, Rate: rate, Only: func(*http.Request) bool { return !c.calm.Load() }})
	from, err := source.Open(c.Context(), "gs://uploads", source.Options{}, gcstest.ClientOptions(p.Host())...)
	if err != nil {
		c.Fatal(err)
	}
	c.Cleanup(func() { from.Close() })
	restarter, err := cloudrun.New(c.Context(), service, cloudrun.Options{Poll: 2 * time.Millisecond}, c.service.ClientOptions()...)
	if err != nil {
		c.Fatal(err)
	}
	c.Cleanup(func() { restarter.Close() })
	formats := new(converter.Registry)
	formats.Register(csv.CSV, csv.Converter{})
	return &dynasette.Pipeline{
		Source: from, Store: openPaced(c.T, p.Host(), "gs://serving", c.pace), Formats: formats, Restarter: restarter,
		Quiet: 200 * time.Millisecond, Lease: 3 * time.Second,
	}
}

func (c *cloud) upload(name, data string) {
	w := c.uploads.Object(name).NewWriter(c.Context())
	w.Write([]byte(data))
	if err := w.Close(); err != nil {
		c.Error(err)
	}
}

// served returns what the release has that requests are answered from, as "name@generation".
func (c *cloud) served() (release string, uploads []string) {
	for _, e := range c.service.Serving(service).Containers[0].Env {
		if e.Name == cloudrun.DefaultVariable {
			release = e.GetValue()
		}
	}
	if release == "" {
		return "", nil
	}
	data, _, err := c.store.Read(c.Context(), "releases/"+release+".json")
	if err != nil {
		c.Errorf("release %s is served: %v", release, err)
		return release, nil
	}
	var m dynasette.Manifest
	if err := json.Unmarshal(data, &m); err != nil {
		c.Error(err)
	}
	for _, d := range m.Databases {
		o, err := c.store.Stat(c.Context(), d.Object)
		if err != nil || o.Size != d.Size || o.Generation != d.Generation {
			c.Errorf("release %s is served and not whole: %s: %+v, %v", release, d.Slug, o, err)
		}
		uploads = append(uploads, d.Source+"@"+d.SourceGeneration)
	}
	slices.Sort(uploads)
	return release, uploads
}

func (c *cloud) revisions() int64 {
	svc, err := c.service.Service(service)
	if err != nil {
		c.Fatal(err)
	}
	return svc.Generation - 1 // the first one was ours
}

// racing reports whether the race detector is on: it takes time and memory.
func racing() bool {
	info, _ := debug.ReadBuildInfo()
	return info != nil && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"})
}

// Many uploads at once are a few revisions, and none is lost.
func TestBurstOfUploads(t *testing.T) {
	t.Parallel()
	uploads := 200
	if racing() {
		uploads = 50
	}
	c := newCloud(t, time.Second) // as the real service has it
	p := c.process(1, 0)
	var handlers sync.WaitGroup
	c.notify = func(e dynasette.Event) {
		handlers.Go(func() {
			if r, err := p.Process(t.Context(), e); err != nil || r.Action != dynasette.Converted {
				t.Errorf("%s: %+v, %v", e.Name, r, err)
			}
		})
	}
	var clients sync.WaitGroup
	for i := range uploads {
		clients.Go(func() { c.upload(fmt.Sprintf("f%03d.csv", i), fmt.Sprintf("a,b\n%d,x\n", i)) })
	}
	clients.Wait()
	handlers.Wait()
	p.Wait()
	if _, got := c.served(); len(got) != uploads {
		t.Errorf("%d of %d uploads are served", len(got), uploads)
	}
	if n := c.revisions(); n < 1 || n > 3 {
		t.Errorf("%d revisions", n)
	}
}

// named returns the release that a revision is to serve.
func named(t *runpb.RevisionTemplate) string {
	for _, e := range t.GetContainers()[0].Env {
		if e.Name == cloudrun.DefaultVariable {
			return e.GetValue()
		}
	}
	return ""
}

// has reports whether a release has a database of an upload.
func (c *cloud) has(release, upload string) bool {
	data, _, err := c.store.Read(context.Background(), "releases/"+release+".json")
	if err != nil {
		return false
	}
	var m dynasette.Manifest
	return json.Unmarshal(data, &m) == nil && slices.ContainsFunc(m.Databases, func(d dynasette.Database) bool { return d.Source == upload })
}

// Revisions with one upload's database never get ready: it alone is left out, its event is
// acknowledged, with why, and what came with it is served. If no revision gets ready, nobody
// is blamed, and the events come again.
func TestNeverReady(t *testing.T) {
	t.Parallel()
	c := newCloud(t, 0)
	p := c.process(1, 0)
	var all sync.WaitGroup
	var mu sync.Mutex
	results, errs := map[string]dynasette.Result{}, map[string]error{}
	c.notify = func(e dynasette.Event) {
		all.Go(func() {
			r, err := p.Process(t.Context(), e)
			mu.Lock()
			defer mu.Unlock()
			results[e.Name], errs[e.Name] = r, err
		})
	}
	c.upload("a.csv", "a\n1\n")
	all.Wait()
	evil := "evil.csv"
	c.poison.Store(&evil)
	for _, name := range []string{"b.csv", evil, "c.csv", "d.csv"} {
		c.upload(name, "a\n1\n")
	}
	all.Wait()
	p.Wait()
	for name, err := range errs {
		if err != nil || (results[name].Err != nil) != (name == evil) {
			t.Errorf("%s: %+v, %v", name, results[name], err)
		}
	}
	good, got := c.served()
	if len(got) != 4 || c.has(good, evil) {
		t.Errorf("served: %q", got)
	}
	if r := results[evil]; r.Action != dynasette.Failed || r.Err == nil || !strings.Contains(r.Err.Error(), "failed to start") {
		t.Errorf("got %+v", r)
	}
	recorded := ""
	if err := p.Failures(t.Context(), func(f dynasette.Failure) error { recorded += f.Source; return nil }); err != nil || recorded != evil {
		t.Errorf("recorded: %q, %v", recorded, err)
	}

	c.broken.Store(true)
	c.upload("e.csv", "a\n1\n")
	all.Wait()
	p.Wait()
	if err := errs["e.csv"]; !errors.Is(err, dynasette.ErrUnavailable) {
		t.Errorf("an outage: %+v, %v", results["e.csv"], err)
	}
	if now, _ := c.served(); now != good {
		t.Errorf("%s is served, not %s", now, good)
	}
	c.broken.Store(false)
	c.upload("f.csv", "a\n1\n")
	all.Wait()
	p.Wait()
	if now, got := c.served(); len(got) != 6 || results["f.csv"].Release != now {
		t.Errorf("%s is served, %q, acknowledged is %+v", now, got, results["f.csv"])
	}
}

// Random uploads, overwrites and deletes, whose events come late, twice, in any order or
// never, to several processes with faults on the way: what is acknowledged is served, every
// release that is served is whole, and in the end the uploads are what is served.
func TestInterleavings(t *testing.T) {
	t.Parallel()
	seeds := 1
	if s := os.Getenv("GCS_SEEDS"); s != "" {
		seeds, _ = strconv.Atoi(s)
	}
	for seed := range seeds {
		t.Run(strconv.Itoa(seed), func(t *testing.T) {
			t.Parallel()
			interleave(t, uint64(seed))
		})
	}
}

func interleave(t *testing.T, seed uint64) {
	c := newCloud(t, 0)
	random := rand.New(rand.NewPCG(seed, 3))
	var mu sync.Mutex // of random
	intn := func(n int) int { mu.Lock(); defer mu.Unlock(); return random.IntN(n) }

	processes := []*dynasette.Pipeline{c.process(seed, 0.05), c.process(seed+1000, 0.05)}
	var deliveries sync.WaitGroup
	deliver := func(e dynasette.Event) {
		deliveries.Go(func() {
			for !c.calm.Load() {
				time.Sleep(time.Duration(intn(300)) * time.Millisecond)
				r, err := processes[intn(len(processes))].Process(t.Context(), e)
				if err == nil {
					c.acknowledged(e, r)
					return
				}
				if !errors.Is(err, context.Canceled) {
					t.Logf("again: %v", err)
				}
			}
		})
	}
	c.notify = func(e dynasette.Event) {
		for n := intn(6); n > 0; n /= 3 { // a third is lost, some are doubled
			deliver(e)
		}
	}
	for range 30 {
		name := fmt.Sprintf("f%d.csv", intn(5))
		if intn(4) == 0 {
			if err := c.uploads.Object(name).Delete(t.Context()); err != nil && !errors.Is(err, storage.ErrObjectNotExist) {
				t.Fatal(err)
			}
		} else {
			c.upload(name, fmt.Sprintf("a,b\n%d,%s\n", intn(1000), strings.Repeat("x", intn(100))))
		}
		time.Sleep(time.Duration(intn(100)) * time.Millisecond)
	}
	time.Sleep(time.Second)
	c.calm.Store(true)
	deliveries.Wait()
	if _, err := processes[0].Reconcile(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, p := range processes {
		p.Wait()
	}

	var want []string
	if err := processes[0].Source.List(t.Context(), func(u dynasette.Upload) error {
		want = append(want, u.Name+"@"+u.Generation)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	slices.Sort(want)
	release, got := c.served()
	if !slices.Equal(got, want) {
		t.Errorf("release %s has %q, the uploads are %q", release, got, want)
	}
	if data, _, err := c.store.Read(t.Context(), "current.json"); err != nil || !strings.Contains(string(data), release) {
		t.Errorf("%s is served, the pointer is %s, %v", release, data, err)
	}
	if err := processes[0].Store.Sweep(t.Context(), time.Now().Add(time.Hour)); err != nil || len(parts(t, c.storage.Host())) > 0 {
		t.Errorf("left %q, %v", parts(t, c.storage.Host()), err)
	}
}

// acknowledged fails the test if an upload was acknowledged and is not served.
func (c *cloud) acknowledged(e dynasette.Event, r dynasette.Result) {
	if r.Action != dynasette.Converted && r.Action != dynasette.Current {
		return
	}
	_, got := c.served()
	a, err := c.uploads.Object(e.Name).Attrs(c.Context())
	if err != nil || fmt.Sprint(a.Generation) != e.Generation {
		return // it was replaced since
	}
	if !slices.Contains(got, e.Name+"@"+e.Generation) {
		c.Errorf("%s@%s was acknowledged (%+v), served is %q", e.Name, e.Generation, r, got)
	}
}
