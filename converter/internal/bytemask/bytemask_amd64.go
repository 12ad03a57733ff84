package bytemask

import "golang.org/x/sys/cpu"

// blocks finds the bytes of whole blocks of 64.
func blocks(data []byte, a, b, c, quote byte, any, quotes []uint64) {
	if cpu.X86.HasAVX2 {
		avx2(&data[0], len(any), a, b, c, quote, &any[0], &quotes[0])
		return
	}
	generic(data, a, b, c, quote, any, quotes)
}

//go:noescape
func avx2(data *byte, n int, a, b, c, quote byte, any, quotes *uint64)

// highBlocks is High for whole blocks of 64.
func highBlocks(data []byte, mask []uint64) {
	if cpu.X86.HasAVX2 {
		highAVX2(&data[0], len(mask), &mask[0])
		return
	}
	genericHigh(data, mask)
}

//go:noescape
func highAVX2(data *byte, n int, mask *uint64)
