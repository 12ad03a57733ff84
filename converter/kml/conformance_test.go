package kml_test

import (
	"os"
	"testing"

	"github.com/dynasette/dynasette/converter/convertertest"
	"github.com/dynasette/dynasette/converter/kml"
)

const documents = "../../testdata/kml"

// TestConformance reads what GDAL and others wrote; ORIGIN.md beside the documents says which.
func TestConformance(t *testing.T) {
	convertertest.Run(t, kml.Format, kml.Converter{}, os.DirFS(documents))
}

func FuzzDocument(f *testing.F) { convertertest.Fuzz(f, kml.Converter{}, os.DirFS(documents)) }
