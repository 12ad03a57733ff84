package pages

import (
	"encoding/base64"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/tidwall/gjson"
)

// plain returns a value as text: "" for NULL, the bytes of a blob as they are.
func plain(v any) string {
	switch v := v.(type) {
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return formatReal(v)
	case string:
		return v
	case []byte:
		return string(v)
	}
	return ""
}

// formatReal writes the shortest decimal that reads back as v, never one that looks like an
// integer.
func formatReal(v float64) string {
	switch abs := math.Abs(v); {
	case math.IsInf(v, 1):
		return "Inf"
	case math.IsInf(v, -1):
		return "-Inf"
	case v != 0 && (abs < 1e-5 || abs >= 1e16):
		return strconv.FormatFloat(v, 'e', -1, 64)
	}
	s := strconv.FormatFloat(v, 'f', -1, 64)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}

// appendJSON appends a value as Datasette writes it.
func appendJSON(b []byte, v any) []byte {
	switch v := v.(type) {
	case int64:
		return strconv.AppendInt(b, v, 10)
	case float64:
		if math.IsInf(v, 0) { // JSON has none
			return append(b, "null"...)
		}
		return append(b, formatReal(v)...)
	case string:
		return gjson.AppendJSONString(b, v)
	case labelledValue:
		b = appendJSON(append(b, `{"value": `...), v.value)
		return append(appendJSON(append(b, `, "label": `...), v.label), '}')
	case []byte:
		b = append(b, `{"$base64": true, "encoded": "`...)
		b = base64.StdEncoding.AppendEncode(b, v)
		return append(b, `"}`...)
	}
	return append(b, "null"...)
}

// appendCSV appends a value as a field of CSV. NULL is nothing at all, an empty text is "".
func appendCSV(b []byte, v any) []byte {
	switch v := v.(type) {
	case int64:
		return strconv.AppendInt(b, v, 10)
	case string:
		if v != "" && v[0] != ' ' && v[len(v)-1] != ' ' && !strings.ContainsAny(v, "\",\r\n") {
			return append(b, v...)
		}
		b = append(b, '"')
		b = append(b, strings.ReplaceAll(v, `"`, `""`)...)
		return append(b, '"')
	}
	return append(b, plain(v)...)
}

// cut returns at most n characters of s, and whether that is less than all.
func cut(s string, n int) (string, bool) {
	if len(s) <= n {
		return s, false
	}
	for i := range s {
		if n--; n < 0 {
			return s[:i], true
		}
	}
	return s, false
}

// readable returns s without what a page can't show as text.
func readable(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}
