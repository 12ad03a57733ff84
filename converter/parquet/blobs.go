package parquet

import (
	"sync/atomic"
	"unicode/utf8"

	"github.com/dynasette/dynasette/converter"
)

// blobs is what is known of the bytes of a column of which the schema says nothing. It is the
// same at the end, in whatever order they come.
type blobs struct {
	some   atomic.Bool // there are some
	binary atomic.Bool // some are no text
}

// look looks at bytes, until some are no text.
func (l *blobs) look(b []byte) {
	if l.binary.Load() || len(b) == 0 {
		return
	}
	if !l.some.Load() {
		l.some.Store(true)
	}
	if !utf8.Valid(b) {
		l.binary.Store(true)
		return
	}
	for _, c := range b {
		if c < ' ' && c != '\n' && c != '\r' && c != '\t' || c == 0x7f {
			l.binary.Store(true)
			return
		}
	}
}

// binaryText has bytes of which the schema says nothing be text.
func (s *schema) binaryText() {
	for _, l := range s.leaves {
		if l.physical == typeBytes && l.meaning.unsaid {
			l.meaning = meaning{as: asText}
		}
	}
}

// report says which columns look as if their bytes were text.
func (s *schema) report(out *converter.Writer, table string) {
	for _, n := range s.columns {
		if n.flat() && n.leaf.meaning.unsaid && n.leaf.blobs.some.Load() && !n.leaf.blobs.binary.Load() {
			out.Report(converter.Finding{Code: "binary-text", Severity: converter.Doubt, Table: table, Column: n.name,
				Message: "the bytes of a column look like text, which the file does not say: they are BLOBs", Try: []string{"--binary-text"}})
		}
	}
}
