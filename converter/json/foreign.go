package json

import (
	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/internal/pattern"
)

// guard matches what servers put before JSON so that pages of other sites can't run it as
// a script.
var guard = pattern.New(`^[\s\x{feff}]*(\)\]\}',?|while\s*\(\s*(1|true)\s*\)\s*;|for\s*\(\s*;\s*;\s*\)\s*;|throw\s+1\s*;|\{\s*\}\s*&&|&&&START&&&)\s*`)

// maxGuard is how far a guard is looked for.
const maxGuard = 100

// guarded returns how long the guard is that text begins with; 0 if there is none.
func guarded(text []byte) int {
	at := guard().FindSubmatchIndex(text[:min(len(text), maxGuard)])
	if at == nil || at[1] == len(text) || classes[text[at[1]]] != classOpen {
		return 0
	}
	return at[1]
}

// skipGuard drops the guard that the text begins with.
func (d *document) skipGuard() {
	t := d.text
	t.need(maxGuard)
	n := guarded(t.text(maxGuard))
	if n == 0 {
		return
	}
	d.out.Report(converter.Finding{Code: "script-guard", Line: 1, Example: string(t.text(n)),
		Message: "the text begins with what keeps browsers from running it as a script; it is skipped"})
	d.guard = n
	t.drop(n)
}

// What is often taken for JSON, and what to do about it.
var foreign = []struct {
	begins pattern.Pattern
	what   string
	hint   string
}{
	{pattern.New(`^(/\*.{0,80}?\*/)?\s*[A-Za-z_$][\w$.]*(\[[\w"']*\][\w$.]*)*\s*\(\s*[\[{"]`),
		"a call of a JavaScript function (JSONP), not JSON", "take away what stands before and after the parentheses, or ask the server for JSON without a callback"},
	{pattern.New(`^((var|let|const)\s+[\w$]+\s*=|(window|self|globalThis|module|exports)[\w$.\[\]"']*\s*=|[A-Za-z_$][\w$.]*\s*=\s*[\[{]|export\s+(default|const|let|var)\b)`),
		"a JavaScript assignment, not JSON", "take away what stands before the first bracket, and the semicolon at the end"},
	{pattern.New(`^(//|/\*|#)`),
		"a comment, which JSON does not have", "take comments away (JSONC and JSON5 are other formats)"},
}

// foreign returns an error that says what a text is that begins at p and is not JSON, or
// nil.
func (d *document) foreign(h *head, p int) error {
	begin := h.s[p:min(h.n, p+300)]
	for _, f := range foreign {
		if f.begins().Match(begin) {
			c := chunk{line: d.text.line, off: d.text.off}
			err := c.fault(h.s, fault{at: p, what: f.what}).(*converter.SyntaxError)
			err.Hint = f.hint
			return err
		}
	}
	return nil
}

// misplaced describes the byte at p, which has another one behind it, if it is often found
// where JSON does not have it; "" if there is nothing to say of it.
func misplaced(s []byte, p int) string {
	switch b := s[p]; {
	case b == '/' && (s[p+1] == '/' || s[p+1] == '*'), b == '#':
		return "a comment, which JSON does not have"
	case b == '\'':
		return "a single quote, and texts of JSON have double ones"
	case b == ']' || b == '}':
		for q := p - 1; q >= 0; q-- {
			if classes[s[q]] == classComma {
				return "a trailing comma before " + spell(b) + ", which JSON does not allow"
			}
			if classes[s[q]] != classSpace {
				break
			}
		}
	}
	return ""
}
