package charset

import (
	"fmt"
	"math/rand"
	"os"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
)

// languages returns the rows of the test's texts by language.
func languages(t testing.TB) map[string][]string {
	text, err := os.ReadFile("testdata/languages.txt")
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string][]string{}
	language := ""
	for line := range strings.SplitSeq(string(text), "\n") {
		if name, ok := strings.CutPrefix(line, "== "); ok {
			language = name
		} else if line != "" && line[0] != '#' {
			rows[language] = append(rows[language], line)
		}
	}
	return rows
}

// encode writes a text in an encoding, and reports false if that lacks a character.
func encode(text, name string) (string, bool) {
	if name == "windows-1258" {
		var b strings.Builder
		for _, r := range text {
			if _, err := legacy[name].NewEncoder().String(string(r)); err == nil {
				b.WriteRune(r)
				continue
			}
			d := []rune(norm.NFD.String(string(r)))
			b.WriteString(norm.NFC.String(string(d[:len(d)-1])) + string(d[len(d)-1]))
		}
		text = b.String()
	}
	out, err := legacy[name].NewEncoder().String(text)
	return out, err == nil
}

// TestGuess holds how often the encoding is guessed, in short and in long documents, of each
// language in each of the encodings that it is written in.
func TestGuess(t *testing.T) {
	rows := languages(t)
	for _, test := range []struct{ rows, floor int }{{1, 900}, {3, 970}, {10, 990}, {200, 995}} { // of 1,000
		if testing.Short() && test.rows > 3 {
			continue
		}
		right, total := 0, 0
		wrong := map[string]int{}
		for _, c := range candidates {
			for _, language := range c.languages {
				r := rand.New(rand.NewSource(1))
				for range 4 {
					if len(rows[language]) == 0 {
						continue
					}
					var b strings.Builder
					b.WriteString("id;name;street;town;note\r\n")
					for i := range test.rows {
						row := rows[language][r.Intn(len(rows[language]))]
						if cells, ok := encode(row, c.encoding); ok {
							fmt.Fprintf(&b, "%d;%s\r\n", i, cells)
						}
					}
					text := b.String()
					if ascii([]byte(text)) == len(text) {
						continue
					}
					s, err := NewSurvey(strings.NewReader(text))
					if err != nil {
						t.Fatal(err)
					}
					total++
					if got, _ := s.Guess(); !s.IsUTF8() && (got == c.encoding || s.same(got, c.encoding)) {
						right++
					} else {
						wrong[fmt.Sprintf("%s in %s as %s", language, c.encoding, got)]++
					}
				}
			}
		}
		t.Logf("%d rows: %d of %d right", test.rows, right, total)
		var list []string
		for what, n := range wrong {
			list = append(list, fmt.Sprintf("%d times %s", n, what))
		}
		slices.Sort(list)
		t.Log(strings.Join(list, "; "))
		if total < 400 || right*1000 < total*test.floor {
			t.Errorf("%d rows: %d of %d right", test.rows, right, total)
		}
	}
}

func BenchmarkSurvey(b *testing.B) {
	for _, name := range []string{"windows-1252", "windows-1251", "shift_jis"} {
		b.Run(name, func(b *testing.B) {
			language := map[string]string{"windows-1252": "de", "windows-1251": "ru", "shift_jis": "ja"}[name]
			text, _ := encode(strings.Join(languages(b)[language], "\n")+"\n", name)
			text = strings.Repeat(text, 1<<22/len(text))
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				if _, err := NewSurvey(strings.NewReader(text)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkGuess(b *testing.B) {
	var text strings.Builder
	for language, rows := range languages(b) {
		if encoded, ok := encode(strings.Join(rows, "\n"), "gb18030"); ok && language != "" {
			text.WriteString(encoded)
		}
	}
	s, err := NewSurvey(strings.NewReader(text.String()))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		s.Guess()
	}
}
