//go:build !amd64

package bytemask

// blocks finds the bytes of whole blocks of 64.
func blocks(data []byte, a, b, c, quote byte, any, quotes []uint64) {
	generic(data, a, b, c, quote, any, quotes)
}

func highBlocks(data []byte, mask []uint64) { genericHigh(data, mask) }
