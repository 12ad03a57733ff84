package cli

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/internal/pattern"
	sourcedir "github.com/dynasette/dynasette/sources/dir"
)

// upkeep keeps what is served as the files of a folder are. Whatever it hears of changes is
// a hint only; that nothing is missed is up to looking at everything now and then.
type upkeep struct {
	*app
	pipeline *dynasette.Pipeline
	news     news
	every    time.Duration
	wake     chan struct{} // look at everything soon

	mu     sync.Mutex
	said   map[string]string // the complaints that still hold, by what they are about
	halves map[string]bool   // files that are being written, and are looked at again
}

// keep works until ctx ends, or the site does.
func (u *upkeep) keep(ctx context.Context, folder, store string, site <-chan error) error {
	ctx, cancel := context.WithCancel(ctx)
	var tasks sync.WaitGroup
	defer tasks.Wait()
	defer cancel()
	u.follow(ctx, &tasks, folder, dynasette.Ignored, sourcedir.Handlers{
		Changed: func(name string) { u.look(ctx, &tasks, name) },
		Writing: func(name string) {
			if !u.quiet {
				u.printError(name + " is being written; it is read once that has come to an end")
			}
		},
	})
	if err := os.MkdirAll(filepath.Join(store, baseFolder), 0o777); err != nil {
		return err
	}
	u.follow(ctx, &tasks, store, notForUpkeep, sourcedir.Handlers{Changed: func(name string) {
		if name == pointer && u.current(ctx) == u.news.last() {
			return // our own doing
		}
		_, err := u.pipeline.Release(ctx)
		u.complain(name, err)
	}})
	if _, err := u.pipeline.Resume(ctx); err != nil {
		u.complain("the release served before", err)
	}
	for first := true; ; first = false {
		report, err := u.pipeline.Reconcile(ctx)
		u.complain(folder, err)
		u.complain("rules", said(u.pipeline.Unmatched()))
		if first && report.Failed+report.Held > 0 {
			u.recall(ctx)
		}
		select {
		case <-ctx.Done():
			return nil
		case err := <-site:
			return err
		case <-u.wake:
		case <-time.After(u.every):
		}
	}
}

// said is an error of lines, or nil.
func said(lines []string) error {
	if len(lines) == 0 {
		return nil
	}
	return errors.New(strings.Join(lines, "\n"))
}

// look brings what is served to what a file is now.
func (u *upkeep) look(ctx context.Context, tasks *sync.WaitGroup, name string) {
	r, err := u.pipeline.Process(ctx, dynasette.Event{Name: name})
	switch {
	case errors.Is(err, dynasette.ErrUnfinished):
		u.lookAgain(ctx, tasks, name)
	case err != nil || r.Err == nil: // else uploaded has said it
		u.complain(name, err)
	}
}

// lookAgain looks at a file that is being written once that may have come to an end without a
// word: somebody who has it open needn't write to it.
func (u *upkeep) lookAgain(ctx context.Context, tasks *sync.WaitGroup, name string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.halves[name] {
		return
	}
	if u.halves == nil {
		u.halves = map[string]bool{}
	}
	u.halves[name] = true
	tasks.Go(func() {
		select {
		case <-ctx.Done():
			return
		case <-time.After(sourcedir.Rest):
		}
		u.mu.Lock()
		delete(u.halves, name)
		u.mu.Unlock()
		u.look(ctx, tasks, name)
	})
}

// What upkeep watches of the store: what people put there, and the pointer, which another
// process may move (releases rollback).
const (
	baseFolder = "base"
	pointer    = "current.json"
)

func notForUpkeep(name string) bool {
	return name != pointer && name != baseFolder && !strings.HasPrefix(name, baseFolder+"/")
}

// follow has files that change in a folder handled, each in a task of its own. Where the
// system can't watch a folder, looking at everything now and then has to do.
func (u *upkeep) follow(ctx context.Context, tasks *sync.WaitGroup, folder string, skip func(string) bool, h sourcedir.Handlers) {
	unwatched := func(err error) {
		if err != nil {
			u.complain("watch "+folder, fmt.Errorf("changes that were not noticed show after %v: %w", u.every, err))
		}
	}
	w, err := sourcedir.Watch(folder, skip)
	if err != nil {
		unwatched(err)
		return
	}
	changed := h.Changed
	h.Changed = func(name string) { tasks.Go(func() { changed(name) }) }
	h.Lost = func(err error) {
		unwatched(err)
		select {
		case u.wake <- struct{}{}:
		default:
		}
	}
	tasks.Go(func() { w.Run(ctx, h) })
}

// current returns the release that the store's pointer names.
func (u *upkeep) current(ctx context.Context) string {
	data, _, err := u.pipeline.Store.Read(ctx, pointer)
	var at struct{ Release string }
	if err != nil || json.Unmarshal(data, &at) != nil {
		return ""
	}
	return at.Release
}

// uploaded is the pipeline's word on an upload.
func (u *upkeep) uploaded(r dynasette.Result) {
	err, source := r.Err, cmp.Or(r.Set, r.Name)
	if err != nil && u.news.has(source) {
		err = fmt.Errorf("%w; the version before stays served", err)
	}
	u.complain(source, err)
	u.printUploaded(r)
}

// recall says what went wrong with uploads before this program began, which is not tried again.
func (u *upkeep) recall(ctx context.Context) {
	if err := u.pipeline.Failures(ctx, func(f dynasette.Failure) error {
		u.uploaded(dynasette.Result{Name: f.Source, Err: &f})
		return nil
	}); err != nil {
		u.complain("what failed before", err)
	}
}

// releaseID is what differs when the same goes wrong again.
var releaseID = pattern.New(`\d{8}-\d{6}-\d{3}-[a-z0-9]+`)

// complain says once what is wrong with something; nil takes it back.
func (u *upkeep) complain(about string, err error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	switch {
	case err == nil:
		delete(u.said, about)
		return
	case errors.Is(err, context.Canceled):
		return // the end, not the matter
	}
	text := err.Error()
	same := releaseID().ReplaceAllString(text, "")
	for _, said := range u.said {
		if strings.Contains(said, same) {
			return
		}
	}
	if u.said == nil {
		u.said = map[string]string{}
	}
	u.said[about] = same
	u.printError(text)
}
