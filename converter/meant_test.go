package converter_test

import (
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
)

func TestMeant(t *testing.T) {
	known := []string{"species", "height", "id", "planted", "Name", "hauteur_m"}
	for word, want := range map[string]string{
		"speceis": "species", "specie": "species", "Species": "species", "heigth": "height", "plant": "planted", "name": "Name",
		"haut": "", "ids": "", "colour": "", "": "", strings.Repeat("x", 5000): "",
	} {
		if got := converter.Meant(word, known); got != want {
			t.Errorf("%q: %q, want %q", word, got, want)
		}
	}
}
