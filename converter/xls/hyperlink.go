package xls

// Tokens of a formula, as far as they are in what shows a link ([MS-XLS] 2.5.198.25).
const (
	tokenText    = 0x17
	tokenAttr    = 0x19
	tokenFuncVar = 0x22 // functions of any number of arguments

	attrVolatile = 1 << 0
	attrSpace    = 1 << 6

	functionHyperlink = 0x0167
)

// hyperlink returns where a formula leads that is =HYPERLINK("target", …): nowhere if the target is
// computed, or is in the workbook. There is such a function since Excel 97.
func (w *workbook) hyperlink(formula []byte) string {
	n := len(formula) - 4 // of the call
	if !w.biff8 || n < 3 || classless(formula[n]) != tokenFuncVar || int(formula[n+2])|int(formula[n+3])<<8 != functionHyperlink {
		return ""
	}
	rest := formula[:n]
	for skipped := 0; ; rest = rest[skipped:] {
		if skipped = spaces(rest); skipped == 0 {
			break
		}
	}
	target, rest, ok := w.token(rest)
	if !ok || target == "" || target[0] == '#' {
		return ""
	}
	if others := int(formula[n+1]&0x7f) - 1; others != w.values(rest) {
		return ""
	}
	return target
}

// classless returns a token without the kind of value that is wanted of it.
func classless(token byte) byte {
	if token&0x60 != 0 {
		return token&0x1f | 0x20
	}
	return token
}

// token reads a text in a formula.
func (w *workbook) token(b []byte) (text string, rest []byte, ok bool) {
	if len(b) < 2 || b[0] != tokenText {
		return "", b, false
	}
	j := joined{b: b[2:]}
	decoded, err := w.text(nil, &j, int(b[1]))
	return string(decoded), j.b, err == nil
}

// spaces returns how long a token is that stands for nothing but blanks, or says how to calculate; 0 if
// there is none.
func spaces(b []byte) int {
	if len(b) >= 4 && b[0] == tokenAttr && b[1]&^(attrVolatile|attrSpace) == 0 {
		return 4
	}
	return 0
}

var (
	// operators says how many values a token takes off the stack, for which it puts one there.
	operators = [...]int{0x03: 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 0x12: 1, 1, 1, 1}

	// operands says how long what follows a token is that puts a value there.
	operands = map[byte]int{0x16: 0, 0x1c: 1, 0x1d: 1, 0x1e: 2, 0x1f: 8, 0x23: 4, 0x24: 4, 0x25: 8, 0x2c: 4, 0x2d: 8, 0x39: 6, 0x3a: 6, 0x3b: 10}
)

// values returns how many values tokens make of nothing but themselves, so that what stands before them
// is left alone; -1 if they don't, or can't be read.
func (w *workbook) values(b []byte) int {
	depth := 0
	for len(b) > 0 {
		token := classless(b[0])
		size, operand := operands[token]
		switch skipped := spaces(b); {
		case skipped > 0:
			b = b[skipped:]
			continue
		case token == tokenText:
			var ok bool
			if _, b, ok = w.token(b); !ok {
				return -1
			}
			depth++
			continue
		case operand:
			depth++
		case token == tokenFuncVar && len(b) > 3:
			size = 3
			if depth -= int(b[1] & 0x7f); depth < 0 {
				return -1
			}
			depth++
		case int(token) < len(operators) && operators[token] > 0 && depth >= operators[token]:
			depth -= operators[token] - 1
		default:
			return -1
		}
		if b = b[1:]; size > len(b) {
			return -1
		}
		b = b[size:]
	}
	return depth
}
