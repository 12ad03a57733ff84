package ods

import (
	"strings"

	"github.com/dynasette/dynasette/converter/internal/markup"
)

// Names are the prefixes that a document has for namespaces. Only where they matter are they
// looked at: else local names are enough.
type names struct {
	ext    string // of LibreOffice's extensions of cells, with its colon, as all have it
	office string // of what cells and bodies have
	text   string // of text
}

// rootNames returns those that the root element declares.
func rootNames(t *markup.Tag) names {
	n := names{ext: "calcext:", office: "office:", text: "text:"}
	for name, value, rest := markup.NextAttr(t.Attrs); rest != nil; name, value, rest = markup.NextAttr(rest) {
		prefix := string(name) + ":"
		if prefix == "xmlns:" {
			prefix = ""
		}
		switch uri := string(value); {
		case strings.HasSuffix(uri, ":xmlns:calcext:1.0"):
			n.ext = prefix
		case strings.HasSuffix(uri, ":xmlns:office:1.0"):
			n.office = prefix
		case strings.HasSuffix(uri, ":xmlns:text:1.0"):
			n.text = prefix
		}
	}
	return n
}
