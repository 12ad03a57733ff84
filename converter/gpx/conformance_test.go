package gpx_test

import (
	"os"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/convertertest"
	"github.com/dynasette/dynasette/converter/gpx"
)

const documents = "../../testdata/gpx"

// TestConformance reads what GPSBabel and GDAL wrote; ORIGIN.md beside the documents says which.
func TestConformance(t *testing.T) {
	convertertest.Run(t, gpx.Format, gpx.Converter{}, os.DirFS(documents))
}

func FuzzDocument(f *testing.F) { convertertest.Fuzz(f, gpx.Converter{}, os.DirFS(documents)) }

func BenchmarkPoints(b *testing.B) {
	text := "<gpx><trk><trkseg>" + strings.Repeat("\n<trkpt lat=\"46.9480000\" lon=\"7.4470000\"><ele>540.2</ele><time>2024-05-01T10:00:00Z</time><extensions><hr>98</hr></extensions></trkpt>", 20_000) + "</trkseg></trk></gpx>"
	convertertest.Benchmark(b, gpx.Converter{}, &converter.Input{Name: "x.gpx", Size: int64(len(text)), ReaderAt: strings.NewReader(text)})
}
