package parquet

import "github.com/dynasette/dynasette/converter"

// A meaning says how values of a leaf are to be read.
type meaning struct {
	as     as
	scale  int  // of a decimal
	unit   int  // of a time: how many digits a fraction of a second has
	utc    bool // a timestamp is in UTC
	unsaid bool // nothing is said of what the bytes are
}

// as is what values become.
type as uint8

const (
	asBool as = iota
	asInt
	asUint32
	asUint64
	asFloat32
	asFloat64
	asFloat16
	asText
	asBlob
	asDecimal // of an integer
	asDecimalBytes
	asDate
	asTime
	asTimestamp
	asInt96
	asUUID
	asInterval
)

// kinds are those of the cells. Spellings are of columns that may not fit in 64 bits.
var kinds = [...]converter.Kind{
	asBool: converter.KindInt, asInt: converter.KindInt, asUint32: converter.KindInt, asUint64: converter.KindUntyped,
	asFloat32: converter.KindReal, asFloat64: converter.KindReal, asFloat16: converter.KindReal,
	asText: converter.KindText, asBlob: converter.KindBlob, asDecimal: converter.KindUntyped, asDecimalBytes: converter.KindUntyped,
	asDate: converter.KindText, asTime: converter.KindText, asTimestamp: converter.KindText, asInt96: converter.KindText,
	asUUID: converter.KindText, asInterval: converter.KindText,
}

// maxScale is well above the 38 digits that programs have; more would be zeros without end.
const maxScale = 1000

// meaningOf returns what a field's type means: by its logical type, by the older annotation, or
// else by what it is made of. An annotation that its physical type can't have means nothing.
func meaningOf(e *element) meaning {
	l := e.logical
	if l.id == 0 {
		l = converted(e)
	}
	switch e.physical {
	case typeBoolean:
		return meaning{as: asBool}
	case typeFloat:
		return meaning{as: asFloat32}
	case typeDouble:
		return meaning{as: asFloat64}
	case typeInt96:
		return meaning{as: asInt96}
	case typeInt32, typeInt64:
		digits := [...]int{1: 3, 2: 6, 3: 9}
		switch {
		case l.id == logicalDecimal && 0 <= l.scale && l.scale <= maxScale:
			return meaning{as: asDecimal, scale: l.scale}
		case l.id == logicalDate && e.physical == typeInt32:
			return meaning{as: asDate}
		case l.id == logicalTime && 1 <= l.unit && l.unit <= 3:
			return meaning{as: asTime, unit: digits[l.unit], utc: l.utc}
		case l.id == logicalTimestamp && 1 <= l.unit && l.unit <= 3 && e.physical == typeInt64:
			return meaning{as: asTimestamp, unit: digits[l.unit], utc: l.utc}
		case l.id == logicalInteger && !l.signed && e.physical == typeInt32:
			return meaning{as: asUint32}
		case l.id == logicalInteger && !l.signed:
			return meaning{as: asUint64}
		}
		return meaning{as: asInt}
	}
	switch l.id {
	case logicalString, logicalEnum, logicalJSON:
		return meaning{as: asText}
	case logicalDecimal:
		if 0 <= l.scale && l.scale <= maxScale {
			return meaning{as: asDecimalBytes, scale: l.scale}
		}
	case logicalUUID:
		if e.physical == typeFixed && e.length == 16 {
			return meaning{as: asUUID}
		}
	case logicalFloat16:
		if e.physical == typeFixed && e.length == 2 {
			return meaning{as: asFloat16}
		}
	case interval:
		if e.physical == typeFixed && e.length == 12 {
			return meaning{as: asInterval}
		}
	case 0:
		return meaning{as: asBlob, unsaid: e.physical == typeBytes}
	}
	return meaning{as: asBlob}
}

// interval stands for the one annotation that has no logical type.
const interval = -1

// converted returns the logical type that an older annotation stands for.
func converted(e *element) logical {
	switch e.converted {
	case 0:
		return logical{id: logicalString}
	case 4:
		return logical{id: logicalEnum}
	case 5:
		return logical{id: logicalDecimal, scale: e.scale}
	case 6:
		return logical{id: logicalDate}
	case 7, 8:
		return logical{id: logicalTime, unit: e.converted - 6, utc: true}
	case 9, 10:
		return logical{id: logicalTimestamp, unit: e.converted - 8, utc: true}
	case 11, 12, 13, 14:
		return logical{id: logicalInteger}
	case 15, 16, 17, 18:
		return logical{id: logicalInteger, signed: true}
	case 19:
		return logical{id: logicalJSON}
	case 20:
		return logical{id: logicalBSON}
	case 21:
		return logical{id: interval}
	}
	return logical{}
}
