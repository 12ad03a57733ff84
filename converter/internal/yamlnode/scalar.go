package yamlnode

import (
	"encoding/base64"
	"strconv"
	"strings"

	"github.com/dynasette/dynasette/converter"
	"go.yaml.in/yaml/v4"
)

// kind is what a scalar is by the core schema of YAML 1.2.2, chapter 10.3, as far as it
// can be kept without loss: 012, +5, 1_000 and .inf stay the texts that they are.
type kind uint8

const (
	text kind = iota
	null
	boolean
	integer
	real
	blob
)

// A scalar is a resolved one.
type scalar struct {
	kind  kind
	plain bool // neither quoted nor tagged
	int   int64
	real  float64
	blob  []byte
}

const quoted = yaml.DoubleQuotedStyle | yaml.SingleQuotedStyle | yaml.LiteralStyle | yaml.FoldedStyle

// resolve says what a scalar node is; known is false if its tag is not one of YAML's own.
func resolve(n *yaml.Node) (s scalar, known bool) {
	if n.Style&yaml.TaggedStyle == 0 {
		if n.Style&quoted != 0 {
			return scalar{}, true
		}
		return plain(n.Value), true
	}
	switch n.Tag {
	case "!!null":
		return scalar{kind: null}, true
	case "!!bool", "!!int":
		s = plain(n.Value)
		if s.kind != boolean && s.kind != integer {
			s = scalar{}
		}
	case "!!float":
		s = plain(n.Value)
		if f := float64(s.int); s.kind == integer && int64(f) == s.int {
			s = scalar{kind: real, real: f}
		} else if s.kind != real {
			s = scalar{}
		}
	case "!!binary":
		bytes, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(n.Value), ""))
		if err == nil {
			s = scalar{kind: blob, blob: bytes}
		}
	case "!!str", "!!timestamp", "!!merge", "!!value":
	default:
		return scalar{}, false
	}
	s.plain = false
	return s, true
}

// plain resolves a scalar without quotes and tag.
func plain(s string) scalar {
	switch s {
	case "", "~", "null", "Null", "NULL":
		return scalar{kind: null, plain: true}
	case "true", "True", "TRUE":
		return scalar{kind: boolean, int: 1, plain: true}
	case "false", "False", "FALSE":
		return scalar{kind: boolean, int: 0, plain: true}
	}
	if c := s[0]; c != '-' && c != '.' && (c < '0' || c > '9') {
		return scalar{plain: true}
	}
	if n, ok := converter.ParseInt([]byte(s)); ok {
		return scalar{kind: integer, int: n, plain: true}
	}
	if f, ok := converter.ParseReal([]byte(s)); ok {
		return scalar{kind: real, real: f, plain: true}
	}
	base := 0
	switch {
	case strings.HasPrefix(s, "0o"):
		base = 8
	case strings.HasPrefix(s, "0x"):
		base = 16
	}
	if base > 0 && len(s) > 2 && s[2] != '+' && s[2] != '-' {
		if n, err := strconv.ParseInt(s[2:], base, 64); err == nil {
			return scalar{kind: integer, int: n, plain: true}
		}
	}
	return scalar{plain: true}
}

// value is the scalar as a cell.
func (s scalar) value(n *yaml.Node) converter.Value {
	switch s.kind {
	case null:
		return converter.Value{}
	case boolean, integer:
		return converter.Int(s.int)
	case real:
		return converter.Real(s.real)
	case blob:
		return converter.Blob(s.blob)
	}
	return converter.Text(n.Value)
}
