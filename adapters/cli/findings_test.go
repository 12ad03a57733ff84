package cli_test

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/all"
)

// TestFindingsEverywhere: what is found in a document is the same wherever it shows.
func TestFindingsEverywhere(t *testing.T) {
	const name, text = "odd.csv", "id,name\n1,one\n2\n3,\"c\",surplus\n4\n5,\"never closed\n"
	in := &converter.Input{Name: name, Size: int64(len(text)), ReaderAt: strings.NewReader(text)}
	f, c, err := all.Formats().Detect(in)
	if err != nil {
		t.Fatal(err)
	}
	summary, err := converter.ConvertAll(t.Context(), []converter.Job{{Input: in, Format: f, Converter: c}}, new(converter.Bounded), converter.Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := summary.Documents[0].Findings
	var lines, codes []string
	for name, f := range summary.Findings() {
		lines = append(lines, f.Severity.String()+": "+name+": "+f.String())
		codes = append(codes, f.Code)
	}
	if got := strings.Join(codes, " "); got != "unclosed-quote cells-missing cells-surplus" && got != "unclosed-quote cells-surplus cells-missing" {
		t.Fatalf("found %s", got)
	}
	same := func(where string, got []converter.Finding) {
		t.Helper()
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v\nwant %+v", where, got, want)
		}
	}
	says := func(where, text string, all bool) {
		t.Helper()
		for _, line := range lines {
			if all || !strings.HasPrefix(line, "note") {
				if strings.Count(text, line) != 1 {
					t.Errorf("%s does not say once %q:\n%s", where, line, text)
				}
			}
		}
	}
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, name), text)
	run := func(args ...string) (string, string) {
		t.Helper()
		cmd := exec.Command("dynasette", args...)
		cmd.Dir = dir
		var out, errs bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &errs
		if err := cmd.Run(); err != nil {
			t.Fatalf("%q: %v\n%s", args, err, errs.String())
		}
		return out.String(), errs.String()
	}
	decode := func(text string) []converter.Finding {
		t.Helper()
		var s converter.Summary
		if err := json.Unmarshal([]byte(text), &s); err != nil || len(s.Documents) != 1 {
			t.Fatalf("%v: %s", err, text)
		}
		return s.Documents[0].Findings
	}

	_, errs := run("convert", name)
	says("convert", errs, true)
	out, _ := run("convert", name, "--json", "--force")
	same("convert --json", decode(out))
	out, _ = run("inspect", name)
	says("inspect", out, true)
	out, _ = run("inspect", name, "--json")
	same("inspect --json", decode(out))

	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "odd.db")+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var column string
	var rules int
	if err := db.QueryRow("SELECT findings, rules FROM "+converter.SourcesTable).Scan(&column, &rules); err != nil || rules != converter.Rules {
		t.Fatalf("rules %d: %v", rules, err)
	}
	var got []converter.Finding
	if err := json.Unmarshal([]byte(column), &got); err != nil {
		t.Fatal(err)
	}
	same("the table of sources", got)

	uploads := t.TempDir()
	u := startUp(t, uploads, "--verbose")
	u.write(name, text)
	u.wait("release of the upload", func() bool { return u.serves("/odd/odd", "one") && len(u.releases()) > 0 })
	if line := u.releases()[len(u.releases())-1]; !strings.HasSuffix(line, "  +odd (1 row rejected)") {
		t.Errorf("up's line: %s", line)
	}
	u.wait("word on the upload", func() bool { return u.saidOf("loss: ") > 1 })
	var log, told []string
	for _, line := range u.said() {
		if strings.HasPrefix(line, "time=") {
			log = append(log, line)
		} else {
			told = append(told, line)
		}
	}
	says("up", strings.Join(told, "\n"), false)
	entry := ""
	for _, line := range log {
		if strings.Contains(line, "upload converted") {
			entry = line
		}
	}
	for _, part := range []string{"findings.count=3", "findings.rejected=1", "findings.losses=0", "loss: odd.csv: " + want[0].Message, "note: odd.csv: " + want[1].Message} {
		if !strings.Contains(entry, part) {
			t.Errorf("the log's entry lacks %q: %s", part, entry)
		}
	}
	u.end()

	store := filepath.Join(uploads, ".dynasette")
	var record struct {
		Current struct{ Summary converter.Summary }
	}
	readJSON(t, filepath.Join(store, "sources", "odd.csv.json"), &record)
	same("the upload's record", record.Current.Summary.Documents[0].Findings)
	var m dynasette.Manifest
	readJSON(t, filepath.Join(store, "releases", "2*.json"), &m)
	if len(m.Databases) != 1 || m.Databases[0].Found != summary.Counts() || m.Databases[0].Found != (converter.Counts{Rejected: 1, Notes: 2}) {
		t.Errorf("the manifest: %+v", m.Databases)
	}
	var metadata struct {
		Databases map[string]struct{ Description string }
	}
	readJSON(t, filepath.Join(store, "releases", m.Release, "metadata.json"), &metadata)
	if text := metadata.Databases["odd"].Description; !strings.HasSuffix(text, "; 1 row rejected: see the table _rejects") {
		t.Errorf("the metadata: %s", text)
	}
}

// readJSON reads the one file that fits a pattern.
func readJSON(t *testing.T, pattern string, to any) {
	t.Helper()
	names, err := filepath.Glob(pattern)
	if err != nil || len(names) != 1 {
		t.Fatalf("%s: %q %v", pattern, names, err)
	}
	data, err := os.ReadFile(names[0])
	if err == nil {
		err = json.Unmarshal(data, to)
	}
	if err != nil {
		t.Fatalf("%s: %v", names[0], err)
	}
}
