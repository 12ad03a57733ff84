package csv

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/plaintext"
)

// cutAll reads a document in chunks, as the reader does.
func cutAll(in *converter.Input) error {
	c := cutter{text: &text{Text: plaintext.Made(in), size: in.Size}, size: chunkSize,
		dialect: dialect{delimiter: ',', quote: '"', lineEnds: lineEnds{newline: '\n'}}}
	var buf []byte
	for {
		chunk, err := c.next(buf)
		if err != nil || chunk.last {
			return err
		}
		buf = chunk.data
	}
}

// What is done in turn, by the byte: a file is read, and cut into chunks of whole rows.
func BenchmarkCut(b *testing.B) {
	for name, text := range map[string]string{"mixed": mixed(50000), "narrow": narrow(100000)} {
		b.Run(name, func(b *testing.B) {
			in := fileOf(b, text)
			b.SetBytes(in.Size)
			for b.Loop() {
				if err := cutAll(in); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// What binds a conversion on so many cores, in MB of text a second: all the work divided by them, or
// the slowest of what is done in turn. That is reading, cutting and copying what is to be hashed;
// hashing, which in-turn has between them; and writing. Each part is measured alone, at its best,
// and the work with one worker; so this is a model of machines that are not at hand. It leaves out
// the step in which batches are admitted, which looks at none of their cells.
func BenchmarkBound(b *testing.B) {
	for name, text := range map[string]string{"mixed": mixed(100000), "narrow": narrow(200000)} {
		b.Run(name, func(b *testing.B) {
			in := fileOf(b, text)
			made, err := converter.Convert(b.Context(), Converter{}, in, new(converter.Bounded), converter.Options{})
			if err != nil {
				b.Fatal(err)
			}
			pages := make([]byte, made.Bytes)
			target := filepath.Join(b.TempDir(), "pages")
			best := map[string]time.Duration{}
			for b.Loop() {
				for part, f := range map[string]func() error{
					"work": func() error {
						_, err := converter.Convert(context.Background(), Converter{}, in, new(converter.Bounded), converter.Options{Workers: 1})
						return err
					},
					"cut":  func() error { return cutAll(in) },
					"hash": func() error { _, err := io.CopyBuffer(sha256.New(), strings.NewReader(text), nil); return err },
					"copy": func() error {
						buf := make([]byte, chunkSize)
						for rest := text; len(rest) > 0; {
							rest = rest[copy(buf, rest):]
						}
						return nil
					},
					"write": func() error { return os.WriteFile(target, pages, 0o600) },
				} {
					start := time.Now()
					if err := f(); err != nil {
						b.Fatal(err)
					}
					if took := time.Since(start); best[part] == 0 || took < best[part] {
						best[part] = took
					}
				}
			}
			rate := func(took time.Duration) float64 { return float64(len(text)) / 1e6 / took.Seconds() }
			for part, took := range best {
				b.ReportMetric(rate(took), part+"-MB/s")
			}
			work := best["work"] + best["write"]
			for _, cores := range []int{1, 2, 4, 8, 16} {
				alone, apart := work/time.Duration(cores), max(best["cut"]+best["copy"], best["hash"], best["write"])
				b.ReportMetric(rate(max(alone, best["cut"]+best["hash"], best["write"])), fmt.Sprintf("in-turn-%d-MB/s", cores))
				b.ReportMetric(rate(max(alone, apart)), fmt.Sprintf("apart-%d-MB/s", cores))
			}
		})
	}
}

func fileOf(b *testing.B, text string) *converter.Input {
	path := filepath.Join(b.TempDir(), "t.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		b.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { f.Close() })
	return &converter.Input{Name: "t.csv", Size: int64(len(text)), ReaderAt: f}
}
