package converter

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
)

// list reads a list, as a JSON array. An item is null if its spelling stands for a value that
// is missing.
func (r *reader) list(buf []byte, kind Kind, cell []byte) (reading, bool) {
	if kind != KindUntyped && kind != KindQuoted && kind != KindText {
		return reading{}, false
	}
	if len(cell) > 0 && cell[0] == '[' && kind == KindText && json.Valid(cell) {
		return reading{same: true}, true // as documents have lists that know them
	}
	separator := r.field.Separator
	if separator == "" {
		separator = ","
	}
	items := strings.Split(string(cell), separator)
	if separator == " " {
		items = strings.Fields(string(cell))
	}
	out := append(buf, '[')
	for i, text := range items {
		if i > 0 {
			out = append(out, ',')
		}
		text = strings.TrimSpace(text)
		if text != "" && r.missing[text] {
			out = append(out, "null"...)
			continue
		}
		var ok bool
		if out, ok = r.item.appendItem(out, text); !ok {
			return reading{}, false
		}
	}
	return reading{kind: KindText, text: append(out, ']')}, true
}

// appendItem appends an item of a list as JSON. It reports false if that is a misfit.
func (r *reader) appendItem(out []byte, text string) ([]byte, bool) {
	switch r.field.Type {
	case DateType, DateTimeType, TimeType, IntegerType, NumberType, BooleanType, YearType:
	default:
		return appendJSON(out, text), true
	}
	v, ok := r.read(nil, KindUntyped, []byte(text))
	switch {
	case !ok:
		return out, false
	case r.field.Type == BooleanType:
		return strconv.AppendBool(out, v.bits != 0), true
	case v.kind == KindInt:
		return strconv.AppendInt(out, int64(v.bits), 10), true
	case v.kind == KindReal && r.spelled == nil && r.field.Parts < 2 && json.Valid([]byte(text)):
		return append(out, text...), true // with all of its digits
	case v.kind == KindReal:
		return strconv.AppendFloat(out, math.Float64frombits(v.bits), 'g', -1, 64), true
	case !v.same:
		text = string(v.text)
	}
	return appendJSON(out, text), true
}
