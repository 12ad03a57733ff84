package gcs_test

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/csv"
	"github.com/dynasette/dynasette/internal/gcstest"
	"github.com/dynasette/dynasette/sinks/dir"
	"github.com/dynasette/dynasette/sinks/gcs"
	source "github.com/dynasette/dynasette/sources/gcs"
)

// What the process may take that converts from bucket to bucket.
const maxResident = 256 << 20

// TestBucketToBucket converts a CSV file of GCS_SOAK_BYTES (24 MiB if not set) from bucket to
// bucket, in a process that can't write files, and compares the result with what is made of
// the same file on disk.
func TestBucketToBucket(t *testing.T) {
	t.Parallel()
	size := int64(24 << 20)
	if s := os.Getenv("GCS_SOAK_BYTES"); s != "" {
		var err error
		if size, err = strconv.ParseInt(s, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	srv := serve(t, &gcstest.Server{})
	if err := srv.CreateBucket(t.Context(), "uploads", nil); err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	local := filepath.Join(folder, "x.csv")
	writeCSV(t, local, size)
	upload(t, srv.Host(), local)

	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestBucketToBucketAlone$", "-test.v")
	child.Env = append(os.Environ(), "GCS_SOAK_HOST="+srv.Host(), "STORAGE_EMULATOR_HOST="+srv.Host(), "GOMEMLIMIT=190MiB", "TMPDIR=/nonexistent")
	start := time.Now()
	out, err := child.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	took := time.Since(start)
	var resident int64
	for line := range strings.Lines(string(out)) {
		if i := strings.Index(line, "VmHWM:"); i >= 0 {
			fmt.Sscanf(line[i:], "VmHWM: %d kB", &resident)
		}
	}
	resident <<= 10
	cpu := child.ProcessState.UserTime() + child.ProcessState.SystemTime()
	t.Logf("%d bytes in %v, %v of them CPU, with at most %d MiB", size, took.Round(time.Millisecond), cpu.Round(time.Millisecond), resident>>20)
	if resident == 0 || resident > maxResident && !racing() {
		t.Errorf("%d bytes were resident:\n%s", resident, out)
	}

	db := filepath.Join(folder, "x.db")
	convertLocal(t, local, db)
	want, err := os.Open(db)
	if err != nil {
		t.Fatal(err)
	}
	defer want.Close()
	s := open(t, srv.Host(), "gs://serving")
	o, err := s.Stat(t.Context(), "databases/x.db")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := s.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer doc.Close()
	if a, b := sum(t, io.NewSectionReader(doc, 0, o.Size)), sum(t, want); a != b {
		t.Errorf("SHA-256 %s from bucket to bucket, %s from file to file", a, b)
	}
	sqlite3, err := exec.LookPath("sqlite3")
	if err != nil {
		t.Skip("no sqlite3 on PATH to check the integrity")
	}
	if out, err := exec.CommandContext(t.Context(), sqlite3, db, "PRAGMA integrity_check").CombinedOutput(); err != nil || string(out) != "ok\n" {
		t.Errorf("integrity_check: %s, %v", out, err)
	}
}

// TestBucketToBucketAlone is the process that converts.
func TestBucketToBucketAlone(t *testing.T) {
	if os.Getenv("GCS_SOAK_HOST") == "" {
		t.Skip("part of TestBucketToBucket")
	}
	// Not a byte goes into a file: the kernel sees to that.
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{}); err != nil {
		t.Fatal(err)
	}
	if f, err := os.CreateTemp("/tmp", ""); err == nil {
		defer os.Remove(f.Name())
		if _, err := f.Write([]byte("x")); err == nil {
			t.Fatal("a file was written")
		}
	}
	ctx := t.Context()
	from, err := source.Open(ctx, "gs://uploads", source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close()
	to, err := gcs.Open(ctx, "gs://serving", gcs.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer to.Close()
	if err := convert(ctx, from, to); err != nil {
		t.Fatal(err)
	}
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%s", status)
}

func convert(ctx context.Context, from *source.Source, to *gcs.Store) error {
	up, err := from.Stat(ctx, "x.csv")
	if err != nil {
		return err
	}
	doc, err := from.Open(ctx, up)
	if err != nil {
		return err
	}
	draft, err := to.Create(ctx, "databases/x.db")
	if err != nil {
		return err
	}
	defer draft.Close()
	in := &converter.Input{Name: up.Name, Size: up.Size, ReaderAt: doc}
	held := &hold{Draft: draft}
	_, err = converter.Convert(ctx, csv.Converter{}, in, held, converter.Options{})
	if err := errors.Join(err, doc.Close()); err != nil {
		return err
	}
	_, err = draft.Commit(held.first, dynasette.Absent)
	return err
}

// hold keeps page 1 back until the document is known to be whole.
type hold struct {
	dynasette.Draft
	first []byte
}

func (h *hold) Commit(first []byte) error {
	h.first = append(h.first, first...)
	return nil
}

func convertLocal(t *testing.T, csvFile, db string) {
	t.Helper()
	f, err := os.Open(csvFile)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	out, err := dir.CreateFile(db, dir.FileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	in := &converter.Input{Name: "x.csv", Size: info.Size(), ReaderAt: f}
	if _, err := converter.Convert(t.Context(), csv.Converter{}, in, out, converter.Options{}); err != nil {
		t.Fatal(err)
	}
}

func writeCSV(t *testing.T, name string, size int64) {
	t.Helper()
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	w := bufio.NewWriterSize(f, 1<<20)
	r := rand.New(rand.NewPCG(1, 1))
	n, _ := fmt.Fprintln(w, "id,name,amount,when,zip,remark")
	for written, id := int64(n), 1; written < size; id++ {
		n, _ := fmt.Fprintf(w, "%d,name %d,%d.%02d,2026-%02d-%02d,%05d,\"a remark, with \"\"quotes\"\" %x\"\n",
			id, r.IntN(1e6), r.IntN(1e5), r.IntN(100), 1+r.IntN(12), 1+r.IntN(28), r.IntN(1e5), r.Uint64())
		written += int64(n)
	}
	if err := errors.Join(w.Flush(), f.Close()); err != nil {
		t.Fatal(err)
	}
}

func upload(t *testing.T, host, name string) {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w := bucket(t, host, "uploads").Object(filepath.Base(name)).NewWriter(t.Context())
	if _, err := io.Copy(w, f); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

func sum(t *testing.T, r io.Reader) string {
	t.Helper()
	h := sha256.New()
	if _, err := io.Copy(h, r); err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(h.Sum(nil))
}
