package csv

import (
	"bytes"
	"fmt"
	"math/rand"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/convertertest"
	"github.com/dynasette/dynasette/internal/tries"
)

// What is said of a row names its line, whatever comes before: cells of several lines, blank
// lines, rows that can't be read, and wherever the text is cut.
func TestLocate(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	for range tries.Of(100) {
		text := "id,text\n"
		want := map[string]int{}
		for i := range 1 + r.Intn(60) {
			id := fmt.Sprint(i)
			if r.Intn(5) == 0 {
				id = fmt.Sprint("x", i)
				want[id] = 1 + strings.Count(text, "\n")
			}
			text += id + "," + []string{"a", `"b` + "\n\n" + `c"`, `"d""e"`, ""}[r.Intn(4)] + "\n"
			if r.Intn(10) == 0 {
				text += "\n"
			}
		}
		rule := converter.TableRule{Fields: []converter.FieldRule{{Name: "id", Type: converter.IntegerType, Misfit: converter.MisfitReject}}}
		opts := converter.Options{Workers: 1 + r.Intn(4), Rules: func(string) converter.Rule {
			return converter.Rule{Table: func(string, int) converter.TableRule { return rule }}
		}}
		var dst convertertest.Memory
		c := Converter{chunk: []int{0, 16, 100}[r.Intn(3)], Header: true}
		_, err := converter.Convert(t.Context(), c, &converter.Input{Name: "t.csv", Size: int64(len(text)), ReaderAt: strings.NewReader(text)}, &dst, opts)
		if err != nil {
			t.Fatalf("%v: %s", err, text)
		}
		for id, line := range want {
			if row := fmt.Sprintf(`{"id":"%s"`, id); !bytes.Contains(dst.Bytes(), []byte(row)) {
				t.Fatalf("%s is not rejected", id)
			}
			sql, err := convertertest.SQL(dst.Bytes())
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(sql, fmt.Sprintf(`INSERT INTO "_rejects" VALUES('t.csv','t',%d,NULL,'id','row with what is not an integer','{"id":"%s"`, line, id)) {
				t.Fatalf("%s is not in line %d:\n%s\n%s", id, line, sql, text)
			}
		}
	}
}
