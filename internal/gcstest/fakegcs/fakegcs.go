// Package fakegcs runs fake-gcs-server (https://github.com/fsouza/fake-gcs-server), a stand-in
// for Cloud Storage that nobody here has written, for tests: what works with it does not rest
// on a misunderstanding that gcstest shares. In front of it is gcstest.Strict.
package fakegcs

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cloud.google.com/go/storage"
	"github.com/fsouza/fake-gcs-server/fakestorage"

	"github.com/dynasette/dynasette/internal/gcstest"
)

// Start starts it in this process, with these buckets, until the test ends. It returns its
// address, a value for STORAGE_EMULATOR_HOST.
func Start(t testing.TB, buckets ...string) (host string) {
	t.Helper()
	s, err := fakestorage.NewServerWithOptions(fakestorage.Options{
		NoListener: true, Scheme: "http", PublicHost: "127.0.0.1", Writer: io.Discard,
	})
	if err != nil {
		t.Fatal(err)
	}
	return front(t, s.HTTPHandler(), buckets)
}

// StartProgram builds it, in the version that go.mod names, and starts it as a program of
// its own. The rest is as with Start.
func StartProgram(t testing.TB, buckets ...string) (host string) {
	t.Helper()
	program := filepath.Join(t.TempDir(), "fake-gcs-server")
	if out, err := exec.Command("go", "build", "-o", program, "github.com/fsouza/fake-gcs-server").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	address, ok := "", false
	for try := 0; !ok; try++ {
		if address, ok = run(t, program); !ok && try == 5 {
			t.Fatal("fake-gcs-server does not start")
		}
	}
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(&url.URL{Scheme: "http", Host: address})
		r.Out.Host = r.In.Host // where uploads are to go on
	}}
	return front(t, proxy, buckets)
}

// run starts the program on a free port, and reports whether it answers there. It does not
// if somebody else was faster to take the port.
func run(t testing.TB, program string) (address string, ok bool) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address = l.Addr().String()
	l.Close()
	_, port, _ := net.SplitHostPort(address)
	var said bytes.Buffer
	cmd := exec.Command(program, "-scheme=http", "-host=127.0.0.1", "-port="+port, "-public-host=127.0.0.1", "-backend=memory", "-log-level=warn")
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { cmd.Wait(); close(ended) }()
	t.Cleanup(func() { cmd.Process.Signal(os.Interrupt); <-ended })
	for {
		if resp, err := http.Get("http://" + address + "/_internal/healthcheck"); err == nil {
			resp.Body.Close()
			return address, resp.StatusCode == http.StatusOK
		}
		select {
		case <-ended:
			t.Logf("fake-gcs-server has ended: %s", said.String())
			return "", false
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// front serves a fake behind Strict, and makes the buckets.
func front(t testing.TB, fake http.Handler, buckets []string) (host string) {
	t.Helper()
	s := httptest.NewServer(gcstest.Strict(fake))
	t.Cleanup(s.Close)
	host = strings.TrimPrefix(s.URL, "http://")
	c, err := storage.NewClient(t.Context(), gcstest.ClientOptions(host)...)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for _, name := range buckets {
		if err := c.Bucket(name).Create(t.Context(), "project", nil); err != nil {
			t.Fatal(err)
		}
	}
	return host
}
