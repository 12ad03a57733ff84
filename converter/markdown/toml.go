package markdown

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/BurntSushi/toml"
	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/nested"
)

// toml reads TOML 1.0 (toml.io).
func (m matter) toml() ([]field, error) {
	if tooDeep(m.text) {
		return nil, fmt.Errorf("too long or nested too deep: %w", converter.ErrLimit)
	}
	var values map[string]any
	meta, err := toml.Decode(string(m.text), &values)
	if err != nil {
		var syntax toml.ParseError
		if errors.As(err, &syntax) {
			err = &converter.SyntaxError{Line: int64(syntax.Position.Line) + 1, Err: errors.New(syntax.Message)}
		}
		return nil, err
	}
	var fields []field
	for _, key := range meta.Keys() {
		value, ok := values[key[0]]
		if !ok {
			continue // a deeper key of a table that has been seen
		}
		delete(values, key[0])
		fields = append(fields, field{key[0], tomlValue(value)})
	}
	return fields, nil
}

// tooDeep reports what the library would spend seconds on, and then some.
func tooDeep(text []byte) bool {
	depth, dots := 0, 0
	for _, c := range text {
		switch c {
		case '[', '{':
			depth++
		case ']', '}':
			depth = max(0, depth-1)
		case '.':
			dots++
		case '\n':
			dots = 0
		}
		if depth > 100 || dots > 500 {
			return true
		}
	}
	return len(text) > 64<<10
}

func tomlValue(v any) converter.Value {
	switch v := v.(type) {
	case string:
		return converter.Text(v)
	case int64:
		return converter.Int(v)
	case bool:
		return converter.Bool(v)
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return converter.Text(strconv.FormatFloat(v, 'g', -1, 64))
		}
		return converter.Real(v)
	case time.Time:
		return converter.Text(tomlTime(v))
	}
	return converter.Text(string(appendTOML(nil, v)))
}

// appendTOML appends a value as compact JSON, with the keys of tables sorted.
func appendTOML(dst []byte, v any) []byte {
	switch v := v.(type) {
	case string:
		return nested.AppendString(dst, v)
	case int64:
		return strconv.AppendInt(dst, v, 10)
	case bool:
		return strconv.AppendBool(dst, v)
	case float64:
		return nested.AppendReal(dst, v)
	case time.Time:
		return nested.AppendString(dst, tomlTime(v))
	case []map[string]any:
		list := make([]any, len(v))
		for i := range v {
			list[i] = v[i]
		}
		return appendTOML(dst, list)
	case []any:
		dst = append(dst, '[')
		for i, item := range v {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = appendTOML(dst, item)
		}
		return append(dst, ']')
	case map[string]any:
		dst = append(dst, '{')
		for i, key := range slices.Sorted(maps.Keys(v)) {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = append(nested.AppendString(dst, key), ':')
			dst = appendTOML(dst, v[key])
		}
		return append(dst, '}')
	}
	panic(fmt.Sprintf("toml: a value of type %T", v))
}

// tomlTime spells a time as ISO 8601; the library tells by the zone's name which parts of
// it were given.
func tomlTime(t time.Time) string {
	switch t.Location().String() {
	case "date-local":
		return t.Format(time.DateOnly)
	case "time-local":
		return t.Format("15:04:05.999999999")
	case "datetime-local":
		return t.Format("2006-01-02T15:04:05.999999999")
	}
	return t.Format(time.RFC3339Nano)
}
