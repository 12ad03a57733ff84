// Package suggest knows which word was meant by one that is mistyped.
package suggest

import "strings"

// For returns which of the known words was probably meant by one that is none of them, or
// "" if nothing is like it.
func For(word string, known []string) string {
	best, nearest := "", 1+min(2, len(word)/3)
	lower := strings.ToLower(word)
	for _, k := range known {
		if len(k) < 3 { // almost anything is as near
			continue
		}
		d := nearest
		if n := len(k) - len(word); n < nearest && -n < nearest { // it takes that many at least
			d = distance(lower, strings.ToLower(k))
		}
		if len(word) > 4 && strings.HasPrefix(k, word) {
			d = 1
		}
		if d < nearest {
			best, nearest = k, d
		}
	}
	return best
}

// distance returns how many letters have to be inserted, removed, replaced or swapped with
// the next one to make b of a.
func distance(a, b string) int {
	var rows [3][]int // the two rows above, and this one
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
	}
	for i := range len(a) + 1 {
		above2, above, row := rows[(i+1)%3], rows[(i+2)%3], rows[i%3]
		for j := range row {
			switch {
			case i == 0 || j == 0:
				row[j] = i + j
				continue
			case a[i-1] == b[j-1]:
				row[j] = above[j-1]
			default:
				row[j] = 1 + min(above[j-1], above[j], row[j-1])
			}
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], 1+above2[j-2])
			}
		}
	}
	return rows[len(a)%3][len(b)]
}
