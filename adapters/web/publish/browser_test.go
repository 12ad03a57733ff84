package publish

import (
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// browser starts a Chromium, where one is on PATH.
func browser(t *testing.T) context.Context {
	t.Helper()
	if testing.Short() {
		t.Skip("a browser takes its time")
	}
	program, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("no chromium on PATH")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(program), chromedp.Flag("disable-gpu", true),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	return ctx
}

// call is the action that sends a command.
func call[P, R any](command cdp.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		_, err := cdp.Call(ctx, t, command, params)
		return chromedp.Void{}, err
	}
}

// TestStateInABrowser: the first page changes by itself as files do; one that is held back is accepted, and the release
// before gone back to, with a button each. Screenshots go to the folder that SCREENSHOTS names.
func TestStateInABrowser(t *testing.T) {
	ctx := browser(t)
	d := newDesk(t)
	d.Access.Token, d.Access.Open = "", true
	front := httptest.NewServer(d.Handler)
	defer front.Close()
	defer d.Close()
	do := func(steps ...chromedp.Action[chromedp.Void]) {
		t.Helper()
		if err := chromedp.Do(ctx, steps...); err != nil {
			t.Fatal(err)
		}
	}
	eval := func(js string) string {
		t.Helper()
		v, err := chromedp.Run(ctx, chromedp.Evaluate[string](js))
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	says := func(text string) {
		t.Helper()
		for deadline := time.Now().Add(15 * time.Second); ; time.Sleep(20 * time.Millisecond) {
			got := eval(`document.body.innerText`)
			if strings.Contains(got, text) {
				return
			}
			if time.Now().After(deadline) {
				t.Fatalf("no %q in\n%s", text, got)
			}
		}
	}
	press := func(selector chromedp.CSS) {
		t.Helper()
		if _, err := chromedp.RunResponse(ctx, chromedp.Click(selector)); err != nil {
			t.Fatal(err)
		}
	}
	looked := func(name string) {
		t.Helper()
		for _, scheme := range []string{"light", "dark"} {
			for _, width := range []int64{390, 1280} {
				do(call(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}),
					chromedp.EmulateViewport(width, 900))
				if over := eval(`String(document.documentElement.scrollWidth - document.documentElement.clientWidth)`); over != "0" {
					t.Errorf("%s at %d: %s pixels too wide", name, width, over)
				}
				if folder := os.Getenv("SCREENSHOTS"); folder != "" {
					shot, err := chromedp.Run(ctx, chromedp.Action[[]byte](func(ctx context.Context, t *chromedp.Target) ([]byte, error) {
						r, err := cdp.Call(ctx, t, page.CaptureScreenshot, page.CaptureScreenshotParams{CaptureBeyondViewport: new(true)})
						return r.Data, err
					}))
					if err == nil {
						err = os.WriteFile(filepath.Join(folder, fmt.Sprintf("%s-%d-%s.png", name, width, scheme)), shot, 0o644)
					}
					if err != nil {
						t.Error(err)
					}
				}
			}
		}
	}
	do(chromedp.Navigate(front.URL + Path))
	says("Nothing has been published yet")
	d.put("dynasette.yaml", guarded)
	for _, rows := range []int{40, 90, 70, 100} {
		d.put("a.csv", "x,y\n"+strings.Repeat("1,2\n", rows))
	}
	d.put("notes/"+strings.Repeat("long-", 30)+".csv", "x,y\n1,2\n3,\"4")
	says("100 rows")
	d.put("bad.csv", "")
	says("failed")
	d.put("a.csv", "x,y\n1,2\n")
	says("held back")
	looked("home")
	press(`a[href="/-/dynasette/sources/a.csv"]`)
	says("100 → 1 row")
	looked("source")
	press(`form button`)
	says("is accepted")
	looked("accepted")
	do(chromedp.Navigate(front.URL + releasesPath))
	looked("releases")
	press(`.releases form button`)
	says("The server has gone back")
	do(chromedp.Navigate(front.URL + Path))
	says("rolled back")
	d.put("b.csv", "x,y\n1,2\n") // and on, while somebody looks
	says("b.csv")
}
