package gcs

import "hash/crc32"

// sums are the checksums of the big blocks, to check the whole once all have been read.
type sums struct {
	want uint32           // of the object; 0 if unknown
	of   map[int64]uint32 // by offset
}

func (s *sums) add(b *block) {
	if s.of == nil {
		s.of = map[int64]uint32{}
	}
	s.of[b.off] = crc32.Checksum(b.data, Castagnoli)
}

// whole returns the object's checksum and that of what was read, if that was all of it.
func (s *sums) whole(size int64) (want, got uint32, ok bool) {
	if s.want == 0 || int64(len(s.of)) < (size+bigBlock-1)/bigBlock {
		return 0, 0, false
	}
	for off := int64(0); off < size; off += bigBlock {
		got = CombineCRC32C(got, s.of[off], min(bigBlock, size-off))
	}
	return s.want, got, true
}
