package sheets

import (
	"reflect"
	"slices"
	"strconv"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/headerrows"
)

// A Reading says which sheets are read, and how. The zero value is right for most.
type Reading struct {
	Sheets     []string // only these, hidden ones too; empty is all that are visible
	Header     int      // number of the row with the column names on every sheet; 0 finds it, negative: there is none
	HeaderRows []int    // numbers of several such rows, the last of which is Header; empty: that one
	HeaderJoin string   // between the names of several rows; "" is a space
	FillMerged bool     // each of the cells that are merged into one has its value
	SkipHidden bool     // hidden rows and columns are left out
}

// List lists what can be set; see [converter.Configurable].
func (Reading) List() []converter.Option {
	return []converter.Option{
		{Name: "sheet", Kind: converter.OptionList, Usage: "only the sheet `NAME`; may be repeated"},
		{Name: "skip", Kind: converter.OptionNumber, Usage: "`N` lines or rows come before the header"},
		headerrows.RowsOption(),
		headerrows.JoinOption(),
		{Name: "fill-merged", Kind: converter.OptionSwitch, Usage: "each of the cells that are merged into one has its value"},
		{Name: "skip-hidden", Kind: converter.OptionSwitch, Usage: "hidden rows and columns are left out"},
		{Name: "no-header", Kind: converter.OptionSwitch, Usage: "the first row is data"},
	}
}

// With returns the reading with an option set. Without a header there is nothing to skip
// to.
func (o Reading) With(name, value string) (Reading, error) {
	switch name {
	case "sheet":
		o.Sheets = append(slices.Clip(o.Sheets), value)
	case "skip":
		n, err := strconv.Atoi(value)
		if err != nil {
			return o, err
		}
		if o.Header >= 0 {
			o.Header = n + 1
		}
	case "header-rows":
		rows, err := headerrows.Parse(value)
		if err != nil {
			return o, err
		}
		o.HeaderRows, o.Header = rows, rows[len(rows)-1]
	case "header-join":
		o.HeaderJoin = value
	case "no-header":
		if value == converter.Yes {
			o.Header = -1
		} else {
			o.Header = max(o.Header, 0)
		}
	case "fill-merged":
		o.FillMerged = value == converter.Yes
	case "skip-hidden":
		o.SkipHidden = value == converter.Yes
	default:
		return o, converter.ErrNoOption
	}
	return o, nil
}

// hints returns what is asked for of the layout.
func (o Reading) hints() hints {
	h := hints{header: max(o.Header, -1), why: "as asked for"}
	if o.Header > 0 && len(o.HeaderRows) > 1 {
		h.rows, h.join = o.HeaderRows, o.HeaderJoin
	}
	return h
}

// headerOption returns the Converter's Header that finds the sheet's table where it was
// found, or 0 if there is none, as it is with names in merged cells and with several tables.
func (l *lane) headerOption() int {
	header := l.header
	if header == 0 {
		header = -1
	}
	if len(l.lanes) > 1 || l.declared || !reflect.DeepEqual(newLayout(l.sampled, hints{header: header, why: l.why}), l.layout) {
		return 0
	}
	return header
}

// describeOptions describes the options that find the tables of all sheets where they were
// found, if there are any.
func describeOptions(out *converter.Writer, sheets []*sheetReader) {
	header, why := sheets[0].option, sheets[0].lanes[0].why
	for _, s := range sheets[1:] {
		if why = "so it is on every sheet"; s.option != header {
			return
		}
	}
	switch {
	case header > 0:
		out.Describe("skip", strconv.Itoa(header-1), why)
	case header < 0:
		out.Describe("header", converter.No, why)
	}
}
