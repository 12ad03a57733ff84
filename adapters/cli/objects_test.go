package cli_test

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cloud.google.com/go/storage"

	"github.com/dynasette/dynasette/internal/gcstest"
)

// Objects of a bucket are read and written like files. Cloud Storage is a stand-in.
func TestObjects(t *testing.T) {
	server := new(gcstest.Server)
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	if err := server.CreateBucket(t.Context(), "data", nil); err != nil {
		t.Fatal(err)
	}
	client, err := storage.NewClient(t.Context(), gcstest.ClientOptions(server.Host())...)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	for name, text := range map[string]string{
		"2024/b.csv": "x,y\n3,4\n", "2024/a.csv": "x,y\n1,2\n", "2024/deep/c.csv": "x,y\n5,6\n",
		"2024/photo.jpg": "x", "2024/.hidden.csv": "x", "odd #1?.csv": "x,y\n7,8\n",
		"ruled/sub/a.csv": "x;y\n1;2\n", "ruled/no.csv": "x\n1\n",
		"ruled/dynasette.yaml":       "resources:\n  - path: no.csv\n    skip: true\n  - path: none.csv\n",
		"ruled/sub/datapackage.json": `{"resources": [{"name": "named", "path": "a.csv"}]}`,
	} {
		w := client.Bucket("data").Object(name).NewWriter(t.Context())
		io.WriteString(w, text)
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("STORAGE_EMULATOR_HOST", server.Host())
	dir := t.TempDir()
	local := filepath.Join(dir, "x.db")
	tests := []struct {
		args   []string
		code   int
		stderr string // is in standard error
	}{
		{[]string{"gs://data/2024/a.csv", "-o", local}, 0, "a  1 row"},
		{[]string{"gs://data/2024/", "-o", local, "--force"}, 0, "c  1 row"},
		{[]string{"gs://data/2024", "-o", local, "--force", "--table", "t"}, 0, "t  3 rows"},
		{[]string{"gs://data/2024", "-o", local, "--force"}, 0, "extension: gs://data/2024/photo.jpg"},
		{[]string{"gs://data/2024/*.csv", "-o", local, "--force", "--table", "t"}, 0, "t  2 rows"},
		{[]string{"gs://data/odd #1?.csv", "-o", local, "--force"}, 0, "odd #1?  1 row"},
		{[]string{"gs://data/ruled", "-o", local, "--force"}, 0, "named  1 row"},
		{[]string{"gs://data/ruled/", "-o", local, "--force"}, 0, "doubt: dynasette.yaml:4:5: path none.csv matches no file"},
		{[]string{"gs://data/ruled/", "-o", local, "--force"}, 0, "rules skip them: gs://data/ruled/no.csv"},
		{[]string{"gs://data/2024/nix.csv", "-o", local, "--force"}, 1, "no such object"},
		{[]string{"gs://data/2024/*.nix", "-o", local, "--force"}, 1, "no object matches"},
		{[]string{"gs://data/2024/a.csv", "-o", "gs://data/out/x.db"}, 0, "gs://data/out/x.db"},
		{[]string{"gs://data/2024/b.csv", "-o", "gs://data/out/x.db"}, 1, "exists already: replace it with --force"},
		{[]string{"gs://data/2024/b.csv", "-o", "gs://data/out/x.db", "--force"}, 0, "b  1 row"},
		{[]string{"gs://data/2024/b.csv", "-o", "gs://data/out/"}, 2, "name an object with -o"},
	}
	for _, test := range tests {
		code, _, stderr := run(t.Context(), append([]string{"convert"}, test.args...)...)
		if code != test.code || !strings.Contains(stderr, test.stderr) {
			t.Errorf("%q: exit %d, want %d: %s; want %q", test.args, code, test.code, stderr, test.stderr)
		}
	}
	r, err := client.Bucket("data").Object("out/x.db").NewReader(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	got, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	if code, _, stderr := run(t.Context(), "convert", "gs://data/2024/b.csv", "-o", local, "--force"); code != 0 {
		t.Fatal(stderr)
	}
	if want, err := os.ReadFile(local); err != nil || string(got) != string(want) {
		t.Errorf("the object differs from the file, %v", err)
	}
	names := client.Bucket("data").Objects(t.Context(), &storage.Query{Prefix: "out/"})
	for {
		o, err := names.Next()
		if err != nil {
			break
		}
		if o.Name != "out/x.db" {
			t.Errorf("left behind: %s", o.Name)
		}
	}
}
