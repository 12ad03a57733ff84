package shapefile_test

import (
	"os"
	"testing"

	"github.com/dynasette/dynasette/converter/convertertest"
	"github.com/dynasette/dynasette/converter/shapefile"
)

const documents = "../../testdata/shapefile"

// TestConformance reads what several programs wrote; ORIGIN.md beside the shapes says which.
func TestConformance(t *testing.T) {
	convertertest.Run(t, shapefile.Format, shapefile.Converter{}, os.DirFS(documents))
}

func FuzzDocument(f *testing.F) {
	convertertest.Fuzz(f, shapefile.Converter{}, os.DirFS(documents))
}
