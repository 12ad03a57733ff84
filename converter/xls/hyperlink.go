package xls

// Tokens of a formula, as far as they are in what shows a link ([MS-XLS] 2.5.198.25).
const (
	tokenText    = 0x17
	tokenFuncVar = 0x22 // functions of any number of arguments

	functionHyperlink = 0x0167
)

// hyperlink returns where a formula leads that is =HYPERLINK("target", …): nowhere if the target is
// computed, or is in the workbook.
func (w *workbook) hyperlink(formula []byte) string {
	n := len(formula) - 4
	if n < 3 || formula[0] != tokenText || classless(formula[n]) != tokenFuncVar || int(formula[n+2])|int(formula[n+3])<<8 != functionHyperlink {
		return ""
	}
	arguments := formula[n+1] & 0x7f
	rest := formula[1:n]
	target, rest, ok := w.token(rest)
	if !ok || target == "" || target[0] == '#' {
		return ""
	}
	if arguments == 1 && len(rest) == 0 || arguments == 2 && oneOperand(w, rest) {
		return target
	}
	return ""
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
	if len(b) == 0 {
		return "", b, false
	}
	j := joined{b: b[1:]}
	decoded, err := w.text(nil, &j, int(b[0]))
	return string(decoded), j.b, err == nil
}

// operators says how many values a token takes off the stack, for which it puts one there; sizes how
// long an operand is, which puts one there.
var (
	operators = [0x16]int{0x03: 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 0x12: 1, 1, 1, 1}
	operands8 = map[byte]int{0x16: 0, 0x1c: 1, 0x1d: 1, 0x1e: 2, 0x1f: 8, 0x23: 4, 0x24: 4, 0x25: 8, 0x2c: 4, 0x2d: 8, 0x39: 6, 0x3a: 6, 0x3b: 10}
	operands5 = map[byte]int{0x16: 0, 0x1c: 1, 0x1d: 1, 0x1e: 2, 0x1f: 8, 0x23: 14, 0x24: 3, 0x25: 6, 0x2c: 3, 0x2d: 6, 0x39: 24, 0x3a: 17, 0x3b: 20}
)

// oneOperand reports whether tokens make one value of nothing but themselves: what stands before
// them is left alone.
func oneOperand(w *workbook, b []byte) bool {
	sizes := operands5
	if w.biff8 {
		sizes = operands8
	}
	depth := 0
	for len(b) > 0 {
		token := classless(b[0])
		b = b[1:]
		size := 0
		switch n, operand := sizes[token]; {
		case token == tokenText:
			var ok bool
			if _, b, ok = w.token(b); !ok {
				return false
			}
			depth++
		case operand:
			size = n
			depth++
		case token == tokenFuncVar && len(b) >= 3:
			size = 3
			if depth -= int(b[0] & 0x7f); depth < 0 {
				return false
			}
			depth++
		case int(token) < len(operators) && operators[token] > 0:
			if depth < operators[token] {
				return false
			}
			depth -= operators[token] - 1
		default:
			return false
		}
		if size > len(b) {
			return false
		}
		b = b[size:]
	}
	return depth == 1
}
