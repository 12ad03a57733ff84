package pages

import (
	"database/sql"
	"slices"
	"strings"
)

// An instruction is one of SQLite's machine, as EXPLAIN lists them.
type instruction struct {
	code       string
	p1, p2, p3 int64
	p4         string
}

func readInstruction(row []any) instruction {
	number := func(v any) int64 { n, _ := v.(int64); return n }
	return instruction{plain(row[1]), number(row[2]), number(row[3]), number(row[4]), plain(row[5])}
}

// holding are the instructions which make a value that may be long.
var holding = []string{"Column", "Concat", "Function", "PureFunc", "AggFinal", "AggValue", "AggStep", "AggStep1", "VColumn", "RowData", "Variable", "Cast", "MakeRecord", "Blob"}

// maxFullText is how long a query of a full-text index may be: what it takes grows with the square of its
// words, and nothing can interrupt it.
const maxFullText = minComputed

// fullText reports whether the program asks a full-text index, and whether what it asks for is
// computed, so that it may be of any length.
func fullText(program []instruction) (asks, computed bool) {
	for i, in := range program {
		if in.code != "VFilter" {
			continue
		}
		argument := in.p3 + 2
		for _, kind := range in.p4 { // FTS5's plan: each sign but digits is an argument
			if kind >= '0' && kind <= '9' {
				continue
			}
			if strings.ContainsRune("rMLG", kind) {
				asks = true
				computed = computed || !given(program, i, argument)
			}
			argument++
		}
	}
	return asks, computed
}

// given reports whether an instruction finds a literal or a parameter in a register. Where it isn't
// sure it says no.
func given(program []instruction, before int, register int64) bool {
	for _, in := range slices.Backward(program[:before]) {
		switch in.code {
		case "String8", "Variable", "Integer":
			if in.p2 == register {
				return true
			}
		case "Copy", "SCopy":
			if in.p2 == register {
				return slices.ContainsFunc(program, func(c instruction) bool {
					return (c.code == "String8" || c.code == "Variable") && c.p2 == in.p1
				})
			}
		default:
			if in.p1 == register || in.p2 == register || in.p3 == register {
				return false
			}
		}
	}
	return false
}

// lengthOf is how long arguments are in all.
func lengthOf(args []any) (n int) {
	for _, a := range args {
		if named, ok := a.(sql.NamedArg); ok {
			a = named.Value
		}
		n += len(plain(a))
	}
	return n
}
