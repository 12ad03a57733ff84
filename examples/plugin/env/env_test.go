package env

import (
	"os"
	"testing"

	"github.com/dynasette/dynasette/converter/convertertest"
)

func TestConvert(t *testing.T) {
	convertertest.Run(t, Format, Converter{}, os.DirFS("testdata"))
}
