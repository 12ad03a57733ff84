// Package converter turns documents into SQLite databases, and is what a format of your own
// is written against.
//
// A [Converter] reads an [Input] and pushes rows into a [Table] of its [Writer]:
//
//	func convert(ctx context.Context, in *converter.Input, out *converter.Writer) error {
//		table := out.Table(in.Stem(), "name", "value")
//		… table.Append(converter.Text(name), converter.Untyped(value)) …
//	}
//
// Types, names, order, threads, pages and rejects are the Writer's: an [Untyped] column is
// INTEGER or REAL if the whole document allows it and TEXT as spelled if not, a row that is
// too long keeps its surplus, a column may turn up in the last row. What can't be read is a
// [Reject], what people should know a [Finding], and an error about the document a
// [SyntaxError] that says where.
//
// A [Registry] finds the converter for a document by its content and its name. It knows what
// you register; package all has every built-in format, and is where to begin:
//
//	formats := all.Formats()
//	formats.Register(env.Format, env.Converter{})
//
// [Convert] makes a database of a document, [ConvertAll] one of several, in any
// [Destination]: sinks/dir and sinks/gcs have files and objects.
//
// More is there when it is needed: options ([Configurable]), parsing in parallel
// ([Table.AppendFunc]), another run ([Writer.Again]), documents inside of documents ([Outer],
// [Writer.Inside]). Package convertertest tests that a converter keeps its promises.
package converter
