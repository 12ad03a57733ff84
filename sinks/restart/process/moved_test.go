package process

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dynasette/dynasette"
)

// Names of before, and as uploaders write them, lead to where databases are now: with all
// that follows in the URL, and what is sent along.
func TestMovedNames(t *testing.T) {
	s := standinServer(t)
	url := serve(t, s)
	r := release(t, "r", behaviour{})
	r.Manifest = &dynasette.Manifest{Databases: []dynasette.Database{
		{Slug: "donnees", Source: "données.csv"}, {Slug: "my-data-2024", Source: "My Data 2024.csv"},
		{Slug: "trees", Source: "trees.json"}, {Slug: "x", Source: "x.csv"}, {Slug: "x-json", Source: "x.json"},
	}}
	r.Store = t.TempDir()
	for i := range r.Manifest.Databases {
		d := &r.Manifest.Databases[i]
		d.Object = d.Slug + ".object"
		if err := os.WriteFile(filepath.Join(r.Store, d.Object), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	restart(t, s, r)
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	former := ""
	for old, now := range r.Manifest.Former() {
		if now == "my-data-2024" {
			former = old
		}
	}
	for _, test := range []struct{ method, path, want string }{
		{"GET", "/trees-json", "302 /trees"},
		{"GET", "/trees-json/", "302 /trees/"},
		{"GET", "/trees-json.json?sql=select+1&_shape=array", "302 /trees.json?sql=select+1&_shape=array"},
		{"GET", "/trees-json/a~2Fb%20c.csv?_size=max", "302 /trees/a~2Fb%20c.csv?_size=max"},
		{"GET", "/trees-json//example.com", "302 /trees//example.com"},
		{"HEAD", "/trees-json/trees/1", "302 /trees/trees/1"},
		{"POST", "/trees-json/trees/-/insert?x=1", "307 /trees/trees/-/insert?x=1"},
		{"DELETE", "/trees-json/trees", "307 /trees/trees"},
		{"GET", "/" + former + "/t.json", "302 /my-data-2024/t.json"},
		{"GET", "/My%20Data%202024/t", "302 /my-data-2024/t"},
		{"GET", "/My+Data+2024", "302 /my-data-2024"},
		{"GET", "/My~20Data~202024~2Ecsv", "302 /my-data-2024"},
		{"GET", "/Donn%C3%A9es.json", "302 /donnees.json"},
		{"GET", "/TREES", "302 /trees"},
		// These are where they are, or nowhere.
		{"GET", "/x-json", "200"},
		{"GET", "/trees", "200"},
		{"GET", "/trees/trees-json", "200"},
		{"GET", "/nobody-json/t", "200"},
		{"GET", "/-/versions.json", "200"},
		{"GET", "/_memory", "200"},
		{"GET", "/%zz", "400"},
		{"GET", "/", "200"},
	} {
		req, err := http.NewRequest(test.method, url+"/", strings.NewReader("body"))
		if err != nil {
			t.Fatal(err)
		}
		req.URL.Opaque = strings.TrimPrefix(url, "http:") + test.path // as it is spelled here
		resp, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		got := strings.TrimSpace(resp.Status[:3] + " " + resp.Header.Get("Location"))
		if got != test.want {
			t.Errorf("%s %s: %s, want %s", test.method, test.path, got, test.want)
		}
	}
	// A client that follows comes with what it sent.
	resp, err := http.Post(url+"/trees-json/trees", "text/plain", strings.NewReader("!"))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if body, err := io.ReadAll(resp.Body); err != nil || string(body) != "r!" {
		t.Errorf("%q %v", body, err)
	}
}
