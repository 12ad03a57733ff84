package dir

import (
	"slices"
	"time"
)

// dueNames are names that have changed, until it seems that nobody goes on with them.
type dueNames struct {
	names map[string]*dueName
	timer *time.Timer
	next  time.Time // that timer is set to; zero if it isn't
}

type dueName struct {
	first time.Time // that it seemed to be complete
	began time.Time // that it was written to; zero if nobody does
	due   time.Time
	told  bool // that somebody does
}

// How long a name is left alone after a sign, in which others may come.
var quietAfter = map[sign]time.Duration{
	done:    50 * time.Millisecond,
	made:    500 * time.Millisecond, // whoever made it will write to it, if it is no link
	touched: 150 * time.Millisecond,
	writing: Rest + 100*time.Millisecond, // the source takes it for complete then
}

const (
	maxQuiet  = 1500 * time.Millisecond // of a name that is complete again and again
	longWrite = 2 * time.Second         // is worth a word
)

func newDueNames() *dueNames { return &dueNames{names: map[string]*dueName{}, timer: time.NewTimer(0)} }

// touch notes a sign.
func (d *dueNames) touch(name string, s sign, now time.Time) {
	n := d.names[name]
	if n == nil {
		n = new(dueName)
		d.names[name] = n
	}
	switch {
	case s == writing:
		if n.began.IsZero() {
			n.began = now
		}
		n.due = now.Add(quietAfter[s])
	case s == done:
		n.began, n.told = time.Time{}, false
		n.rest(now, quietAfter[s])
	case !n.began.IsZero(): // its close will tell
	case s == made:
		n.due = now.Add(quietAfter[s])
	default:
		n.rest(now, quietAfter[s])
	}
	if at := n.next(); d.next.IsZero() || at.Before(d.next) {
		d.next = at
		d.timer.Reset(at.Sub(now))
	}
}

// rest makes a name due in a while.
func (n *dueName) rest(now time.Time, quiet time.Duration) {
	if n.first.IsZero() {
		n.first = now
	}
	n.due = now.Add(quiet)
	if last := n.first.Add(maxQuiet); n.due.After(last) {
		n.due = last
	}
}

// next is when there is something to do about a name.
func (n *dueName) next() time.Time {
	if !n.began.IsZero() && !n.told {
		return n.began.Add(longWrite)
	}
	return n.due
}

// wake returns a channel that yields when it may be time to take.
func (d *dueNames) wake() <-chan time.Time { return d.timer.C }

// take returns the names that are due, and those that have been written to for long.
func (d *dueNames) take(now time.Time) (due, busy []string) {
	d.next = time.Time{}
	for name, n := range d.names {
		if now.Before(n.next()) {
			continue
		}
		if n.next() != n.due {
			n.told = true
			busy = append(busy, name)
			continue
		}
		due = append(due, name)
		delete(d.names, name)
	}
	for _, n := range d.names {
		if at := n.next(); d.next.IsZero() || at.Before(d.next) {
			d.next = at
		}
	}
	if !d.next.IsZero() {
		d.timer.Reset(d.next.Sub(now))
	}
	slices.Sort(due)
	slices.Sort(busy)
	return due, busy
}
