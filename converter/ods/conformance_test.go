package ods_test

import (
	"os"
	"testing"

	"github.com/dynasette/dynasette/converter/convertertest"
	"github.com/dynasette/dynasette/converter/ods"
)

const documents = "../../testdata/ods"

// TestConformance reads what LibreOffice, Gnumeric and libraries wrote; ORIGIN.md beside the
// documents says which.
func TestConformance(t *testing.T) {
	convertertest.Run(t, ods.Format, ods.Converter{}, os.DirFS(documents))
	convertertest.Run(t, ods.Flat, ods.Converter{}, os.DirFS(documents))
}

func FuzzDocument(f *testing.F) { convertertest.Fuzz(f, ods.Converter{}, os.DirFS(documents)) }
