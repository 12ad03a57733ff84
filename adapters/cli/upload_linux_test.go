package cli_test

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"fmt"
	"hash"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/dynasette/dynasette/internal/browsertest"
)

// A file of 2 GB is chosen on the page. Twice it is cut, once as the server is killed and once as the page is
// loaded again: what has come is not sent again, all of it arrives, and the server stays small.
func TestUploadOf2GB(t *testing.T) {
	if os.Getenv("DYNASETTE_LARGE") == "" {
		t.Skip("sends 2 GB; set DYNASETTE_LARGE=1 to run it")
	}
	const size, most = 2 << 30, 192 << 20
	b := browsertest.Start(t)
	folder, big := t.TempDir(), filepath.Join(t.TempDir(), "big.csv")
	want := writeBig(t, big, size)

	const token = "for-this-test-only"
	port := freePort(t)
	start := func() *upProcess {
		return startUp(t, folder, "--port", port, "--token", token)
	}
	u := start()
	check := func(when string) {
		t.Helper()
		if peak := peakMemory(t, u.cmd.Process.Pid); peak > most {
			t.Errorf("%s the server had %d MiB, want at most %d", when, peak>>20, most>>20)
		} else {
			t.Logf("%s, the server had %d MiB at most", when, peak>>20)
		}
	}
	staged := func() (n int64) {
		names, err := filepath.Glob(filepath.Join(folder, ".dynasette", "incoming", "*.data"))
		if err != nil || len(names) > 1 {
			t.Fatalf("%q wait: %v", names, err)
		}
		for _, name := range names {
			info, err := os.Stat(name)
			if err != nil {
				t.Fatal(err)
			}
			n = info.Size()
		}
		return n
	}
	arrives := func(part int64) {
		t.Helper()
		u.wait(fmt.Sprintf("%d bytes", part), func() bool { return staged() >= part })
	}

	home := u.url + "/-/dynasette/"
	choose := func() {
		b.Do(chromedp.Navigate(home), chromedp.SetUploadFiles(chromedp.CSS("#files"), []string{big}))
	}
	b.Do(chromedp.Navigate(home + "login?token=" + token))
	choose()
	arrives(size / 4)
	check("before it was killed")
	u.cmd.Process.Kill()
	<-u.exit
	before := staged()
	u = start() // the page goes on by itself
	arrives(before + 1)
	arrives(size / 2)
	before = staged()
	choose()
	u.wait("what had come on the page", func() bool {
		return browsertest.Run(b, chromedp.Evaluate[float64](`document.querySelector("#uploads progress")?.value || 0`)) >= float64(before)
	})
	if now := staged(); now > before+(512<<20) {
		t.Errorf("%d bytes have come before the page said so, and %d before it was loaded again", now, before)
	}
	u.wait("the page about the file", func() bool {
		at := browsertest.Run(b, chromedp.Evaluate[string](`location.pathname`))
		return strings.HasPrefix(at, "/-/dynasette/files/") && strings.Contains(browsertest.Run(b, chromedp.Evaluate[string](`document.body.innerText`)), "big.csv")
	})
	check("when all had come and was looked at")
	for _, said := range b.Complaints() {
		if !strings.Contains(said, "Failed to load resource") && !strings.Contains(said, "beforeunload") {
			t.Errorf("the browser complains: %s", said)
		}
	}
	names, _ := filepath.Glob(filepath.Join(folder, ".dynasette", "incoming", "*.data"))
	if len(names) != 1 {
		t.Fatalf("%q wait", names)
	}
	f, err := os.Open(names[0])
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	got := sha256.New()
	if n, err := io.Copy(got, f); err != nil || n != size || !bytes.Equal(got.Sum(nil), want.Sum(nil)) {
		t.Errorf("%d bytes have come, want the %d that were sent: %v", n, size, err)
	}
	u.end()
}

// writeBig writes a CSV file of different rows, of that size.
func writeBig(t *testing.T, name string, size int64) hash.Hash {
	t.Helper()
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.New()
	w := bufio.NewWriterSize(io.MultiWriter(f, sum), 1<<20)
	n, _ := w.WriteString("number,square,text\n")
	left := size - int64(n)
	for i, line := int64(0), []byte(nil); left > 0; i++ {
		line = strconv.AppendInt(line[:0], i, 10)
		line = append(line, ',')
		line = strconv.AppendInt(line, i*i, 10)
		line = append(line, ",some words that stand in every row\n"...)
		if int64(len(line)) > left {
			line = line[:left]
		}
		left -= int64(len(line))
		w.Write(line)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return sum
}

// peakMemory is the most memory that a process had, in bytes.
func peakMemory(t *testing.T, pid int) int64 {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	kB, err := strconv.ParseInt(strings.Fields(rest + " ?")[0], 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return kB << 10
}

// freePort is one that nothing listens on.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}
