package json

import (
	"bufio"
	"bytes"
	stdjson "encoding/json"
	"fmt"
	"io"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/tidwall/gjson"

	"github.com/dynasette/dynasette/converter"
)

// sample returns rows objects of 10 keys with nested values, a line each, some 300 bytes
// long.
func sample(rows int) []byte {
	random := rand.New(rand.NewSource(1))
	var b bytes.Buffer
	word := func() string {
		words := [...]string{"alpha", "Beauvais", "gamma ray", "delta", "épée", "Zürich", "eta", "theta \"quoted\"", "iota", "kappa, lambda"}
		return words[random.Intn(len(words))]
	}
	text := func(s string) string {
		out, _ := stdjson.Marshal(s)
		return string(out)
	}
	for i := range rows {
		fmt.Fprintf(&b, `{"id":%d,"name":%s,"email":"user%d@example.org","active":%v,"score":%.2f,"created":"2024-%02d-%02dT%02d:%02d:00Z",`,
			i+1, text(word()+" "+word()), i, i%3 == 0, random.Float64()*1000, i%12+1, i%28+1, i%24, i%60)
		fmt.Fprintf(&b, `"tags":[%s,%s],"address":{"street":%s,"city":%s,"geo":{"lat":%.5f,"lon":%.5f}},`,
			text(word()), text(word()), text(fmt.Sprint(i%200, " ", word())), text(word()), random.Float64()*90, random.Float64()*180)
		if i%5 == 0 {
			b.WriteString(`"note":null,`)
		} else {
			fmt.Fprintf(&b, `"note":%s,`, text("a note about "+word()+" and "+word()))
		}
		fmt.Fprintf(&b, `"count":%d}`+"\n", random.Intn(100000))
	}
	return b.Bytes()
}

const benchRows = 100_000

func benchmarkConvert(b *testing.B, c Converter, name string, text []byte) {
	in := &converter.Input{Name: name, Size: int64(len(text)), ReaderAt: bytes.NewReader(text)}
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		summary, err := converter.Convert(b.Context(), c, in, new(converter.Bounded), converter.Options{Workers: runtime.GOMAXPROCS(0)})
		if err != nil || summary.Tables[0].Rows == 0 || summary.Rejects > 0 {
			b.Fatal(summary, err)
		}
	}
}

func BenchmarkNDJSON(b *testing.B) { benchmarkConvert(b, Converter{}, "x.ndjson", sample(benchRows)) }

func BenchmarkArray(b *testing.B) {
	benchmarkConvert(b, Converter{}, "x.json", array(sample(benchRows)))
}

// array makes an array of lines.
func array(lines []byte) []byte {
	text := append([]byte("["), bytes.ReplaceAll(bytes.TrimSpace(lines), []byte("\n"), []byte(",\n"))...)
	return append(text, ']')
}

func BenchmarkIndented(b *testing.B) {
	var text bytes.Buffer
	if err := stdjson.Indent(&text, array(sample(benchRows)), "", "  "); err != nil {
		b.Fatal(err)
	}
	benchmarkConvert(b, Converter{}, "x.json", text.Bytes())
}

func BenchmarkFlatten(b *testing.B) {
	benchmarkConvert(b, Converter{Flatten: true}, "x.ndjson", sample(benchRows))
}

// BenchmarkFill is the part of BenchmarkNDJSON that this package does.
func BenchmarkFill(b *testing.B) {
	text := sample(benchRows)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	var f filler
	batch := &converter.Batch{}
	for b.Loop() {
		t := newStream(bytes.NewReader(text), 0, chunkSize, &f.buffers)
		for t.need(1) {
			t.need(chunkSize)
			end := new(cutter).lines(t.text(chunkSize), '{', 0)
			if t.err != nil {
				end = len(t.text(chunkSize))
			}
			batch.Clear()
			if err := f.fill(t.take(end), layout{depth: defaultDepth}, lines)(batch); err != nil {
				b.Fatal(err)
			}
			f.buffers.Put(&batch.Data)
		}
	}
}

func BenchmarkCut(b *testing.B) {
	text := array(sample(benchRows))
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		var c cutter
		if c.list(text[1:]) != len(text)-2 {
			b.Fatal("not closed")
		}
	}
}

// BenchmarkParseOnly is what conversion is measured by: gjson picks every key of every
// line, validates nothing and writes nothing.
func BenchmarkParseOnly(b *testing.B) {
	text := sample(benchRows)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		lines, members := bufio.NewReaderSize(bytes.NewReader(text), chunkSize), 0
		for {
			line, err := lines.ReadSlice('\n')
			if len(line) > 0 {
				gjson.ParseBytes(line).ForEach(func(_, _ gjson.Result) bool {
					members++
					return true
				})
			}
			if err == io.EOF {
				break
			}
		}
		if members != benchRows*10 {
			b.Fatal(members)
		}
	}
}

// BenchmarkSQLite3 is the program sqlite3 doing what BenchmarkNDJSON does, with its JSON
// functions: lines into a table, and from there the ten members into columns.
func BenchmarkSQLite3(b *testing.B) {
	program, err := exec.LookPath("sqlite3")
	if err != nil {
		b.Skip("looks for sqlite3 on PATH: ", err)
	}
	dir, text := b.TempDir(), sample(benchRows)
	path := filepath.Join(dir, "x.ndjson")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		b.Fatal(err)
	}
	var columns []string
	for _, name := range strings.Fields("id name email active score created tags address note count") {
		columns = append(columns, fmt.Sprintf("line->>'$.%s' AS %[1]s", name))
	}
	script := fmt.Sprintf(`.dbconfig defensive off
PRAGMA journal_mode=OFF;
PRAGMA synchronous=OFF;
PRAGMA cache_size=-64000;
CREATE TEMP TABLE lines (line TEXT);
.mode ascii
.separator "\001" "\n"
.import %s lines
CREATE TABLE x AS SELECT %s FROM lines;
SELECT count(*) FROM x;
`, path, strings.Join(columns, ", "))
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		db := filepath.Join(dir, "x.db")
		cmd := exec.Command(program, db)
		cmd.Stdin = strings.NewReader(script)
		out, err := cmd.CombinedOutput()
		if err != nil || !strings.HasSuffix(strings.TrimSpace(string(out)), fmt.Sprint(benchRows)) {
			b.Fatalf("%s: %v", out, err)
		}
		os.Remove(db)
	}
}
