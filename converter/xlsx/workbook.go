package xlsx

import (
	"cmp"
	"fmt"
	"path"
	"strings"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/markup"
	"github.com/dynasette/dynasette/converter/internal/parts"
	"github.com/dynasette/dynasette/converter/internal/sheets"
)

// A workbook is what is known before a sheet is read.
type workbook struct {
	*container
	sheets   []sheets.Sheet
	strings  *sheets.Strings
	formats  []sheets.NumFormat // by the style of a cell
	date1904 bool
}

// book is the workbook as what makes tables of it has it.
func (w *workbook) book() *sheets.Book {
	return &sheets.Book{
		Sheets: w.sheets, Strings: w.strings, Formats: w.formats, Date1904: w.date1904,
		Limits:   sheets.Limits{Tables: w.limits.Tables, Growth: w.limits.Growth},
		Encoding: "XML",
		MinRow:   35, // <row><c r="XFD1"><v>1</v></c></row>
		MinCell:  22, // <c t="s"><v>10</v></c>
	}
}

// A container is the archive with the parts of a workbook.
type container struct {
	*parts.Archive
	limits Limits
}

// A relation is a part's reference to another (ECMA-376 part 2, 6.5).
type relation struct {
	id       string
	kind     string // the last segment of its type: both the transitional and the strict namespaces have it
	target   string // a part, or an address outside
	external bool
}

// relations returns those of a part; the name "" stands for the archive itself.
func (c *container) relations(name string) ([]relation, error) {
	dir, base := path.Split(name)
	rels := path.Join(dir, "_rels", base+".rels")
	if !c.Has(rels) {
		return nil, nil
	}
	b, err := c.Read(rels)
	if err != nil {
		return nil, err
	}
	var found []relation
	err = markup.Each(b, rels, func(t *markup.Tag) {
		if !t.Is("Relationship") {
			return
		}
		if strings.EqualFold(t.Attr("TargetMode"), "External") {
			found = append(found, relation{id: t.Attr("Id"), kind: path.Base(t.Attr("Type")), target: t.Attr("Target"), external: true})
			return
		}
		target := strings.ReplaceAll(t.Attr("Target"), `\`, "/")
		if !strings.HasPrefix(target, "/") {
			target = dir + "/" + target
		}
		found = append(found, relation{
			id:     t.Attr("Id"),
			kind:   path.Base(t.Attr("Type")),
			target: strings.TrimPrefix(path.Clean("/"+target), "/"),
		})
	})
	return found, err
}

// openWorkbook reads the parts that say what is in the workbook, and where.
func openWorkbook(c *container) (*workbook, error) {
	name, err := c.mainPart()
	if err != nil {
		return nil, err
	}
	w := &workbook{container: c, strings: &sheets.Strings{}}
	relations, err := c.relations(name)
	if err != nil {
		return nil, err
	}
	byID := make(map[string]relation)
	for _, r := range relations {
		switch {
		case r.external:
		case r.kind == "styles" && c.Has(r.target):
			w.formats, err = readStyles(c, r.target)
		case r.kind == "sharedStrings" && c.Has(r.target):
			w.strings, err = readStrings(c, r.target)
		case r.id != "":
			byID[r.id] = r
		}
		if err != nil {
			return nil, err
		}
	}
	return w, w.readSheets(name, byID)
}

// mainPart returns the name of the part with the workbook.
func (c *container) mainPart() (string, error) {
	name := "xl/workbook.xml"
	relations, err := c.relations("")
	if err != nil {
		return "", err
	}
	for _, r := range relations {
		if r.kind == "officeDocument" && !r.external {
			name = r.target
			break
		}
	}
	switch {
	case strings.EqualFold(path.Ext(name), ".bin") || c.Has("xl/workbook.bin"):
		return "", fmt.Errorf("%w: a binary workbook (.xlsb): save it as .xlsx", converter.ErrUnsupported)
	case c.Has("content.xml") && c.Has("mimetype"):
		return "", fmt.Errorf("%w: an OpenDocument file, which the format ods reads", converter.ErrUnsupported)
	case !c.Has(name) || strings.HasPrefix(name, "word/") || strings.HasPrefix(name, "ppt/"):
		return "", fmt.Errorf("%w: a package without a workbook", converter.ErrUnknownFormat)
	}
	return name, nil
}

// readSheets reads the list of sheets.
func (w *workbook) readSheets(name string, relations map[string]relation) error {
	b, err := w.Read(name)
	if err != nil {
		return err
	}
	return markup.Each(b, name, func(t *markup.Tag) {
		switch {
		case t.Is("workbookPr"):
			w.date1904 = w.date1904 || isTrue(t.Attr("date1904")) // an extension has a tag of the same name
		case t.Is("sheet"):
			title, _ := unescape([]byte(t.Attr("name")), nil)
			s := sheets.Sheet{Name: string(title), State: t.Attr("state"), Kind: sheets.Worksheet}
			if s.State == "" {
				s.State = sheets.Visible
			}
			// r:id, whose prefix may be another one; sheetId is spelled differently.
			if r, ok := relations[t.Attr("id")]; ok {
				s.Part, s.Kind = r.target, r.kind
			}
			if !w.Has(s.Part) {
				s.Missing = "the part " + cmp.Or(s.Part, "that it refers to") + " is missing"
			}
			s.Content = &content{book: w, part: s.Part}
			w.sheets = append(w.sheets, s)
		}
	})
}

// isTrue reads a boolean of XML Schema.
func isTrue(s string) bool { return s == "1" || s == "true" || s == "on" }
