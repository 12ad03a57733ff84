package plaintext

import (
	"errors"

	"github.com/dynasette/dynasette/converter"
	"golang.org/x/text/encoding/htmlindex"
)

// EncodingOption is the option "encoding" of formats that are text.
func EncodingOption() converter.Option {
	return converter.Option{
		Name: "encoding", Usage: "`NAME` of the text's encoding, as in utf-8, utf-16le, windows-1252, shift_jis",
		Values: []string{"utf-8", "utf-16le", "utf-16be", "windows-1252", "shift_jis", "gb18030"},
	}
}

// CheckEncoding returns an error unless name is that of an encoding.
func CheckEncoding(name string) error {
	if _, err := htmlindex.Get(name); err != nil {
		return errors.New("want an encoding's name from the WHATWG's list, as in utf-8, windows-1252, shift_jis")
	}
	return nil
}
