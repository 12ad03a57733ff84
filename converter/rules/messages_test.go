package rules_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter/internal/dumptest"
)

func read(t *testing.T, name string) string {
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Whatever a file of rules can be answered with stands in a golden, with what it is the answer to.
func TestEveryMessage(t *testing.T) {
	said := read(t, "testdata/faults.txt")
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if !strings.HasSuffix(file, "_test.go") {
			dumptest.Messages(t, file, said, "the YAML parser gave up: %v")
		}
	}
}
