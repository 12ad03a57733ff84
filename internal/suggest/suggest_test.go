package suggest

import (
	"strings"
	"testing"
)

func TestFor(t *testing.T) {
	known := []string{"species", "height", "id", "planted", "Name", "hauteur_m"}
	for word, want := range map[string]string{
		"speceis": "species", "specie": "species", "Species": "species", "heigth": "height", "plant": "planted", "name": "Name",
		"haut": "", "ids": "", "colour": "", "": "", strings.Repeat("x", 5000): "",
	} {
		if got := For(word, known); got != want {
			t.Errorf("%q: %q, want %q", word, got, want)
		}
	}
}
