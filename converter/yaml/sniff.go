package yaml

import "bytes"

// sniff reports whether head looks like YAML in block style: each line that is not
// indented is a key with its value, the item of a list, a marker, a directive or a
// comment, and there are keys.
func sniff(head []byte) bool {
	keys, first := 0, true
	for line := range bytes.Lines(head) {
		if marker(line) || line[0] == '%' && first {
			continue
		}
		content := bytes.TrimSpace(line)
		if len(content) == 0 || content[0] == '#' {
			continue
		}
		if line[0] == ' ' && !first || (content[0] == ']' || content[0] == '}') && !first {
			continue
		}
		first = false
		dash := content[0] == '-' && (len(content) == 1 || content[1] == ' ')
		if dash {
			content = bytes.TrimLeft(content[1:], " ")
		}
		switch {
		case key(content):
			keys++
		case !dash && line[len(line)-1] == '\n': // the last line may have been cut
			return false
		}
	}
	return keys > 0
}

// key reports whether a line begins with a plain or quoted key.
func key(line []byte) bool {
	name, rest, found := bytes.Cut(line, []byte(":"))
	if !found || len(name) == 0 || len(name) > 100 || len(rest) > 0 && rest[0] != ' ' {
		return false
	}
	return !bytes.ContainsAny(name, ",;\t|{}[]<>()`*")
}
