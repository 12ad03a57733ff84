package extsort

import (
	"bytes"
	"slices"
)

// Split returns bounds that divide the list into pieces of about size bytes: what is before
// the first of them, between two, and behind the last is for a Merge each. Many entries that
// begin alike are not divided.
func (l *List) Split(size int64) [][]byte {
	total, blocks := int64(0), 0
	for _, r := range l.runs {
		total += r.size
		blocks += len(r.blocks)
	}
	pieces := int(min(total/size, int64(blocks)))
	if pieces < 2 {
		return nil
	}
	step := max(1, blocks/(pieces*16))
	var sample [][]byte
	i := 0
	for _, r := range l.runs {
		for _, first := range r.firsts {
			if i++; i%step == 0 {
				sample = append(sample, first)
			}
		}
	}
	slices.SortFunc(sample, bytes.Compare)
	var bounds [][]byte
	for i := 1; i < pieces; i++ {
		bound := sample[i*len(sample)/pieces]
		if len(bounds) == 0 || !bytes.Equal(bounds[len(bounds)-1], bound) {
			bounds = append(bounds, bound)
		}
	}
	return bounds
}
