package sheets

import (
	"strconv"
	"strings"

	"github.com/dynasette/dynasette/converter"
)

// describe records where the sheet's tables are.
func (s *sheetReader) describe(out *converter.Writer) {
	l := s.lanes[0]
	value := "no header"
	if l.header > 0 {
		value = "header in row " + strconv.Itoa(l.header)
	}
	why := l.why
	if len(s.lanes) > 1 {
		var list []string
		for _, l := range s.lanes {
			list = append(list, l.bounds().String())
		}
		value = "tables at " + strings.Join(list, ", ")
		if !l.declared {
			why = "blank rows or columns between them, and names above values"
		}
	}
	out.Describe("sheet "+s.sheet.Name, value, why)
}

// report says to people what they should know of the sheet, once it is read.
func (s *sheetReader) report(out *converter.Writer, only bool) {
	for _, f := range s.total.findings(s.sheet.Name, s.options.SkipHidden) {
		out.Report(f)
	}
	guessed := []string{}
	for _, l := range s.lanes {
		for _, f := range l.hiddenFindings() {
			out.Report(f)
		}
		if !l.declared {
			guessed = append(guessed, l.bounds().String())
		}
	}
	if len(s.lanes) > 1 && len(guessed) > 0 {
		f := converter.Finding{Code: "tables-on-sheet", Severity: converter.Doubt, Sheet: s.sheet.Name, Example: strings.Join(guessed, ", "),
			Message: "the sheet is taken for several tables"}
		if only && s.lanes[0].header > 0 {
			f.Try = []string{"--skip", strconv.Itoa(s.lanes[0].header - 1)}
		}
		out.Report(f)
	}
	if inside := s.inside + s.total.inside; inside > 0 {
		out.Report(converter.Finding{Code: "links-inside", Sheet: s.sheet.Name, Count: int64(inside),
			Message: "a link to a place in the workbook itself is not kept"})
	}
}
