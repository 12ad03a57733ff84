package json

import (
	"os"
	"testing"

	"github.com/dynasette/dynasette/converter/convertertest"
)

func TestConformance(t *testing.T) {
	documents := os.DirFS("../../testdata/json")
	t.Run("json", func(t *testing.T) { convertertest.Run(t, Format, Converter{}, documents) })
	t.Run("ndjson", func(t *testing.T) { convertertest.Run(t, NDJSON, Converter{Lines: true}, documents) })
	t.Run("geojson", func(t *testing.T) { convertertest.Run(t, GeoJSON, Converter{}, documents) })
}
