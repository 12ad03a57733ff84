package browsertest

import (
	_ "embed"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/chromedp/chromedp"
)

// axe is the variable that names the file axe.min.js of https://www.npmjs.com/package/axe-core.
const axe = "DYNASETTE_AXE"

// A Violation is a rule of axe-core that a page breaks, and where.
type Violation struct {
	ID, Impact, Help string
	Nodes            []struct{ HTML string }
}

func (v Violation) String() string {
	var s strings.Builder
	fmt.Fprintf(&s, "%s (%s): %s", v.ID, v.Impact, v.Help)
	for _, n := range v.Nodes[:min(len(v.Nodes), 5)] {
		fmt.Fprintf(&s, "\n\t%.200s", n.HTML)
	}
	return s.String()
}

// Axe returns what axe-core finds wrong with the page that is open: nothing where the environment has
// no axe-core.
func (b *Browser) Axe() []Violation {
	b.t.Helper()
	file := os.Getenv(axe)
	if file == "" {
		return nil
	}
	script, err := os.ReadFile(file)
	if err != nil {
		b.t.Fatal(err)
	}
	Run(b, chromedp.Evaluate[bool](string(script)+"\n;true"))
	return Run(b, chromedp.Evaluate[[]Violation](`axe.run(document, {resultTypes: ["violations"]}).then(found => found.violations.map(v =>
		({ID: v.id, Impact: v.impact, Help: v.help, Nodes: v.nodes.map(n => ({HTML: n.html}))})))`, chromedp.EvalAwaitPromise))
}

//go:embed check.js
var ownChecks string

// Check finds fault with the page that is open where a person would: text too faint for what it stands
// on, anything but a region of its own that scrolls sideways, a control without a name or one that is hard to hit, and what axe-core
// calls moderate, serious or critical.
func (b *Browser) Check(page string) {
	b.t.Helper()
	for _, fault := range Run(b, chromedp.Evaluate[[]string](ownChecks)) {
		b.t.Errorf("%s: %s", page, fault)
	}
	for _, v := range b.Axe() {
		if slices.Contains([]string{"moderate", "serious", "critical"}, v.Impact) {
			b.t.Errorf("%s: %s", page, v)
		}
	}
}

// A View is what a page is looked at with.
type View struct {
	Width int
	Dark  bool
}

func (v View) String() string {
	if v.Dark {
		return fmt.Sprintf("%d-dark", v.Width)
	}
	return fmt.Sprintf("%d-light", v.Width)
}

// Views are those that every page has to do for: a telephone and a desk, by day and by night.
var Views = []View{{390, false}, {390, true}, {1280, false}, {1280, true}}

// Look checks the page that is open in every view, and takes pictures of it.
func (b *Browser) Look(name string) {
	b.t.Helper()
	for _, v := range Views {
		b.Resize(v.Width, v.Dark)
		b.Check(fmt.Sprintf("%s at %s", name, v))
		b.Screenshot(name + "-" + v.String())
	}
}

// CheckAll opens every page, by the names of their pictures, in every view, checks it and takes a
// picture of it.
func (b *Browser) CheckAll(pages map[string]string) {
	b.t.Helper()
	names := make([]string, 0, len(pages))
	for name := range pages {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, v := range Views {
		b.Resize(v.Width, v.Dark)
		for _, name := range names {
			b.Open(pages[name])
			b.Check(fmt.Sprintf("%s at %s", name, v))
			b.Screenshot(name + "-" + v.String())
		}
	}
}
