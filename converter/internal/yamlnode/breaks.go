package yamlnode

import (
	"bytes"
	"strings"

	"go.yaml.in/yaml/v4"
)

// foreign are characters that end a line in YAML 1.1, and so for the library, but are like
// any other since 1.2 (5.4): it would make spaces of them, or see a document's structure
// where there is text.
var foreign = [...]string{"\u0085", "\u2028", "\u2029"}

// hideBreaks puts other characters, which are not in the text, in place of foreign ones.
// show gives them back; it is nil if there were none.
func hideBreaks(text []byte) (hidden []byte, show *strings.Replacer) {
	var pairs []string
	stand := '\ufdd0' // the first of 32 that Unicode will never give a meaning
	for _, c := range foreign {
		if !bytes.Contains(text, []byte(c)) {
			continue
		}
		for bytes.ContainsRune(text, stand) {
			stand++
		}
		text = bytes.ReplaceAll(text, []byte(c), []byte(string(stand)))
		pairs = append(pairs, string(stand), c)
	}
	if pairs == nil {
		return text, nil
	}
	return text, strings.NewReplacer(pairs...)
}

// showBreaks gives a node and those below back what hideBreaks has hidden.
func showBreaks(n *yaml.Node, show *strings.Replacer) {
	n.Value = show.Replace(n.Value)
	for _, below := range n.Content {
		showBreaks(below, show)
	}
}
