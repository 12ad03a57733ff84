package dynasette

import (
	"math/rand/v2"
	"slices"
	"time"
)

// A share is how many releases and databases that nobody needs one operation deletes. Were it all of them,
// a small change would pay for the burst before it. The rest stays what it is: the pointer names releases until it is
// their turn, the manifest databases, and Reconcile lists both. A release deletes as much as it leaves behind, and a
// database more; a Reconcile leaves nothing behind: so with each of them there is less.
type share struct{ releases, databases int }

var (
	few  = share{1, 1} // of a release, and a database for each that it replaces
	more = share{2, 4} // of a Reconcile
)

// muchPart of what there is goes with a Reconcile if that is more: so of a million databases that were
// converted anew, those before are gone in days.
const muchPart = 32

// of chooses from what was listed, at random: what can't be deleted keeps nothing else back.
func (s share) of(all []waste) []waste {
	n := countOf(all)
	s = share{max(s.releases, n.releases/muchPart), max(s.databases, n.databases/muchPart)}
	rand.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return slices.DeleteFunc(all, func(w waste) bool {
		left := &s.databases
		if w.release != "" {
			left = &s.releases
		}
		*left--
		return *left < 0
	})
}

// less returns what remains of it beside others.
func (s share) less(others []waste) share {
	n := countOf(others)
	return share{max(0, s.releases-n.releases), max(0, s.databases-n.databases)}
}

func countOf(all []waste) (n share) {
	for _, w := range all {
		if w.release != "" {
			n.releases++
		} else {
			n.databases++
		}
	}
	return n
}

// leave returns the pointer without releases that have lingered, the longest first: most of them, or a part
// if there are many and it is a Reconcile.
func (at pointer) leave(linger time.Duration, most share) pointer {
	over := 0
	at.Left = slices.SortedStableFunc(slices.Values(at.Left), func(a, b left) int { return a.Since.Compare(b.Since) })
	for over < len(at.Left) && time.Since(at.Left[over].Since) >= linger {
		over++
	}
	n := most.releases
	if most == more {
		n = max(n, over/muchPart)
	}
	at.Left = at.Left[min(n, over):]
	return at
}

// mayHave reports whether a release that the pointer knows may have a retired database, which was served
// until then. (No later release than the last one has it, so at worst it stays for as long as another.)
func (at pointer) mayHave(r Retired, since time.Time, linger time.Duration) bool {
	return r.Kept || since.IsZero() || time.Since(since) < linger ||
		slices.ContainsFunc(at.Left, func(l left) bool { return l.Release <= max(r.Last, r.Tried) })
}
