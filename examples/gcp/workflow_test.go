package gcp_test

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

// A workflow is a Workflow's YAML, as far as ours goes. There is no program that validates
// one without Google Cloud, so this is stricter than that would be: what is not known here
// is a fault (https://cloud.google.com/workflows/docs/reference/syntax).
type workflow struct {
	faults []string
	names  []string // of all steps
}

func (w *workflow) fault(n *yaml.Node, format string, args ...any) {
	w.faults = append(w.faults, fmt.Sprintf("line %d: ", n.Line)+fmt.Sprintf(format, args...))
}

// fields returns a mapping's fields, of which only the known ones are right.
func (w *workflow) fields(n *yaml.Node, known ...string) map[string]*yaml.Node {
	fields := map[string]*yaml.Node{}
	if n.Kind != yaml.MappingNode {
		w.fault(n, "want a mapping")
		return fields
	}
	for i := 0; i < len(n.Content); i += 2 {
		key := n.Content[i]
		if !slices.Contains(known, key.Value) {
			w.fault(key, "%s is not known here", key.Value)
		}
		if fields[key.Value] != nil {
			w.fault(key, "%s is there twice", key.Value)
		}
		fields[key.Value] = n.Content[i+1]
	}
	return fields
}

// steps returns the steps of a list by name, in order.
func (w *workflow) steps(n *yaml.Node) (names []string, bodies []*yaml.Node) {
	if n == nil || n.Kind != yaml.SequenceNode || len(n.Content) == 0 {
		w.faults = append(w.faults, "no steps")
		return nil, nil
	}
	for _, item := range n.Content {
		if item.Kind != yaml.MappingNode || len(item.Content) != 2 {
			w.fault(item, "a step has one name")
			continue
		}
		if name := item.Content[0].Value; slices.Contains(names, name) {
			w.fault(item, "step %s is there twice", name)
		}
		names, bodies = append(names, item.Content[0].Value), append(bodies, item.Content[1])
	}
	return names, bodies
}

func checkWorkflow(text string) *workflow {
	w := new(workflow)
	var document yaml.Node
	if err := yaml.Unmarshal([]byte(text), &document); err != nil {
		w.faults = append(w.faults, err.Error())
		return w
	}
	top := w.fields(document.Content[0], "main")
	if top["main"] == nil {
		return w
	}
	main := w.fields(top["main"], "params", "steps")
	defined := map[string]bool{}
	if p := main["params"]; p != nil {
		for _, name := range p.Content {
			defined[name.Value] = true
		}
	}
	names, bodies := w.steps(main["steps"])
	w.names = names
	reached := map[string]bool{}
	for i, body := range bodies {
		falls := w.step(body, defined, func(at *yaml.Node) {
			if !slices.Contains(append(names, "end"), at.Value) {
				w.fault(at, "there is no step %s", at.Value)
			} else if j := slices.Index(names, at.Value); j >= 0 && j <= i {
				w.fault(at, "%s is a step back", at.Value)
			}
			reached[at.Value] = true
		})
		if i > 0 && !reached[names[i]] {
			w.fault(body, "step %s is never come to", names[i])
		}
		if falls && i+1 < len(names) {
			reached[names[i+1]] = true
		}
	}
	return w
}

// step checks a step and reports whether the next one may follow it.
func (w *workflow) step(n *yaml.Node, defined map[string]bool, next func(*yaml.Node)) bool {
	f := w.fields(n, "assign", "call", "args", "result", "try", "retry", "switch", "next", "return")
	kinds := 0
	for _, kind := range []string{"assign", "call", "try", "switch", "return"} {
		if f[kind] != nil {
			kinds++
		}
	}
	if kinds != 1 {
		w.fault(n, "a step does one thing, this one %d", kinds)
	}
	for _, pair := range [][2]string{{"args", "call"}, {"result", "call"}, {"retry", "try"}} {
		if f[pair[0]] != nil && f[pair[1]] == nil {
			w.fault(n, "%s without %s", pair[0], pair[1])
		}
	}
	if a := f["assign"]; a != nil {
		for _, item := range a.Content {
			if item.Kind != yaml.MappingNode || len(item.Content) != 2 {
				w.fault(item, "an assignment has one name")
				continue
			}
			w.expressions(item.Content[1], defined)
			defined[item.Content[0].Value] = true
		}
	}
	if c := f["call"]; c != nil {
		w.call(c, f["args"], defined)
		if r := f["result"]; r != nil {
			defined[r.Value] = true
		}
	}
	if b := f["try"]; b != nil {
		w.step(b, defined, next)
	}
	if r := f["retry"]; r != nil {
		policy := w.fields(r, "predicate", "max_retries", "backoff")
		for name, v := range policy {
			if name == "backoff" {
				w.fields(v, "initial_delay", "max_delay", "multiplier")
			}
			w.expressions(v, defined)
		}
	}
	if s := f["switch"]; s != nil {
		for _, item := range s.Content {
			c := w.fields(item, "condition", "next")
			if c["condition"] == nil || c["next"] == nil {
				w.fault(item, "a condition has to have a next")
				continue
			}
			w.expressions(c["condition"], defined)
			next(c["next"])
		}
	}
	if r := f["return"]; r != nil {
		w.expressions(r, defined)
	}
	if f["next"] != nil {
		next(f["next"])
	}
	return f["return"] == nil && f["next"] == nil
}

// call checks a call of http.post, the only one there is.
func (w *workflow) call(c, args *yaml.Node, defined map[string]bool) {
	if c.Value != "http.post" || args == nil {
		w.fault(c, "%s is not a call that is known, or has no args", c.Value)
		return
	}
	f := w.fields(args, "url", "timeout", "auth", "body")
	if f["url"] == nil || f["auth"] == nil {
		w.fault(args, "a call needs url and auth")
		return
	}
	auth := w.fields(f["auth"], "type", "audience")
	if auth["type"] == nil || auth["type"].Value != "OIDC" || auth["audience"] == nil {
		w.fault(f["auth"], "Cloud Run needs a token: type OIDC, with its audience")
	}
	if t := f["timeout"]; t != nil && t.Tag != "!!int" {
		w.fault(t, "timeout is a number of seconds")
	}
	w.expressions(args, defined)
}

var (
	literal    = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)
	identifier = regexp.MustCompile(`(^|[^.\w])([A-Za-z_]\w*)((?:\.\w+)*)(\(?)`)
	library    = []string{"sys.get_env", "http.default_retry_predicate"}
)

// expressions checks all ${…} below a node: that they are quoted, since YAML would read some
// of them differently, and that their variables have been assigned.
func (w *workflow) expressions(n *yaml.Node, defined map[string]bool) {
	for _, inner := range n.Content {
		w.expressions(inner, defined)
	}
	if n.Kind != yaml.ScalarNode || !strings.Contains(n.Value, "${") {
		return
	}
	code, ok := strings.CutPrefix(n.Value, "${")
	if !ok || !strings.HasSuffix(code, "}") || strings.Contains(code, "${") {
		w.fault(n, "%s is not one expression", n.Value)
		return
	}
	code = strings.TrimSuffix(code, "}")
	if n.Style != yaml.SingleQuotedStyle {
		w.fault(n, "%s is not in single quotes", n.Value)
	}
	if strings.Count(code, "(") != strings.Count(code, ")") {
		w.fault(n, "%s: a bracket is missing", n.Value)
	}
	for _, found := range identifier.FindAllStringSubmatch(literal.ReplaceAllString(code, `""`), -1) {
		name, path := found[2], found[2]+found[3]
		if !defined[name] && !slices.Contains(library, path) && !slices.Contains([]string{"and", "or", "not", "in", "true", "false", "null"}, name) {
			w.fault(n, "%s is not assigned yet", path)
		}
	}
}

func TestWorkflow(t *testing.T) {
	text, err := os.ReadFile("workflow.yaml")
	if err != nil {
		t.Fatal(err)
	}
	w := checkWorkflow(string(text))
	for _, f := range w.faults {
		t.Error(f)
	}
	if len(w.names) < 5 {
		t.Errorf("only %d steps", len(w.names))
	}
	// It asks for what the server has, with the variable that Terraform sets.
	for _, found := range regexp.MustCompile(`converter \+ "(.*?)"`).FindAllStringSubmatch(string(text), -1) {
		checkPath(t, found[1])
	}
	m := load(t)
	set := source(t, m.resource(t, "google_workflows_workflow", "publish"), "user_env_vars")
	for _, found := range regexp.MustCompile(`get_env\("(\w+)"\)`).FindAllStringSubmatch(string(text), -1) {
		if !strings.Contains(set, found[1]+" ") {
			t.Errorf("Terraform doesn't set %s", found[1])
		}
	}
}

// The check finds what it is for.
func TestWorkflowFaults(t *testing.T) {
	data, err := os.ReadFile("workflow.yaml")
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	for _, test := range []struct{ old, new, want string }{
		{"next: metadata", "next: metadat", "no step metadat"},
		{"next: metadata", "next: process", "a step back"},
		{"next: nothing", "next: done", "step nothing is never come to"},
		{"result: processed", "results: processed", "results is not known here"},
		{"result: processed", "result: answer", "processed.body.action is not assigned yet"},
		{`'${converter}'`, `${converter}`, "not in single quotes"},
		{`'${converter + "/process"}'`, `'${converter}/process'`, "not one expression"},
		{`"CONVERTER")`, `"CONVERTER"`, "a bracket is missing"},
		{"event.data.name", "evnt.data.name", "evnt.data.name is not assigned yet"},
		{"http.default_retry_predicate", "http.retry", "http.retry is not assigned yet"},
		{"type: OIDC", "type: OAuth2", "needs a token"},
		{"max_retries: 8", "retries: 8", "retries is not known here"},
		{"http.post", "http.pots", "not a call that is known"},
		{"timeout: 1800", "timeout: '1800'", "number of seconds"},
		{"- done:", "- restart:", "is there twice"},
		{"    - start:\n", "    - start:\n        return: 1\n", "a step does one thing"},
	} {
		if !strings.Contains(text, test.old) {
			t.Errorf("there is no %s", test.old)
			continue
		}
		faults := checkWorkflow(strings.Replace(text, test.old, test.new, 1)).faults
		if !slices.ContainsFunc(faults, func(f string) bool { return strings.Contains(f, test.want) }) {
			t.Errorf("%s: %q, want %q", test.new, faults, test.want)
		}
	}
}
