package converter

import (
	"bytes"
	"fmt"

	"github.com/dynasette/dynasette/converter/internal/charset"
	"github.com/dynasette/dynasette/converter/internal/signature"
)

// A NoTableError says that a document is something else than a table, whatever it is
// called.
type NoTableError struct {
	Kind   string // what it is, with its article: "an HTML page"
	Advice string // what to do about it
	Err    error  // ErrUnknownFormat if no format was found for it; nil is ErrUnsupported
}

func (e *NoTableError) Error() string { return fmt.Sprintf("this is %s: %s", e.Kind, e.Advice) }

// Unwrap makes it one of the errors of this package.
func (e *NoTableError) Unwrap() error {
	if e.Err == nil {
		return ErrUnsupported
	}
	return e.Err
}

// Refuse returns a NoTableError if the document is known to be something else than a
// table. Formats call it that any text could be taken for.
func Refuse(in *Input) error {
	head, err := in.Head(signature.Len)
	if err != nil {
		return err
	}
	if err := noTable(head, members(in, head)); err != nil {
		return err
	}
	return nil
}

// noTable returns why a document that begins with head is no table, or nil; names are those
// of a zip archive's members.
func noTable(head []byte, names []string) *NoTableError {
	kind, ok := signature.Of(head)
	if !ok {
		kind, ok = signature.OfMembers(names)
	}
	if text := charset.Plain(head); !ok && !bytes.Equal(text, head) {
		kind, ok = signature.Of(text) // in UTF-16
	}
	if !ok {
		return nil
	}
	return &NoTableError{Kind: kind.Name, Advice: kind.Advice}
}
