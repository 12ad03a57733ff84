package yaml

import "testing"

func TestSniff(t *testing.T) {
	for text, want := range map[string]bool{
		"a: 1\n":                             true,
		"---\n# c\nname: x\nlist:\n- a\n":    true,
		"%YAML 1.2\n---\na:\n  b\n":          true,
		"- name: x\n  age: 1\n-\n  name: y":  true,
		"\"quoted key\": 1\nb: [1,\n 2\n]\n": true,
		"a: 1\nb: 2\ncut":                    true,
		"- a\n- b\n":                         false, // as likely Markdown
		"a,b: c\n1,2\n":                      false,
		"Some prose: with a colon.\nMore.\n": false,
		"a:b\n":                              false,
		"{\"a\": 1}\n":                       false,
		"  a: 1\n":                           true,
		"[section]\na: b\n":                  false,
		"# Title\n\nText\n":                  false,
		"":                                   false,
	} {
		if got := sniff([]byte(text)); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}
