package json

import (
	"encoding/base64"
	"encoding/binary"
	"math/bits"
	"unicode/utf16"
	"unicode/utf8"
)

// appendString appends what a valid string means; raw is what stands between its quotes.
// An escape that is one half of a surrogate pair without the other is no character and
// can't be UTF-8: it stays as it is spelled, and lone counts it.
func appendString(out, raw []byte) (text []byte, lone int) {
	for len(raw) > 0 {
		n := plain(raw)
		out = append(out, raw[:n]...)
		if raw = raw[n:]; len(raw) == 0 {
			break
		}
		// raw[0] is a backslash.
		if raw[1] != 'u' {
			out = append(out, unescape[raw[1]])
			raw = raw[2:]
			continue
		}
		r, size := hex4(raw[2:]), 6
		if utf16.IsSurrogate(r) {
			pair := rune(utf8.RuneError)
			if len(raw) >= 12 && raw[6] == '\\' && raw[7] == 'u' {
				pair = utf16.DecodeRune(r, hex4(raw[8:]))
			}
			if pair == utf8.RuneError {
				lone++
				out = append(out, raw[:6]...)
				raw = raw[6:]
				continue
			}
			r, size = pair, 12
		}
		out = utf8.AppendRune(out, r)
		raw = raw[size:]
	}
	return out, lone
}

// plain returns how many bytes stand before the first backslash.
func plain(raw []byte) int {
	n := 0
	for ; n+8 <= len(raw); n += 8 {
		w := binary.LittleEndian.Uint64(raw[n:]) ^ ones*'\\'
		if m := (w - ones) &^ w & highs; m != 0 {
			return n + bits.TrailingZeros64(m)>>3
		}
	}
	for n < len(raw) && raw[n] != '\\' {
		n++
	}
	return n
}

var unescape = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

func hex4(b []byte) (r rune) {
	for _, d := range b[:4] {
		r = r<<4 | rune(hexDigit(d))
	}
	return r
}

// appendCompact appends valid JSON without the white space outside its strings. Numbers
// and escapes stay as they are spelled.
func appendCompact(out, raw []byte) []byte {
	for p := 0; p < len(raw); {
		from := p
		for p < len(raw) && raw[p] > ' ' {
			if raw[p] == '"' {
				p = closing(raw, p+1)
			} else {
				p++
			}
		}
		out = append(out, raw[from:p]...)
		for p < len(raw) && raw[p] <= ' ' {
			p++
		}
	}
	return out
}

// appendNulls appends valid JSON with null in place of NaN and Infinity.
func appendNulls(out, raw []byte) []byte {
	for p := 0; p < len(raw); {
		switch b := raw[p]; {
		case b == '"':
			end := closing(raw, p+1)
			out = append(out, raw[p:end]...)
			p = end
		case b == 'N':
			out = append(out, "null"...)
			p += len("NaN")
		case b == 'I' || b == '-' && raw[p+1] == 'I':
			out = append(out, "null"...)
			p += len("Infinity")
			if b == '-' {
				p++
			}
		default:
			out = append(out, b)
			p++
		}
	}
	return out
}

// closing returns the position behind the closing quote of a valid string; p is behind the
// opening one.
func closing(raw []byte, p int) int {
	for {
		for ; p+8 <= len(raw); p += 8 {
			if m := special(binary.LittleEndian.Uint64(raw[p:])); m != 0 {
				p += bits.TrailingZeros64(m) >> 3
				break
			}
		}
		for raw[p] != '"' && raw[p] != '\\' {
			p++
		}
		if raw[p] == '"' {
			return p + 1
		}
		p += 2
	}
}

// appendBase64 appends the bytes that an object {"$base64": true, "encoded": "…"} stands
// for. ok is false if raw, which is valid JSON, is anything else, also if the encoding is
// broken: then it is an object like others.
func appendBase64(out, raw []byte) (blob []byte, ok bool) {
	compact := appendCompact(nil, raw)
	const mark, name = `"$base64":true`, `"encoded":"`
	inner := compact[1 : len(compact)-1]
	var encoded []byte
	switch {
	case len(inner) > len(mark)+len(name)+1 && string(inner[:len(mark)+1+len(name)]) == mark+","+name:
		encoded = inner[len(mark)+1+len(name):]
	case len(inner) > len(mark)+len(name)+1 && string(inner[:len(name)]) == name &&
		string(inner[len(inner)-len(mark)-1:]) == ","+mark:
		encoded = inner[len(name) : len(inner)-len(mark)-1]
	default:
		return out, false
	}
	if closing(encoded, 0) != len(encoded) {
		return out, false // there are more members
	}
	text, _ := appendString(nil, encoded[:len(encoded)-1])
	blob, err := base64.StdEncoding.Strict().AppendDecode(out, text)
	if err != nil {
		return out, false
	}
	return blob, true
}
