package converter_test

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/convertertest"
)

// sections converts documents of several parts, each below a line with its name.
type sections struct{}

// Inner returns nil: the parts may have any format.
func (sections) Inner() []string { return nil }

func (sections) Convert(ctx context.Context, in *converter.Input, out *converter.Writer) error {
	text, err := io.ReadAll(in.Reader())
	if err != nil {
		return err
	}
	for _, part := range strings.Split(string(text), "== ")[1:] {
		name, body, _ := strings.Cut(part, "\n")
		inner := input(in.Name+"/"+name, body)
		_, c, err := out.Formats().Detect(inner)
		if err != nil {
			return err
		}
		err = out.Inside(inner.Name, func(out *converter.Writer) error { return c.Convert(ctx, inner, out) })
		if err != nil {
			return err
		}
	}
	return nil
}

// textLines converts a text to one column.
func textLines(ctx context.Context, in *converter.Input, out *converter.Writer) error {
	text, err := io.ReadAll(in.Reader())
	if err != nil {
		return err
	}
	table := out.Table(in.Stem(), "line")
	for line := range strings.Lines(string(text)) {
		if err := table.Append(converter.Untyped(strings.TrimSuffix(line, "\n"))); err != nil {
			return err
		}
	}
	return nil
}

// An archive finds the formats of its parts by its Writer, and has each written inside of
// the document: tables, errors and findings are then the part's own.
func ExampleWriter_Inside() {
	var formats converter.Registry
	formats.Register(converter.Format{Name: "sections", Extensions: []string{".sections"}}, sections{})
	formats.Register(converter.Format{Name: "lines", Extensions: []string{".txt"}}, converter.Func(textLines))

	show(sections{}, "== ports.txt\n80\n443\n== names.txt\nAda\n", converter.Options{Formats: &formats})
	show(sections{}, "== picture.jpeg\n…\n", converter.Options{Formats: &formats})
	// Output:
	// CREATE TABLE "ports" ("line" INTEGER);
	// INSERT INTO "ports" VALUES(80);
	// INSERT INTO "ports" VALUES(443);
	// CREATE TABLE "names" ("line" TEXT);
	// INSERT INTO "names" VALUES('Ada');
	// error: a.txt/picture.jpeg: unknown format; known are sections, lines (name the format to use)
}

// A converter that learns late that it began wrongly asks for another run: here, that
// what separates cells is a semicolon.
func ExampleWriter_Again() {
	c := converter.Func(func(ctx context.Context, in *converter.Input, out *converter.Writer) error {
		text, err := io.ReadAll(in.Reader())
		if err != nil {
			return err
		}
		separator := out.Recall("separator")
		if separator == "" {
			separator = ","
		}
		table := out.Table("t", "a", "b")
		for line := range strings.Lines(string(text)) {
			cells := strings.Split(strings.TrimSuffix(line, "\n"), separator)
			if len(cells) == 1 && separator == "," {
				return out.Again("separator", ";")
			}
			if err := table.Append(converter.Untyped(cells[0]), converter.Untyped(cells[1])); err != nil {
				return err
			}
		}
		return nil
	})
	summary := show(c, "1,5;2\n3;4\n", converter.Options{})
	fmt.Println(summary.Runs, "runs")
	// Output:
	// CREATE TABLE "t" ("a" TEXT, "b" INTEGER);
	// INSERT INTO "t" VALUES('1,5',2);
	// INSERT INTO "t" VALUES('3',4);
	// 2 runs
}

// What is odd is reported as often as it is met, and counted as one finding.
func ExampleWriter_Report() {
	c := converter.Func(func(ctx context.Context, in *converter.Input, out *converter.Writer) error {
		table := out.Table("settings", "name", "value")
		for i, line := range []string{"A=1", "B", "C", "D=4"} {
			name, value, ok := strings.Cut(line, "=")
			if !ok {
				out.Report(converter.Finding{Code: "value-missing", Message: "a setting has no value and is NULL", Table: "settings",
					Line: int64(i + 1), Example: line})
			}
			if err := table.Append(converter.Text(name), converter.Untyped(value)); err != nil {
				return err
			}
		}
		return nil
	})
	summary := show(c, "", converter.Options{})
	for document, f := range summary.Findings() {
		fmt.Printf("%v: %s: %v\n", f.Severity, document, f)
	}
	// Output:
	// CREATE TABLE "settings" ("name" TEXT, "value" INTEGER);
	// INSERT INTO "settings" VALUES('A',1);
	// INSERT INTO "settings" VALUES('B',NULL);
	// INSERT INTO "settings" VALUES('C',NULL);
	// INSERT INTO "settings" VALUES('D',4);
	// note: a.txt: a setting has no value and is NULL (2 times, table "settings", line 2, "B")
}

// What was found out about the document, and why, is shown by inspect. Under an option's
// name, it says how to set the option to read the document the same way again.
func ExampleWriter_Describe() {
	c := converter.Func(func(ctx context.Context, in *converter.Input, out *converter.Writer) error {
		out.Describe("separator", ";", "most lines have as many")
		return out.Table("t", "a", "b").Append(converter.Int(1), converter.Int(2))
	})
	summary := show(c, "", converter.Options{})
	for _, fact := range summary.Documents[0].Facts {
		fmt.Printf("%s %s: %s\n", fact.Key, fact.Value, fact.Why)
	}
	// Output:
	// CREATE TABLE "t" ("a" INTEGER, "b" INTEGER);
	// INSERT INTO "t" VALUES(1,2);
	// separator ;: most lines have as many
}

// Tables of one name, in documents that are converted together, are one table.
func ExampleWriter_SharedTable() {
	c := converter.Func(func(ctx context.Context, in *converter.Input, out *converter.Writer) error {
		return out.SharedTable("documents", "path").Append(converter.Text(in.Name))
	})
	jobs := []converter.Job{
		{Input: input("a.note", "…"), Converter: c},
		{Input: input("b.note", "…"), Converter: c},
	}
	summary, err := converter.ConvertAll(context.Background(), jobs, new(convertertest.Memory), converter.Options{})
	if err != nil {
		fmt.Println(err)
	}
	for _, t := range summary.Tables {
		fmt.Println(t.Name, t.Rows)
	}
	// Output:
	// documents 2
}

// A Destination gets page 1 last, so that one that can only append may put it in front
// when everything else is there.
func ExampleDestination() {
	var d ordered
	_, err := converter.Convert(context.Background(), converter.Func(textLines), input("a.txt", "1\n2\n"), &d, converter.Options{})
	if err != nil {
		fmt.Println(err)
	}
	fmt.Printf("%s %q\n", strings.Join(slices.Compact(d.calls), ", "), d.first[:15])
	// Output:
	// Write, Commit "SQLite format 3"
}

type ordered struct {
	calls []string
	first []byte
}

func (d *ordered) Write(p []byte) (int, error) {
	d.calls = append(d.calls, "Write")
	return len(p), nil
}

func (d *ordered) Reset() error {
	d.calls = append(d.calls, "Reset")
	return nil
}

func (d *ordered) Commit(first []byte) error {
	d.calls, d.first = append(d.calls, "Commit"), first
	return nil
}
