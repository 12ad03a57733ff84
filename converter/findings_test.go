package converter

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"
)

// What is added up is the same in whatever order it comes, and from however many
// goroutines: also beyond the bound, where losses come before all else.
func TestFindingsInAnyOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var all []Finding
	total := int64(0)
	for i := range 5000 {
		f := Finding{
			Code: fmt.Sprint("code-", r.IntN(30)), Severity: Severity(r.IntN(3)), Column: fmt.Sprint(r.IntN(10)),
			Line: r.Int64N(1000), Row: r.Int64N(2), Count: r.Int64N(3), Message: fmt.Sprint("message ", r.IntN(3)), Example: fmt.Sprint(i % 7),
			Try: []string{fmt.Sprint(r.IntN(2))},
		}
		all = append(all, f)
		total += max(f.Count, 1)
	}
	var want []Finding
	for run := range 20 {
		r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		var s findings
		var group sync.WaitGroup
		for part := range 4 {
			group.Go(func() {
				for i := part; i < len(all); i += 4 {
					s.add(all[i])
				}
			})
		}
		group.Wait()
		got := s.sorted()
		if run == 0 {
			want = got
		} else if !reflect.DeepEqual(got, want) {
			t.Fatal("another order, other findings")
		}
	}
	if last := want[len(want)-1]; len(want) != maxFindings+1 || last.Code != "findings-left-out" {
		t.Fatalf("%d findings, the last %v", len(want), last)
	}
	for i, f := range want {
		if f.Severity != Loss {
			t.Errorf("%v is kept, and a loss is not", f)
			break
		}
		if total -= f.Count; i == maxFindings-1 {
			break
		}
	}
	if left := want[maxFindings].Count; total != left {
		t.Errorf("%d are left out, not %d", left, total)
	}
	for _, f := range all {
		for _, g := range want {
			if f.kind(g) == 0 && f.place(g) < 0 {
				t.Fatalf("%+v comes before %+v", f, g)
			}
		}
	}
}

func TestFindingString(t *testing.T) {
	for _, test := range []struct {
		f    Finding
		want string
	}{
		{Finding{Message: "m", Count: 1}, "m"},
		{Finding{Message: "m", Count: 1204, Table: "t", Column: "c", Line: 3, Row: 2, Offset: 9, Example: "a\nb"}, `m (1,204 times, table "t", column "c", line 3, "a\nb")`},
		{Finding{Message: "m", Table: "t", Sheet: "s", Row: 2, Offset: 9}, `m (sheet "s", row 2)`},
		{Finding{Message: "m", Offset: 9, Try: []string{"--null", "NA"}}, "m (byte 9); try --null NA"},
		{Finding{Message: "m", Try: []string{"--delimiter", ";", "--type", "it's $(x)=TEXT", ""}}, `m; try --delimiter ';' --type 'it'\''s $(x)=TEXT' ''`},
	} {
		if got := test.f.String(); got != test.want {
			t.Errorf("got  %s\nwant %s", got, test.want)
		}
	}
}

// What a document puts into a finding is bounded, and text.
func TestFindingBounds(t *testing.T) {
	var s findings
	long := strings.Repeat("é\xff", 1<<20)
	s.add(Finding{Code: long, Message: long, Member: long, Table: long, Sheet: long, Column: long, Example: "x" + long, Try: []string{"--type", long}})
	s.add(Finding{Code: "x", Try: []string{"--type", "x=TEXT"}})
	text, err := json.Marshal(s.sorted())
	if err != nil || len(text) > 10<<10 || !utf8.Valid(text) {
		t.Errorf("%d bytes, %v", len(text), err)
	}
	var got []Finding
	if err := json.Unmarshal(text, &got); err != nil || !reflect.DeepEqual(got, s.sorted()) {
		t.Errorf("read again it is another: %v", err)
	}
	if len(got) != 2 || len(got[0].Try) != 2 || got[1].Try != nil {
		t.Errorf("%+v", got)
	}
}

// As many kinds are kept as may be, the first ones, and what is beyond is counted.
func TestFindingsLeftOut(t *testing.T) {
	for n := maxFindings - 2; n < maxFindings+3; n++ {
		for _, order := range []func(i int) int{func(i int) int { return i }, func(i int) int { return n - 1 - i }} {
			var s findings
			for i := range n {
				s.add(Finding{Code: fmt.Sprintf("x%03d", order(i)), Count: 2})
			}
			list := s.sorted()
			over := max(n-maxFindings, 0)
			if want := n - over + min(over, 1); len(list) != want {
				t.Fatalf("%d kinds: %d are listed, want %d", n, len(list), want)
			}
			for _, f := range list {
				if f.Code == "findings-left-out" && f.Count != int64(2*over) || f.Code != "findings-left-out" && f.Code >= fmt.Sprintf("x%03d", maxFindings) {
					t.Errorf("%d kinds: %+v", n, f)
				}
			}
		}
	}
}

func TestCounts(t *testing.T) {
	s := Summary{Documents: []DocumentSummary{
		{Name: "a", Findings: []Finding{{Code: "l", Severity: Loss, Count: 3, Rejected: true}, {Code: "n", Count: 7, Rejected: true}}},
		{Name: "b.zip", Findings: []Finding{{Code: "L", Severity: Loss, Count: 5, Member: "x.csv"}, {Code: "d", Severity: Doubt, Count: 2}}},
	}}
	if got := s.Counts(); got != (Counts{Rejected: 3, Losses: 1, Doubts: 1, Notes: 1}) || got.String() != "3 rows rejected, 2 warnings" {
		t.Errorf("%+v: %s", got, got)
	}
	var list []string
	for name, f := range s.Findings() {
		list = append(list, name+" "+f.Code)
	}
	if got := strings.Join(list, ", "); got != "a l, b.zip/x.csv L, b.zip d, a n" {
		t.Error(got)
	}
	for c, want := range map[Counts]string{{}: "", {Notes: 2}: "", {Rejected: 1}: "1 row rejected", {Doubts: 1}: "1 warning"} {
		if c.String() != want {
			t.Errorf("%+v: %q", c, c)
		}
	}
}

// A document that is read several times is found out about once: after Again, after a
// second run for types, and where a batch is cleared and filled anew. Rows are the table's.
func TestFindingsOfRuns(t *testing.T) {
	c := Func(func(ctx context.Context, in *Input, out *Writer) error {
		table := out.Table("t", "a")
		for n := range 3 {
			if err := table.AppendFunc(func(b *Batch) error {
				fill := func() {
					b.Add(Untyped(fmt.Sprint(n)))
					b.EndRow()
					b.Add(Untyped([]string{"1", "2", "a text after numbers"}[n]))
					b.Add(Untyped("surplus"))
					b.EndRow()
					b.Report(Finding{Code: "odd", Row: 2, Message: "odd"})
					for _, kind := range []string{"A fault!", "A fault!", "Other"} {
						b.Reject(Reject{Type: kind, Line: int64(n + 1), Raw: kind})
					}
					b.Reject(Reject{Type: "Footer", Aside: true})
				}
				fill()
				b.InOrder(func() error {
					b.Clear()
					fill()
					return nil
				})
				return nil
			}); err != nil {
				return err
			}
		}
		if err := out.Wait(); err != nil {
			return err
		}
		out.Report(Finding{Code: "whole", Severity: Doubt, Message: "whole"})
		if out.Recall("again") == "" {
			return out.Again("again", "yes")
		}
		return nil
	})
	s, err := Convert(t.Context(), c, &Input{Name: "t", ReaderAt: strings.NewReader("")}, new(Bounded), Options{})
	if err != nil || s.Runs != 3 || s.Rejects != 12 {
		t.Fatalf("%d runs, %d rejects, %v", s.Runs, s.Rejects, err)
	}
	var got []string
	for _, f := range s.Findings() {
		got = append(got, fmt.Sprint(f.Severity, " ", f.Code, " ", f.Count, " row ", f.Row, " line ", f.Line))
	}
	want := []string{"loss a-fault 6 row 0 line 1", "loss other 3 row 0 line 1", "doubt whole 1 row 0 line 0",
		"note cells-surplus 3 row 2 line 0", "note odd 3 row 2 line 0", "note text-but-for 1 row 6 line 0", "note footer 3 row 0 line 0"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if s.Counts().Rejected != 9 {
		t.Errorf("%+v", s.Counts())
	}
}

// What was left out on purpose is no reason to refuse a document; what can't be read is.
func TestNothingRead(t *testing.T) {
	for _, aside := range []bool{true, false} {
		c := Func(func(ctx context.Context, in *Input, out *Writer) error {
			return out.Table("t", "a").Reject(Reject{Type: "footer", Aside: aside, Message: "because"})
		})
		_, err := Convert(t.Context(), c, &Input{Name: "t", ReaderAt: strings.NewReader("")}, new(Bounded), Options{})
		if (err == nil) != aside {
			t.Errorf("aside %v: %v", aside, err)
		}
	}
}
