package dynasette_test

import (
	"context"
	"errors"
	"io/fs"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dynasette/dynasette"
)

// halfDone is a source with uploads that are being written, and folders that can't be read.
type halfDone struct {
	dynasette.Source
	unfinished sync.Map // names
	unread     string   // "" is none
}

func (h *halfDone) Stat(ctx context.Context, name string) (dynasette.Upload, error) {
	if h.hides(name) {
		return dynasette.Upload{}, fs.ErrPermission
	}
	up, err := h.Source.Stat(ctx, name)
	_, up.Unfinished = h.unfinished.Load(name)
	return up, err
}

func (h *halfDone) hides(name string) bool {
	return h.unread != "" && strings.HasPrefix(name, h.unread+"/")
}

func (h *halfDone) List(ctx context.Context, fn func(dynasette.Upload) error) error {
	err := h.Source.List(ctx, func(up dynasette.Upload) error {
		if h.hides(up.Name) {
			return nil
		}
		return fn(up)
	})
	if err == nil && h.unread != "" {
		return &dynasette.IncompleteError{Folders: []string{h.unread}, Err: fs.ErrPermission}
	}
	return err
}

// An upload that is being written is no error and leaves no trace; it keeps nobody waiting for
// long, and what was served of it stays.
func TestUnfinished(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		source := &halfDone{Source: w.Source}
		w.Source = source
		w.uploads.Put("slow.csv", "a\nbefore\n")
		w.reconcile()
		w.is("slow.csv@1")
		before := database(servedNow(t, w.Store), "slow.csv")

		source.unfinished.Store("slow.csv", true)
		w.uploads.Put("slow.csv", "a\nha")
		calls := counted(w)
		if _, err := w.Process(t.Context(), dynasette.Event{Name: "slow.csv"}); !errors.Is(err, dynasette.ErrUnfinished) {
			t.Errorf("process: %v", err)
		}
		if c := calls(); sum(c) != 2 || c["read sources"] != 1 || c["source stat"] != 1 {
			t.Errorf("calls: %v", c)
		}
		w.uploads.Put("quick.csv", "a\n1\n")
		began := time.Now()
		report := w.reconcile()
		if report.Unfinished != 1 || report.Converted != 1 || time.Since(began) > time.Minute {
			t.Errorf("%+v after %v", report, time.Since(began))
		}
		w.is("quick.csv@3 slow.csv@1")
		if now := database(servedNow(t, w.Store), "slow.csv"); now.Object != before.Object {
			t.Errorf("a half is served: %+v", now)
		}

		// It comes to its end while it is waited for.
		go func() {
			time.Sleep(3 * time.Second)
			w.uploads.Put("slow.csv", "a\nhalf and half\n")
			source.unfinished.Delete("slow.csv")
		}()
		if report := w.reconcile(); report.Unfinished != 0 || report.Converted != 1 {
			t.Errorf("%+v", report)
		}
		if now := database(servedNow(t, w.Store), "slow.csv"); now.Object == before.Object {
			t.Error("what was written is not served")
		}
	})
}

// What is in a folder that can't be read stays as it was; what is gone elsewhere is withdrawn.
func TestIncompleteList(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		source := &halfDone{Source: w.Source}
		w.Source = source
		for _, name := range []string{"dark/a.csv", "dark.csv", "gone.csv", "light/b.csv"} {
			w.uploads.Put(name, "a\n1\n")
		}
		w.reconcile()
		source.unread = "dark"
		w.uploads.Delete("gone.csv")
		w.uploads.Put("new.csv", "a\n1\n")
		report, err := w.Reconcile(t.Context())
		if !errors.Is(err, fs.ErrPermission) || !strings.Contains(err.Error(), "what is in dark can't be listed") {
			t.Errorf("%v", err)
		}
		if report.Withdrawn != 1 || report.Converted != 1 {
			t.Errorf("%+v", report)
		}
		w.is("dark.csv@2 dark/a.csv@1 light/b.csv@4 new.csv@5")

		// Once it can be read, what went meanwhile goes.
		source.unread = ""
		w.uploads.Delete("dark/a.csv")
		w.reconcile()
		w.is("dark.csv@2 light/b.csv@4 new.csv@5")
	})
}
