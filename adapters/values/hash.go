package values

import (
	"hash/maphash"
	"math"
	"slices"
	"strconv"
)

// Each process hashes in its own way; texts and numbers in one, as they are spelled, and blobs in another.
var (
	seed     = maphash.MakeSeed()
	blobSeed = maphash.MakeSeed()
	hashNull = maphash.String(maphash.MakeSeed(), "NULL")
	hashNone = maphash.String(seed, "")
)

// blank is what a row has for a hash that NULL, or an empty text, is to tell apart from others, which it can't.
const blank = 0

// A hasher hashes values.
type hasher struct{ text []byte }

func (h *hasher) value(v any) uint64 {
	switch v := v.(type) {
	case int64:
		h.text = strconv.AppendInt(h.text[:0], v, 10)
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < 1<<53 {
			h.text = strconv.AppendInt(h.text[:0], int64(v), 10)
		} else {
			h.text = strconv.AppendFloat(h.text[:0], v, 'g', -1, 64)
		}
	case string:
		return maphash.String(seed, v)
	case []byte:
		return maphash.Bytes(blobSeed, v)
	default:
		return hashNull
	}
	return maphash.Bytes(seed, h.text)
}

// combined hashes several values in their order.
func combined(hashes []uint64) (all uint64) {
	const odd = 0x9e3779b97f4a7c15
	for _, h := range hashes {
		all = all*odd + h
	}
	return all
}

// keyOf hashes those values that are to tell a row apart.
func keyOf(hashes []uint64, places []int) (all uint64) {
	const odd = 0xd6e8feb86659fd93
	for _, place := range places {
		if hashes[place] == hashNull || hashes[place] == hashNone {
			return blank
		}
		all = all*odd + hashes[place]
	}
	return all
}

// brief returns a row to be shown: of long values the beginning.
func brief(row []any) []any {
	row = slices.Clone(row)
	for i, v := range row {
		row[i] = briefValue(v)
	}
	return row
}

const briefBytes = 1000 // which are more characters than are shown

func briefValue(v any) any {
	switch v := v.(type) {
	case string:
		if len(v) > briefBytes {
			return string([]byte(v[:briefBytes])) // not the whole, held by a part of it
		}
	case []byte:
		return Bytes(len(v))
	}
	return v
}
