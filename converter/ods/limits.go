package ods

import "cmp"

// Limits against documents made to exhaust whoever opens them. A zero field is its default.
type Limits struct {
	Size    int64 // bytes that may be unpacked in all; 16 GiB, as each pass over the sheets counts
	Ratio   int64 // unpacked to packed bytes of a part, once 64 MiB are unpacked; 1,000: its XML is wordy
	Entries int   // files in the archive; 32,768
	Row     int   // bytes of XML in one row, and of text in one cell; 16 MiB
	Growth  int64 // cells, and bytes of their text, to bytes of a sheet's XML, once they are many; 64
	Tables  int   // tables; 2,000
}

// withDefaults has those of what is limited here; the others have them where they count.
func (l Limits) withDefaults() Limits {
	l.Size = cmp.Or(l.Size, 16<<30)
	l.Ratio = cmp.Or(l.Ratio, 1000)
	l.Row = cmp.Or(l.Row, 16<<20)
	return l
}
