// Command dynasette is all of dynasette, also what speaks to Google Cloud: buckets
// (gs://BUCKET/PREFIX), services of Cloud Run, and callers' identity tokens. The command of
// adapters/cli/dynasette is the same without that.
package main

import (
	"os"

	"github.com/dynasette/dynasette/adapters/cli"
	"github.com/dynasette/dynasette/adapters/gcp"
	"github.com/dynasette/dynasette/converter/all"
)

func main() {
	os.Exit(cli.Program{Formats: all.Formats(), Places: gcp.Places()}.Main(os.Args[1:]))
}
