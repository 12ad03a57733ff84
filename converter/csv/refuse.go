package csv

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/dynasette/dynasette/converter"
)

// refuse returns why a document is no delimited text, although any text could be taken for
// that: head is its beginning as text, whole whether that is all.
func refuse(in *converter.Input, head []byte, whole bool) error {
	if err := converter.Refuse(in); err != nil {
		return err
	}
	if err := readable(head); err != nil {
		return err
	}
	if isJSON(head, whole) {
		return &converter.NoTableError{Kind: "JSON and no delimited text", Advice: "call it .json, or use --format json"}
	}
	return nil
}

var errBinary = fmt.Errorf("this is not text but binary data: %w", converter.ErrCorrupt)

// readable refuses what is not text at all. NULs behind everything are padding, and ^A, ^Z
// and the separators of ASCII may divide cells or end a text.
func readable(head []byte) error {
	text := bytes.TrimRight(head, "\x00\x1a \r\n")
	control := 0
	for _, c := range text {
		if c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != 1 && (c < 0x1c || c > 0x1f) || c == 0x7f {
			control++
		}
	}
	if control*10 > len(text) || len(text) == 0 && bytes.IndexByte(head, 0) >= 0 {
		return errBinary
	}
	return nil
}

// isJSON reports whether a text begins with an object or an array of JSON, and a line ends
// there.
func isJSON(head []byte, whole bool) bool {
	text := bytes.TrimLeft(head, " \t\r\n")
	if len(text) < 2 || text[0] != '{' && text[0] != '[' {
		return false
	}
	d := json.NewDecoder(bytes.NewReader(text))
	var value json.RawMessage
	switch err := d.Decode(&value); {
	case err == nil:
		rest := bytes.TrimLeft(text[d.InputOffset():], " \t\r")
		return len(rest) == 0 || rest[0] == '\n'
	case errors.Is(err, io.ErrUnexpectedEOF):
		return !whole && len(text) > 1024 // sound as far as it goes
	}
	return false
}
