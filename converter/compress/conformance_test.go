package compress_test

import (
	"os"
	"testing"

	"github.com/dynasette/dynasette/converter/all"
	"github.com/dynasette/dynasette/converter/convertertest"
)

func TestConformance(t *testing.T) {
	formats := all.Formats()
	for _, name := range []string{"gzip", "zstd", "bzip2", "xz", "lz4", "kmz", "zip", "tar"} {
		t.Run(name, func(t *testing.T) {
			convertertest.RunIn(t, formats, name, os.DirFS("../../testdata/compress"))
		})
	}
}
