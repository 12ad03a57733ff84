package json

import (
	"bytes"
	stdjson "encoding/json"
	"fmt"
	"math/big"
	"math/rand"
	"os/exec"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/internal/tries"
)

// A generator makes random JSON, spelled in all ways.
type generator struct{ *rand.Rand }

var names = []string{"id", "name", "n", "Größe", "a b", `q"uote`, `back\slash`, "select", "long name of a column, longer than others", "x1", "x2", "x3", "tab\there", ""}

func (g generator) space() string {
	if g.Intn(4) > 0 {
		return ""
	}
	return []string{" ", "\n", "\t", "\r\n", "  \n  "}[g.Intn(5)]
}

func (g generator) number() string {
	switch g.Intn(8) {
	case 0:
		return strconv.Itoa(g.Intn(10))
	case 1:
		return strconv.FormatInt(int64(g.Uint64()), 10)
	case 2:
		return strconv.FormatFloat(g.NormFloat64(), 'g', -1, 64)
	case 3:
		return fmt.Sprintf("%d.%d0", g.Intn(1000), g.Intn(100))
	case 4:
		return fmt.Sprintf("%de%d", g.Intn(1000), g.Intn(30)-15)
	case 5:
		return fmt.Sprintf("-%d.%dE+%d", g.Intn(1000), g.Int63(), g.Intn(10))
	case 6:
		return fmt.Sprintf("%d%d", 1+g.Int63(), g.Int63())
	}
	return []string{"-0", "0", "9007199254740993", "1e400", "-1e-400", "9223372036854775807", "-9223372036854775808", "9223372036854775808", "0.1", "1E22", "1e23", "0e0", "-0.0"}[g.Intn(13)]
}

func (g generator) string() string {
	var b strings.Builder
	b.WriteByte('"')
	for range g.Intn(1 << g.Intn(6)) {
		switch g.Intn(12) {
		case 0:
			b.WriteString([]string{`\"`, `\\`, `\/`, `\b`, `\f`, `\n`, `\r`, `\t`, `\u0000`, `\u00E9`, `\u20ac`, `\ud83d\ude00`}[g.Intn(12)])
		case 1:
			b.WriteString([]string{"é", "€", "\U0001f600", "\x7f", "\u2028", "{", "}", "[", "]", ",", ":", "/"}[g.Intn(12)])
		default:
			b.WriteByte(byte('a' + g.Intn(26)))
		}
	}
	b.WriteByte('"')
	return b.String()
}

func (g generator) value(depth int) string {
	n := 8
	if depth <= 0 {
		n = 6
	}
	switch g.Intn(n) {
	case 0:
		return "null"
	case 1:
		return []string{"true", "false"}[g.Intn(2)]
	case 2, 3:
		return g.number()
	case 4, 5:
		return g.string()
	case 6:
		var elements []string
		for range g.Intn(4) {
			elements = append(elements, g.space()+g.value(depth-1)+g.space())
		}
		return "[" + strings.Join(elements, ",") + g.space() + "]"
	}
	return g.object(depth - 1)
}

func (g generator) object(depth int) string {
	var members []string
	for _, i := range g.Perm(len(names))[:g.Intn(6)] {
		name, _ := stdjson.Marshal(names[i])
		members = append(members, g.space()+string(name)+g.space()+":"+g.space()+g.value(depth)+g.space())
	}
	if len(members) == 0 {
		return "{" + g.space() + "}"
	}
	return "{" + strings.Join(members, ",") + "}"
}

// objects returns an array of at least one object.
func (g generator) objects(n int) string {
	elements := []string{g.object(3)}
	for range g.Intn(n) {
		elements = append(elements, g.object(3))
	}
	return g.space() + "[" + g.space() + strings.Join(elements, g.space()+","+g.space()) + "]" + g.space()
}

// lossless is the number that a value is stored as, decided by exact arithmetic.
func lossless(spelled string) any {
	if !strings.ContainsAny(spelled, ".eE") && spelled != "-0" {
		if n, err := strconv.ParseInt(spelled, 10, 64); err == nil {
			return n
		}
		return spelled
	}
	f, err := strconv.ParseFloat(spelled, 64)
	if err != nil {
		return spelled
	}
	exact, _ := new(big.Rat).SetString(spelled)
	back, _ := new(big.Rat).SetString(strconv.FormatFloat(f, 'g', -1, 64))
	if exact == nil || back == nil || exact.Cmp(back) != 0 {
		return spelled
	}
	return f
}

// same reports whether stored is what value, decoded with UseNumber, has to become.
func same(stored, value any) bool {
	switch v := value.(type) {
	case nil:
		return stored == nil
	case bool:
		return stored == int64(1) && v || stored == int64(0) && !v || stored == 1.0 && v || stored == 0.0 && !v
	case string:
		return stored == v
	case stdjson.Number:
		want := lossless(string(v))
		if n, ok := want.(int64); ok && stored != want {
			f, _ := stored.(float64) // in a column of REALs
			return n > -1<<53 && n < 1<<53 && f == float64(n)
		}
		return stored == want
	}
	text, ok := stored.(string)
	var compact bytes.Buffer
	if !ok || stdjson.Compact(&compact, []byte(text)) != nil || compact.String() != text {
		return false
	}
	d := stdjson.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var got any
	return d.Decode(&got) == nil && reflect.DeepEqual(got, value)
}

// rows returns the rows of a table as objects.
func (db database) rows(t *testing.T, nth int) []map[string]any {
	t.Helper()
	table := db.summary.Tables[nth]
	var rows []map[string]any
	err := db.report.Rows(table.Name, func(_ int64, values []any) error {
		row := map[string]any{}
		for i, v := range values {
			row[table.Columns[i].Name] = v
		}
		rows = append(rows, row)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// column returns the name that a member's column gets.
func column(name string, columns []converter.ColumnSummary) string {
	name = strings.ReplaceAll(name, "\t", " ")
	if name != "" {
		return name
	}
	for _, c := range columns {
		if strings.HasPrefix(c.Name, "column_") {
			return c.Name
		}
	}
	return "?"
}

func checkRows(t *testing.T, db database, text string, values []map[string]any) {
	t.Helper()
	rows := db.rows(t, 0)
	if len(rows) != len(values) {
		t.Fatalf("%s\n%d rows, want %d", text, len(rows), len(values))
	}
	for i, value := range values {
		found := 0
		for name, v := range value {
			stored, ok := rows[i][column(name, db.summary.Tables[0].Columns)]
			if !ok || !same(stored, v) {
				t.Fatalf("%s\nrow %d: %q is %#v, want %#v", text, i, name, stored, v)
			}
			if stored != nil {
				found++
			}
		}
		for _, v := range rows[i] {
			if v != nil {
				found--
			}
		}
		if found != 0 {
			t.Fatalf("%s\nrow %d has other members too: %v", text, i, rows[i])
		}
	}
}

func decodeAll(t *testing.T, text string) []map[string]any {
	t.Helper()
	d := stdjson.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var values []map[string]any
	if err := d.Decode(&values); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return values
}

// TestEqual rebuilds 500 random documents from their databases: as arrays, and as values
// one after another, also in small chunks.
func TestEqual(t *testing.T) {
	g := generator{rand.New(rand.NewSource(7))}
	for i := range tries.Of(500) {
		text := g.objects(8)
		values := decodeAll(t, text)
		for _, c := range []Converter{{}, {chunk: 16 + g.Intn(200)}} {
			db, err := convert(t, c, "x.json", text)
			if err != nil {
				t.Fatalf("document %d, %+v:\n%s\n%v", i, c, text, err)
			}
			checkRows(t, db, text, values)
			if len(values) == 1 {
				continue // one object may be something else than a row
			}
			lines := asLines(t, text)
			db, err = convert(t, c, "x.ndjson", lines)
			if err != nil {
				t.Fatalf("document %d, %+v:\n%s\n%v", i, c, lines, err)
			}
			checkRows(t, db, lines, values)
		}
	}
}

// asLines makes values one after another of an array: a line each, or indented.
func asLines(t *testing.T, array string) string {
	var values []stdjson.RawMessage
	if err := stdjson.Unmarshal([]byte(array), &values); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	for _, v := range values {
		if len(array)%3 == 0 {
			stdjson.Indent(&b, v, "", "  ")
		} else {
			stdjson.Compact(&b, v)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// TestEqualJQ has jq compare 1,000 random documents with the rows of their databases.
func TestEqualJQ(t *testing.T) {
	jq, err := exec.LookPath("jq")
	if err != nil {
		t.Skip("looks for jq on PATH: ", err)
	}
	const program = `
		def number: if type == "boolean" then (if . then 1 else 0 end) else . end;
		def equal($row; $k): .[$k] as $v | $row[$k] as $w |
			($v | number) == $w
			or ($v | type == "object" or type == "array") and ($w | type == "string" and fromjson == $v)
			or ($v | type == "number") and ($w | type == "string" and fromjson == $v);
		(.in | length) == (.out | length) and
		([range(.in | length) as $i | .out[$i] as $row | .in[$i] | . as $o |
			(all(keys[]; . as $k | $o | equal($row; $k))), ($row | with_entries(select(.value != null)) | keys - ($o | keys) == [])
		] | all)`
	g := generator{rand.New(rand.NewSource(8))}
	var pairs bytes.Buffer
	const documents = 1000
	for range documents {
		text := g.objects(8)
		db, err := convert(t, Converter{}, "x.json", text)
		if err != nil {
			t.Fatalf("%s\n%v", text, err)
		}
		rows := db.rows(t, 0)
		for i, row := range rows {
			for name, v := range row {
				for _, n := range names {
					if column(n, db.summary.Tables[0].Columns) == name && n != name {
						delete(rows[i], name)
						rows[i][n] = v
					}
				}
			}
		}
		out, err := stdjson.Marshal(rows)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&pairs, `{"in":%s,"out":%s}`+"\n", text, out)
	}
	cmd := exec.Command(jq, "-c", program)
	cmd.Stdin = bytes.NewReader(pairs.Bytes())
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("jq: %v\n%s", err, out)
	}
	results := strings.Fields(string(out))
	if len(results) != documents {
		t.Fatalf("jq has %d results, want %d", len(results), documents)
	}
	for i, r := range results {
		if r != "true" {
			t.Errorf("document %d: jq finds a difference:\n%s", i, bytes.Split(pairs.Bytes(), []byte("\n"))[i])
		}
	}
}
