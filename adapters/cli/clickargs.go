package cli

import (
	"fmt"
	"strings"
)

// A clickOption is an option of a program whose command line is read by Python's Click: with
// one dash and several letters, too, and of more than one value.
type clickOption struct {
	names  []string // "--datetime", "-dt"
	values string   // what it takes, as help has it; "": it is a flag
	usage  string
	set    func(values []string) error
}

// count returns how many values the option takes.
func (o *clickOption) count() int { return len(strings.Fields(o.values)) }

// parseClick sets options as Click does, and returns the other arguments.
func parseClick(options []clickOption, args []string) (rest []string, err error) {
	known := map[string]*clickOption{}
	var names []string
	for i := range options {
		for _, name := range options[i].names {
			known[name] = &options[i]
			names = append(names, name)
		}
	}
	for len(args) > 0 {
		arg := args[0]
		args = args[1:]
		if arg == "--" {
			return append(rest, args...), nil
		}
		if len(arg) < 2 || arg[0] != '-' {
			rest = append(rest, arg)
			continue
		}
		name, value, attached := strings.Cut(arg, "=")
		o := known[name]
		if o == nil && !strings.HasPrefix(arg, "--") { // -qVALUE
			if o = known[arg[:2]]; o != nil && o.values != "" {
				name, value, attached = arg[:2], arg[2:], true
			} else {
				o = nil
			}
		}
		if o == nil {
			return nil, usagef("there is no option %s%s", name, perhaps(name, names))
		}
		if attached && o.values == "" {
			return nil, usagef("%s takes no value", name)
		}
		var values []string
		if attached {
			values = []string{value}
		}
		need := o.count() - len(values)
		if len(args) < need {
			return nil, usagef("%s needs %s", name, o.values)
		}
		values, args = append(values, args[:need]...), args[need:]
		if err := o.set(values); err != nil {
			return nil, usageError{fmt.Errorf("%s %s: %w", name, strings.Join(values, " "), err)}
		}
	}
	return rest, nil
}

// clickHelp lists options.
func clickHelp(options []clickOption) string {
	width := 0
	for _, o := range options {
		width = max(width, len(o.left()))
	}
	var b strings.Builder
	for _, o := range options {
		fmt.Fprintf(&b, "  %-*s  %s\n", width, o.left(), o.usage)
	}
	return b.String()
}

func (o *clickOption) left() string {
	return strings.TrimRight(strings.Join(o.names, ", ")+" "+o.values, " ")
}
