package intake_test

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/dynasette/dynasette/adapters/web/intake"
	"github.com/dynasette/dynasette/sources/dir"
	"github.com/dynasette/dynasette/sources/shelf"
)

const path = "/-/dynasette/files/"

// A desk is a folder that a server takes files for.
type desk struct {
	t    *testing.T
	url  string
	root string
	shelf.Shelf
}

func open(t *testing.T, h *intake.Handler) *desk {
	t.Helper()
	source := &dir.Source{Root: t.TempDir(), Settle: -1}
	if h.Shelf == nil {
		h.Shelf = source.Shelf()
	}
	h.Source, h.Path = source, path
	var mux http.ServeMux
	h.Register(&mux, func(next http.Handler) http.Handler { return next })
	srv := httptest.NewServer(&mux)
	t.Cleanup(srv.Close)
	return &desk{t, srv.URL, source.Root, h.Shelf}
}

var client = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

// ask sends a request with headers, in pairs.
func (d *desk) ask(method, at string, body io.Reader, headers ...string) (*http.Response, string) {
	d.t.Helper()
	if !strings.HasPrefix(at, "http") {
		at = d.url + at
	}
	r, err := http.NewRequest(method, at, body)
	if err != nil {
		d.t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	resp, err := client.Do(r)
	if err != nil {
		d.t.Fatal(err)
	}
	defer resp.Body.Close()
	said, err := io.ReadAll(resp.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	return resp, string(said)
}

func (d *desk) tus(method, at, body string, headers ...string) (*http.Response, string) {
	d.t.Helper()
	headers = append(headers, "Tus-Resumable", "1.0.0")
	if method == "PATCH" {
		headers = append(headers, "Content-Type", "application/offset+octet-stream")
	}
	return d.ask(method, at, strings.NewReader(body), headers...)
}

func meta(name string) string {
	return "filename " + base64.StdEncoding.EncodeToString([]byte(name)) + ",filetype " + base64.StdEncoding.EncodeToString([]byte("text/csv"))
}

// begin begins a file, and returns where it goes on.
func (d *desk) begin(name string, size int) string {
	d.t.Helper()
	resp, said := d.tus("POST", path, "", "Upload-Length", strconv.Itoa(size), "Upload-Metadata", meta(name))
	at := resp.Header.Get("Location")
	if resp.StatusCode != http.StatusCreated || !strings.HasPrefix(at, path) {
		d.t.Fatalf("%s: %d, %q: %s", name, resp.StatusCode, at, said)
	}
	return at
}

// offset is what has come of a file by what the server says.
func (d *desk) offset(at string) int {
	d.t.Helper()
	resp, _ := d.tus("HEAD", at, "")
	n, err := strconv.Atoi(resp.Header.Get("Upload-Offset"))
	if err != nil || resp.StatusCode != http.StatusOK {
		d.t.Fatalf("%d, offset %q", resp.StatusCode, resp.Header.Get("Upload-Offset"))
	}
	return n
}

func (d *desk) status(resp *http.Response, said string, want int) {
	d.t.Helper()
	if resp.StatusCode != want {
		d.t.Errorf("%s %s: %d, want %d: %s", resp.Request.Method, resp.Request.URL.Path, resp.StatusCode, want, said)
	}
}

// waiting is what is on the shelf: names and contents.
func (d *desk) waiting() map[string]string {
	d.t.Helper()
	found := map[string]string{}
	err := d.List(d.t.Context(), func(f shelf.File) error {
		doc, err := d.Open(d.t.Context(), f.ID)
		if err != nil {
			return err
		}
		defer doc.Close()
		data, err := io.ReadAll(io.NewSectionReader(doc, 0, 1<<40))
		found[f.Name] = string(data)
		return err
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return found
}

func (d *desk) waits(want map[string]string) {
	d.t.Helper()
	if got := d.waiting(); !maps.Equal(got, want) {
		d.t.Errorf("%q wait, want %q", got, want)
	}
}

func (d *desk) published(name, want string) {
	d.t.Helper()
	if data, err := os.ReadFile(filepath.Join(d.root, filepath.FromSlash(name))); err != nil || string(data) != want {
		d.t.Errorf("%s: %q (%v), want %q", name, data, err, want)
	}
}

func TestTus(t *testing.T) {
	d := open(t, &intake.Handler{MaxSize: 1000})
	resp, said := d.ask("OPTIONS", path, nil)
	d.status(resp, said, http.StatusOK)
	if got := resp.Header.Get("Tus-Extension"); got != "creation,creation-with-upload,termination,creation-defer-length,expiration" || resp.Header.Get("Tus-Max-Size") != "1000" {
		t.Errorf("it offers %s of %s bytes", got, resp.Header.Get("Tus-Max-Size"))
	}
	at := d.begin("2024/towns.csv", 9)
	resp, said = d.tus("PATCH", at, "abc", "Upload-Offset", "0")
	d.status(resp, said, http.StatusNoContent)
	if expires, err := http.ParseTime(resp.Header.Get("Upload-Expires")); err != nil || time.Until(expires) < 23*time.Hour || time.Until(expires) > 24*time.Hour {
		t.Errorf("it expires at %v (%v)", expires, err)
	}
	for _, offset := range []string{"0", "4", "9"} {
		resp, said = d.tus("PATCH", at, "x", "Upload-Offset", offset)
		d.status(resp, said, http.StatusConflict)
	}
	resp, said = d.tus("PATCH", at, "defghijkl", "Upload-Offset", "3")
	d.status(resp, said, http.StatusRequestEntityTooLarge)
	if n := d.offset(at); n != 3 {
		t.Errorf("%d bytes have come", n)
	}
	resp, said = d.tus("PATCH", at, "defghi", "Upload-Offset", "3")
	d.status(resp, said, http.StatusNoContent)
	d.waits(map[string]string{"2024/towns.csv": "abcdefghi"})
	resp, said = d.tus("DELETE", at, "")
	d.status(resp, said, http.StatusNoContent)
	d.waits(nil)
	for _, method := range []string{"HEAD", "PATCH", "DELETE"} {
		resp, said = d.tus(method, at, "", "Upload-Offset", "9")
		d.status(resp, said, http.StatusNotFound)
	}
	resp, said = d.tus("POST", path, "whole", "Upload-Length", "5", "Upload-Metadata", meta("whole.csv"), "Content-Type", "application/offset+octet-stream")
	d.status(resp, said, http.StatusCreated)
	resp, said = d.tus("POST", path, "", "Upload-Defer-Length", "1", "Upload-Metadata", meta("later.csv"))
	d.status(resp, said, http.StatusCreated)
	at = resp.Header.Get("Location")
	resp, said = d.tus("PATCH", at, "abc", "Upload-Offset", "0")
	d.status(resp, said, http.StatusNoContent)
	resp, said = d.tus("PATCH", at, "de", "Upload-Offset", "3", "Upload-Length", "5")
	d.status(resp, said, http.StatusNoContent)
	d.waits(map[string]string{"whole.csv": "whole", "later.csv": "abcde"})
	if entries, _ := os.ReadDir(d.root); len(entries) != 1 {
		t.Errorf("something is published: %v", entries)
	}
	resp, said = d.ask("POST", path, nil, "Upload-Length", "5", "Upload-Metadata", meta("a.csv"))
	d.status(resp, said, http.StatusBadRequest) // another protocol
}

// A connection that breaks leaves what came by it, and who comes back goes on from there, even if
// the server has not noticed yet.
func TestTusCut(t *testing.T) {
	d := open(t, &intake.Handler{})
	const size = 1 << 20
	data := strings.Repeat("0123456789abcdef", size/16)
	at := d.begin("big.csv", size)
	half := func() net.Conn {
		conn, err := net.Dial("tcp", strings.TrimPrefix(d.url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		from := d.offset(at)
		fmt.Fprintf(conn, "PATCH %s HTTP/1.1\r\nHost: x\r\nTus-Resumable: 1.0.0\r\nContent-Type: application/offset+octet-stream\r\nUpload-Offset: %d\r\nContent-Length: %d\r\n\r\n%s", at, from, size-from, data[from:from+size/4])
		return conn
	}
	half().Close()
	arrived := func(want int) {
		t.Helper()
		for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(5 * time.Millisecond) {
			f, err := d.Get(t.Context(), filepath.Base(at))
			if err != nil {
				t.Fatal(err)
			}
			if int(f.Offset) == want {
				return
			}
			if time.Now().After(deadline) {
				t.Fatalf("%d bytes have come, want %d", f.Offset, want)
			}
		}
	}
	arrived(size / 4)
	hanging := half()
	defer hanging.Close()
	arrived(size / 2)
	if n := d.offset(at); n != size/2 { // this ends the request that hangs
		t.Fatalf("%d bytes have come", n)
	}
	resp, said := d.tus("PATCH", at, data[size/2:], "Upload-Offset", strconv.Itoa(size/2))
	d.status(resp, said, http.StatusNoContent)
	d.waits(map[string]string{"big.csv": data})
}

func TestPut(t *testing.T) {
	d := open(t, &intake.Handler{MaxSize: 1000})
	put := func(at, body string, want int, headers ...string) string {
		t.Helper()
		resp, said := d.ask("PUT", path+at, strings.NewReader(body), headers...)
		d.status(resp, said, want)
		var p struct {
			Name, Generation string
			Size             int
		}
		if resp.StatusCode >= 300 {
			return ""
		}
		if err := json.Unmarshal([]byte(said), &p); err != nil || p.Size != len(body) || p.Generation == "" || resp.Header.Get("ETag") != `"`+p.Generation+`"` {
			t.Errorf("%s: %s (%v)", at, said, err)
		}
		d.published(p.Name, body)
		return p.Generation
	}
	first := put("2024/towns.csv", "a", http.StatusCreated)
	second := put("2024/towns.csv", "b", http.StatusOK)
	put("2024/towns.csv?over="+first, "c", http.StatusConflict)
	put("2024/towns.csv", "c", http.StatusPreconditionFailed, "If-Match", `"`+first+`"`)
	put("2024/towns.csv", "c", http.StatusPreconditionFailed, "If-None-Match", "*")
	d.published("2024/towns.csv", "b")
	third := put("2024/towns.csv?over="+second, "c", http.StatusOK)
	put("2024/towns.csv", "d", http.StatusOK, "If-Match", `"`+third+`"`)
	put("new.csv", "e", http.StatusCreated, "If-None-Match", "*")
	put("none.csv", "f", http.StatusPreconditionFailed, "If-Match", `"`+third+`"`)
	put("empty.csv", "", http.StatusCreated)
	put("big.csv", strings.Repeat("x", 1000), http.StatusCreated)
	put("bigger.csv", strings.Repeat("x", 1001), http.StatusRequestEntityTooLarge)
	resp, said := d.ask("PUT", path+"stream.csv", io.MultiReader(strings.NewReader("abc"), strings.NewReader("def"))) // no length
	d.status(resp, said, http.StatusCreated)
	d.published("stream.csv", "abcdef")
	resp, said = d.ask("PUT", path+"stream.csv", io.MultiReader(strings.NewReader(strings.Repeat("x", 600)), strings.NewReader(strings.Repeat("x", 600))))
	d.status(resp, said, http.StatusRequestEntityTooLarge)
	d.published("stream.csv", "abcdef")
	conn, err := net.Dial("tcp", strings.TrimPrefix(d.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(conn, "PUT %scut.csv HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc", path)
	conn.(*net.TCPConn).CloseWrite()
	if cut, err := http.ReadResponse(bufio.NewReader(conn), nil); err == nil && cut.StatusCode != http.StatusBadRequest {
		t.Errorf("cut: %s", cut.Status)
	}
	conn.Close()
	d.waits(nil)
	if _, err := os.Stat(filepath.Join(d.root, "cut.csv")); err == nil {
		t.Error("half a file is published")
	}
}

func TestForm(t *testing.T) {
	left := 0
	d := open(t, &intake.Handler{Fail: func(w http.ResponseWriter, _ *http.Request, status int, err error) {
		left++
		http.Error(w, err.Error(), status)
	}})
	send := func(files ...string) (*http.Response, string) {
		var body strings.Builder
		form := multipart.NewWriter(&body)
		form.WriteField("other", "field")
		for i := 0; i < len(files); i += 2 {
			part, err := form.CreateFormFile("file", files[i])
			if err != nil {
				t.Fatal(err)
			}
			io.WriteString(part, files[i+1])
		}
		form.Close()
		return d.ask("POST", path, strings.NewReader(body.String()), "Content-Type", form.FormDataContentType())
	}
	resp, said := send("towns.csv", "a,b\n")
	d.status(resp, said, http.StatusSeeOther)
	if _, err := d.Get(t.Context(), strings.TrimPrefix(resp.Header.Get("Location"), path)); err != nil {
		t.Errorf("it leads to %s: %v", resp.Header.Get("Location"), err)
	}
	resp, said = send("b.csv", "b", `../../etc/pass<wd>.csv`, "c")
	d.status(resp, said, http.StatusSeeOther)
	if to := resp.Header.Get("Location"); to != "/-/dynasette/" {
		t.Errorf("it leads to %s", to)
	}
	d.waits(map[string]string{"towns.csv": "a,b\n", "b.csv": "b", "pass<wd>.csv": "c"})
	resp, said = send()
	d.status(resp, said, http.StatusBadRequest)
	resp, said = d.ask("POST", path, strings.NewReader("a=b"), "Content-Type", "application/x-www-form-urlencoded")
	d.status(resp, said, http.StatusBadRequest)
	resp, said = d.ask("POST", path, strings.NewReader("--x\r\nContent-Disposition: form-data; name=file; filename=cut.csv\r\n\r\nabc"), "Content-Type", "multipart/form-data; boundary=x")
	d.status(resp, said, http.StatusBadRequest)
	if left != 3 || len(d.waiting()) != 3 {
		t.Errorf("%d errors were shown; %q wait", left, d.waiting())
	}
}

// Names that are bad are refused, with words; all others become files of just that name, within the folder.
func TestNames(t *testing.T) {
	d := open(t, &intake.Handler{})
	for name, ok := range map[string]bool{
		"../../etc/passwd": false, "/etc/passwd": false, "a/../../b.csv": false, strings.Repeat("x", 300) + ".csv": false, "a\x00b.csv": false,
		".htaccess": false, "": false, ".dynasette/current.json": false, "\xff.csv": false, "a\\b.csv": false,
		"😀.csv": true, "\u202eright.csv": true, "<script>alert(1)<$script>.csv": true, "a%2Fb.csv": true, "%2e%2e.csv": true, "a b+c?d#e.csv": true,
	} {
		resp, said := d.tus("POST", path, "", "Upload-Length", "0", "Upload-Metadata", meta(name))
		if want := map[bool]int{true: 201, false: 400}[ok]; resp.StatusCode != want || !ok && !strings.Contains(said, shelf.ErrName.Error()) {
			t.Errorf("tus, %.40q: %d %s", name, resp.StatusCode, said)
		}
		r, err := http.NewRequest("PUT", d.url+path, strings.NewReader("x"))
		if err != nil {
			t.Fatal(err)
		}
		r.URL.Path += name
		r.URL.RawPath = ""
		resp, err = client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if ok {
			d.status(resp, "", http.StatusCreated)
			d.published(name, "x")
		} else if resp.StatusCode < 300 {
			t.Errorf("PUT %.40q: %s", name, resp.Status)
		}
	}
	// As they are, whatever a proxy or a client makes of them.
	for _, raw := range []string{"../../../../x.csv", "..%2f..%2f..%2fx.csv", "%2e%2e/%2e%2e/%2e%2e/x.csv", "a%00b", "..%5cx.csv", "%2fx.csv", "a//x.csv"} {
		conn, err := net.Dial("tcp", strings.TrimPrefix(d.url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(conn, "PUT %s%s HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx", path, raw)
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil || resp.StatusCode < 300 {
			t.Errorf("%s: %v (%v)", raw, resp, err)
		}
		conn.Close()
	}
	for _, at := range []string{filepath.Dir(d.root), "/"} {
		if _, err := os.Stat(filepath.Join(at, "x.csv")); err == nil {
			t.Errorf("there is %s/x.csv", at)
		}
	}
	resp, said := d.tus("POST", path, "", "Upload-Length", "1")
	d.status(resp, said, http.StatusBadRequest)
}

// small is a Shelf on a disk that is nearly full.
type small struct {
	shelf.Shelf
	free int64
}

func (s *small) Free() (int64, bool) { return s.free, true }

func TestLimits(t *testing.T) {
	inner := &dir.Shelf{Root: t.TempDir()}
	disk := &small{inner, 256<<20 + 1000}
	d := open(t, &intake.Handler{Shelf: disk, MaxSize: 5000, MaxFiles: 3})
	begin := func(size string) (*http.Response, string) {
		return d.tus("POST", path, "", "Upload-Length", size, "Upload-Metadata", meta("a.csv"))
	}
	for _, c := range []struct {
		size string
		want int
	}{{"5001", 413}, {"1001", 507}, {"600", 201}, {"600", 507}, {"400", 201}, {"0", 201}, {"0", 507}} {
		resp, said := begin(c.size)
		d.status(resp, said, c.want)
		if c.want == 507 && !strings.Contains(said, "room") && !strings.Contains(said, "too many") {
			t.Errorf("%s: %s", c.size, said)
		}
	}
	resp, said := d.ask("PUT", path+"b.csv", strings.NewReader("x"))
	d.status(resp, said, http.StatusInsufficientStorage)
	var at string
	if err := d.List(t.Context(), func(f shelf.File) error { at = path + f.ID; return nil }); err != nil {
		t.Fatal(err)
	}
	disk.free = 0
	resp, said = d.tus("PATCH", at, "x", "Upload-Offset", "0")
	if f, err := d.Get(t.Context(), filepath.Base(at)); err != nil || f.Size > 0 {
		d.status(resp, said, http.StatusInsufficientStorage)
	}
}

func TestStale(t *testing.T) {
	d := open(t, &intake.Handler{Keep: time.Nanosecond})
	resp, said := d.tus("POST", path, "", "Upload-Length", "5", "Upload-Metadata", meta("stale.csv"))
	d.status(resp, said, http.StatusCreated)
	resp, said = d.tus("POST", path, "fresh", "Upload-Length", "5", "Upload-Metadata", meta("whole.csv"), "Content-Type", "application/offset+octet-stream")
	d.status(resp, said, http.StatusCreated)
	resp, said = d.tus("POST", path, "", "Upload-Length", "0", "Upload-Metadata", meta("next.csv"))
	d.status(resp, said, http.StatusCreated)
	d.waits(map[string]string{"whole.csv": "fresh", "next.csv": ""})
}
