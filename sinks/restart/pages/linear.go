package pages

import (
	"bytes"
	"database/sql/driver"
	"errors"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"modernc.org/sqlite"
)

// registerLinear puts functions in the place of those of SQLite whose time grows with the product
// of their arguments' lengths: nothing can interrupt a function.
func registerLinear(d *sqlite.Driver) {
	for name, side := range map[string]func(s string, in func(rune) bool) string{
		"trim": strings.TrimFunc, "ltrim": strings.TrimLeftFunc, "rtrim": strings.TrimRightFunc} {
		d.MustRegisterDeterministicScalarFunction(name, 2, linear(func(args []driver.Value) (driver.Value, error) {
			set := map[rune]bool{}
			for _, r := range textual(args[1]) {
				set[r] = true
			}
			return side(textual(args[0]), func(r rune) bool { return set[r] }), nil
		}))
	}
	d.MustRegisterDeterministicScalarFunction("instr", 2, linear(instr))
	d.MustRegisterDeterministicScalarFunction("replace", 3, func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) { return replace(args) })
}

// linear makes a function NULL if one of its arguments is.
func linear(fn func(args []driver.Value) (driver.Value, error)) func(*sqlite.FunctionContext, []driver.Value) (driver.Value, error) {
	return func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
		for _, a := range args {
			if a == nil {
				return nil, nil
			}
		}
		return fn(args)
	}
}

func instr(args []driver.Value) (driver.Value, error) {
	in, isBlob := args[0].([]byte)
	what, both := args[1].([]byte)
	if isBlob && both {
		return int64(bytes.Index(in, what) + 1), nil
	}
	text := textual(args[0])
	at := strings.Index(text, textual(args[1]))
	if at < 0 {
		return int64(0), nil
	}
	return int64(utf8.RuneCountInString(text[:at]) + 1), nil
}

var errTooBig = errors.New("string or blob too big")

func replace(args []driver.Value) (driver.Value, error) {
	if args[0] == nil || args[1] == nil {
		return nil, nil
	}
	in, from := textual(args[0]), textual(args[1])
	switch {
	case from == "":
		return in, nil
	case args[2] == nil:
		return nil, nil
	}
	to := textual(args[2])
	if grows := len(to) - len(from); grows > 0 && strings.Count(in, from) > maxComputed/grows {
		return nil, errTooBig
	}
	return strings.ReplaceAll(in, from, to), nil
}

// textual is a value as SQLite makes text of it.
func textual(v driver.Value) string {
	r, ok := v.(float64)
	if !ok || math.IsInf(r, 0) {
		return plain(v)
	}
	s := strconv.FormatFloat(r, 'g', 15, 64)
	if strings.Contains(s, ".") {
		return s
	}
	if i := strings.IndexByte(s, 'e'); i >= 0 {
		return s[:i] + ".0" + s[i:]
	}
	return s + ".0"
}
