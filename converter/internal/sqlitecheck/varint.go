package sqlitecheck

// readVarint decodes SQLite's variable-length integer (file format §1.6): seven bits a
// byte, most significant first, eight in the ninth. It returns the number of bytes read,
// 0 if b ends too soon.
func readVarint(b []byte) (v uint64, n int) {
	if len(b) > 0 && b[0] < 0x80 {
		return uint64(b[0]), 1
	}
	for i, c := range b {
		if i == 8 {
			return v<<8 | uint64(c), 9
		}
		v = v<<7 | uint64(c&0x7f)
		if c < 0x80 {
			return v, i + 1
		}
	}
	return 0, 0
}
