package sheets

import (
	"strconv"
	"strings"
)

// tableNames gives out names of tables, each once.
type tableNames struct {
	stem  string // the file's
	only  bool   // there is only one sheet
	taken map[string]bool
}

// of returns what a table of a sheet is called: as the sheet, or as the file if the sheet has no
// name, or is the only one and its name says nothing. Tables that the workbook declares have names of
// their own; they count where the sheet's does not, as it says nothing or stands for several.
func (n *tableNames) of(s Sheet, r *region, several bool) string {
	name := n.unnumbered(s)
	if r.declared && r.name != "" && (several || isDefaultName(s.Name) && !isDefaultName(r.name)) {
		name = r.name
	}
	return n.unique(name)
}

// unnumbered returns what the only table of a sheet is called, if no other has the name.
func (n *tableNames) unnumbered(s Sheet) string {
	if strings.TrimSpace(s.Name) == "" || isDefaultName(s.Name) && n.only {
		return n.stem
	}
	return s.Name
}

func (n *tableNames) unique(name string) string {
	unique := name
	for i := 2; n.taken[unique]; i++ {
		unique = name + "_" + strconv.Itoa(i)
	}
	if n.taken == nil {
		n.taken = map[string]bool{}
	}
	n.taken[unique] = true
	return unique
}

// isDefaultName reports whether a sheet is called what programs call a new one, in one of
// their languages.
func isDefaultName(name string) bool {
	word := strings.TrimRight(strings.ToLower(name), "0123456789")
	if len(name)-len(word) > 2 { // a year is no counter
		return false
	}
	switch strings.TrimRight(word, " _") {
	case "sheet", "worksheet", "table", // English, and some libraries
		"tabelle", "arbeitsblatt", // German
		"feuil", "feuille", // French
		"hoja",                      // Spanish
		"foglio",                    // Italian
		"planilha", "plan", "folha", // Portuguese
		"blad",             // Dutch, Swedish
		"ark",              // Danish, Norwegian
		"taul", "taulukko", // Finnish
		"arkusz",            // Polish
		"list",              // Czech, Slovene, Croatian
		"hárok",             // Slovak
		"munka", "munkalap", // Hungarian
		"foaie",          // Romanian
		"sayfa",          // Turkish
		"leht",           // Estonian
		"lapa",           // Latvian
		"lapas",          // Lithuanian
		"φύλλο",          // Greek
		"лист",           // Russian
		"аркуш",          // Ukrainian
		"ورقة", "גיליון", // Arabic, Hebrew
		"工作表", "シート", "시트", "แผ่นงาน": // Chinese, Japanese, Korean, Thai
		return true
	}
	return false
}
