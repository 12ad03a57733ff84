package library

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/sinks/restart/links"
)

func ExampleConvertFile() {
	dir, err := os.MkdirTemp("", "example-")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	summary, err := ConvertFile(context.Background(), "../../testdata/sample/libraries.csv", filepath.Join(dir, "libraries.db"))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range summary.Tables[0].Columns[:2] {
		fmt.Println(summary.Tables[0].Name, c.Name, c.Type)
	}
	// Output:
	// libraries code TEXT
	// libraries name TEXT
}

func TestPublish(t *testing.T) {
	uploads, serving := t.TempDir(), t.TempDir()
	if err := os.WriteFile(filepath.Join(uploads, "x.csv"), []byte("a,b\n1,2\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	var served dynasette.Release
	id, err := Publish(context.Background(), uploads, serving, func(r dynasette.Release) error {
		served = r
		return nil
	})
	if err != nil || id == "" || served.ID != id {
		t.Fatalf("release %q, served %+v, %v", id, served, err)
	}
	folder, err := links.Folder(served, "") // for a server that wants all of it in one
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(folder, "x.db")); err != nil {
		t.Error(err)
	}
}
