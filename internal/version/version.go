// Package version knows which version of dynasette this is.
package version

import (
	"runtime/debug"
	"sync"
)

// String is what people call this version, as the build knows it: "v1.2.3", or "devel" for
// a build from a working copy.
func String() string { return known() }

var known = sync.OnceValue(func() string {
	const module, devel = "github.com/dynasette/dynasette", "devel"
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return devel
	}
	version := ""
	for _, m := range append(info.Deps, &info.Main) {
		if m.Path == module && m.Replace == nil {
			version = m.Version
		}
	}
	if version == "" || version == "(devel)" {
		return devel
	}
	return version
})
