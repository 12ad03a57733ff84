package converter_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/csv"
)

// permits is a document as many are: ids, a date, three columns that people will facet by,
// numbers, addresses, text.
func permits(rows int) []byte {
	r := rand.New(rand.NewSource(1))
	words := []string{"lorem", "ipsum", "dolor", "sit", "amet", "street", "avenue", "corner", "blocked", "noise", "water", "consectetur"}
	kinds := []string{"permit", "permit", "permit", "complaint", "complaint", "inspection", "renewal", "appeal", "notice"}
	b := []byte("id,opened,district,kind,status,amount,lat,lon,contact,description\n")
	for i := range rows {
		b = fmt.Appendf(b, "%d,20%02d-%02d-%02d,District %02d,%s,%s,%.2f,%.6f,%.6f,person%d@example.org,", 1000000+i, 10+r.Intn(15), 1+r.Intn(12), 1+r.Intn(28), r.Intn(50),
			kinds[r.Intn(len(kinds))], []string{"open", "closed", "pending", "rejected"}[r.Intn(4)], r.ExpFloat64()*100, 48+r.Float64(), 2+r.Float64(), r.Intn(400000))
		for k := range 3 + r.Intn(13) {
			if k > 0 {
				b = append(b, ' ')
			}
			b = append(b, words[r.Intn(len(words))]...)
		}
		b = append(b, '\n')
	}
	return b
}

// A fileDestination is a file, without its first page.
type fileDestination struct{ *os.File }

func (fileDestination) Reset() error        { return errors.New("one run is enough") }
func (fileDestination) Commit([]byte) error { return nil }

// What indexes that nobody named cost, and descriptions of columns: processor time, and as a
// multiple of what it takes without, one after another.
func BenchmarkFacets(b *testing.B) {
	doc := permits(1_000_000)
	kinds := []struct {
		name string
		opts converter.Options
	}{
		{"plain", converter.Options{}},
		{"auto", converter.Options{Rule: converter.TableRule{Index: converter.IndexAuto}}},
		{"columns", converter.Options{DescribeColumns: true}},
		{"both", converter.Options{Rule: converter.TableRule{Index: converter.IndexAuto}, DescribeColumns: true}},
	}
	used := func() time.Duration {
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
			b.Fatal(err)
		}
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	ratios := make([][]float64, len(kinds))
	b.SetBytes(int64(len(doc) * len(kinds)))
	for b.Loop() {
		plain := time.Duration(0)
		for i, k := range kinds {
			in := &converter.Input{Name: "permits.csv", Size: int64(len(doc)), ReaderAt: bytes.NewReader(doc)}
			file, err := os.Create(filepath.Join(b.TempDir(), k.name))
			if err != nil {
				b.Fatal(err)
			}
			before := used()
			if _, err := converter.Convert(b.Context(), csv.Converter{}, in, fileDestination{file}, k.opts); err != nil {
				b.Fatal(err)
			}
			took := used() - before
			if err := errors.Join(file.Close(), os.Remove(file.Name())); err != nil {
				b.Fatal(err)
			}
			if i == 0 {
				plain = took
			}
			ratios[i] = append(ratios[i], float64(took)/float64(plain))
		}
	}
	for i, k := range kinds[1:] {
		list := ratios[i+1]
		slices.Sort(list)
		b.ReportMetric(list[len(list)/2], k.name+"/plain")
	}
}
