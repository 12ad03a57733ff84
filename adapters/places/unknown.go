package places

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dynasette/dynasette/internal/redact"
)

// Misnamed is an error of a place's name, whatever there may be: a mistake in a flag.
type Misnamed struct{ Err error }

func (e Misnamed) Error() string { return e.Err.Error() }
func (e Misnamed) Unwrap() error { return e.Err }

func misnamed(format string, args ...any) error { return Misnamed{fmt.Errorf(format, args...)} }

// A SchemeError says that a program can't open URLs of a scheme. It comes as Misnamed.
type SchemeError struct {
	URL     string // without what may be secret in it
	Scheme  string
	Use     string   // what can't be done with it: "read", "written" …
	Known   []string // schemes with which it can be; "" is a folder
	Program string   // the package of a main that has the scheme; "": none that we know of
}

func (e *SchemeError) Error() string {
	text := e.URL + ": "
	if e.Program != "" {
		text += "this program was built without " + e.Scheme + ":, which needs the clients of a cloud; the one that has it is " +
			e.Program + " (go install " + e.Program + "@latest)"
	} else {
		text += e.Scheme + ": can't be " + e.Use
	}
	var known []string
	for _, s := range e.Known {
		if s == "" {
			known = append(known, "folders")
		} else if s != e.Scheme {
			known = append(known, s+":")
		}
	}
	return text + "; what can be " + e.Use + " here: " + strings.Join(known, ", ")
}

// unknown returns the error of a place of that scheme.
func (p Places) unknown(place, use, scheme string, can func(Scheme) bool) error {
	var known []string
	for _, s := range p.all() {
		if can(s) && !slices.Contains(known, s.Name) {
			known = append(known, s.Name)
		}
	}
	return Misnamed{&SchemeError{redact.URL(place), scheme, use, known, programWith(scheme)}}
}

// programWith returns the package of the main that has a scheme which others don't.
func programWith(scheme string) string {
	switch scheme {
	case "gs", "run":
		return GoogleProgram
	}
	return ""
}

// GoogleProgram is the package of the main that has Google's clients.
const GoogleProgram = "github.com/dynasette/dynasette/adapters/gcp/dynasette"
