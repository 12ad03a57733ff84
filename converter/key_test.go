package converter_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
)

func keyed(values ...converter.Value) converter.Converter {
	return converter.Func(func(ctx context.Context, in *converter.Input, out *converter.Writer) error {
		t := out.Table("t", "n", "id")
		t.Key("id")
		for i, v := range values {
			if err := t.Append(converter.Int(int64(i)), v); err != nil {
				return err
			}
		}
		return nil
	})
}

func TestKey(t *testing.T) {
	var many, long, numbers []converter.Value
	for i := range 50000 {
		s := fmt.Sprint(i * 7919 % 50021)
		many = append(many, converter.Text(s))
		numbers = append(numbers, converter.Int(int64(i*7919%50021)-25000))
		if i < 500 {
			long = append(long, converter.Text(strings.Repeat("x", i*13)+s))
		}
	}
	for _, test := range []struct {
		name   string
		values []converter.Value
		want   string // the declaration of id
	}{
		{"text", []converter.Value{converter.Text("b"), converter.Text("a"), converter.Text("C")}, `"id" TEXT PRIMARY KEY`},
		{"integers", []converter.Value{converter.Int(5), converter.Int(-1), converter.Int(3)}, `"id" INT PRIMARY KEY`},
		{"untyped", []converter.Value{converter.Untyped("5"), converter.Untyped("10")}, `"id" INT PRIMARY KEY`},
		{"many", many, `"id" TEXT PRIMARY KEY`},
		{"long", long, `"id" TEXT PRIMARY KEY`},
		{"numbers", numbers, `"id" INT PRIMARY KEY`},
		{"twice", []converter.Value{converter.Text("a"), converter.Text("a")}, `"id" TEXT)`},
		{"missing", []converter.Value{converter.Text("a"), {}}, `"id" TEXT)`},
		{"mixed", []converter.Value{converter.Text("a"), converter.Int(1)}, `"id")`},
		{"reals", []converter.Value{converter.Real(1.5)}, `"id" REAL)`},
	} {
		for _, size := range []int{512, 4096} {
			summary, db := convert(t, keyed(test.values...), "x", "x", converter.Options{PageSize: size})
			sql := sqlite3(t, db, "SELECT sql FROM sqlite_schema WHERE name = 't'; SELECT count(*) FROM t; SELECT count(*) FROM t a WHERE n = (SELECT n FROM t b WHERE b.id = a.id)")
			if !strings.Contains(sql, test.want) {
				t.Errorf("%s: %s, want %s", test.name, sql, test.want)
			}
			if key := strings.Contains(test.want, "KEY"); key != (len(summary.Documents[0].Findings) == 0) {
				t.Errorf("%s: findings %v", test.name, summary.Documents[0].Findings)
			} else if want := fmt.Sprintf("\n%d\n%[1]d\n", len(test.values)); key && !strings.HasSuffix(sql, want) {
				t.Errorf("%s: %s, want %s", test.name, sql, want)
			}
		}
	}
}
