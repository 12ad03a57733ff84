// Package browsertest shows pages in a Chromium to tests: where one is on PATH, and not with -short.
package browsertest

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// patience bounds a step: what is waited for does not come any more.
const patience = time.Minute

// A Browser is a Chromium with one page open. It ends with the test.
type Browser struct {
	t   *testing.T
	ctx context.Context

	mu   sync.Mutex
	said []string
}

// Start starts a browser, or skips the test.
func Start(t *testing.T) *Browser {
	t.Helper()
	if testing.Short() {
		t.Skip("a browser takes its time")
	}
	program := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			program = path
			break
		}
	}
	if program == "" {
		t.Skip("no chromium on PATH")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(program),
		chromedp.Flag("disable-gpu", true), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)

	b := &Browser{t: t, ctx: ctx}
	// The browser ends with the context of its first step.
	if err := chromedp.Do(ctx, Call(log.Enable, cdp.Empty{}), Call(page.Enable, page.EnableParams{})); err != nil {
		t.Fatal(err)
	}
	entries := chromedp.Events(ctx, log.EntryAdded)
	go func() {
		for e, err := range entries {
			if err != nil {
				return
			}
			b.say(e.Entry.Text + " " + e.Entry.URL)
		}
	}()
	dialogs := chromedp.Events(ctx, page.JavascriptDialogOpening)
	go func() {
		for e, err := range dialogs {
			if err != nil {
				return
			}
			b.say("a dialog says " + e.Message)
			_, _ = chromedp.Call(ctx, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: true})
		}
	}()
	return b
}

func (b *Browser) say(text string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.said = append(b.said, text)
}

// Complaints returns what the browser has logged, such as a violation of the content security
// policy, and what dialogs a page has opened.
func (b *Browser) Complaints() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.said
}

// Call is the action that sends a command.
func Call[P, R any](command cdp.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		_, err := cdp.Call(ctx, t, command, params)
		return chromedp.Void{}, err
	}
}

// Do takes steps one after the other. The first error ends the test.
func (b *Browser) Do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.t.Fatal(err)
	}
}

// Run takes a step that has a result. An error ends the test.
func Run[T any](b *Browser, a chromedp.Action[T]) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, a)
	if err != nil {
		b.t.Fatal(err)
	}
	return v
}

// Until waits for a script to be true, of whatever page there is by then. The script may load the page again().
func (b *Browser) Until(what, script string) {
	b.t.Helper()
	script = `(() => {
		const again = () => { if (document.readyState === "complete") setTimeout(() => location.reload(), 200); return false }
		try { return !!(` + script + `) } catch { return false } // it is still loading
	})()`
	for deadline := time.Now().Add(patience / 2); ; time.Sleep(20 * time.Millisecond) {
		ctx, cancel := context.WithTimeout(b.ctx, patience)
		so, err := chromedp.Run(ctx, chromedp.Evaluate[bool](script))
		cancel()
		switch {
		case err == nil && so: // an error is that of a page that is left
			return
		case time.Now().After(deadline):
			b.t.Fatalf("%s: %s, %v", what, Run(b, chromedp.Evaluate[string](`location + "\n" + document.body.innerText`)), err)
		}
	}
}

// Says waits until the page says something.
func (b *Browser) Says(text string) {
	b.t.Helper()
	b.Until(fmt.Sprintf("it does not say %q", text), "document.body.innerText.includes("+Quote(text)+")")
}

// Quote returns a text as JavaScript has it.
func Quote(text string) string {
	quoted, err := json.Marshal(text)
	if err != nil {
		panic(err) // a text can be encoded
	}
	return string(quoted)
}

// Open goes to a URL.
func (b *Browser) Open(url string) {
	b.t.Helper()
	b.Do(chromedp.Navigate(url))
}

// Follow clicks on something that leads to another page, and returns the status and the URL of that one.
func (b *Browser) Follow(selector string) (status int64, url string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	response, err := chromedp.RunResponse(ctx, chromedp.Click(chromedp.CSS(selector)))
	if err != nil {
		b.t.Fatalf("%s: %v", selector, err)
	}
	if response == nil {
		b.t.Fatalf("%s leads to no page", selector)
	}
	return response.Status, response.URL
}

// Text is the text of the first element that fits, as it is shown.
func (b *Browser) Text(selector string) string {
	b.t.Helper()
	return Run(b, chromedp.Text(chromedp.CSS(selector)))
}

// Resize makes the page that wide, and dark or light.
func (b *Browser) Resize(width int, dark bool) {
	b.t.Helper()
	scheme := "light"
	if dark {
		scheme = "dark"
	}
	b.Do(Call(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}),
		chromedp.EmulateViewport(int64(width), 900))
}
