// Command dynasette turns files into SQLite databases and serves them with Datasette.
package main

import (
	"os"

	"github.com/dynasette/dynasette/adapters/cli"
	"github.com/dynasette/dynasette/converter/all"
)

func main() { os.Exit(cli.Run(all.Formats(), os.Args[1:])) }
