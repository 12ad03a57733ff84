package converter

import "strings"

// A ColumnDescription is what a document says of a column besides its name and its values.
type ColumnDescription struct {
	// Kind is that of its values, also if all of them are NULL: KindInt, KindReal, KindText or
	// KindBlob. KindNull says nothing.
	Kind Kind

	Title, Description, Unit string // for people; optional
}

// maxAbout is how many bytes of what a document says of a column are kept.
const maxAbout = 1000

// text returns what people are told of a column of that name.
func (d *ColumnDescription) text(name string) string {
	var parts []string
	for _, part := range []string{d.Title, d.Description} {
		part = strings.Join(strings.Fields(strings.ToValidUTF8(part, "\uFFFD")), " ")
		if part != "" && part != name && (len(parts) == 0 || parts[0] != part) {
			parts = append(parts, part)
		}
	}
	text := strings.Join(parts, ": ")
	if unit := strings.TrimSpace(strings.ToValidUTF8(d.Unit, "\uFFFD")); unit != "" {
		text = strings.TrimSpace(text + " (" + unit + ")")
	}
	return bounded(text, maxAbout)
}

var typedAs = [...]seen{KindInt: typedInt, KindReal: typedReal, KindText: typedText, KindBlob: typedBlob}

// Describe says of a column, by its position, what the document says of it. What is said of the
// column by a rule goes before. It is best called before there are rows.
func (t *Table) Describe(column int, d ColumnDescription) {
	t.flush() // an error stays with the queue
	columns := t.columns
	t.w.db.admit(func() error {
		place, kind := t.place(columns)[column], d.Kind
		if t.shape != nil {
			of := &t.shape.columns[place]
			if place = of.place; of.of != t.table {
				return nil
			}
			if of.field.Type != "" || of.field.Declared != "" {
				kind = KindNull
			}
		}
		if place < 0 { // the table has no room for it
			return nil
		}
		c := &t.table.columns[place]
		c.about = d.text(c.name)
		if as := typedAs[kind]; as&^c.seen != 0 {
			c.seen |= as
			t.table.publish()
		}
		return nil
	})
}
