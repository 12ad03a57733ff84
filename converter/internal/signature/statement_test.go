package signature

import (
	"math/rand"
	"testing"
)

// No line is a statement that is not looked at for one.
func TestMayBeStatement(t *testing.T) {
	words := []string{"import a", "from a import b", "#include <x", "#define x", "package a", "using a", "export ", "def f", "class A", "const x =", "if", " (a) {",
		"return", "return 1", "}", "])", ";", ",", ") {", "@x", "else", ":", "1", "a", `"`, " ", "\t", "\f", "\v", "-", "é", ".", "{", "(", ")"}
	r := rand.New(rand.NewSource(1))
	statements := 0
	for range 200_000 {
		var line []byte
		for range 1 + r.Intn(4) {
			line = append(line, words[r.Intn(len(words))]...)
		}
		if statement().Match(line) {
			statements++
			if !mayBeStatement(line) {
				t.Fatalf("%q is a statement", line)
			}
		}
	}
	if statements < 1000 {
		t.Errorf("only %d statements", statements)
	}
}
