package dynasette_test

import (
	"os/exec"
	"path"
	"strings"
	"testing"
)

const module = "github.com/dynasette/dynasette"

// layers are the parts of the module, the lower first: what a part may import, besides
// what lies within itself. The first pattern that fits a package names its part.
var layers = []struct {
	pattern string
	imports []string
}{
	{"converter/bench", nil},
	{"internal/*", nil},
	{"internal/tries/long", nil},
	{"internal/gcstest/fakegcs", []string{"internal/gcstest"}},
	{"converter/internal/*", []string{"converter", "converter/internal/*", "internal/sqliteheader"}},
	{"converter", []string{"converter/internal/*", "internal/sqliteheader"}},
	{"converter/convertertest", []string{"converter", "converter/internal/*"}},
	{"converter/all", []string{"converter", "converter/*"}},
	{"converter/markdown", []string{"converter", "converter/internal/*", "converter/yaml"}},
	{"converter/yaml", []string{"converter", "converter/internal/*", "converter/json"}}, // the shapes of documents are JSON's
	{"converter/sqlite", []string{"converter", "converter/internal/*", "internal/sqliteheader", "internal/sqliteread"}},
	{"converter/rules", []string{"converter", "internal/suggest"}},
	{"converter/*", []string{"converter", "converter/internal/*"}},
	{".", []string{"converter", "converter/rules", "internal/datapackage", "internal/pool", "internal/sqliteheader", "internal/suggest"}},
	{"sources/http", []string{".", "converter", "internal/redact", "internal/version", "sources/stdin"}}, // a body is read once, like standard input
	{"sources/shelf/shelftest", []string{".", "sources/shelf"}},
	{"sources/*", []string{".", "converter", "sources/shelf"}},
	{"sinks/gcs", []string{".", "converter", "sources/gcs"}}, // two sides of one client
	{"sinks/**", []string{".", "converter", "internal/*", "sinks/**", "sources/gcs"}},
	{"sinks", []string{".", "converter"}},
	{"adapters/gcp", []string{".", "adapters/places", "sources/gcs", "sinks/gcs", "sinks/restart/cloudrun"}},
	{"adapters/gcp/dynasette", []string{"adapters/cli", "adapters/gcp", "converter/all"}},
	{"adapters/gcp/bench", []string{".", "converter/all", "internal/gcstest", "sources/gcs", "sinks/gcs"}},
	{"adapters/**", []string{".", "converter", "converter/*", "internal/*", "sources/dir", "sources/http", "sources/shelf", "sources/stdin",
		"sinks/dir", "sinks/restart/command", "sinks/restart/follow", "sinks/restart/health", "sinks/restart/pages",
		"sinks/restart/process", "sinks/restart/webhook", "adapters/cli", "adapters/places", "adapters/service", "adapters/values", "adapters/web", "adapters/web/*", "adapters/words"}},
	{"examples/**", []string{".", "converter", "converter/*", "sources/*", "sinks", "sinks/**", "adapters/**", "examples/**"}},
}

func fits(pattern, pkg string) bool {
	if prefix, ok := strings.CutSuffix(pattern, "/**"); ok {
		return strings.HasPrefix(pkg, prefix+"/")
	}
	ok, _ := path.Match(pattern, pkg)
	return ok
}

// Imports point one way, so that embedding the root stays light and a format is only a
// format.
func TestImports(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", "{{.ImportPath}} {{join .Imports \" \"}}", "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	relative := func(pkg string) string {
		if pkg == module {
			return "."
		}
		return strings.TrimPrefix(pkg, module+"/")
	}
	packages := 0
	for _, line := range strings.Split(strings.TrimSpace(string(out)), "\n") {
		fields := strings.Fields(line)
		pkg := relative(fields[0])
		packages++
		found := false
		for _, layer := range layers {
			if !fits(layer.pattern, pkg) {
				continue
			}
			found = true
			for _, imported := range fields[1:] {
				if imported != module && !strings.HasPrefix(imported, module+"/") {
					continue
				}
				imported = relative(imported)
				allowed := strings.HasPrefix(imported, pkg+"/") || imported == "internal/pattern" // as regexp is
				for _, pattern := range layer.imports {
					allowed = allowed || fits(pattern, imported)
				}
				if !allowed {
					t.Errorf("%s imports %s", pkg, imported)
				}
			}
			break
		}
		if !found {
			t.Errorf("%s belongs to no layer", pkg)
		}
	}
	if packages < 5 {
		t.Errorf("only %d packages", packages)
	}
}

// What needs no cloud has no client of one in it: it is compiled in the time that README's
// first command takes. Look at what a new dependency brings along before you raise the limit.
func TestLight(t *testing.T) {
	limits := map[string]int{"./adapters/cli/dynasette": 305, "./examples/plugin": 305, "./adapters/service": 265} // of others; 12 are SQLite, which all have that read uploads
	for program, limit := range limits {
		out, err := exec.Command("go", "list", "-deps", program).Output()
		if err != nil {
			t.Fatal(err)
		}
		packages, others := strings.Fields(string(out)), 0
		for _, pkg := range packages {
			if pkg != module && !strings.HasPrefix(pkg, module+"/") {
				others++
			}
		}
		if others > limit || others < 100 {
			t.Errorf("%s has %d packages of others, want at most %d", program, others, limit)
		}
		for _, pkg := range packages {
			for _, heavy := range []string{"cloud.google.com/", "google.golang.org/", "github.com/googleapis/", "github.com/GoogleCloudPlatform/",
				"go.opentelemetry.io/", module + "/sources/gcs", module + "/sinks/gcs", module + "/adapters/gcp"} {
				if strings.HasPrefix(pkg, heavy) {
					t.Errorf("%s has %s", program, pkg)
				}
			}
		}
	}
}
