package publish

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/adapters/web/access"
	"github.com/dynasette/dynasette/converter/all"
	"github.com/dynasette/dynasette/sinks/sinktest"
)

// desk is a Handler with a pipeline in memory.
type desk struct {
	*Handler
	t       testing.TB
	uploads *sinktest.Uploads
}

const guarded = "resources:\n  - {path: 'a.csv', guard: {rows: -50%}}\n"

func newDesk(t testing.TB) *desk {
	uploads := new(sinktest.Uploads)
	p := &dynasette.Pipeline{Source: uploads, Store: new(sinktest.Memory), Formats: all.Formats(), Quiet: time.Millisecond,
		Restarter: dynasette.RestarterFunc(func(context.Context, dynasette.Release) error { return nil })}
	return &desk{&Handler{Pipeline: p, Access: &access.Access{Token: "t0"}, Data: "/"}, t, uploads}
}

func (d *desk) put(name, text string) {
	d.t.Helper()
	for _, e := range d.uploads.Put(name, text) {
		if _, err := d.Pipeline.Process(d.t.Context(), e); err != nil {
			d.t.Fatal(err)
		}
	}
	d.Pipeline.Wait()
}

func (d *desk) ask(method, target string, form url.Values, header ...string) *httptest.ResponseRecorder {
	d.t.Helper()
	r := httptest.NewRequest(method, target, strings.NewReader(form.Encode()))
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	d.ServeHTTP(w, r)
	return w
}

// has checks that a page is there and has these texts.
func (d *desk) has(w *httptest.ResponseRecorder, texts ...string) {
	d.t.Helper()
	if w.Code != http.StatusOK {
		d.t.Errorf("%d: %s", w.Code, w.Body)
	}
	for _, text := range texts {
		if !strings.Contains(w.Body.String(), text) {
			d.t.Errorf("no %q in\n%s", text, w.Body)
		}
	}
}

const bearer, token = "Authorization", "Bearer t0"

// TestStatePages: from an upload that is held back to its acceptance, and back to the release before.
func TestStatePages(t *testing.T) {
	d := newDesk(t)
	d.has(d.ask("GET", Path, nil), "Nothing has been published yet")
	d.put("dynasette.yaml", guarded)
	d.put("a.csv", "x,y\n1,2\n3,4\n5,6\n7,8\n")
	d.put("bad.csv", "x,y\n1,\"2")
	d.put("a.csv", "x,y\n1,2\n")
	d.has(d.ask("GET", Path, nil), `href="/-/dynasette/sources/a.csv"`, "held back", "4 rows", "failed", "dynasette.yaml", "followed")
	d.has(d.ask("GET", sourceURL("bad.csv"), nil), "failed", "Where: line 2")
	d.has(d.ask("GET", sourceURL("a.csv"), nil), "a: 4 → 1 row", "Log in to accept it")
	page := d.ask("GET", sourceURL("a.csv"), nil, bearer, token)
	d.has(page, "Accept this version", `href="/a/a"`, "?download")
	_, rest, _ := strings.Cut(page.Body.String(), `name="generation" value="`)
	generation, _, _ := strings.Cut(rest, `"`)

	form := url.Values{"generation": {generation}}
	for name, c := range map[string]struct {
		header []string
		form   url.Values
		status int
	}{
		"no token":      {nil, form, 401},
		"another token": {[]string{bearer, "Bearer t1"}, form, 401},
		"another site":  {[]string{bearer, token, "Sec-Fetch-Site", "cross-site"}, form, 403},
		"no version":    {[]string{bearer, token}, url.Values{}, 400},
		"an older one":  {[]string{bearer, token}, url.Values{"generation": {"1"}}, 409},
	} {
		for _, target := range []string{sourceURL("a.csv"), releasesPath} {
			if target == releasesPath && c.status != 401 && c.status != 403 {
				continue
			}
			if w := d.ask("POST", target, c.form, c.header...); w.Code != c.status {
				t.Errorf("%s, %s: %d, want %d: %s", target, name, w.Code, c.status, w.Body)
			}
		}
	}
	d.has(d.ask("GET", sourceURL("a.csv"), nil), "held back")
	w := d.ask("POST", sourceURL("a.csv"), form, bearer, token)
	if w.Code != http.StatusSeeOther {
		t.Fatalf("%d: %s", w.Code, w.Body)
	}
	d.has(d.ask("GET", w.Header().Get("Location"), nil), "is accepted", "published", `<polyline points="6,26 414,111.5"/>`, "Rows")

	all, _ := d.Pipeline.Releases(t.Context())
	d.has(d.ask("GET", releasesPath, nil, bearer, token), "Served since", all[1].Release+`">Roll back<`, "a: 4 → 1 row (-3)")
	d.has(d.ask("GET", releasesPath+"?from="+all[0].Release+"&to="+all[1].Release, nil), "a: 1 → 4 rows (&#43;3)")
	if w := d.ask("GET", releasesPath+"?from=x&to=y", nil); w.Code != 404 {
		t.Errorf("a release that is not kept: %d", w.Code)
	}
	if w := d.ask("POST", releasesPath, url.Values{"release": {all[1].Release}}, bearer, token); w.Code != http.StatusSeeOther {
		t.Fatalf("%d: %s", w.Code, w.Body)
	}
	d.has(d.ask("GET", Path, nil), "gone back to release", "rolled back", "4 rows")
	if w := d.ask("POST", releasesPath, url.Values{"release": {"none"}}, bearer, token); w.Code != 404 {
		t.Errorf("to a release that is not kept: %d", w.Code)
	}
}

// TestStateForPrograms: the same as JSON.
func TestStateForPrograms(t *testing.T) {
	d := newDesk(t)
	d.put("a.csv", "x\n1\n")
	d.put("bad.csv", "")
	var got stateJSON
	if err := json.Unmarshal(d.ask("GET", Path+"state.json", nil).Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Sources) != 2 || got.Release == "" || got.Sources[0].Database != "a" || got.Sources[0].Rows != 1 || got.Sources[0].Phase != "published" ||
		got.Sources[1].Phase != "failed" || got.Sources[1].Failure == nil {
		t.Errorf("%+v", got)
	}
	got = stateJSON{}
	json.Unmarshal(d.ask("GET", Path+"state.json?q=BAD", nil).Body.Bytes(), &got)
	if len(got.Sources) != 1 {
		t.Errorf("%+v", got)
	}
}

// TestDownloads: as files that no browser opens; what may be more than what is published is for those who may publish.
func TestDownloads(t *testing.T) {
	d := newDesk(t)
	page := "<script>alert(1)</script>\n1\n"
	d.put("x/page.html.csv", page)
	d.put("x/page.html.csv", page+"2\n")
	all, _ := d.Pipeline.Releases(t.Context())
	file := "/" + all[0].Databases[0].File()
	for target, c := range map[string]struct {
		without, with int
		name, begin   string
	}{
		sourceURL("x/page.html.csv") + "?download":                    {401, 200, "page.html.csv", page},
		sourceURL("x/page.html.csv") + "?download=other.csv":          {401, 404, "", ""},
		sourceURL("x/page.html.csv") + "?download=../../etc/passwd":   {401, 404, "", ""},
		sourceURL("../../etc/passwd") + "?download":                   {404, 404, "", ""},
		releasesPath + "/" + all[0].Release + file:                    {200, 200, file[1:], "SQLite format 3\x00"},
		releasesPath + "/" + all[1].Release + file:                    {401, 200, file[1:], "SQLite format 3\x00"},
		releasesPath + "/" + all[0].Release + "/none.db":              {404, 404, "", ""},
		releasesPath + "/" + all[0].Release + "/..%2F..%2Frules.json": {404, 404, "", ""},
	} {
		if w := d.ask("GET", target, nil); w.Code != c.without {
			t.Errorf("%s without the token: %d, want %d", target, w.Code, c.without)
		}
		w := d.ask("GET", target, nil, bearer, token)
		if w.Code != c.with || !strings.HasPrefix(w.Body.String(), c.begin) {
			t.Errorf("%s with it: %d, want %d: %.80s", target, w.Code, c.with, w.Body)
		}
		if h := w.Header(); w.Code == 200 && (h.Get("Content-Disposition") != "attachment; filename="+c.name || h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Content-Type") != "application/octet-stream") {
			t.Errorf("%s: %v", target, h)
		}
	}
}

// isolated is text that can't turn what stands around it.
var isolated = regexp.MustCompile(`<bdi>[^<]*</bdi>`)

// TestHostileNames: whatever a file is called, its page is there, and the name is text.
func TestHostileNames(t *testing.T) {
	d := newDesk(t)
	for _, name := range []string{"<script>alert(1)<", "a%2Fb.csv", "a b&c=d?e#f.csv", "\u202egnp.csv", "😀.csv", strings.Repeat("long", 50) + ".csv", "\"'><img src=x>.csv", "x/../y.csv"} {
		d.put(name, "x\n1\n")
		w := d.ask("GET", sourceURL(name), nil)
		if w.Code != http.StatusOK {
			t.Errorf("%q at %s: %d", name, sourceURL(name), w.Code)
		}
		for _, body := range []string{w.Body.String(), d.ask("GET", Path, nil).Body.String(), d.ask("GET", releasesPath, nil).Body.String()} {
			if strings.Contains(body, "<script>alert") || strings.Contains(body, "<img src=x") || strings.Contains(isolated.ReplaceAllString(body, ""), "\u202e") {
				t.Errorf("%q is more than text", name)
			}
		}
		if csp := w.Header().Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") {
			t.Errorf("policy: %s", csp)
		}
		if strings.Contains(w.Body.String(), "style=") {
			t.Error("an inline style")
		}
	}
}

// TestEvents: a page hears of a change, no more than so many listen, and all end with the handler.
func TestEvents(t *testing.T) {
	d := newDesk(t)
	d.put("a.csv", "x\n1\n")
	server := httptest.NewServer(d.Handler)
	defer server.Close()
	resp, err := http.Get(server.URL + eventsPath)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if got := resp.Header.Get("Content-Type"); got != "text/event-stream" {
		t.Errorf("%q", got)
	}
	lines := bufio.NewScanner(resp.Body)
	word := func() bool {
		for lines.Scan() {
			if lines.Text() == "event: changed" {
				return true
			}
		}
		return false
	}
	if !word() {
		t.Fatal("nothing at first")
	}
	d.put("b.csv", "x\n1\n")
	if !word() {
		t.Fatal("nothing of a change")
	}
	for range maxListeners - 1 {
		d.listeners <- struct{}{}
	}
	if w := d.ask("GET", eventsPath, nil); w.Code != http.StatusServiceUnavailable {
		t.Errorf("one too many: %d", w.Code)
	}
	d.Close()
	for word() {
	}
	d.Close()
}

// TestSilent: where the server of the data can't say what is the matter with it, the first page says that it is said here,
// once there is anything to say.
func TestSilent(t *testing.T) {
	for _, server := range []string{"", "Datasette"} {
		d := newDesk(t)
		d.Silent = server
		says := func() bool {
			return strings.Contains(d.ask("GET", Path, nil).Body.String(), "Datasette shows no banners")
		}
		d.put("a.csv", "x,y\n1,2\n")
		if says() {
			t.Errorf("%q: it is said though all is well", server)
		}
		d.put("a.csv", "")
		if says() != (server != "") {
			t.Errorf("%q: it says so: %v", server, says())
		}
	}
}

// TestNotices: a database's pages say what is the matter with its newest version.
func TestNotices(t *testing.T) {
	d := newDesk(t)
	d.put("a.csv", "x,y\n1,2\n")
	d.put("b.csv", "x,y\n1,2\n")
	d.put("a.csv", "")
	for deadline := time.Now().Add(10 * time.Second); len(d.Notices("a")) == 0 && time.Now().Before(deadline); {
		time.Sleep(time.Millisecond)
	}
	got := d.Notices("a")
	if len(got) != 1 || !got[0].Bad || !strings.Contains(got[0].Why, "empty") || got[0].URL != sourceURL("a.csv") {
		t.Errorf("%+v", got)
	}
	if got := d.Notices("b"); len(got) > 0 {
		t.Errorf("%+v", got)
	}
}
