package converter_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/convertertest"
)

// show converts a text and prints the database, but for the table of sources.
func show(c converter.Converter, text string, opts converter.Options) converter.Summary {
	var db convertertest.Memory
	summary, err := converter.Convert(context.Background(), c, input("a.txt", text), &db, opts)
	if err != nil {
		fmt.Println("error:", err)
		return summary
	}
	sql, err := convertertest.SQL(db.Bytes())
	if err != nil {
		fmt.Println("error:", err)
	}
	for line := range strings.Lines(sql) {
		if ours := strings.Contains(line, converter.SourcesTable); !ours && (strings.HasPrefix(line, "CREATE") || strings.HasPrefix(line, "INSERT")) {
			fmt.Print(line)
		}
	}
	return summary
}

// A format, registered, found by a document's name and used.
func Example() {
	var formats converter.Registry
	formats.Register(
		converter.Format{Name: "env", Extensions: []string{".env"}, Doc: "NAME=value lines"},
		converter.Func(func(ctx context.Context, in *converter.Input, out *converter.Writer) error {
			settings := out.Table("settings", "name", "value")
			lines := bufio.NewScanner(in.Reader())
			for lines.Scan() {
				name, value, _ := strings.Cut(lines.Text(), "=")
				if err := settings.Append(converter.Text(name), converter.Untyped(value)); err != nil {
					return err
				}
			}
			return lines.Err()
		}),
	)

	in := input("prod.env", "PORT=8001\nWORKERS=4\n")
	format, c, err := formats.Detect(in)
	if err != nil {
		fmt.Println(err)
		return
	}
	var db convertertest.Memory // sinks/dir.CreateFile makes a file
	summary, err := converter.Convert(context.Background(), c, in, &db, converter.Options{Formats: &formats})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(format.Name)
	for _, t := range summary.Tables {
		fmt.Println(t.Name, t.Rows, "rows")
		for _, column := range t.Columns {
			fmt.Println(" ", column.Name, column.Type)
		}
	}
	// Output:
	// env
	// settings 2 rows
	//   name TEXT
	//   value INTEGER
}

// Several documents become one database; what has the same table name in two of them
// becomes two tables.
func ExampleConvertAll() {
	jobs := []converter.Job{
		{Input: input("2024/log.txt", "1\n2\n"), Converter: converter.Func(textLines)},
		{Input: input("2025/log.txt", "3\n"), Converter: converter.Func(textLines)},
		{Input: input("names.txt", "Ada\n"), Converter: converter.Func(textLines)},
	}
	summary, err := converter.ConvertAll(context.Background(), jobs, new(convertertest.Memory), converter.Options{})
	if err != nil {
		fmt.Println(err)
	}
	for _, t := range summary.Tables {
		fmt.Println(t.Name, t.Rows)
	}
	// Output:
	// log 2
	// log_2 1
	// names 1
}

// Options name the table, and say what is NULL and how numbers are spelled.
func ExampleOptions() {
	prices := converter.Func(func(ctx context.Context, in *converter.Input, out *converter.Writer) error {
		table := out.Table(in.Stem(), "item", "price", "code")
		err := table.Append(converter.Untyped("tea"), converter.Untyped("1.234,50"), converter.Untyped("12"))
		if err != nil {
			return err
		}
		return table.Append(converter.Untyped("mug"), converter.Untyped("n/a"), converter.Untyped("7"))
	})
	show(prices, "", converter.Options{Rule: converter.TableRule{
		Name:          "prices",
		MissingValues: []string{"n/a"},
		Fields: []converter.FieldRule{
			{Name: "code", Declared: "TEXT"},
			{Name: "price", Numbers: converter.Spelling{Decimal: ",", Group: "."}},
		},
	}})
	// Output:
	// CREATE TABLE "prices" ("item" TEXT, "price" REAL, "code" TEXT);
	// INSERT INTO "prices" VALUES('tea',1234.5,'12');
	// INSERT INTO "prices" VALUES('mug',NULL,'7');
}

// An error that says where. Convert adds the document's name.
func ExampleSyntaxError() {
	c := converter.Func(func(ctx context.Context, in *converter.Input, out *converter.Writer) error {
		return &converter.SyntaxError{Line: 7, Err: errors.New("want NAME=value"), Hint: "put # before a comment"}
	})
	_, err := converter.Convert(context.Background(), c, input("prod.env", "…"), new(convertertest.Memory), converter.Options{})
	fmt.Println(err)
	fmt.Println("the document's fault:", converter.Permanent(err))
	// Output:
	// prod.env: line 7: want NAME=value (put # before a comment)
	// the document's fault: true
}

// Whoever runs conversions asks Permanent whether it is worth trying again.
func ExamplePermanent() {
	for _, err := range []error{
		fmt.Errorf("unpacking: %w", converter.ErrLimit),
		&converter.SyntaxError{Line: 2, Err: errors.New("want NAME=value")},
		os.ErrDeadlineExceeded, // while it was read
	} {
		fmt.Println(converter.Permanent(err))
	}
	// Output:
	// true
	// true
	// false
}

// An Input is read from its start, at any offset, and again.
func ExampleInput() {
	in := input("dir/report.csv.gz", "magic and the rest")
	head, err := in.Head(5)
	if err != nil {
		fmt.Println(err)
	}
	fmt.Printf("%s, %d bytes, begins with %q\n", in.Stem(), in.Size, head)

	var first, second bytes.Buffer
	for _, b := range []*bytes.Buffer{&first, &second} {
		if _, err := b.ReadFrom(in.Reader()); err != nil {
			fmt.Println(err)
		}
	}
	fmt.Println(first.String() == second.String())
	// Output:
	// report, 18 bytes, begins with "magic"
	// true
}
