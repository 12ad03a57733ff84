package converter

// seen is the set of what a column has held so far: what its type is decided by.
type seen uint16

const (
	untypedInt   seen = 1 << iota // a canonical integer
	untypedBig                    // one beyond ±2^53, which a REAL column would round
	untypedReal                   // a decimal that a float64 holds
	untypedText                   // anything else that is not blank
	untypedBlank                  // quoted "" or white space: '' or as spelled in TEXT, NULL among numbers
	typedInt
	typedBig
	typedReal
	typedText
	typedBlob
	untypedPoint  // a decimal whose point can't stand between thousands: 1.5, but not 1.234
	untypedDotted // not a cell: the decimals' points may stand between thousands, so they stay as they are spelled
)

// untypedKinds are those of untyped cells, which are not looked at any more in a column of
// text.
const untypedKinds = untypedInt | untypedBig | untypedReal | untypedPoint | untypedText | untypedBlank

const exactInts = 1 << 53 // a float64 holds every integer up to here

// mode is how a column's untyped cells are encoded.
type mode uint8

const (
	modeOpen    mode = iota // nothing but blanks so far
	modeNumber              // as numbers
	modeAffine              // as SQLite would in a column of the numeric type that the user named
	modeRowid               // as the row's id, which its record does not repeat
	modeText                // as they are spelled
	modeSpelled             // as modeText, and typed numbers too: the user named the type TEXT
)

// textual reports whether untyped cells must stay as they are spelled.
func (s seen) textual() bool {
	return s&(untypedText|untypedDotted) != 0 ||
		s&untypedBig != 0 && s&(untypedReal|typedReal) != 0 ||
		s&typedBig != 0 && s&untypedReal != 0 ||
		s&(untypedInt|untypedReal) != 0 && s&(typedText|typedBlob) != 0
}

func (s seen) mode() mode {
	switch {
	case s.textual():
		return modeText
	case s&(untypedInt|untypedReal|typedInt|typedReal) != 0:
		return modeNumber
	}
	return modeOpen
}

// stale reports whether cells that s was seen in, encoded in mode from, would be other
// bytes in mode to.
func (s seen) stale(from, to mode) bool {
	if from == to {
		return false
	}
	if from == modeOpen && to == modeNumber {
		return s&untypedBlank != 0
	}
	return s&(untypedInt|untypedReal) != 0 || from == modeNumber && s&untypedBlank != 0
}

// declared returns the column's type in the schema, and why. Values that came typed keep
// their type: where they mix there is no declared type, and so no affinity to change them.
func (s seen) declared() (declared, why string) {
	const typed = typedInt | typedBig | typedReal | typedText | typedBlob
	switch {
	case s.textual():
		if s&typed&^typedText != 0 {
			return "", "values of several types"
		}
		if s&untypedDotted != 0 {
			return "TEXT", "points that may stand between thousands, as other columns have decimal commas"
		}
		if s&untypedText == 0 {
			return "TEXT", "numbers that no one type holds without loss"
		}
		return "TEXT", "not a number without loss"
	case s&typed == typedText:
		return "TEXT", "text"
	case s&typed == typedBlob && s&untypedBlank == 0:
		return "BLOB", "blobs"
	case s&(typedText|typedBlob) != 0:
		return "", "values of several types"
	case s&typedReal != 0 && s&typedBig != 0:
		return "", "reals, and integers that a REAL would round"
	case s&(untypedReal|typedReal) != 0:
		return "REAL", "every value is a number that a 64-bit float holds"
	case s&(untypedInt|typedInt) != 0:
		return "INTEGER", "every value is a 64-bit integer"
	}
	return "TEXT", noValues
}

const noValues = "no values"
