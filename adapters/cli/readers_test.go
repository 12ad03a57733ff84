package cli_test

import (
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// A hundred times a second somebody reads pages, JSON and CSV of linked tables while files are
// replaced: no request fails, every answer is of one edition throughout, and none is of an
// earlier one than somebody has seen before. DYNASETTE_SOAK=60s makes that 6,000 requests over 20 releases.
func TestReadersDuringReleases(t *testing.T) {
	if testing.Short() { // TestUpSoak is for races
		t.Skip("under the race detector, pages leave labels and facets out as these take too long")
	}
	for _, server := range []string{"pages", "datasette"} {
		t.Run(server, func(t *testing.T) {
			if _, err := exec.LookPath(server); err != nil && server == "datasette" {
				t.Skip(err)
			}
			readDuringReleases(t, server, soakTime(t))
		})
	}
}

const (
	readsPerSecond = 100
	readsAtOnce    = 20   // a server that is slower is asked less often
	orders         = 2000 // rows
	articles       = 10
)

// writeEdition replaces both uploads; what they say of an edition is in every row of every table.
func writeEdition(u *upProcess, n int) {
	var text strings.Builder
	text.WriteString("number,edition,article\n")
	for i := range orders {
		fmt.Fprintf(&text, "%d,edition %d,edition %d of article %d\n", i, n, n, i%articles)
	}
	u.write("orders.csv", text.String())
	u.write("notes.json", "["+strings.Repeat(fmt.Sprintf(`{"note": "edition %d"},`, n), 100)+fmt.Sprintf(`{"note": "edition %d"}]`, n))
}

// A reading is what is asked for.
type reading struct {
	path   string
	upload string // that it is about; "" is none
	times  int    // that an answer has its edition, at least
	exact  bool   // or exactly so often
}

var readings = []reading{
	{"/orders/orders", "orders", 200, false},
	{"/orders/orders.json?_shape=array&_size=100&_labels=on", "orders", 200, true},
	{"/orders/article.csv", "orders", articles, true},
	{"/orders.json?_shape=array&sql=select+o.number,+o.edition,+a.article+from+orders+o+join+article+a+on+a.id=o.article_id+limit+100", "orders", 200, true},
	{"/orders/orders.json?_facet=edition&_size=0", "orders", 1, false},
	{"/orders/article/3", "orders", 1, false},
	{"/orders/orders?_where=article_id+in+(select+id+from+article+where+article+like+'%25article+4')&_size=20", "orders", 40, false},
	{"/notes/notes.json?_shape=array&_size=max", "notes", 101, true},
	{"/notes/notes", "notes", 100, false},
	{"/orders", "", 0, false},
	{"/", "", 0, false},
}

// streamed takes its time, so releases come while it is read.
var streamed = reading{"/orders/orders.csv?_stream=on&_labels=on", "orders", 2 * orders, true}

var edition = regexp.MustCompile(`edition (\d+)`)

// Readers remember what they have seen.
type readers struct {
	*upProcess
	mu     sync.Mutex
	newest map[string]int          // edition by upload
	tagged map[string]int          // edition by upload and ETag
	took   []time.Duration         // by request
	seen   map[string]map[int]bool // editions by upload
	failed atomic.Int64
}

func readDuringReleases(t *testing.T, server string, d time.Duration) {
	releases := max(3, int(d/(3*time.Second)))
	folder := t.TempDir()
	r := &readers{newest: map[string]int{}, tagged: map[string]int{}, seen: map[string]map[int]bool{"orders": {}, "notes": {}}}
	writeFile(t, folder+"/dynasette.yaml", "resources:\n  - {path: orders.csv, extract: [article]}\n")
	writeEdition(&upProcess{t: t, folder: folder}, 1)
	r.upProcess = startUp(t, folder, "--server", server)
	serves := func(n int) func() bool {
		text := fmt.Sprintf("edition %d\"", n)
		return func() bool { return r.serves("/orders/orders", text) && r.serves("/notes/notes", text) }
	}
	r.wait("first edition", serves(1))

	stop := make(chan struct{})
	var asking sync.WaitGroup
	asking.Go(func() {
		slots := make(chan struct{}, readsAtOnce)
		for began, n := time.Now(), 0; ; n++ { // however long the answers take
			time.Sleep(time.Until(began.Add(time.Duration(n) * time.Second / readsPerSecond)))
			select {
			case <-stop:
				return
			case slots <- struct{}{}:
			}
			what := readings[n%len(readings)]
			if n%(readsPerSecond/2) == 0 {
				what = streamed
			}
			asking.Go(func() {
				r.read(what)
				<-slots
			})
		}
	})
	ends := time.Now().Add(d)
	for n := 2; n <= releases+1; n++ {
		next := time.Now().Add(d / time.Duration(releases))
		writeEdition(r.upProcess, n)
		r.wait("next edition", serves(n))
		time.Sleep(time.Until(next))
	}
	time.Sleep(time.Until(ends))
	close(stop)
	asking.Wait()
	r.end()

	slices.Sort(r.took)
	t.Logf("%d requests, %d failed, in %v; %d releases; editions seen of orders: %d, of notes: %d; half within %v, 99 of 100 within %v, all within %v",
		len(r.took), r.failed.Load(), d, len(r.releases()), len(r.seen["orders"]), len(r.seen["notes"]),
		r.took[len(r.took)/2], r.took[len(r.took)*99/100], r.took[len(r.took)-1])
	if least := int(d.Seconds() * readsPerSecond / 2); server == "pages" && len(r.took) < least {
		t.Errorf("only %d requests, want %d or more", len(r.took), least)
	}
	for upload, seen := range r.seen {
		if len(seen) <= releases/2 {
			t.Errorf("of %d editions of %s only %d were seen", releases+1, upload, len(seen))
		}
	}
}

// read asks, and looks at the answer.
func (r *readers) read(what reading) {
	began := time.Now()
	r.mu.Lock()
	newest := r.newest[what.upload]
	r.mu.Unlock()
	body, tag, err := r.ask(what)
	took := time.Since(began)
	found, n := 0, 0
	for _, m := range edition.FindAllStringSubmatch(body, -1) {
		var e int
		if fmt.Sscan(m[1], &e); n > 0 && e != found && err == nil {
			err = fmt.Errorf("it has editions %d and %d", found, e)
		}
		found = e
		n++
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.took = append(r.took, took)
	tag = what.upload + " " + tag
	switch other, known := r.tagged[tag]; {
	case err != nil:
	case n < what.times || what.exact && n != what.times:
		err = fmt.Errorf("it has its edition %d times, want %d: %.300s", n, what.times, body)
	case what.upload == "":
		return
	case found < newest:
		err = fmt.Errorf("edition %d after edition %d", found, newest)
	case tag != what.upload+" " && known && other != found:
		err = fmt.Errorf("edition %d has the ETag of edition %d", found, other)
	}
	if err != nil {
		if r.failed.Add(1) <= 10 {
			r.t.Errorf("%s: %v", what.path, err)
		}
		return
	}
	r.tagged[tag] = found
	r.newest[what.upload] = max(r.newest[what.upload], found)
	r.seen[what.upload][found] = true
}

// ask returns an answer and its ETag.
func (r *readers) ask(what reading) (body, tag string, err error) {
	resp, err := http.Get(r.url + what.path)
	if err != nil {
		return "", "", err
	}
	defer resp.Body.Close()
	var text strings.Builder
	if what == streamed { // slowly
		if _, err := io.CopyN(&text, resp.Body, 4<<10); err != nil {
			return "", "", err
		}
		time.Sleep(300 * time.Millisecond)
	}
	if _, err = io.Copy(&text, resp.Body); err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %.300s", resp.Status, text.String())
	}
	return text.String(), resp.Header.Get("ETag"), err
}
