// Command dynasette turns files into SQLite databases and serves them with Datasette. It
// works with what is on this machine and on the web; the command of adapters/gcp/dynasette
// does with what is on Google Cloud, too.
package main

import (
	"os"

	"github.com/dynasette/dynasette/adapters/cli"
	"github.com/dynasette/dynasette/converter/all"
)

func main() { os.Exit(cli.Run(all.Formats(), os.Args[1:])) }
