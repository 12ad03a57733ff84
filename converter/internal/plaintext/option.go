package plaintext

import (
	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/charset"
)

// EncodingOption is the option "encoding" of formats that are text.
func EncodingOption() converter.Option {
	return converter.Option{
		Name: "encoding", Usage: "`NAME` of the text's encoding, as in utf-8, utf-16le, windows-1252, shift_jis",
		Values: charset.Names(),
	}
}

// CheckEncoding returns an error unless name is that of an encoding.
func CheckEncoding(name string) error {
	_, err := charset.Find(name, nil)
	return err
}
