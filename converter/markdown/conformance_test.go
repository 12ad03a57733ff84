package markdown

import (
	"os"
	"testing"

	"github.com/dynasette/dynasette/converter/convertertest"
)

func TestConformance(t *testing.T) {
	named := Format
	named.Sniff = nil // not every document says what it is
	convertertest.Run(t, named, Converter{Tables: true}, os.DirFS("../../testdata/markdown"))
}

func FuzzDocuments(f *testing.F) {
	convertertest.Fuzz(f, Converter{Tables: true}, os.DirFS("../../testdata/markdown"))
}
