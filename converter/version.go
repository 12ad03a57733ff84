package converter

import (
	"runtime/debug"
	"sync"
)

// Rules numbers what becomes of a document. It goes up when the same bytes and options
// would make another database, so that a pipeline converts anew what it has; testdata/rules.json
// holds it against the goldens.
const Rules = 4

// Version is what people call this version of dynasette, as the build knows it: "v1.2.3",
// or "devel" for a build from a working copy.
func Version() string { return version() }

var version = sync.OnceValue(func() string {
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
