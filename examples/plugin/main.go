// Command plugin is dynasette with one more format: everything that the dynasette command
// can do, it does with .env files too.
package main

import (
	"os"

	"github.com/dynasette/dynasette/adapters/cli"
	"github.com/dynasette/dynasette/converter/all"

	"github.com/dynasette/dynasette/examples/plugin/env"
)

func main() {
	formats := all.Formats()
	formats.Register(env.Format, env.Converter{})
	os.Exit(cli.Run(formats, os.Args[1:]))
}
