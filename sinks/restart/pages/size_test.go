package pages

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
)

// A page has as many rows as are asked for, up to the limit, whatever that is.
func TestPageSize(t *testing.T) {
	const rows = 1500
	s := serve(t, map[string]string{"d.db": fmt.Sprintf(`CREATE TABLE t (n INTEGER);
		WITH RECURSIVE i(x) AS (VALUES (1) UNION ALL SELECT x+1 FROM i WHERE x < %d) INSERT INTO t SELECT x FROM i`, rows)})
	for _, limit := range []int{0, 7, 99, 100, 101, 1200, 2000} {
		s.MaxPageSize = limit
		most := limit
		if limit == 0 {
			most = 1000
		}
		for size, want := range map[string]int{
			"": min(100, most), "_size=max": min(rows, most), "_size=0": 0, "_size=1": 1,
			fmt.Sprintf("_size=%d", most): min(rows, most), fmt.Sprintf("_size=%d", most-1): min(rows, most-1), fmt.Sprintf("_size=%d", most+1): -1,
		} {
			w := ask(s, "/d/t.json?_shape=arrayfirst&"+size)
			var got []int
			if want < 0 {
				if w.Code != http.StatusBadRequest {
					t.Errorf("at most %d: %s: %d", most, size, w.Code)
				}
			} else if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || len(got) != want {
				t.Errorf("at most %d: %s: %d rows, want %d, %v", most, size, len(got), want, err)
			}
		}
	}
}
