package dbf_test

import (
	"os"
	"testing"

	"github.com/dynasette/dynasette/converter/convertertest"
	"github.com/dynasette/dynasette/converter/dbf"
)

const documents = "../../testdata/dbf"

// TestConformance reads what many programs wrote; ORIGIN.md beside the tables says which.
func TestConformance(t *testing.T) {
	convertertest.Run(t, dbf.Format, dbf.Converter{}, os.DirFS(documents))
}

func FuzzDocument(f *testing.F) { convertertest.Fuzz(f, dbf.Converter{}, os.DirFS(documents)) }
