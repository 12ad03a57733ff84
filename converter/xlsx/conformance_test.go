package xlsx_test

import (
	"os"
	"testing"

	"github.com/dynasette/dynasette/converter/convertertest"
	"github.com/dynasette/dynasette/converter/xlsx"
)

const documents = "../../testdata/xlsx"

// TestConformance reads what Excel, LibreOffice and libraries wrote; ORIGIN.md beside the
// workbooks says which.
func TestConformance(t *testing.T) {
	convertertest.Run(t, xlsx.Format, xlsx.Converter{}, os.DirFS(documents))
}

func FuzzDocument(f *testing.F) { convertertest.Fuzz(f, xlsx.Converter{}, os.DirFS(documents)) }
