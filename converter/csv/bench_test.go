package csv

import (
	"fmt"
	"math/rand"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/convertertest"
)

// mixed is a document of integers, decimals, words, dates, codes and quoted text.
func mixed(rows int) string {
	r := rand.New(rand.NewSource(1))
	var b strings.Builder
	b.WriteString("id,amount,price,name,city,date,code,comment,count,ratio\n")
	for i := range rows {
		fmt.Fprintf(&b, "%d,%d,%d.%02d,alpha %d,bravo,20%02d-%02d-%02d,%05d,", i, r.Intn(1e6), r.Intn(1e4), r.Intn(100), r.Intn(1000), r.Intn(25), 1+r.Intn(12), 1+r.Intn(28), r.Intn(1e5))
		switch r.Intn(5) {
		case 0:
			b.WriteString("\"kilo, lima\nmike\"")
		case 1:
			b.WriteString("\"the \"\"old\"\" house\"")
		case 2:
		default:
			b.WriteString("\"november, oscar papa\"")
		}
		fmt.Fprintf(&b, ",%d,%.4f\n", r.Intn(100), r.Float64())
	}
	return b.String()
}

// narrow is a document of a few short columns, text and numbers.
func narrow(rows int) string {
	r := rand.New(rand.NewSource(1))
	var b strings.Builder
	b.WriteString("id,kind,n,x,y\n")
	for i := range rows {
		fmt.Fprintf(&b, "%d,%s,%d,%.3f,%.3f\n", i, []string{"a", "bb", "ccc"}[i%3], r.Intn(1e9), r.Float64()*180, r.Float64()*90)
	}
	return b.String()
}

// paragraphs is a document of long quoted text.
func paragraphs(rows int) string {
	r := rand.New(rand.NewSource(1))
	var b strings.Builder
	b.WriteString("id,title,body,tag\n")
	for i := range rows {
		fmt.Fprintf(&b, "%d,a title,\"", i)
		for k := range 40 {
			b.WriteString([]string{"alpha ", "québec ", "juliet ", "sierra "}[r.Intn(4)])
			if k%9 == 8 {
				b.WriteString(", ")
			}
		}
		b.WriteString("\",golf\n")
	}
	return b.String()
}

func BenchmarkConvert(b *testing.B) {
	for name, text := range map[string]string{"mixed": mixed(50000), "narrow": narrow(100000), "prose": paragraphs(20000)} {
		b.Run(name, func(b *testing.B) {
			in := &converter.Input{Name: "t.csv", Size: int64(len(text)), ReaderAt: strings.NewReader(text)}
			convertertest.Benchmark(b, Converter{}, in)
		})
	}
}

func BenchmarkParse(b *testing.B) {
	for name, text := range map[string]string{"mixed": mixed(3000), "narrow": narrow(6000), "prose": paragraphs(1000)} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			d := dialect{delimiter: ',', quote: '"', lineEnds: lineEnds{newline: '\n'}}
			var batch converter.Batch
			data := append([]byte(text), make([]byte, slack)...)[:len(text)]
			for b.Loop() {
				batch.Clear()
				batch.Data = data
				p := parser{dialect: d, data: data, last: true, batch: &batch, width: 10}
				p.parse(0)
			}
		})
	}
}

// What next to nothing stands in costs no more than its bytes: the time for a byte is that of
// the shorter one.
func BenchmarkBlank(b *testing.B) {
	for name, piece := range map[string]string{"newlines": "\n", "headers": "a,b\n", "footers": "\n\nx\n", "titles": "x\n\n"} {
		for _, size := range []int{1 << 20, 8 << 20} {
			b.Run(fmt.Sprintf("%s/%dMiB", name, size>>20), func(b *testing.B) {
				text := "a,b\n1,2\n" + strings.Repeat(piece, size/len(piece))
				in := &converter.Input{Name: "t.csv", Size: int64(len(text)), ReaderAt: strings.NewReader(text)}
				convertertest.Benchmark(b, Converter{}, in)
			})
		}
	}
}

// Many small documents in one database: what each costs besides its bytes.
func BenchmarkSmall(b *testing.B) {
	text := mixed(20)
	jobs := make([]converter.Job, 500)
	for i := range jobs {
		jobs[i] = converter.Job{Input: &converter.Input{Name: fmt.Sprintf("t%03d.csv", i), Size: int64(len(text)), ReaderAt: strings.NewReader(text)}, Converter: Converter{}}
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := converter.ConvertAll(b.Context(), jobs, &converter.Bounded{Most: 1 << 30}, converter.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
