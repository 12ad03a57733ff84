package converter

import (
	"math/rand"
	"strings"
	"testing"
	"time"

	"github.com/dynasette/dynasette/internal/tries"
)

// What one cell becomes in a field; "misfit" is that it is none.
func TestReader(t *testing.T) {
	for _, test := range []struct {
		field FieldRule
		cells string // "cell>result", between blanks; _ stands for a blank in one
	}{
		{FieldRule{Type: DateType}, "2024-02-29>= 2023-02-29>misfit 2024-1-3>misfit 2024-01-03T10:00:00>misfit x>misfit"},
		{FieldRule{Type: DateTimeType}, "2024-02-29T10:00:00>= 2024-02-29_10:00:00Z>= 2024-02-29T10:00:00.25+01:00>= 2024-02-29T10:00>= 2024-02-29>misfit 2024-02-29T25:00:00>misfit 2024-02-29_1:00>misfit"},
		{FieldRule{Type: TimeType}, "10:00>= 10:00:59>= 24:00>misfit 9:00>misfit 10:00:00.5>="},
		{FieldRule{Type: DateType, Format: "%d/%m/%y"}, "31/12/68>2068-12-31 31/12/69>1969-12-31 31/13/01>misfit"},
		{FieldRule{Type: DateType, Format: "%d %B %Y"}, "1_march_2024>2024-03-01 01_Mar_2024>2024-03-01 1_marc_2024>misfit"},
		{FieldRule{Type: DateType, Format: "%Y%m%d"}, "20240131>2024-01-31 2024131>misfit 20240132>misfit"},
		{FieldRule{Type: DateType, Format: "%Y-%j"}, "2024-060>2024-02-29 2023-366>misfit"},
		{FieldRule{Type: DateType, Format: "%d.%m.%Y %H:%M"}, "1.2.2024_00:00>2024-02-01 1.2.2024_10:00>misfit"},
		{FieldRule{Type: TimeType, Format: "%I:%M %p"}, "12:30_AM>00:30:00 1:05_pm>13:05:00 13:00_pm>misfit"},
		{FieldRule{Type: DateTimeType, Format: "%d.%m.%Y %H:%M:%S.%f%z"}, "1.2.2024_03:04:05.6+0130>2024-02-01T03:04:05.6+01:30 1.2.2024_03:04:05.6Z>2024-02-01T03:04:05.6Z"},
		{FieldRule{Type: YearMonthType}, "2024-12>= 2024-13>misfit 2024-1>misfit"},
		{FieldRule{Type: DurationType}, "P1Y2M3DT4H5M6.7S>= PT5M>= P>misfit PT>misfit P1H>misfit 5>misfit"},
		{FieldRule{Type: BooleanType}, "true>1 False>0 1>1 yes>misfit"},
		{FieldRule{Type: ListType, ItemType: NumberType}, "1,2.50>[1,2.50] 1,x>misfit"},
		{FieldRule{Type: ListType}, "a,\"b>[\"a\",\"\\\"b\"]"},
		{FieldRule{Type: ArrayType}, "[1]>= {}>misfit [>misfit"},
		{FieldRule{Type: ObjectType}, "{\"a\":1}>= [1]>misfit"},
		{FieldRule{Type: IntegerType, Misfit: MisfitClear}, "7>7 -7>-7 007>misfit 1.0>misfit 9223372036854775808>misfit"},
		{FieldRule{Type: IntegerType, Misfit: MisfitCast}, "007>7 -007>-7 +7>7 000>0 1.0>1 1.5>misfit 1e3>misfit x>misfit 9223372036854775808>misfit"},
		{FieldRule{Type: NumberType, Misfit: MisfitCast}, "007>7 00.5>0.5 3.14159265358979323846>3.141592653589793 12345678901234567890>misfit x>misfit"},
		{FieldRule{Type: NumberType, Misfit: MisfitClear, Numbers: Spelling{Decimal: ",", Group: "."}}, "1.234,5>1234.5 1,5>1.5 1.5>misfit"},
		{FieldRule{Type: NumberType, Parts: 100, Numbers: Spelling{Unit: "%"}}, "0.1%>0.001 29%>0.29 x%>misfit"},
		{FieldRule{Type: NumberType, Parts: 1000, Numbers: Spelling{Unit: "‰"}}, "7‰>0.007"},
		{FieldRule{Type: NumberType, AnyUnit: true}, "€_5>5 5_kg>5 kg>misfit"},
	} {
		r := newReader(&test.field, nil)
		for _, c := range strings.Fields(test.cells) {
			cell, want, _ := strings.Cut(strings.ReplaceAll(c, "_", " "), ">")
			got := "misfit"
			if v, ok := r.read(nil, KindUntyped, []byte(cell)); ok {
				switch {
				case v.same:
					got = "="
				case v.kind == KindText:
					got = string(v.text)
				default:
					got = Value{kind: v.kind, num: v.bits}.sql()
				}
			}
			if got != want {
				t.Errorf("%s %s of %s: %q became %s, want %s", test.field.Misfit, test.field.Type, test.field.Format, cell, got, want)
			}
		}
	}
}

// A pattern reads what is written by it.
func TestPattern(t *testing.T) {
	r := rand.New(rand.NewSource(3))
	for range tries.Of(20000) {
		at := time.Unix(r.Int63n(4e9)-2e8, int64(r.Intn(1000))*1e6).UTC()
		for format, layout := range map[string]string{
			"%Y-%m-%d %H:%M:%S.%f": "2006-01-02 15:04:05.000", "%d/%b/%Y:%H:%M:%S %z": "02/Jan/2006:15:04:05 -0700", "%B %d %Y %I:%M:%S%p": "January 2 2006 3:04:05PM",
			"%Y%m%dT%H%M%S": "20060102T150405", "%j/%Y": "002/2006", "x%% %d.%m.%Y": "x% 2.1.2006",
		} {
			text := at.Format(layout)
			m, ok := pattern(format).read([]byte(text))
			want, err := time.Parse(layout, text)
			if layout == "002/2006" {
				want, err = time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, time.UTC), nil
			}
			if err != nil {
				t.Fatal(err)
			}
			got := string(m.append(nil, true, true))
			expect := want.Format("2006-01-02T15:04:05")
			if strings.Contains(format, "%f") {
				expect = want.Format("2006-01-02T15:04:05.000")
			}
			if strings.Contains(format, "%z") {
				expect += "+00:00"
			}
			if !ok || got != expect {
				t.Fatalf("%s by %s is %s %v, want %s", text, format, got, ok, expect)
			}
		}
	}
}

// The order of dates is proved by those that can be read in one only, whatever the batches.
func TestProof(t *testing.T) {
	r := rand.New(rand.NewSource(4))
	layouts := map[orders][]string{dayFirst: {"2/1/2006", "02.01.2006", "2 Jan 2006 15:04"}, monthFirst: {"1/2/2006", "01-02-2006"}, yearFirst: {"2006-1-2", "2006/01/02 03:04 PM"}}
	for range tries.Of(3000) {
		of := []orders{dayFirst, monthFirst, yearFirst}[r.Intn(3)]
		layout := layouts[of][r.Intn(len(layouts[of]))]
		var whole, batch proof
		proved := of == yearFirst || strings.Contains(layout, "Jan")
		differ := false
		for row := range 1 + r.Intn(6) {
			at := time.Date(1990+r.Intn(60), time.Month(1+r.Intn(12)), 1+r.Intn(28), 5, 6, 0, 0, time.UTC)
			if !batch.add([]byte(at.Format(layout)), int64(row)+1) {
				t.Fatalf("%s is no date", at.Format(layout))
			}
			proved = proved || at.Day() > 12
			differ = differ || at.Day() != int(at.Month())
			if r.Intn(3) == 0 {
				whole.merge(&batch, 0)
				batch = proof{}
			}
		}
		whole.merge(&batch, 0)
		order, ok := whole.order()
		if want := proved || !differ; ok != want || proved && order != of {
			t.Errorf("%s: order %v %v, want %v %v", layout, order, ok, of, want)
		}
	}
	for _, text := range []string{"1/2", "1/2/3/4", "32/1/2024", "1.2/2024", "12024-1-1", "x", "", "1/2/2024 25:00"} {
		if (&proof{}).add([]byte(text), 1) {
			t.Errorf("%s is a date", text)
		}
	}
	if _, ok := func() (orders, bool) { var p proof; p.add([]byte("31/12/99"), 1); return p.order() }(); ok {
		t.Error("a year of two digits is known")
	}
}
