package rules_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter/internal/dumptest"
)

// Whatever a file of rules can be answered with stands in a golden, with what it is the answer to.
func TestEveryMessage(t *testing.T) {
	said, err := os.ReadFile("testdata/faults.txt")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if !strings.HasSuffix(file, "_test.go") {
			dumptest.Messages(t, file, string(said), "the YAML parser gave up: %v")
		}
	}
}
