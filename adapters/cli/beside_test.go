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

// A shapefile finds its parts beside it, whatever the case of their names is, and they are no documents where it is
// one: in a folder, named with it, of the same name in two folders, or in a bucket.
func TestShapefiles(t *testing.T) {
	dir := t.TempDir()
	parts := map[string]string{}
	for _, end := range []string{".shp", ".shx", ".dbf", ".prj", ".cpg"} {
		b, err := os.ReadFile("../../testdata/shapefile/gdal-areas" + end)
		if err != nil {
			t.Fatal(err)
		}
		parts[end] = string(b)
	}
	for _, folder := range []string{"a", "b"} {
		if err := os.Mkdir(filepath.Join(dir, folder), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	for name, end := range map[string]string{
		"a/Areas.SHP": ".shp", "a/areas.dbf": ".dbf", "a/AREAS.Shx": ".shx", "a/areas.PRJ": ".prj", "a/Areas.cpg": ".cpg",
		"b/Areas.SHP": ".shp", "b/Areas.dbf": ".dbf",
	} {
		writeFile(t, filepath.Join(dir, name), parts[end])
	}
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
	for end, text := range parts {
		w := client.Bucket("data").Object("geo/areas" + end).NewWriter(t.Context())
		io.WriteString(w, text)
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("STORAGE_EMULATOR_HOST", server.Host())
	a, b := filepath.Join(dir, "a"), filepath.Join(dir, "b")
	for _, test := range []struct {
		name string
		args []string
		want []string
	}{
		{"a folder", []string{a}, []string{"  Areas  3 rows  4 columns"}},
		{"by its name", []string{filepath.Join(a, "Areas.SHP")}, []string{"  Areas  3 rows  4 columns"}},
		{"with its parts", []string{filepath.Join(a, "areas.PRJ"), filepath.Join(a, "Areas.SHP"), filepath.Join(a, "areas.dbf")}, []string{"  Areas  3 rows  4 columns"}},
		{"the attributes alone", []string{filepath.Join(a, "areas.dbf")}, []string{"  areas  3 rows  3 columns"}},
		{"two of one name", []string{filepath.Join(a, "Areas.SHP"), filepath.Join(b, "Areas.SHP")}, []string{"  Areas    3 rows  4 columns", "  Areas_2  3 rows  4 columns"}},
		{"a bucket's folder", []string{"gs://data/geo"}, []string{"  areas  3 rows  4 columns"}},
		{"an object", []string{"gs://data/geo/areas.shp"}, []string{"  areas  3 rows  4 columns"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			code, _, stderr := run(t.Context(), append([]string{"convert", "--force", "-o", filepath.Join(dir, "x.db")}, test.args...)...)
			var tables []string
			for _, line := range strings.Split(stderr, "\n") {
				if strings.HasPrefix(line, "  ") {
					tables = append(tables, line)
				}
			}
			if code != 0 || strings.Join(tables, "\n") != strings.Join(test.want, "\n") || strings.Contains(stderr, "left out") || strings.Contains(stderr, "loss:") {
				t.Errorf("exit %d:\n%s", code, stderr)
			}
		})
	}
}

// A link does not lead out of the folder in which parts are looked for.
func TestPartsWithin(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "a"), 0o777); err != nil {
		t.Fatal(err)
	}
	for name, end := range map[string]string{"a/areas.shp": ".shp", "areas.dbf": ".dbf"} {
		b, err := os.ReadFile("../../testdata/shapefile/gdal-areas" + end)
		if err != nil {
			t.Fatal(err)
		}
		writeFile(t, filepath.Join(dir, name), string(b))
	}
	if err := os.Symlink("../areas.dbf", filepath.Join(dir, "a", "areas.dbf")); err != nil {
		t.Skip(err)
	}
	code, _, stderr := run(t.Context(), "convert", filepath.Join(dir, "a", "areas.shp"), "-o", filepath.Join(dir, "x.db"))
	if code == 0 || !strings.Contains(stderr, "areas.dbf") {
		t.Errorf("exit %d: %s", code, stderr)
	}
}
