package sqlitecheck

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter/internal/oracle"
)

// What integrity_check finds and Check does not look for: rows of a table looked up in its
// indexes one by one, constraints, and statements of the schema that don't parse.
var notStructure = regexp.MustCompile(`^(row \d+ missing from index|row \d+ values differ from index|non-unique entry in index|` +
	`NULL value in|CHECK constraint failed in|non-\w+ value in|NUMERIC value in|TEXT value in|\*\*\* in database main \*\*\*$)|` +
	`malformed database schema .* - (unrecognized token|duplicate column|near|incomplete input|no such|unknown|object name reserved|table .* has no column|error in|cannot|expected|missing datatype|default value)`)

// What SQLite calls malformed, Check finds, whatever bytes were changed. Check says more:
// SQLite 3.40 does not look at the order of an index's keys nor at all of a record's
// header, reads only the low byte of the schema format and two bits of the encoding, opens
// files of a later write version for reading, and takes other types for a schema row's.
func TestMutatedLikeSQLite(t *testing.T) {
	oracle.Program(t)
	var both, ours, none int
	rng := rand.New(rand.NewPCG(1, 2))
	for _, name := range slices.Sorted(maps.Keys(corpus)) {
		if name == "large" || strings.HasPrefix(name, "pages of") && name != "pages of 65536" {
			continue // the mutations would hit zeros, or what others have too
		}
		t.Run(name, func(t *testing.T) {
			sound := buildBytes(t, corpus[name])
			path := filepath.Join(t.TempDir(), "m.db")
			for range 8 {
				b, what := mutate(rng, sound)
				if err := os.WriteFile(path, b, 0o666); err != nil {
					t.Fatal(err)
				}
				var faults []string
				for _, f := range oracle.Faults(t, path) {
					if !notStructure.MatchString(f) {
						faults = append(faults, f)
					}
				}
				r := checkBytes(t, b, Options{MaxProblems: 3})
				if len(faults) > 0 && len(r.Problems) == 0 {
					t.Errorf("%s: SQLite says %q, and Check nothing", what, faults)
				}
				switch {
				case len(faults) > 0:
					both++
				case len(r.Problems) > 0:
					t.Logf("%s: SQLite says nothing, and Check %q", what, r.Problems[0])
					ours++
				default:
					none++
				}
			}
		})
	}
	t.Logf("%d found by both, %d by Check only, %d harmless", both, ours, none)
}

// mutate changes a few bytes, where the structure is more often than where values are.
func mutate(rng *rand.Rand, sound []byte) (b []byte, what string) {
	b = bytes.Clone(sound)
	size := int(b[16])<<8 | int(b[17])
	if size == 1 {
		size = 65536
	}
	pages := len(b) / size
	page := rng.IntN(pages) * size
	at := 0
	switch rng.IntN(10) {
	case 0: // the file's header, but for the bytes that mean nothing
		at = rng.IntN(72)
	case 1, 2: // a page's header
		at = page + rng.IntN(12)
	case 3, 4: // its cell pointers
		at = page + 8 + rng.IntN(64)
	case 5, 6, 7: // the beginning of a cell
		hdr := page
		if page == 0 {
			hdr = 100
		}
		cells := int(b[hdr+3])<<8 | int(b[hdr+4])
		pointer := hdr + 8 + 2*rng.IntN(cells+1)
		if pointer+1 >= page+size {
			pointer = page
		}
		at = min(page+(int(b[pointer])<<8|int(b[pointer+1]))+rng.IntN(10), len(b)-1)
	case 8:
		at = page + rng.IntN(size)
	case 9: // one page in the place of another
		other := rng.IntN(pages) * size
		copy(b[page:page+size], sound[other:])
		return b, fmt.Sprintf("page %d is a copy of %d", page/size+1, other/size+1)
	}
	was := b[at]
	switch rng.IntN(4) {
	case 0:
		b[at]++
	case 1:
		b[at]--
	case 2:
		b[at] ^= 1 << rng.IntN(8)
	case 3:
		b[at] = byte(rng.IntN(256))
	}
	return b, fmt.Sprintf("page %d byte %d (%d): %d is %d", at/size+1, at%size, at, was, b[at])
}
