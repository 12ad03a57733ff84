package dynasette_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/converter"
)

var update = flag.Bool("update", false, "record what the goldens are under converter.Rules in "+goldensFile)

const (
	goldensFile = "testdata/rules.json"
	recordRules = "go test . -run TestRules -update"
)

// goldens are all that documents become under some Rules: a hash by name.
type goldens struct {
	Rules   int               `json:"rules"`
	Goldens map[string]string `json:"goldens"`
}

// fault compares the goldens as they were recorded with those of now, and says what has to
// be done; "" is nothing, or only to record them.
func (was goldens) fault(now goldens, record bool) string {
	var changed []string
	for _, name := range slices.Sorted(maps.Keys(was.Goldens)) {
		switch now.Goldens[name] {
		case was.Goldens[name]:
		case "":
			changed = append(changed, name+" (gone)")
		default:
			changed = append(changed, name)
		}
	}
	switch {
	case now.Rules < was.Rules:
		return fmt.Sprintf("converter.Rules is %d, and was %d: it only goes up", now.Rules, was.Rules)
	case now.Rules == was.Rules && len(changed) > 0:
		return fmt.Sprintf("the same bytes make another database than under the same Rules:\n  %s\nIf that is right, raise converter.Rules to %d, and then: %s",
			strings.Join(changed, "\n  "), was.Rules+1, recordRules)
	case !record && (now.Rules != was.Rules || len(now.Goldens) != len(was.Goldens)):
		return goldensFile + " is not up to date: " + recordRules
	}
	return ""
}

// Whoever changes what becomes of a document raises converter.Rules, so that pipelines
// convert anew what they have.
func TestRules(t *testing.T) {
	now := goldens{converter.Rules, map[string]string{}}
	if err := fs.WalkDir(os.DirFS("."), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && name != "." && strings.HasPrefix(d.Name(), "."):
			return fs.SkipDir
		case d.IsDir() || path.Ext(name) != ".sql" || !strings.Contains("/"+name, "/testdata/"):
			return nil
		}
		data, err := os.ReadFile(name)
		sum := sha256.Sum256(data)
		now.Goldens[name] = hex.EncodeToString(sum[:8])
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if len(now.Goldens) < 100 {
		t.Errorf("only %d goldens", len(now.Goldens))
	}
	var was goldens
	data, err := os.ReadFile(goldensFile)
	if err == nil {
		err = json.Unmarshal(data, &was)
	}
	if err != nil {
		t.Fatal(err)
	}
	if fault := was.fault(now, *update); fault != "" {
		t.Fatal(fault)
	}
	if !*update {
		return
	}
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetIndent("", " ")
	e.SetEscapeHTML(false)
	if err := e.Encode(now); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(goldensFile, text.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestRulesFault(t *testing.T) {
	was := goldens{2, map[string]string{"a.sql": "1", "b.sql": "2"}}
	for _, test := range []struct {
		about          string
		now            goldens
		fault, refused string // "" is none
	}{
		{"nothing new", was, "", ""},
		{"a change", goldens{2, map[string]string{"a.sql": "1", "b.sql": "3"}}, "raise converter.Rules to 3", "  b.sql\n"},
		{"one is gone", goldens{2, map[string]string{"b.sql": "2"}}, "raise converter.Rules to 3", "  a.sql (gone)\n"},
		{"a new one", goldens{2, map[string]string{"a.sql": "1", "b.sql": "2", "c.sql": "3"}}, "not up to date", ""},
		{"one comes, one goes", goldens{2, map[string]string{"a.sql": "1", "c.sql": "3"}}, "raise converter.Rules to 3", "  b.sql (gone)\n"},
		{"a change under other rules", goldens{3, map[string]string{"a.sql": "1", "b.sql": "3"}}, "not up to date", ""},
		{"other rules alone", goldens{3, was.Goldens}, "not up to date", ""},
		{"earlier rules", goldens{1, was.Goldens}, "only goes up", "only goes up"},
	} {
		for record, want := range map[bool]string{false: test.fault, true: test.refused} {
			if got := was.fault(test.now, record); (got == "") != (want == "") || !strings.Contains(got, want) {
				t.Errorf("%s, record %v: %q, want %q", test.about, record, got, want)
			}
		}
	}
}

// What is converted anew when another program comes upon a store: everything under other
// rules, or with other converters of one's own, and nothing if it is only called otherwise.
func TestOtherProgram(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.put("x.csv", "a\n1\n")
		w.put("bad.csv", "")
		first := w.is("x.csv@1")
		for _, test := range []struct {
			about     string
			rules     int
			version   string
			converted int
		}{
			{"the same", converter.Rules, "", 0},
			{"other rules", converter.Rules + 1, "", 1},
			{"the same once more", converter.Rules + 1, "", 0},
			{"other converters of one's own", converter.Rules + 1, "2", 1},
		} {
			other := w.second()
			other.Pipeline.Version = test.version
			other.UseRules(test.rules)
			if r := other.reconcile(); r.Converted != test.converted || r.Failed != 1 {
				t.Errorf("%s: %+v", test.about, r)
			}
			if err := other.Failures(t.Context(), func(f dynasette.Failure) error {
				if f.Converter != other.Build() {
					t.Errorf("%s: %s was not tried again", test.about, f.Source)
				}
				return nil
			}); err != nil {
				t.Error(err)
			}
		}
		// What a program with later rules has made, or could not make, an earlier one leaves alone.
		if r := w.reconcile(); r.Converted != 0 || r.Current != 1 || r.Failed != 1 {
			t.Errorf("the first one again: %+v", r)
		}
		if err := w.Failures(t.Context(), func(f dynasette.Failure) error {
			if f.Converter == w.Build() {
				t.Errorf("%s was tried again by earlier rules", f.Source)
			}
			return nil
		}); err != nil {
			t.Error(err)
		}
		if again := servedNow(t, w.store); again.Release == first.Release {
			t.Error("what was converted anew is not served")
		}
	})
	// That is the same in every program with these rules, whatever it is called: if what is
	// behind the number changes here, all that there is will be converted anew.
	if got, want := new(dynasette.Pipeline).Build(), fmt.Sprint(converter.Rules, "-b3f3dc8c"); got != want {
		t.Errorf("databases are made with %s, not %s", got, want)
	}
}
