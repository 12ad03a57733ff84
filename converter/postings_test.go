package converter_test

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"math/rand"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
)

// few returns values of all kinds, not many different ones.
func few(r *rand.Rand, kind int) converter.Value {
	switch n := r.Intn(9); kind {
	case 0:
		return converter.Text(fmt.Sprintf("District %d", n*n))
	case 1:
		return []converter.Value{{}, converter.Int(int64(n % 2)), converter.Real(float64(n % 2)), converter.Real(0.5), converter.Real(math.Copysign(0, -1)),
			converter.Text("1"), converter.Blob([]byte("1")), converter.Int(-7), converter.Text("")}[n]
	case 2:
		return converter.Text(strings.Repeat("a\x00\x01", n*n))
	case 3:
		return converter.Int(1 << (7 * n))
	case 4:
		return []converter.Value{converter.Untyped(""), converter.Untyped(fmt.Sprint(n / 2))}[n%2]
	default:
		return converter.Untyped([]string{"open", "closed"}[n%2])
	}
}

// An index that nobody named is, to the byte, what one is that somebody named: with ids of the
// table's own or of a column, and of columns that turn up late.
func TestIndexAutoIsLikeOthers(t *testing.T) {
	rule := converter.TableRule{PrimaryKey: []string{"id"}}
	for _, keyed := range []bool{true, false} {
		if testing.Short() && !keyed {
			return
		}
		document := converter.Func(func(_ context.Context, _ *converter.Input, out *converter.Writer) error {
			r := rand.New(rand.NewSource(1))
			table := out.Table("t")
			id := int64(-300)
			for row := 0; row < 52_000; {
				n := min(52_000-row, 1+r.Intn(2000))
				ids, seed := make([]int64, n), r.Int63()
				for i := range ids {
					id += 1 + int64(r.Intn(3)*r.Intn(200))
					ids[i] = id
				}
				from := row
				row += n
				err := table.AppendFunc(func(b *converter.Batch) error {
					r := rand.New(rand.NewSource(seed))
					for i := range ids {
						b.Set(b.Column("id"), converter.Int(ids[i]))
						for kind := range 6 {
							if late := kind * 9000; kind > 3 && from+i < late || r.Intn(10) == 0 {
								continue
							}
							b.Set(b.Column(fmt.Sprintf("few%d", kind)), few(r, kind))
						}
						b.EndRow()
					}
					return nil
				})
				if err != nil {
					return err
				}
			}
			return nil
		})
		var dbs [][]byte
		for _, opts := range []converter.Options{{ChooseIndexes: true, Workers: 1}, {ChooseIndexes: true, Workers: 4}, {}} {
			opts.Statistics = true
			said := converter.TableRule{}
			if keyed {
				said = rule
			}
			opts.Rules = func(string) converter.Rule {
				return converter.Rule{Table: func(string, int) converter.TableRule { return said }}
			}
			if !opts.ChooseIndexes {
				for kind := range 6 {
					opts.Rule.Indexes = append(opts.Rule.Indexes, converter.Index{Columns: []converter.IndexColumn{{Name: fmt.Sprintf("few%d", kind)}}})
				}
			}
			_, db := convert(t, document, "x", "x", opts)
			dbs = append(dbs, db)
		}
		if got := sqlite3(t, dbs[0], "SELECT count(*) FROM sqlite_schema WHERE type = 'index'; PRAGMA integrity_check"); got != "6\nok\n" {
			t.Errorf("keyed %t: %s", keyed, got)
		}
		if !bytes.Equal(dbs[0], dbs[1]) {
			t.Errorf("keyed %t: other bytes with 4 workers", keyed)
		}
		if !bytes.Equal(dbs[0], dbs[2]) {
			t.Errorf("keyed %t: other bytes than with named indexes", keyed)
		}
	}
}
