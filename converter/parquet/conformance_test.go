package parquet_test

import (
	"os"
	"testing"

	"github.com/dynasette/dynasette/converter/convertertest"
	"github.com/dynasette/dynasette/converter/parquet"
)

const documents = "../../testdata/parquet"

// TestConformance reads what DuckDB, Impala, Spark and libraries wrote; ORIGIN.md beside the
// documents says which.
func TestConformance(t *testing.T) {
	convertertest.Run(t, parquet.Format, parquet.Converter{}, os.DirFS(documents))
}

func FuzzDocument(f *testing.F) { convertertest.Fuzz(f, parquet.Converter{}, os.DirFS(documents)) }
