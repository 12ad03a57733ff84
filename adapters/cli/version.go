package cli

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/dynasette/dynasette/internal/version"
)

func (a *app) version() *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "The version of this program",
		Long:    "Prints the version of this program, and of the Go and the source that it was built from.",
		Example: a.examples("version", "version --json"),
		Args:    cobra.NoArgs,
		RunE: a.do(func(context.Context, []string) error {
			v := struct {
				Version  string `json:"version"`
				Revision string `json:"revision,omitempty"`
				Go       string `json:"go"`
				Platform string `json:"platform"`
			}{version.String(), revision(), runtime.Version(), runtime.GOOS + "/" + runtime.GOARCH}
			if a.json {
				return a.printJSON(v)
			}
			text := fmt.Sprintf("dynasette %s (%s, %s", v.Version, v.Go, v.Platform)
			if v.Revision != "" {
				text += ", " + v.Revision
			}
			_, err := fmt.Fprintln(a.Stdout, text+")")
			return err
		}),
	}
}

// revision returns the commit that the program was built from, if the build knows it.
func revision() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	commit, dirty := "", ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			commit = s.Value[:min(len(s.Value), 12)]
		case s.Key == "vcs.modified" && s.Value == "true":
			dirty = "+changes"
		}
	}
	if commit == "" {
		return ""
	}
	return commit + dirty
}
