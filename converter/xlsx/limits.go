package xlsx

import "cmp"

// Limits against workbooks made to exhaust whoever opens them. A zero field is its default.
type Limits struct {
	Size    int64 // bytes that may be unpacked in all; 8 GiB
	Ratio   int64 // unpacked to packed bytes of a part, once 64 MiB are unpacked; 500
	Entries int   // files in the archive; 32,768
	Strings int64 // bytes of memory for the shared strings; 512 MiB
	Row     int   // bytes of XML in one row or shared string; 16 MiB
	Growth  int64 // bytes of text in a sheet's cells to bytes of its XML, once they are 256 MiB; 64
	Tables  int   // tables; 2,000
}

// withDefaults has those of what is limited here; the others have them where they count.
func (l Limits) withDefaults() Limits {
	l.Strings = cmp.Or(l.Strings, 512<<20)
	l.Row = cmp.Or(l.Row, 16<<20)
	return l
}
