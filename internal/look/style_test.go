package look

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestNoRuleIsDead: what the stylesheet is about is in a page.
func TestNoRuleIsDead(t *testing.T) {
	var sources strings.Builder
	for _, dir := range []string{".", "../../sinks/restart/pages", "../../adapters/web/publish"} {
		err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || strings.HasSuffix(path, "_test.go") || !slices.Contains([]string{".html", ".go", ".js"}, filepath.Ext(path)) {
				return err
			}
			text, err := os.ReadFile(path)
			sources.Write(text)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	seen := map[string]bool{}
	rules := regexp.MustCompile(`(?s)/\*.*?\*/|\{[^{}]*\}`).ReplaceAllString(styleCSS, " ")
	for _, m := range regexp.MustCompile(`\.([a-zA-Z][\w-]*)`).FindAllStringSubmatch(rules, -1) {
		if class := m[1]; !seen[class] && !regexp.MustCompile(`[" ]`+class+`[" ]`).MatchString(sources.String()) {
			t.Errorf("nothing has the class %s", class)
		}
		seen[m[1]] = true
	}
	if len(seen) < 50 {
		t.Errorf("only %d classes were found", len(seen))
	}
}
