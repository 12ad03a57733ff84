package dynasette_test

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/all"
	sinkdir "github.com/dynasette/dynasette/sinks/dir"
	"github.com/dynasette/dynasette/sinks/restart/links"
	sourcedir "github.com/dynasette/dynasette/sources/dir"
)

// folders are uploads and a store on the disk.
type folders struct {
	*dynasette.Pipeline
	t              testing.TB
	uploads, store string
	server         *server
}

func newFolders(t testing.TB, root string) *folders {
	t.Helper()
	f := &folders{t: t, uploads: root, store: filepath.Join(root, ".dynasette")}
	store, err := sinkdir.Open(f.store)
	if err != nil {
		t.Fatal(err)
	}
	store.NoSync = true
	f.server = &server{t: t, store: store}
	f.Pipeline = &dynasette.Pipeline{
		Source: &sourcedir.Source{Root: root, Settle: -1}, Store: store, Formats: all.Formats(), Restarter: f.server,
		Quiet: 20 * time.Millisecond,
	}
	t.Cleanup(f.Wait)
	return f
}

// put makes a file as programs do that mean well: beside, and then renamed.
func (f *folders) put(name, text string) {
	f.t.Helper()
	file := filepath.Join(f.uploads, filepath.FromSlash(name))
	if err := errors.Join(
		os.MkdirAll(filepath.Dir(file), 0o777),
		os.WriteFile(file+".part", []byte(text), 0o666),
		os.Rename(file+".part", file),
	); err != nil {
		f.t.Fatal(err)
	}
}

// names returns the sources that are served, sorted by slug.
func names(m *dynasette.Manifest) string {
	var list []string
	if m != nil {
		for _, d := range m.Databases {
			list = append(list, d.Source)
		}
	}
	return strings.Join(list, " ")
}

// What is packed is converted by the pipeline's own formats.
func TestPackedFolder(t *testing.T) {
	f := newFolders(t, t.TempDir())
	formats := f.Formats.Clone()
	formats.Register(converter.Format{Name: "env", Extensions: []string{".env"}}, converter.Func(
		func(_ context.Context, in *converter.Input, out *converter.Writer) error {
			return out.Table(in.Stem(), "name").Append(converter.Text("PORT"))
		}))
	f.Formats = formats
	var packed strings.Builder
	w := gzip.NewWriter(&packed)
	io.WriteString(w, "PORT=80\n")
	w.Close()
	f.put("site.env.gz", packed.String())
	report, err := f.Reconcile(t.Context())
	if err != nil || report.Converted != 1 {
		t.Fatalf("%+v %v", report, err)
	}
	if got := names(servedNow(t, f.Store)); got != "site.env.gz" {
		t.Errorf("served: %s", got)
	}
}

func TestFolder(t *testing.T) {
	f := newFolders(t, t.TempDir())
	if report, err := f.Reconcile(t.Context()); err != nil || report != (dynasette.Report{}) {
		t.Fatalf("nothing at all: %+v %v", report, err)
	}
	f.put("cities.csv", "name,people\nOslo,700000\nBern,130000\n")
	f.put("2024/Data.csv", "id\n007\n")
	f.put(".hidden.csv", "a\n1\n")
	f.put("half.csv.part", "a\n1\n")
	report, err := f.Reconcile(t.Context())
	if err != nil || report.Converted != 2 {
		t.Fatalf("%+v %v", report, err)
	}
	m := servedNow(t, f.Store)
	if got := names(m); got != "2024/Data.csv cities.csv" {
		t.Fatalf("served: %s", got)
	}
	folder, err := links.Folder(dynasette.Release{
		ID: m.Release, Location: f.Store.Location("releases/" + m.Release), Store: f.Store.Location(""), Manifest: m,
	}, "")
	if err != nil {
		t.Fatal(err)
	}
	if sqlite3, err := exec.LookPath("sqlite3"); err == nil {
		out, err := exec.Command(sqlite3, filepath.Join(folder, "cities.db"), "pragma integrity_check; select people from cities").CombinedOutput()
		if err != nil || string(out) != "ok\n700000\n130000\n" {
			t.Errorf("sqlite3: %s %v", out, err)
		}
	}
	// A folder that was copied by hand is as good as before.
	copied := filepath.Join(t.TempDir(), "uploads")
	if err := os.CopyFS(copied, os.DirFS(f.uploads)); err != nil {
		t.Fatal(err)
	}
	f = newFolders(t, copied)
	f.Restarter, f.Linger = nil, 1
	f.put("cities.csv", "name\nOslo\n")
	for range 4 { // so that what was there is collected
		f.put("more.csv", "a\n"+strconv.Itoa(rand.Int())+"\n")
		if _, err := f.Reconcile(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if got := names(servedNow(t, f.Store)); got != "2024/Data.csv cities.csv more.csv" {
		t.Errorf("served: %s", got)
	}
	databases, _ := os.ReadDir(f.Store.Location("databases"))
	if len(databases) != 5 { // of more.csv three
		t.Errorf("%v", databases)
	}
}

// TestFolderBurst: fifty files at once, each with an event of its own, or with several.
func TestFolderBurst(t *testing.T) {
	f := newFolders(t, t.TempDir())
	f.Quiet = 200 * time.Millisecond
	var group sync.WaitGroup
	for i := range 50 {
		name := fmt.Sprintf("f%02d.csv", i)
		f.put(name, fmt.Sprintf("a,b\n%d,x\n", i))
		for range 1 + i%3 {
			group.Go(func() {
				if r, err := f.Process(t.Context(), dynasette.Event{Name: name}); err != nil || r.Err != nil {
					t.Errorf("%+v %v", r, err)
				}
			})
		}
	}
	group.Wait()
	f.Wait()
	if n := f.server.count(); n > 2 {
		t.Errorf("%d releases", n)
	}
	if n := len(servedNow(t, f.Store).Databases); n != 50 {
		t.Errorf("%d databases", n)
	}
}

// TestGrowingFile: what is published of a file that is being written is never a half.
func TestGrowingFile(t *testing.T) {
	f := newFolders(t, t.TempDir())
	f.Source = &sourcedir.Source{Root: f.uploads, Settle: 100 * time.Millisecond}
	file, err := os.Create(filepath.Join(f.uploads, "x.csv"))
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() {
		for i := range 2000 {
			if _, err := fmt.Fprintf(file, "%d,%d\n", i, i); err != nil {
				done <- err
				return
			}
			if i%40 == 0 {
				time.Sleep(10 * time.Millisecond)
			}
		}
		done <- file.Close()
	}()
	for {
		_, err := f.Process(t.Context(), dynasette.Event{Name: "x.csv"})
		if err == nil {
			break
		}
		if !errors.Is(err, dynasette.ErrChanged) && !errors.Is(err, dynasette.ErrUnfinished) {
			t.Fatal(err)
		}
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if d := database(servedNow(t, f.Store), "x.csv"); d == nil || d.Rows() < 1999 {
		t.Errorf("%+v", d)
	}
}

// TestReconcileWhileWriting: a file that is being written keeps nobody waiting.
func TestReconcileWhileWriting(t *testing.T) {
	f := newFolders(t, t.TempDir())
	f.Source = &sourcedir.Source{Root: f.uploads, Settle: 500 * time.Millisecond}
	f.put("x.csv", "a\n1\n")
	file, err := os.Create(filepath.Join(f.uploads, "growing.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	written, served := make(chan bool), make(chan bool)
	go func() {
		defer close(written)
		for {
			fmt.Fprintln(file, "a")
			select {
			case <-served:
				file.Close()
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	}()
	f.Released = func(m *dynasette.Manifest) {
		if database(m, "x.csv") != nil && database(m, "growing.csv") == nil {
			close(served)
		}
	}
	for {
		report, err := f.Reconcile(t.Context())
		if err == nil && report.Unfinished == 0 {
			break
		}
		if err != nil && !errors.Is(err, dynasette.ErrChanged) {
			t.Fatal(err)
		}
	}
	<-written
	if got := names(servedNow(t, f.Store)); got != "growing.csv x.csv" {
		t.Errorf("served: %s", got)
	}
}

// BenchmarkRelease publishes one more upload in a folder of many.
func BenchmarkRelease(b *testing.B) {
	for _, n := range []int{10, 1000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			f := newFolders(b, b.TempDir())
			f.Quiet, f.Restarter = time.Millisecond, nil
			for i := range n {
				f.put(fmt.Sprintf("f%04d.csv", i), "a\n1\n")
			}
			if _, err := f.Reconcile(b.Context()); err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				f.put("f0000.csv", fmt.Sprintf("a\n%d\n", i))
				if _, err := f.Process(b.Context(), dynasette.Event{Name: "f0000.csv"}); err != nil {
					b.Fatal(err)
				}
				f.Wait()
			}
		})
	}
}
