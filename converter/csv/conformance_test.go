package csv

import (
	"os"
	"testing"

	"github.com/dynasette/dynasette/converter/convertertest"
)

func TestConformance(t *testing.T) {
	for _, f := range []struct {
		name string
		run  func(*testing.T)
	}{
		{"csv", func(t *testing.T) { convertertest.Run(t, CSV, Converter{}, os.DirFS("../../testdata/csv")) }},
		{"tsv", func(t *testing.T) { convertertest.Run(t, TSV, Converter{}, os.DirFS("../../testdata/csv")) }},
	} {
		t.Run(f.name, f.run)
	}
}

func FuzzConvert(f *testing.F) { convertertest.Fuzz(f, Converter{}, os.DirFS("../../testdata/csv")) }
