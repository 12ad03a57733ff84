package dynasette_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter/all"
)

// What README says of formats is what they say of themselves.
func TestReadmeFormats(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	want := "<!-- formats -->\n| format | files | |\n|---|---|---|\n"
	for _, f := range all.Formats().Formats() {
		want += "| " + f.Name + " | " + strings.Join(f.Extensions, " ") + " | " + strings.ReplaceAll(f.Doc, "|", `\|`) + " |\n"
	}
	if !strings.Contains(string(readme), want+"\n") {
		t.Errorf("README has another table of formats than this:\n%s", want)
	}
}

// What README says of the options of formats is what they say of themselves.
func TestReadmeOptions(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	want := "<!-- options -->\n| option | formats | |\n|---|---|---|\n"
	for _, o := range all.Formats().Options() {
		usage := o.Usage
		if o.Default != "" {
			usage += " (default `" + o.Default + "`)"
		}
		want += "| `--" + o.Name + "` | " + strings.Join(o.Formats, ", ") + " | " + strings.ReplaceAll(usage, "|", `\|`) + " |\n"
	}
	if !strings.Contains(string(readme), want+"\n") {
		t.Errorf("README has another table of options than this:\n%s", want)
	}
}

var snippet = regexp.MustCompile("(?s)( *)<!-- (\\S+) -->\n *```\\w+\n(.*?)\n *```\n")

// What README shows is what is compiled and tested.
func TestReadme(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	found := snippet.FindAllStringSubmatch(string(readme), -1)
	if len(found) != 5 {
		t.Errorf("%d snippets", len(found))
	}
	for _, m := range found {
		file, err := os.ReadFile(m[2])
		if err != nil {
			t.Error(err)
			continue
		}
		text := strings.ReplaceAll(string(file), module+"/examples/plugin/", "example.com/env/") // in a module of one's own
		shown := regexp.MustCompile("(?m)^"+m[1]).ReplaceAllString(m[3], "")
		if strings.TrimSpace(shown) != strings.TrimSpace(text) {
			t.Errorf("the snippet of %s is not its text", m[2])
		}
	}
	for _, command := range []string{"go run ./adapters/cli/dynasette up testdata/sample", "go test ./...", "go run ./converter/bench"} {
		if !strings.Contains(string(readme), "$ "+command+"\n") {
			t.Errorf("README lacks the command %s", command)
		}
	}
}

// Links lead somewhere.
func TestLinks(t *testing.T) {
	for _, page := range []string{"README.md", "ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"} {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, link := range regexp.MustCompile(`\]\(([^):#]+)(?:#[^)]*)?\)`).FindAllSubmatch(text, -1) {
			if _, err := os.Stat(string(link[1])); err != nil {
				t.Errorf("a link of %s leads nowhere: %s", page, link[1])
			}
		}
	}
}
