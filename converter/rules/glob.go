package rules

import (
	"regexp"
	"strings"
)

// packings are extensions that a path may leave out.
var packings = []string{".gz", ".zst", ".bz2", ".xz", ".lz4"}

// A glob is a pattern of names: * and ? stay in a folder, ** does not, {a,b} is one of
// several, [0-9] one of a range. A name that is spelled as the pattern fits, whatever is in
// it.
type glob struct {
	text    string
	pattern *regexp.Regexp // nil: nothing but the text fits
}

// maxGlob bounds a pattern, in bytes.
const maxGlob = 2000

// newGlob reads a pattern.
func newGlob(text string) glob {
	g := glob{text: text}
	if !strings.ContainsAny(text, "*?[{") || len(text) > maxGlob {
		return g
	}
	g.pattern, _ = regexp.Compile("^(?s:" + globExpression(text) + ")$") // or only what is spelled so
	return g
}

func globExpression(text string) string {
	var b strings.Builder
	braces := 0
	for i := 0; i < len(text); i++ {
		rest := text[i:]
		switch c := text[i]; {
		case strings.HasPrefix(rest, "**/"):
			b.WriteString("(?:.*/)?")
			i += 2
		case strings.HasPrefix(rest, "**"):
			b.WriteString(".*")
			i++
		case c == '*':
			b.WriteString("[^/]*")
		case c == '?':
			b.WriteString("[^/]")
		case c == '{' && strings.Contains(rest, "}"):
			b.WriteString("(?:")
			braces++
		case c == '}' && braces > 0:
			b.WriteString(")")
			braces--
		case c == ',' && braces > 0:
			b.WriteString("|")
		case c == '[' && strings.IndexByte(rest, ']') > 1:
			end := strings.IndexByte(rest, ']')
			class := rest[1:end]
			not := ""
			if class[0] == '!' || class[0] == '^' {
				not, class = "^/", class[1:]
			}
			b.WriteString("[" + not + strings.NewReplacer(`\`, `\\`, "[", `\[`, "^", `\^`).Replace(class) + "]")
			i += end
		default:
			b.WriteString(regexp.QuoteMeta(text[i : i+1]))
		}
	}
	return b.String()
}

// fits reports whether a name is one that the pattern is for.
func (g glob) fits(name string) bool {
	if g.text == name || g.pattern != nil && g.pattern.MatchString(name) {
		return true
	}
	for _, packing := range packings {
		if bare, ok := strings.CutSuffix(name, packing); ok && g.fits(bare) {
			return true
		}
	}
	return false
}
