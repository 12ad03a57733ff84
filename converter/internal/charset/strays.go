package charset

// Strays are the bytes of a text that its encoding has no character for.
//
// Of an encoding of several bytes each is read as windows-1252 does, whose five holes are the
// control characters of the same value, as the WHATWG has it. An encoding of single bytes has
// its own table: there a hole is the control character of the same value too, or, where that
// would be a letter, the private character that the WHATWG's encoding x-user-defined has for
// the byte. In UTF-16 and UTF-32 a unit that is no character comes out as a private character
// for each of its bytes, and what is less than a unit at the end as windows-1252.
type Strays struct {
	Count int64
	// Of the first one:
	Offset int64 // in bytes from the text's start
	Line   int64 // 1-based
	Byte   byte
}

// privateBytes is the private character of byte 0.
const privateBytes = 0xf700

var defaultTable = newTable(legacy[Default])

// stray returns the character of a byte that an encoding of several bytes can't read.
func stray(b byte) rune { return defaultTable[b] }

// Reading says how the stray bytes of an encoding are read.
func Reading(name string) string {
	switch newDecoder(name).(type) {
	case singleByte:
		return "bytes that " + name + " does not define are read as control or private characters"
	case wide:
		return "bytes that are no character of " + name + " are read as private characters"
	}
	return "bytes that are not " + name + " are read as " + Default
}
