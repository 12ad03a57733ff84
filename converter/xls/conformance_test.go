package xls_test

import (
	"os"
	"testing"

	"github.com/dynasette/dynasette/converter/convertertest"
	"github.com/dynasette/dynasette/converter/xls"
)

const documents = "../../testdata/xls"

// TestConformance reads what Excel, LibreOffice, Gnumeric and libraries wrote; ORIGIN.md beside the
// workbooks says which. One of them is in no compound file.
func TestConformance(t *testing.T) {
	convertertest.Run(t, xls.Format, xls.Converter{}, os.DirFS(documents))
}

func TestConformanceOfStreams(t *testing.T) {
	convertertest.Run(t, xls.Stream, xls.Converter{}, os.DirFS(documents))
}

func FuzzDocument(f *testing.F) { convertertest.Fuzz(f, xls.Converter{}, os.DirFS(documents)) }
