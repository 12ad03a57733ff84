package rules

import (
	"fmt"
	"math/big"
	"strings"

	"github.com/dynasette/dynasette/internal/pattern"
)

// A Guard says which new version of a table is to be held back. Its zero value holds nothing back.
type Guard struct {
	Rows    Limit // how many rows may be lost, as in -50% or -100, or be new, as in +200% or +1000
	Columns bool  // none may be gone
	Rejects Limit // how many of the document's rows may be rejected, as in 1% or 10
}

// A Limit is an amount as rules have it; "" is none, and so everything is allowed.
type Limit string

// Guard returns what is said of new versions of a document's table, by the name and place that it
// has there. What others say of their files holds nothing back. That of "" is what is said of the
// document as a whole.
func (s *Set) Guard(document, table string, place int) (guard Guard) {
	for _, m := range s.matches(document) {
		g := m.Guard
		if g == nil || m.claim || !m.means(table, place) {
			continue
		}
		if g.says("rows") {
			guard.Rows = Limit(g.Rows)
		}
		if g.says("columns") {
			guard.Columns = g.Columns == keepColumns
		}
		if g.says("rejects") {
			guard.Rejects = Limit(g.Rejects)
		}
	}
	return guard
}

// RowsMay reports whether a table that had so many rows may have so many now. So many as the
// limit says are allowed. A percentage is one of the rows before, so it allows any number of new ones
// where there were none.
func (g Guard) RowsMay(before, now int64) bool {
	switch {
	case strings.HasPrefix(string(g.Rows), "-"):
		return g.Rows[1:].allows(before-now, before)
	case strings.HasPrefix(string(g.Rows), "+"):
		return before == 0 && g.Rows.percent() || g.Rows[1:].allows(now-before, before)
	}
	return true
}

// RejectsMay reports whether so many rows of a document may be rejected that has so many others. A
// percentage is one of both together.
func (g Guard) RejectsMay(rejected, others int64) bool {
	return g.Rejects.allows(rejected, rejected+others)
}

func (l Limit) percent() bool { return strings.HasSuffix(string(l), "%") }

// allows reports whether n is no more than the limit; a percentage is one of all.
func (l Limit) allows(n, all int64) bool {
	most, ok := new(big.Rat).SetString(strings.TrimSuffix(string(l), "%"))
	if !ok {
		return true
	}
	if l.percent() {
		most.Mul(most, big.NewRat(all, 100))
	}
	return new(big.Rat).SetInt64(n).Cmp(most) <= 0
}

const keepColumns = "keep"

// limitText is an amount without its sign: whole, or a percentage.
var limitText = pattern.New(`^([0-9]{1,15}|[0-9]{1,3}(\.[0-9]{1,6})?%)$`)

// limitFault returns what is wrong with a limit, or "". A signed one has a sign, which says what it limits.
func limitFault(word, text string, signed bool) string {
	bare := strings.TrimLeft(text, "+-")
	sign := text[:len(text)-len(bare)]
	hundred := big.NewRat(100, 1)
	share, _ := new(big.Rat).SetString(strings.TrimSuffix(bare, "%"))
	switch {
	case !limitText().MatchString(bare) || len(sign) > 1:
		if signed {
			return fmt.Sprintf("%s is %q; want how many may be lost or new, as in -20%%, -100 or +200%%", word, clip(text))
		}
		return fmt.Sprintf("%s is %q; want how many there may be, as in 1%% or 10", word, clip(text))
	case signed && sign == "":
		return fmt.Sprintf("%s is %q; want -%s, that so many may be lost, or +%s, that so many may be new", word, clip(text), bare, bare)
	case !signed && sign != "":
		return fmt.Sprintf("%s is %q; want %s, that so many may be", word, clip(text), bare)
	case sign != "+" && Limit(bare).percent() && share.Cmp(hundred) > 0:
		return fmt.Sprintf("%s is %q; it is at most %s100%%", word, clip(text), sign)
	}
	return ""
}

// decode reads a guard.
func (g *guard) decode(d *decoder, word, n *node) bool {
	if !d.structure(n, g, kinds["guard"]) {
		return false
	}
	for _, limit := range []struct {
		word, text string
		signed     bool
	}{{"rows", g.Rows, true}, {"rejects", g.Rejects, false}} {
		if limit.text == "" {
			continue
		}
		if fault := limitFault(limit.word, limit.text, limit.signed); fault != "" {
			d.fault(n.get(limit.word), "%s", fault)
			return false
		}
	}
	if g.Columns != "" && g.Columns != keepColumns {
		d.fault(n.get("columns"), "%s", oneOf(g.Columns, "what can be said of columns", []string{keepColumns}, nil))
		return false
	}
	return true
}
