package all

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/convertertest"
)

// Databases of our own making are not looked through each time as uploaded ones are (see
// converter/sqlite), because of this: in none of them would anything be found.
func TestServed(t *testing.T) {
	documents := map[string]string{
		"wide.csv":    header(2500) + "\n" + strings.Repeat("1,", 2499) + "1\n",
		"exact.csv":   header(2000) + "\n" + strings.Repeat("1,", 1999) + "1\n",
		"names.csv":   "a\"b,a]b,a[b,select,rowid,ROWID,_rowid_,oid,a\xff,\x00,日本,'\n1,2,3,4,5,6,7,8,9,10,11,12\n",
		"a]\"'[;.csv": "x,y\n1,2\n",
		"wide.json":   "[{" + strings.TrimSuffix(members(2500), ",") + "}]",
		"wide.ndjson": "{" + strings.TrimSuffix(members(2001), ",") + "}\n",
	}
	root := os.DirFS("../../testdata")
	if err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) == ".sql" || path.Ext(name) == ".md" || path.Ext(name) == ".sh" {
			return err
		}
		data, err := fs.ReadFile(root, name)
		if err == nil && len(data) < 1<<20 {
			documents[name] = string(data)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	looked := 0
	for name, text := range documents {
		made, summary, err := convert(Formats(), name, []byte(text))
		if err != nil || summary.Copied {
			continue // a document that is no good, or a database already
		}
		looked++
		_, summary, err = convert(Formats(), "made.db", made)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if found := summary.Documents[0].Findings; len(found) > 0 {
			t.Errorf("%s: %v", name, found)
		}
	}
	if looked < 100 {
		t.Errorf("only %d databases", looked)
	}
}

func convert(formats *converter.Registry, name string, text []byte) ([]byte, converter.Summary, error) {
	in := &converter.Input{Name: name, Size: int64(len(text)), ReaderAt: bytes.NewReader(text)}
	_, c, err := formats.Detect(in)
	if err != nil {
		return nil, converter.Summary{}, err
	}
	var made convertertest.Memory
	summary, err := converter.Convert(context.Background(), c, in, &made, converter.Options{Formats: formats})
	return made.Bytes(), summary, err
}

func header(n int) string {
	var all []string
	for i := range n {
		all = append(all, fmt.Sprint("c", i))
	}
	return strings.Join(all, ",")
}

func members(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `"c%d":%d,`, i, i)
	}
	return b.String()
}
