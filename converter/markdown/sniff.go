package markdown

import "bytes"

// sniff reports whether head looks like Markdown: front matter with a text behind it, or
// a heading first and more of Markdown's syntax at the start of lines.
func sniff(head []byte) bool {
	if len(head) == 0 {
		return false
	}
	if matter, body := splitMatter(head); matter.kind == "yaml" || matter.kind == "toml" {
		line, _, _ := bytes.Cut(bytes.TrimLeft(body, "\r\n"), []byte("\n"))
		return len(line) > 0 && !bytes.Contains(line, []byte(": "))
	}
	signs, text, settings, headings := 0, 0, 0, 0
	level := 0 // of the heading in the line before; 0: it is none
	for line := range bytes.Lines(head) {
		line = bytes.TrimRight(line, " \t\r\n")
		above := level
		level = 0
		switch {
		case len(line) == 0:
			if above > 0 { // below a comment there is what it is about
				signs++
			}
		case isHeading(line):
			headings++
			if level = bytes.IndexByte(line, ' '); above > 0 && level != above {
				signs++
			}
		case headings == 0:
			return false // the first line is no heading
		case bytes.HasPrefix(line, []byte("- ")), bytes.HasPrefix(line, []byte("* ")), bytes.HasPrefix(line, []byte("> ")),
			bytes.HasPrefix(line, []byte("```")), bytes.HasPrefix(line, []byte("1. ")), bytes.Contains(line, []byte("](")):
			signs++
			text++
		case isSetting(line):
			settings++
		default:
			text++
		}
	}
	return signs+headings > 2 && signs > 0 && (settings == 0 || text > settings)
}

// isSetting reports whether a line is a name with a value, as files of settings have them
// between their comments.
func isSetting(line []byte) bool {
	name, _, ok := bytes.Cut(line, []byte("="))
	if !ok {
		name, _, ok = bytes.Cut(line, []byte(":"))
	}
	return ok && len(bytes.Fields(name)) == 1
}

// isHeading reports whether a line is an ATX heading.
func isHeading(line []byte) bool {
	level := len(line) - len(bytes.TrimLeft(line, "#"))
	return 1 <= level && level <= 6 && len(line) > level+1 && line[level] == ' '
}
