package sinktest

import (
	"context"
	"fmt"
	"io"
	"maps"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/converter"
)

// OddNames are names of uploads that some header, URL, file system or terminal can't hold, or
// takes for something else. Uploaders choose them.
func OddNames() []string {
	names := []string{
		"-rf.csv", "--help.csv", " leading.csv", "trailing .csv", "dot..csv", "trailing.csv.", "trailing.csv ", "nothing.", "a=b&c.csv", "a;b.csv",
		"%00.csv", "%2e%2e%2fx.csv", "100%.csv", "~41.csv", "a+b.csv", "a?b#c.csv", "a\"b'c`d.csv", "$(id).csv", "<b>x</b>.csv", "{location}.csv",
		"../up.csv", "a/../../up.csv", "./here.csv", "a//b.csv", "/root.csv", `back\slash.csv`, `..\up.csv`, "C:drive.csv",
		"CON.csv", "nul", "aux.json.csv", "com1.csv", "con/x.csv", "lpt1 .csv", "a:stream.csv", "a*b.csv", "a|b.csv",
		"static.csv", "_memory.csv", "_internal.csv", "metadata.json.csv", "config.json/x.csv", "plugins/x.py.csv", "inspect-data.json.csv",
		"upload.csv", "%h0123456789abcdef.csv", "x-abcdefghijkl.db.csv", "current.json.csv", "sources/x.json.csv",
		"Case.csv", "case.csv", "CASE.CSV", "\u00e9t\u00e9.csv", "e\u0301te\u0301.csv", "stra\u00dfe.csv", "STRASSE.csv",
		"日本.csv", "данные.csv", "نص.csv", "👍🏽.csv", "👩‍👩‍👧.csv", "\u202egpj.csv", "\u2066x\u2069.csv", "\ufeffbom.csv", "zero\u200bwidth.csv",
		"soft\u00adhyphen.csv", "nbsp\u00a0.csv", "line\u2028sep.csv", "\u0085next.csv", "\uffff.csv", "\U000e0001tag.csv",
		strings.Repeat("n", 251) + ".csv", strings.Repeat("n", 1020) + ".csv", strings.Repeat("é", 510) + ".csv", strings.Repeat("日", 340) + ".csv",
		strings.Repeat("d/", 200) + "x.csv", strings.Repeat("日", 1300) + ".csv",
		"\xff.csv", "latin\xe9.csv", "cut\xe6\x97.csv", "a\xff/b.csv", "\xed\xa0\x80.csv",
	}
	return append(names, "\x00nul.csv", "soh\x01", "us\x1f.csv", "\x7fdel.csv", "\x1b[31mred\x1b[0m.csv", "\x1b]0;title\x07.csv", "crlf\r\nX-Evil: 1.csv", "\ttab\t.csv", "\u009bcsi.csv")
}

// Sound is how many uploads with good names are beside odd ones.
const Sound = 20

// testUploadNames: whatever uploads are called, those beside them are served, and each of
// them is served under a name of its own, or its failure is recorded.
func testUploadNames(t *testing.T, s dynasette.Store) {
	uploads := new(Uploads)
	for i := range Sound {
		uploads.Put(fmt.Sprintf("sound%02d.csv", i), "x")
	}
	NamesServed(t, s, uploads, func(name string) error { uploads.Put(name, "x"); return nil }, func(name string) error { uploads.Delete(name); return nil })
}

// NamesServed puts uploads with odd names beside those that the source has, which is to be all
// served by now or after, and tells what has become of them. put returns an error for what
// can't be an upload there.
func NamesServed(t *testing.T, s dynasette.Store, source dynasette.Source, put, remove func(name string) error) {
	t.Helper()
	process := func() *dynasette.Pipeline {
		formats := new(converter.Registry)
		formats.Register(converter.Format{Name: "any", Extensions: []string{".csv"}, Sniff: func([]byte) bool { return true }}, converter.Func(
			func(_ context.Context, in *converter.Input, out *converter.Writer) error {
				text, err := io.ReadAll(in.Reader())
				if err != nil {
					return err
				}
				return out.Table("t", "text").Append(converter.Text(string(text)))
			}))
		return &dynasette.Pipeline{Source: source, Store: s, Formats: formats, Quiet: time.Millisecond}
	}
	reconcile := func(p *dynasette.Pipeline) dynasette.Report {
		t.Helper()
		r, err := p.Reconcile(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		p.Wait()
		return r
	}
	// Alone among sound ones.
	const control = "bell\x07.csv"
	p := process()
	alone := put(control) == nil
	reconcile(p)
	check(t, p, source)
	var there []string
	for _, name := range OddNames() {
		if put(name) == nil {
			there = append(there, name)
		}
	}
	if len(there) < 20 {
		t.Fatalf("only %d of the names can be had", len(there))
	}
	reconcile(p)
	slugs := check(t, p, source)

	// The next process knows all of them, and none of them is converted again.
	if r := reconcile(process()); r.Converted != 0 || r.Withdrawn != 0 {
		t.Errorf("another process: %+v", r)
	}
	if again := check(t, process(), source); !maps.Equal(again, slugs) {
		t.Errorf("another process has other names:\n%q\n%q", again, slugs)
	}
	for _, name := range there {
		if err := remove(name); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
	if alone {
		if err := remove(control); err != nil {
			t.Error(err)
		}
	}
	reconcile(p)
	if left := check(t, p, source); len(left) != Sound {
		t.Errorf("when the odd ones are gone, there are left %q", left)
	}
	if err := p.Failures(t.Context(), func(f dynasette.Failure) error { return fmt.Errorf("%s: %s", f.Source, f.Message) }); err != nil {
		t.Errorf("left: %v", err)
	}
}

// check returns the names of all databases, by upload. Each upload is served or has failed.
func check(t *testing.T, p *dynasette.Pipeline, source dynasette.Source) map[string]string {
	t.Helper()
	failed := map[string]bool{}
	if err := p.Failures(t.Context(), func(f dynasette.Failure) error { failed[f.Source] = true; return nil }); err != nil {
		t.Fatal(err)
	}
	releases, err := p.Releases(t.Context())
	if err != nil || len(releases) == 0 {
		t.Fatalf("no release: %v", err)
	}
	slugs, owner := map[string]string{}, map[string]string{}
	for _, r := range releases {
		if !r.Current {
			continue
		}
		for _, d := range r.Databases {
			if other, taken := owner[d.Slug]; taken {
				t.Errorf("%q and %q are both %s", d.Source, other, d.Slug)
			}
			slugs[d.Source], owner[d.Slug] = d.Slug, d.Source
			if strings.Trim(d.Slug, "abcdefghijklmnopqrstuvwxyz0123456789_-") != "" || len(d.Slug) > 64 || d.Slug == "static" {
				t.Errorf("%q is %q", d.Source, d.Slug)
			}
			if o, err := p.Store.Stat(t.Context(), d.Object); err != nil || o.Generation != d.Generation {
				t.Errorf("%q: %v", d.Source, err)
			}
		}
	}
	n := 0
	if err := source.List(t.Context(), func(up dynasette.Upload) error {
		n++
		switch recorded := strings.ToValidUTF8(up.Name, "\uFFFD"); {
		case dynasette.Ignored(up.Name):
			n--
		case slugs[up.Name] != "" && utf8.ValidString(up.Name):
		case !utf8.ValidString(up.Name) && failed[recorded]:
		default:
			t.Errorf("%q is not served, and nobody says why", up.Name)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	good := 0
	for name := range slugs {
		if strings.HasPrefix(name, "sound") {
			good++
		}
	}
	if good != Sound || n < Sound {
		t.Errorf("of %d sound uploads there are served %d", Sound, good)
	}
	return slugs
}
