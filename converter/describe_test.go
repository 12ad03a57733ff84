package converter_test

import (
	"context"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/convertertest"
)

// What a document says of its columns decides their types where values don't, and is told to people;
// a rule's type goes before.
func TestDescribe(t *testing.T) {
	convert := func(rule converter.TableRule, rows int) map[string]converter.ColumnSummary {
		t.Helper()
		c := converter.Func(func(_ context.Context, _ *converter.Input, out *converter.Writer) error {
			table := out.Table("t", "n", "x", "s", "b", "plain")
			for i, kind := range []converter.Kind{converter.KindInt, converter.KindReal, converter.KindText, converter.KindBlob} {
				table.Describe(i, converter.ColumnDescription{Kind: kind, Title: "the\n  title", Description: "what it is", Unit: "kg"})
			}
			for range rows {
				if err := table.Append(converter.Value{}, converter.Int(1)); err != nil {
					return err
				}
			}
			return nil
		})
		in := &converter.Input{Name: "x", Size: 1, ReaderAt: strings.NewReader("x")}
		var db convertertest.Memory
		s, err := converter.Convert(context.Background(), c, in, &db, converter.Options{Rule: rule})
		if err != nil {
			t.Fatal(err)
		}
		columns := map[string]converter.ColumnSummary{}
		for _, c := range s.Tables[0].Columns {
			columns[c.Name] = c
		}
		return columns
	}
	for _, rows := range []int{0, 3} {
		got := convert(converter.TableRule{}, rows)
		for name, want := range map[string]string{"n": "INTEGER", "x": "REAL", "s": "TEXT", "b": "BLOB", "plain": "TEXT"} {
			if c := got[name]; c.Type != want {
				t.Errorf("%d rows: %s is %q (%s), want %s", rows, name, c.Type, c.Why, want)
			}
		}
		if got["n"].About != "the title: what it is (kg)" || got["plain"].About != "" {
			t.Errorf("%q, %q", got["n"].About, got["plain"].About)
		}
	}
	got := convert(converter.TableRule{Fields: []converter.FieldRule{{Name: "n", Declared: "TEXT"}}, Rename: map[string]string{"s": "other"}}, 2)
	if got["n"].Type != "TEXT" || got["other"].Type != "TEXT" || got["other"].About == "" {
		t.Errorf("%+v", got)
	}
}
