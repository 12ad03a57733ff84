package xlsx

import (
	"strconv"
	"strings"
)

// tableNames returns what the sheets' tables are called: as the sheets, or as the file if
// there is but one and its name says nothing.
func tableNames(sheets []sheet, stem string) []string {
	if len(sheets) == 1 && isDefaultName(sheets[0].name) {
		return []string{stem}
	}
	names := make([]string, len(sheets))
	taken := map[string]bool{}
	for i, s := range sheets {
		name := s.name
		for n := 2; taken[name]; n++ { // Excel allows no such workbook
			name = s.name + "_" + strconv.Itoa(n)
		}
		taken[name] = true
		names[i] = name
	}
	return names
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
