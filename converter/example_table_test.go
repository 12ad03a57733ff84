package converter_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/dynasette/dynasette/converter"
)

// A row is values by position. The whole column decides what an untyped one becomes, a
// short row is NULL at its end, and what is too much is kept.
func ExampleTable_Append() {
	c := converter.Func(func(ctx context.Context, in *converter.Input, out *converter.Writer) error {
		towns := out.Table("towns", "name", "people", "zip")
		for _, row := range [][]converter.Value{
			{converter.Text("Bern"), converter.Untyped("134794"), converter.Untyped("3000")},
			{converter.Text("Boston"), converter.Untyped("675647"), converter.Untyped("02108")},
			{converter.Text("Atlantis")},
			{converter.Text("Basel"), converter.Untyped("173232"), converter.Untyped("4000"), converter.Text("on the Rhine")},
		} {
			if err := towns.Append(row...); err != nil {
				return err
			}
		}
		return nil
	})
	show(c, "", converter.Options{})
	// Output:
	// CREATE TABLE "towns" ("name" TEXT, "people" INTEGER, "zip" TEXT, "_extra" TEXT);
	// INSERT INTO "towns" VALUES('Bern',134794,'3000',NULL);
	// INSERT INTO "towns" VALUES('Boston',675647,'02108',NULL);
	// INSERT INTO "towns" VALUES('Atlantis',NULL,NULL,NULL);
	// INSERT INTO "towns" VALUES('Basel',173232,'4000','["on the Rhine"]');
}

// A column may turn up in any row: rows before it are NULL there.
func ExampleTable_Column() {
	c := converter.Func(func(ctx context.Context, in *converter.Input, out *converter.Writer) error {
		table := out.Table("records")
		for record := range strings.SplitSeq("id=1;name=Ada id=2;born=1906", " ") {
			var row []converter.Value
			for field := range strings.SplitSeq(record, ";") {
				name, value, _ := strings.Cut(field, "=")
				i := table.Column(name)
				for len(row) <= i {
					row = append(row, converter.Value{}) // NULL
				}
				row[i] = converter.Untyped(value)
			}
			if err := table.Append(row...); err != nil {
				return err
			}
		}
		return nil
	})
	show(c, "", converter.Options{})
	// Output:
	// CREATE TABLE "records" ("id" INTEGER, "name" TEXT, "born" INTEGER);
	// INSERT INTO "records" VALUES(1,'Ada',NULL);
	// INSERT INTO "records" VALUES(2,NULL,1906);
}

// The primary key is a column whose values turn out to be fit for it.
func ExampleTable_Key() {
	c := converter.Func(func(ctx context.Context, in *converter.Input, out *converter.Writer) error {
		table := out.Table("stations", "code", "name")
		table.Key("code")
		if err := table.Append(converter.Text("BN"), converter.Text("Bern")); err != nil {
			return err
		}
		return table.Append(converter.Text("BS"), converter.Text("Basel"))
	})
	show(c, "", converter.Options{})
	// Output:
	// CREATE TABLE "stations" ("code" TEXT PRIMARY KEY, "name" TEXT);
	// INSERT INTO "stations" VALUES('BN','Bern');
	// INSERT INTO "stations" VALUES('BS','Basel');
	// INSERT INTO "sqlite_stat1" VALUES('stations','sqlite_autoindex_stations_1','2 1');
}

// What can't be made a row is kept in the table _rejects, and the summary counts it.
func ExampleTable_Reject() {
	c := converter.Func(func(ctx context.Context, in *converter.Input, out *converter.Writer) error {
		table, n := out.Table("settings", "name", "value"), int64(0)
		for line := range strings.Lines("PORT=8001\nnonsense\n") {
			line, n = strings.TrimSuffix(line, "\n"), n+1
			name, value, ok := strings.Cut(line, "=")
			if !ok {
				err := table.Reject(converter.Reject{Line: n, Type: "no value", Raw: line, Message: "want NAME=value"})
				if err != nil {
					return err
				}
				continue
			}
			if err := table.Append(converter.Text(name), converter.Untyped(value)); err != nil {
				return err
			}
		}
		return nil
	})
	summary := show(c, "", converter.Options{})
	fmt.Println(summary.Counts())
	// Output:
	// CREATE TABLE "settings" ("name" TEXT, "value" INTEGER);
	// INSERT INTO "settings" VALUES('PORT',8001);
	// CREATE TABLE "_rejects" ("source" TEXT, "table" TEXT, "line" INTEGER, "byte" INTEGER, "column" TEXT, "type" TEXT, "raw" TEXT, "message" TEXT);
	// INSERT INTO "_rejects" VALUES('a.txt','settings',2,0,NULL,'no value','nonsense','want NAME=value');
	// 1 row rejected
}

// AppendFunc parses on other goroutines, and the rows still come in order. Here a batch is
// a line; real ones hold 64 KiB to 1 MiB.
func ExampleTable_AppendFunc() {
	c := converter.Func(func(ctx context.Context, in *converter.Input, out *converter.Writer) error {
		words := out.Table("words", "word", "letters")
		for line := range strings.Lines("one two\nthree\nfour five\n") {
			err := words.AppendFunc(func(b *converter.Batch) error {
				for word := range strings.FieldsSeq(line) {
					b.Add(converter.Text(word))
					b.Add(converter.Int(int64(len(word))))
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
	show(c, "", converter.Options{})
	// Output:
	// CREATE TABLE "words" ("word" TEXT, "letters" INTEGER);
	// INSERT INTO "words" VALUES('one',3);
	// INSERT INTO "words" VALUES('two',3);
	// INSERT INTO "words" VALUES('three',5);
	// INSERT INTO "words" VALUES('four',4);
	// INSERT INTO "words" VALUES('five',4);
}

// A batch without copies: Data is the parser's own buffer, and cells are spans of it.
func ExampleBatch() {
	c := converter.Func(func(ctx context.Context, in *converter.Input, out *converter.Writer) error {
		table := out.Table("points", "x", "y")
		return table.AppendFunc(func(b *converter.Batch) error {
			b.Data = []byte("10,20;30,40")
			for _, at := range []int{0, 3, 6, 9} {
				b.Cells = append(b.Cells, converter.Span(converter.KindUntyped, at, 2))
				if len(b.Cells)%2 == 0 {
					b.EndRow()
				}
			}
			return nil
		})
	})
	show(c, "", converter.Options{})
	// Output:
	// CREATE TABLE "points" ("x" INTEGER, "y" INTEGER);
	// INSERT INTO "points" VALUES(10,20);
	// INSERT INTO "points" VALUES(30,40);
}

// Rows by name, for documents whose records don't all have the same members.
func ExampleBatch_Set() {
	c := converter.Func(func(ctx context.Context, in *converter.Input, out *converter.Writer) error {
		return out.Table("people").AppendFunc(func(b *converter.Batch) error {
			b.Set(b.Column("name"), converter.Text("Ada"))
			b.Set(b.Column("born"), converter.Int(1815))
			b.EndRow()
			b.Set(b.Column("born"), converter.Int(1906))
			b.Set(b.Column("rank"), converter.Text("Rear Admiral"))
			b.EndRow()
			return nil
		})
	})
	show(c, "", converter.Options{})
	// Output:
	// CREATE TABLE "people" ("name" TEXT, "born" INTEGER, "rank" TEXT);
	// INSERT INTO "people" VALUES('Ada',1815,NULL);
	// INSERT INTO "people" VALUES(NULL,1906,'Rear Admiral');
}

// A batch that was parsed in parallel learns, in order, what came before it: here the
// number of its first line.
func ExampleBatch_InOrder() {
	c := converter.Func(func(ctx context.Context, in *converter.Input, out *converter.Writer) error {
		table, before := out.Table("numbers", "n"), int64(0)
		for _, chunk := range []string{"1\n2\n", "3\nfour\n"} {
			err := table.AppendFunc(func(b *converter.Batch) error {
				lines := int64(0)
				for line := range strings.Lines(chunk) {
					lines++
					line = strings.TrimSuffix(line, "\n")
					if _, ok := converter.ParseInt([]byte(line)); !ok {
						b.Reject(converter.Reject{Line: lines, Type: "no number", Raw: line}) // of this chunk
						continue
					}
					b.Add(converter.Untyped(line))
					b.EndRow()
				}
				b.InOrder(func() error {
					rejects := b.Rejects()
					for i := range rejects {
						rejects[i].Line += before // of the document
					}
					before += lines
					return nil
				})
				return nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	show(c, "", converter.Options{})
	// Output:
	// CREATE TABLE "numbers" ("n" INTEGER);
	// INSERT INTO "numbers" VALUES(1);
	// INSERT INTO "numbers" VALUES(2);
	// INSERT INTO "numbers" VALUES(3);
	// CREATE TABLE "_rejects" ("source" TEXT, "table" TEXT, "line" INTEGER, "byte" INTEGER, "column" TEXT, "type" TEXT, "raw" TEXT, "message" TEXT);
	// INSERT INTO "_rejects" VALUES('a.txt','numbers',4,0,NULL,'no number','four','');
}

// What a value is decides what becomes of it: untyped spellings are up to the whole
// column, the others are what they are.
func ExampleValue() {
	c := converter.Func(func(ctx context.Context, in *converter.Input, out *converter.Writer) error {
		return out.Table("values", "untyped", "text", "quoted", "int", "real", "bool", "blob", "null").Append(
			converter.Untyped("42"), converter.Text("42"), converter.Quoted(""),
			converter.Int(42), converter.Real(4.5), converter.Bool(true), converter.Blob([]byte("42")), converter.Value{})
	})
	show(c, "", converter.Options{})
	// Output:
	// CREATE TABLE "values" ("untyped" INTEGER, "text" TEXT, "quoted" TEXT, "int" INTEGER, "real" REAL, "bool" INTEGER, "blob" BLOB, "null" TEXT);
	// INSERT INTO "values" VALUES(42,'42','',42,4.5,1,x'3432',NULL);
}
