package xml_test

import (
	"os"
	"testing"

	"github.com/dynasette/dynasette/converter/convertertest"
	"github.com/dynasette/dynasette/converter/xml"
)

const documents = "../../testdata/xml"

// TestConformance reads what GDAL and Python wrote, and documents as services have them;
// ORIGIN.md beside them says which.
func TestConformance(t *testing.T) {
	convertertest.Run(t, xml.Format, xml.Converter{}, os.DirFS(documents))
}

func FuzzDocument(f *testing.F) { convertertest.Fuzz(f, xml.Converter{}, os.DirFS(documents)) }
