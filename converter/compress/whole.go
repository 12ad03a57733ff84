package compress

import (
	"slices"
	"strings"

	"github.com/dynasette/dynasette/converter"
)

// sets are documents of several files, by two extensions that only come together.
var sets = []struct {
	extension, companion string
	kind, advice         string
}{
	{".gdbtable", ".gdbtablx", "a zipped file geodatabase", "convert its layers to GeoJSON (ogr2ogr x.geojson x.zip)"},
}

// whole refuses an archive that is one document of a format that we lack: to convert what
// else is in it would be to make something smaller of it.
func whole(names map[string]bool, formats *converter.Registry) error {
	for name := range names {
		for _, s := range sets {
			if stem, ok := strings.CutSuffix(name, s.extension); ok && names[stem+s.companion] && !claimed(formats, s.extension) {
				return &converter.NoTableError{Kind: s.kind, Advice: s.advice}
			}
		}
	}
	return nil
}

// claimed reports whether a format has that extension.
func claimed(formats *converter.Registry, extension string) bool {
	return slices.ContainsFunc(formats.Formats(), func(f converter.Format) bool {
		return slices.Contains(f.Extensions, extension)
	})
}
