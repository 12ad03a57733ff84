package cli

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/internal/pattern"
)

// A job is the part of a Cloud Run job that one of its tasks has: the uploads whose name's
// hash falls to it, wherever they are in the listing.
type job struct {
	execution string // name of this run of the job
	index     int    // of the task, from 0
	count     int    // of tasks
	attempt   int    // how often the task was begun before
}

var executionName = pattern.New(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)

// thisJob returns the job that the environment describes, as Cloud Run sets it
// (https://cloud.google.com/run/docs/container-contract#jobs-env-vars), or nil if there is
// none, or only one task.
func thisJob(getenv func(string) string) (*job, error) {
	if getenv("CLOUD_RUN_TASK_COUNT") == "" {
		return nil, nil
	}
	j := &job{execution: getenv("CLOUD_RUN_EXECUTION")}
	for name, field := range map[string]*int{
		"CLOUD_RUN_TASK_INDEX": &j.index, "CLOUD_RUN_TASK_COUNT": &j.count, "CLOUD_RUN_TASK_ATTEMPT": &j.attempt,
	} {
		text := getenv(name)
		if text == "" && name == "CLOUD_RUN_TASK_ATTEMPT" {
			continue
		}
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 {
			return nil, fmt.Errorf("%s=%q is not a number of 0 or more", name, text)
		}
		*field = n
	}
	switch {
	case j.index >= j.count:
		return nil, fmt.Errorf("CLOUD_RUN_TASK_INDEX=%d is not below CLOUD_RUN_TASK_COUNT=%d", j.index, j.count)
	case j.count == 1:
		return nil, nil
	case len(j.execution) > 200 || !executionName().MatchString(j.execution):
		return nil, fmt.Errorf("CLOUD_RUN_EXECUTION=%q does not name the run that this task belongs to", j.execution)
	}
	return j, nil
}

// owns reports whether the upload of that name is this task's.
func (j *job) owns(name string) bool {
	sum := sha256.Sum256([]byte(name))
	return binary.BigEndian.Uint64(sum[:])%uint64(j.count) == uint64(j.index)
}

// A done is the record of a task that is done, jobs/EXECUTION/INDEX.json.
type done struct {
	Task    int              `json:"task"`
	Attempt int              `json:"attempt"`
	Time    time.Time        `json:"time"`
	Report  dynasette.Report `json:"report"`
}

// run does the task's part. The last task to be done makes the release, for all; the other
// tasks return without one.
func (j *job) run(ctx context.Context, p *dynasette.Pipeline) (dynasette.Report, error) {
	report, err := p.Mend(ctx, j.owns)
	if err != nil {
		return report, err
	}
	record := done{j.index, j.attempt, time.Now().UTC(), report}
	if _, err := j.put(ctx, p.Store, strconv.Itoa(j.index), record); err != nil {
		return report, err
	}
	if last, err := j.last(ctx, p.Store); err != nil || !last {
		return report, err
	}
	if report.Release, err = p.Release(ctx); err != nil {
		return report, err
	}
	return report, j.clear(ctx, p.Store)
}

// last reports whether all tasks are done and this one is the one to make the release: the
// first to claim it, or the same once more after it died on the way.
func (j *job) last(ctx context.Context, store dynasette.Store) (bool, error) {
	n := 0
	if err := store.List(ctx, j.folder(), func(o dynasette.Object) error {
		if o.Name != j.name(claim) {
			n++
		}
		return nil
	}); err != nil || n < j.count {
		return false, err
	}
	claimed, err := j.put(ctx, store, claim, done{Task: j.index, Attempt: j.attempt, Time: time.Now().UTC()})
	return claimed.Task == j.index, err
}

// claim is the record of the task that makes the release.
const claim = "release"

func (j *job) folder() string { return "jobs/" + j.execution + "/" }

func (j *job) name(what string) string { return j.folder() + what + ".json" }

// put writes a record unless it is there already, and returns the one that is there then.
func (j *job) put(ctx context.Context, store dynasette.Store, what string, d done) (done, error) {
	data, err := json.Marshal(d)
	if err != nil {
		return done{}, err
	}
	_, err = store.Write(ctx, j.name(what), data, dynasette.Absent, nil)
	if !errors.Is(err, dynasette.ErrChanged) {
		return d, err
	}
	if data, _, err = store.Read(ctx, j.name(what)); err != nil {
		return done{}, err
	}
	var have done
	if err := json.Unmarshal(data, &have); err != nil {
		return done{}, fmt.Errorf("%s: %w", j.name(what), err)
	}
	return have, nil
}

// clear removes the records of the run.
func (j *job) clear(ctx context.Context, store dynasette.Store) error {
	return store.List(ctx, j.folder(), func(o dynasette.Object) error {
		if err := store.Delete(ctx, o.Name, o.Generation); err != nil && !errors.Is(err, dynasette.ErrNotFound) {
			return err
		}
		return nil
	})
}
