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
	signs, level := 0, 0
	for line := range bytes.Lines(head) {
		line = bytes.TrimRight(line, " \t\r\n")
		above := level
		level = 0
		switch {
		case len(line) == 0:
		case isHeading(line):
			level = bytes.IndexByte(line, ' ')
			if level != above { // headings of a level right below each other are comments
				signs++
			}
		case signs == 0:
			return false // the first line is no heading
		case bytes.HasPrefix(line, []byte("- ")), bytes.HasPrefix(line, []byte("* ")), bytes.HasPrefix(line, []byte("> ")),
			bytes.HasPrefix(line, []byte("```")), bytes.HasPrefix(line, []byte("1. ")), bytes.Contains(line, []byte("](")):
			signs++
		}
	}
	return signs > 1
}

// isHeading reports whether a line is an ATX heading.
func isHeading(line []byte) bool {
	level := len(line) - len(bytes.TrimLeft(line, "#"))
	return 1 <= level && level <= 6 && len(line) > level+1 && line[level] == ' '
}
