package stdin_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"testing/iotest"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/sources/stdin"
)

func random(n int) []byte {
	data := make([]byte, n)
	rand.NewChaCha8([32]byte{1}).Read(data)
	return data
}

// pipe hides that a reader is anything else.
type pipe struct{ io.Reader }

func TestOpen(t *testing.T) {
	for _, n := range []int{0, 1, 1<<20 - 1, 1 << 20, 1<<20 + 1, 3 << 20} {
		data, folder := random(n), t.TempDir()
		in, closer, err := stdin.Open(t.Context(), pipe{iotest.HalfReader(bytes.NewReader(data))}, stdin.Options{Folder: folder})
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			got, err := io.ReadAll(in.Reader())
			if err != nil || !bytes.Equal(got, data) || in.Size != int64(n) {
				t.Errorf("%d bytes: read %d, size %d, %v", n, len(got), in.Size, err)
			}
		}
		if err := closer.Close(); err != nil {
			t.Error(err)
		}
		if left, _ := os.ReadDir(folder); len(left) > 0 {
			t.Errorf("%d bytes: left %v", n, left)
		}
	}
}

func TestNames(t *testing.T) {
	in, _, err := stdin.Open(t.Context(), pipe{bytes.NewReader([]byte("a"))}, stdin.Options{})
	if err != nil || in.Name != "stdin" {
		t.Errorf("%+v %v", in, err)
	}
	in, _, err = stdin.Open(t.Context(), pipe{bytes.NewReader([]byte("a"))}, stdin.Options{Name: "x.csv", MediaType: "text/csv"})
	if err != nil || in.Name != "x.csv" || in.MediaType != "text/csv" {
		t.Errorf("%+v %v", in, err)
	}
}

// TestFile: a regular file is not copied, and is read from where it stands.
func TestFile(t *testing.T) {
	name := filepath.Join(t.TempDir(), "x.csv")
	if err := os.WriteFile(name, []byte("0123456789"), 0o666); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	f.Seek(4, io.SeekStart)
	in, closer, err := stdin.Open(t.Context(), f, stdin.Options{Folder: "/nowhere"})
	if err != nil {
		t.Fatal(err)
	}
	defer closer.Close()
	if got, err := io.ReadAll(in.Reader()); err != nil || string(got) != "456789" || in.Size != 6 {
		t.Errorf("read %q, size %d, %v", got, in.Size, err)
	}
	if _, _, err := stdin.Open(t.Context(), f, stdin.Options{Limit: 5}); !errors.Is(err, converter.ErrLimit) {
		t.Errorf("over the limit: %v", err)
	}
	if _, _, err := stdin.Open(t.Context(), f, stdin.Options{Limit: 6}); err != nil {
		t.Errorf("at the limit: %v", err)
	}
}

func TestErrors(t *testing.T) {
	folder, broken := t.TempDir(), errors.New("broken")
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for _, n := range []int{10, 2 << 20} {
		for what, test := range map[string]struct {
			ctx   context.Context
			r     io.Reader
			limit int64
			want  error
		}{
			"over the limit": {t.Context(), bytes.NewReader(random(n)), int64(n - 1), converter.ErrLimit},
			"at the limit":   {t.Context(), bytes.NewReader(random(n)), int64(n), nil},
			"broken":         {t.Context(), io.MultiReader(bytes.NewReader(random(n)), iotest.ErrReader(broken)), 0, broken},
			"cancelled":      {cancelled, bytes.NewReader(random(n)), 0, context.Canceled},
		} {
			_, closer, err := stdin.Open(test.ctx, pipe{test.r}, stdin.Options{Limit: test.limit, Folder: folder})
			if !errors.Is(err, test.want) {
				t.Errorf("%d bytes, %s: %v, want %v", n, what, err, test.want)
			}
			if err == nil {
				closer.Close()
			}
			if left, _ := os.ReadDir(folder); len(left) > 0 {
				t.Errorf("%d bytes, %s: left %v", n, what, left)
			}
		}
	}
}
