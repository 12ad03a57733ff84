package dbase

import "github.com/dynasette/dynasette/converter"

// A field is a column of a table, and where its values are in a record.
type field struct {
	name            []byte // as it is spelled
	letter          byte   // its type
	width, decimals int
	flags           byte
	kind            kind
	described       int // where the header describes it
	at              int // where it begins in a record
	memo            int // among those that have memos
	null, full      int // the bits that say that a value is NULL, and not as long as the field; -1: none
}

// Flags of a field, in Visual FoxPro.
const (
	nullable = 2
	isBinary = 4 // in no encoding
)

// A kind is how a field's values are spelled.
type kind uint8

const (
	unknown    kind = iota // as text
	text                   // padded
	number                 // in digits
	date                   // YYYYMMDD
	logical                // T, F
	memo                   // the number of a block, in digits
	memoBinary             // in 4 bytes
	integer                // 4 bytes, little-endian
	integer7               // 4 bytes, big-endian, the sign turned
	short                  // 2 bytes, little-endian
	real                   // 8 bytes, little-endian
	real7                  // 8 bytes, big-endian, negative ones inverted
	currency               // 8 bytes, ten-thousandths
	dateTime               // a Julian day and milliseconds
	timestamp7             // as real7, milliseconds since the year 1
	varchar                // text of a length of its own
	varbinary              // bytes of one
	flags                  // which values are NULL
)

// kindOf says how values are spelled.
func (h *header) kindOf(f *field) kind {
	width := func(n int, k kind) kind {
		if f.width == n {
			return k
		}
		return unknown
	}
	pointer := func() kind {
		if f.width == 4 {
			return memoBinary
		}
		return memo
	}
	switch f.letter {
	case 'C':
		return text
	case 'N', 'F':
		return number
	case 'D':
		return date
	case 'L':
		return logical
	case 'M', 'G', 'P', 'W':
		return pointer()
	case 'B':
		if f.width == 8 {
			return real
		}
		return pointer()
	case 'I', '+':
		if h.level7 {
			return width(4, integer7)
		}
		if f.width == 2 {
			return short
		}
		return width(4, integer)
	case 'O':
		if h.level7 {
			return width(8, real7)
		}
		return width(8, real)
	case 'Y':
		return width(8, currency)
	case 'T', '@':
		if h.level7 {
			return width(8, timestamp7)
		}
		return width(8, dateTime)
	case 'V':
		return varchar
	case 'Q':
		return varbinary
	case '0':
		return flags
	case '2':
		return width(2, short)
	case '4':
		return width(4, integer)
	case '8':
		return width(8, real)
	}
	return unknown
}

// isMemo reports whether the values are in the file with the memos.
func (f *field) isMemo() bool { return f.kind == memo || f.kind == memoBinary }

// isBlob reports whether what is in the file with the memos is bytes.
func (f *field) isBlob() bool {
	return f.letter == 'G' || f.letter == 'P' || f.letter == 'W' || f.letter == 'B' || f.letter == 'M' && f.flags&isBinary != 0
}

// column returns what is known of the column's values before they are read.
func (f *field) column() converter.ColumnDescription {
	switch f.kind {
	case number:
		const whole = 18 // digits that any INTEGER holds
		switch {
		case f.decimals == 0 && f.width <= whole:
			return converter.ColumnDescription{Kind: converter.KindInt}
		case f.width <= exactDigits:
			return converter.ColumnDescription{Kind: converter.KindReal}
		}
		return converter.ColumnDescription{} // the values decide
	case logical, integer, integer7, short:
		return converter.ColumnDescription{Kind: converter.KindInt}
	case real, real7:
		return converter.ColumnDescription{Kind: converter.KindReal}
	case currency:
		return converter.ColumnDescription{}
	case varbinary:
		return converter.ColumnDescription{Kind: converter.KindBlob}
	case memo, memoBinary:
		if f.isBlob() {
			return converter.ColumnDescription{Kind: converter.KindBlob}
		}
	case text, varchar:
		if f.flags&isBinary != 0 {
			return converter.ColumnDescription{}
		}
	}
	return converter.ColumnDescription{Kind: converter.KindText}
}
