package publish

import (
	"bytes"
	"flag"
	"os"
	"testing"
	"time"

	"github.com/dynasette/dynasette"
)

var update = flag.Bool("update", false, "write the golden file")

// TestChart: the picture of versions, of which one was made too fast to tell, and none of fewer than two.
func TestChart(t *testing.T) {
	day := time.Date(2026, 1, 2, 3, 4, 0, 0, time.UTC)
	versions := []dynasette.Version{
		{Time: day, Rows: 0, Read: 0},
		{Time: day.AddDate(0, 0, 1), Rows: 1500, Read: 3 << 20, Took: time.Second},
		{Time: day.AddDate(0, 1, 0), Rows: 1000000, Read: 5 << 20, Took: 2 * time.Second},
	}
	var got bytes.Buffer
	for _, c := range chartsOf(versions) {
		if err := templates().ExecuteTemplate(&got, "chart", c); err != nil {
			t.Fatal(err)
		}
		got.WriteByte('\n')
	}
	const golden = "testdata/charts.html"
	if *update {
		if err := os.WriteFile(golden, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil || !bytes.Equal(got.Bytes(), want) {
		t.Errorf("%v; go test -run TestChart -update writes\n%s", err, got.Bytes())
	}
	for _, few := range [][]dynasette.Version{nil, versions[:1]} {
		if c := chartsOf(few); len(c) > 0 {
			t.Errorf("%d charts of %d versions", len(c), len(few))
		}
	}
}
