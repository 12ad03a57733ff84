package converter

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A reader reads the cells of a document's column as its field says. It is not changed; what
// a column's cells prove in time makes another one.
type reader struct {
	field   *FieldRule
	missing map[string]bool // spellings that are NULL
	trim    Trim
	pattern pattern // of dates and times; "": ISO
	any     bool    // the order of a date's numbers has to be proved
	order   orders  // once it is; 0: not yet
	yes, no map[string]bool
	enum    map[string]bool // values of the field's enum; see value
	spelled *Spelling
	own     bool    // which is another one than the table's
	item    *reader // of a list's items
}

// newReader returns the reader of a field, or nil if its cells are as they would be without.
func newReader(f *FieldRule, missing []string) *reader {
	r := &reader{field: f, missing: setOf(missing), spelled: f.Numbers.orNil()}
	switch f.Type {
	case BooleanType:
		r.yes, r.no = setOf(f.TrueValues), setOf(f.FalseValues)
		if f.TrueValues == nil {
			r.yes = setOf(without([]string{"true", "True", "TRUE", "1"}, f.FalseValues))
		}
		if f.FalseValues == nil {
			r.no = setOf(without([]string{"false", "False", "FALSE", "0"}, f.TrueValues))
		}
	case DateType, DateTimeType, TimeType:
		switch f.Format {
		case "", "default":
		case FormatAny:
			r.any = f.Type != TimeType
		default:
			r.pattern = pattern(f.Format)
		}
	}
	if f.Type == ListType {
		item := *f
		item.Type, item.Enum, item.Misfit = f.ItemType, nil, MisfitKeep
		r.item = newReader(&item, nil)
	}
	if f.Enum != nil {
		r.enum = map[string]bool{}
		for _, text := range f.Enum {
			r.enum[r.value(KindUntyped, []byte(text))] = true
		}
	}
	return r
}

// value returns a text that is the same for cells of the same value, however they are spelled.
func (r *reader) value(kind Kind, cell []byte) string {
	v, ok := reading{}, false
	switch {
	case r.field.Type == "" || r.field.Type == AnyType || r.field.Type == StringType || r.any:
	default:
		v, ok = r.read(nil, kind, cell)
	}
	switch {
	case !ok || v.same:
		return cellText(kind, cell)
	case v.kind == KindInt:
		return strconv.FormatInt(int64(v.bits), 10)
	case v.kind == KindReal:
		return strconv.FormatFloat(math.Float64frombits(v.bits), 'g', -1, 64)
	}
	return string(v.text)
}

// idle reports whether the reader changes no cell, and has nothing to find out.
func (r *reader) idle() bool {
	return r.missing == nil && r.trim == 0 && !r.typed() && !r.counts()
}

// typed reports whether cells can be misfits, or are to become something else. A number that
// is to be kept however it is spelled is looked for as without a type: see wanted.
func (r *reader) typed() bool {
	if r.field.Declared != "" {
		return false
	}
	switch r.field.Type {
	case "", AnyType, StringType:
		return false
	case IntegerType, NumberType, YearType:
		return r.field.Misfit != MisfitKeep || r.field.Parts > 1 || r.field.AnyUnit || r.own
	}
	return true
}

// counts reports whether there is something to be counted where it does not hold.
func (r *reader) counts() bool {
	f := r.field
	return f.Minimum != "" || f.Maximum != "" || f.Enum != nil || f.MinLength != nil || f.MaxLength != nil
}

// declared returns the type that a column of the field has, if all its cells are as it says.
func (f *FieldRule) declared() string {
	switch f.Type {
	case "", AnyType:
		return ""
	case IntegerType, YearType, BooleanType:
		return "INTEGER"
	case NumberType:
		return "REAL"
	}
	return "TEXT"
}

// A reading is what a reader makes of a cell.
type reading struct {
	kind Kind
	bits uint64 // of a number
	text []byte // of a text; valid until the next cell
	same bool   // the cell is that already
}

// trimmed returns a cell without the blanks that are none of it.
func (t Trim) trimmed(kind Kind, c Cell, cell []byte) (Cell, []byte) {
	if t == 0 || kind != KindUntyped {
		return c, cell
	}
	text := cell
	if t&TrimBehind != 0 {
		text = bytes.TrimRight(text, " \t")
	}
	rest := text
	if t&TrimBefore != 0 {
		rest = bytes.TrimLeft(text, " \t")
	}
	return Span(kind, int(c.Off)+len(text)-len(rest), len(rest)), rest
}

// null reports whether a cell stands for a value that is missing.
func (r *reader) null(kind Kind, cell []byte) bool {
	if r.missing == nil || kind != KindUntyped && kind != KindQuoted && kind != KindText {
		return false
	}
	return r.missing[string(cell)] || len(cell) > 0 && r.missing[string(trimSpace(cell))] && len(trimSpace(cell)) > 0
}

// read reads a cell that is neither NULL nor missing. It reports false if that is a misfit.
// buf is for the result.
func (r *reader) read(buf []byte, kind Kind, cell []byte) (reading, bool) {
	text := kind == KindUntyped || kind == KindQuoted || kind == KindText
	if text {
		cell = trimSpace(cell)
	}
	switch r.field.Type {
	case IntegerType, YearType, NumberType:
		return r.number(buf, kind, cell)
	case BooleanType:
		if kind == KindInt && binary.LittleEndian.Uint64(cell) <= 1 {
			return reading{same: true}, true
		}
		yes := r.yes[string(cell)]
		return reading{kind: KindInt, bits: map[bool]uint64{true: 1}[yes]}, text && (yes || r.no[string(cell)])
	case ListType:
		return r.list(buf, kind, cell)
	}
	if !text {
		return reading{same: true}, r.field.Type != DateType && r.field.Type != DateTimeType && r.field.Type != TimeType && r.field.Type != YearMonthType
	}
	switch r.field.Type {
	case DateType, DateTimeType, TimeType:
		return r.moment(buf, kind, cell)
	case YearMonthType:
		_, ok := pattern("%Y-%m-%d").read(append(append(buf, cell...), "-01"...))
		return reading{same: true}, ok && len(cell) == len("2006-01")
	case DurationType:
		return reading{same: true}, isDuration(cell)
	case GeoPointType:
		return reading{same: true}, isPoint(r.field.Format, cell)
	case ArrayType:
		return reading{same: true}, isJSON('[', cell)
	case ObjectType, GeoJSONType:
		return reading{same: true}, isJSON('{', cell)
	}
	return reading{same: true}, true
}

func isJSON(open byte, cell []byte) bool { return len(cell) > 0 && cell[0] == open && json.Valid(cell) }

// isPoint reports whether a cell is a longitude and a latitude, as its field's format has them.
func isPoint(format string, cell []byte) bool {
	switch format {
	case "array":
		return isJSON('[', cell)
	case "object":
		return isJSON('{', cell)
	}
	degrees := func(b []byte, most float64) bool {
		f, err := strconv.ParseFloat(string(trimSpace(b)), 64)
		return err == nil && math.Abs(f) <= most
	}
	lon, lat, _ := bytes.Cut(cell, []byte(","))
	return degrees(lon, 180) && degrees(lat, 90)
}

// isoMoments are how ISO 8601 spells dates and times that are kept as they are.
var isoMoments = map[FieldType][]pattern{
	DateType: {"%Y-%m-%d"},
	TimeType: {"%H:%M:%S", "%H:%M", "%H:%M:%S.%f", "%H:%M:%S%z", "%H:%M:%S.%f%z"},
	DateTimeType: {"%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M:%S%z", "%Y-%m-%dT%H:%M:%S.%f", "%Y-%m-%dT%H:%M:%S.%f%z",
		"%Y-%m-%d %H:%M:%S.%f", "%Y-%m-%d %H:%M:%S.%f%z", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M%z", "%Y-%m-%d %H:%M%z"},
}

// moment reads a date or a time.
func (r *reader) moment(buf []byte, kind Kind, cell []byte) (reading, bool) {
	iso := func() (reading, bool) {
		if !padded(r.field.Type, cell) {
			return reading{}, false
		}
		for _, p := range isoMoments[r.field.Type] {
			if _, ok := p.read(cell); ok {
				return reading{same: true}, true
			}
		}
		return reading{}, false
	}
	var m moment
	var ok bool
	switch {
	case r.any:
		u, found := readUnordered(cell)
		if found && r.order != 0 {
			m, ok = u.in(r.order)
		}
	case r.pattern == "":
		return iso()
	default:
		if m, ok = r.pattern.read(cell); !ok && kind == KindText {
			return iso() // as a workbook's dates are
		}
	}
	date, clock := true, true
	switch r.field.Type {
	case DateType:
		ok = ok && m.dated && m.midnight()
		clock = false
	case TimeType:
		ok = ok && m.timed
		date = false
	default:
		ok = ok && m.dated
	}
	if !ok {
		return reading{}, false
	}
	text := m.append(buf, date, clock)
	return reading{kind: KindText, text: text, same: bytes.Equal(text, cell)}, true
}

// padded reports whether a text has the digits where ISO 8601 has them.
func padded(t FieldType, cell []byte) bool {
	at := func(i int, c byte) bool { return len(cell) <= i || cell[i] == c }
	if t == TimeType {
		return len(cell) >= 5 && at(2, ':') && (at(5, ':'))
	}
	return len(cell) >= 10 && at(4, '-') && at(7, '-') && at(13, ':') && (at(16, ':') || at(16, '+') || at(16, '-') || at(16, 'Z'))
}

// number reads a number, to be kept as one whatever else the column holds.
func (r *reader) number(buf []byte, kind Kind, cell []byte) (reading, bool) {
	whole := r.field.Type != NumberType
	switch kind {
	case KindInt:
		return reading{same: true}, r.field.Parts < 2
	case KindReal:
		f := math.Float64frombits(binary.LittleEndian.Uint64(cell))
		if !whole {
			return reading{same: true}, true
		}
		n := int64(f)
		return reading{kind: KindInt, bits: uint64(n)}, float64(n) == f && math.Abs(f) <= exactInts
	case KindBlob:
		return reading{}, false
	}
	if r.field.AnyUnit {
		cell, _ = cutUnit(cell)
	}
	plain := cell
	if r.spelled != nil {
		var ok bool
		if plain, _, ok = r.spelled.plain(buf, cell); !ok {
			return reading{}, false
		}
	}
	cast := r.field.Misfit == MisfitCast
	if cast {
		plain = canonical(plain)
	}
	if r.field.Parts > 1 {
		return r.parts(plain)
	}
	if n, ok := ParseInt(plain); ok {
		if !whole && (n > exactInts || n < -exactInts) {
			return reading{}, false
		}
		return reading{kind: KindInt, bits: uint64(n)}, true
	}
	f, ok := ParseReal(plain)
	if !ok && cast {
		var err error
		f, err = strconv.ParseFloat(string(plain), 64)
		ok = err == nil && bytes.IndexByte(plain, '.') >= 0 && !math.IsInf(f, 0)
	}
	if ok && whole {
		n := int64(f)
		return reading{kind: KindInt, bits: uint64(n)}, cast && float64(n) == f && math.Abs(f) <= exactInts
	}
	return reading{kind: KindReal, bits: math.Float64bits(f)}, ok
}

// parts reads a number of parts of what it says, as percent are.
func (r *reader) parts(plain []byte) (reading, bool) {
	_, integer := ParseInt(plain)
	if _, real := ParseReal(plain); !integer && !real {
		return reading{}, false
	}
	f, err := strconv.ParseFloat(string(plain), 64)
	if zeros := math.Log10(float64(r.field.Parts)); zeros == math.Trunc(zeros) && !bytes.ContainsAny(plain, "eE") {
		f, err = strconv.ParseFloat(string(plain)+"e-"+strconv.Itoa(int(zeros)), 64) // the nearest one
	} else {
		f /= float64(r.field.Parts)
	}
	return reading{kind: KindReal, bits: math.Float64bits(f)}, err == nil
}

// canonical returns a number as it is usually spelled: without a plus and leading zeros.
func canonical(number []byte) []byte {
	digits := number
	negative := false
	if len(digits) > 0 && (digits[0] == '-' || digits[0] == '+') {
		negative, digits = digits[0] == '-', digits[1:]
	}
	for len(digits) > 1 && digits[0] == '0' && digits[1]-'0' <= 9 {
		digits = digits[1:]
	}
	if !negative || string(digits) == "0" {
		return digits
	}
	return append([]byte("-"), digits...)
}

// isDuration reports whether a text is a duration as ISO 8601 has it: P1Y2M3DT4H5M6S.
func isDuration(b []byte) bool {
	b = bytes.TrimPrefix(b, []byte("-"))
	rest, ok := bytes.CutPrefix(b, []byte("P"))
	units, parts := "YMWD", 0
	for ok && len(rest) > 0 {
		if rest[0] == 'T' && units != "HMS" {
			if units, rest = "HMS", rest[1:]; len(rest) == 0 {
				return false
			}
			continue
		}
		n := 0
		for n < len(rest) && (rest[n]-'0' <= 9 || n > 0 && rest[n] == '.') {
			n++
		}
		if n == 0 || n == len(rest) || strings.IndexByte(units, rest[n]) < 0 {
			return false
		}
		rest, parts = rest[n+1:], parts+1
	}
	return ok && parts > 0
}

// holds reports whether a cell keeps to what is counted, and what does not hold.
func (r *reader) holds(kind Kind, cell []byte) (string, bool) {
	f := r.field
	switch {
	case f.Enum != nil && !r.enum[r.value(kind, cell)]:
		return "enum", false
	case f.MinLength != nil && utf8.RuneCount(cell) < *f.MinLength:
		return "minLength", false
	case f.MaxLength != nil && utf8.RuneCount(cell) > *f.MaxLength:
		return "maxLength", false
	case f.Minimum != "" && r.compare(kind, cell, f.Minimum) < 0:
		return "minimum", false
	case f.Maximum != "" && r.compare(kind, cell, f.Maximum) > 0:
		return "maximum", false
	}
	return "", true
}

// compare compares a cell with a bound that is spelled as cells are: numbers by size, and
// others as text. What can't be compared is equal.
func (r *reader) compare(kind Kind, cell []byte, bound string) int {
	size := func(kind Kind, b []byte) (float64, bool) {
		switch kind {
		case KindInt:
			return float64(int64(binary.LittleEndian.Uint64(b))), true
		case KindReal:
			return math.Float64frombits(binary.LittleEndian.Uint64(b)), true
		}
		if r.spelled != nil {
			b, _, _ = r.spelled.plain(nil, b)
		}
		f, err := strconv.ParseFloat(string(trimSpace(b)), 64)
		return f, err == nil
	}
	a, isNumber := size(kind, cell)
	b, bounded := size(KindUntyped, []byte(bound))
	switch {
	case isNumber && bounded:
		return compareFloats(a, b)
	case bounded || isNumber:
		return 0
	}
	to := []byte(bound)
	if v, ok := r.read(nil, KindUntyped, to); ok && !v.same && v.kind == KindText {
		to = v.text
	}
	from := cell
	if v, ok := r.read(nil, kind, cell); ok && !v.same && v.kind == KindText {
		from = v.text
	}
	return bytes.Compare(from, to)
}

func compareFloats(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// cellText returns a cell as people write it.
func cellText(kind Kind, cell []byte) string {
	switch kind {
	case KindInt:
		return strconv.FormatInt(int64(binary.LittleEndian.Uint64(cell)), 10)
	case KindReal:
		return strconv.FormatFloat(math.Float64frombits(binary.LittleEndian.Uint64(cell)), 'g', -1, 64)
	}
	return string(cell)
}

// without returns a list but for what is in another.
func without(list, other []string) []string {
	return slices.DeleteFunc(list, func(s string) bool { return slices.Contains(other, s) })
}

func setOf(list []string) map[string]bool {
	if list == nil {
		return nil
	}
	set := make(map[string]bool, len(list))
	for _, s := range list {
		set[s] = true
	}
	return set
}

func sameSpelling(a, b *Spelling) bool { return a == b || a != nil && b != nil && *a == *b }

// orNil returns s, or nil if it is as usual.
func (s Spelling) orNil() *Spelling {
	if s.Decimal == "." {
		s.Decimal = ""
	}
	if s == (Spelling{}) {
		return nil
	}
	return &s
}
