package rules

import (
	"fmt"
	"strings"

	"github.com/dynasette/dynasette/converter"
)

// strptime are the letters of patterns that are known, and those that stand for several.
var strptime = map[byte]string{
	'd': "", 'm': "", 'Y': "", 'y': "", 'b': "", 'B': "", 'H': "", 'I': "", 'p': "", 'M': "", 'S': "", 'f': "", 'z': "", 'j': "", '%': "",
	'e': "%d", 'h': "%b", 'T': "%H:%M:%S", 'R': "%H:%M", 'F': "%Y-%m-%d", 'D': "%m/%d/%y",
}

// Strptime returns a pattern with the letters that converter.FieldRule has, or why it can't be
// used.
func Strptime(pattern string) (string, error) {
	var b strings.Builder
	directives := 0
	for i := 0; i < len(pattern); i++ {
		if pattern[i] != '%' {
			b.WriteByte(pattern[i])
			continue
		}
		i++
		if i < len(pattern) && (pattern[i] == '-' || pattern[i] == '#') { // without leading zeros, which are never demanded
			i++
		}
		if i == len(pattern) {
			return "", fmt.Errorf("there is a %% without a letter at its end")
		}
		stands, known := strptime[pattern[i]]
		switch {
		case strings.IndexByte("xXc", pattern[i]) >= 0:
			return "", fmt.Errorf("%%%c is another thing in each language", pattern[i])
		case !known:
			return "", fmt.Errorf("%%%c is none of %%d %%m %%Y %%y %%b %%B %%H %%I %%p %%M %%S %%f %%z %%j", pattern[i])
		case stands == "":
			stands = "%" + pattern[i:i+1]
		}
		b.WriteString(stands)
		directives++
	}
	if directives == 0 {
		return "", fmt.Errorf("there is no %% in it, as in %%d.%%m.%%Y")
	}
	return b.String(), nil
}

// ldml are the letters of Unicode's patterns, as CSVW has them.
var ldml = []struct{ letters, strptime string }{
	{"yyyy", "%Y"}, {"uuuu", "%Y"}, {"yy", "%y"}, {"y", "%Y"}, {"MMMM", "%B"}, {"MMM", "%b"}, {"MM", "%m"}, {"M", "%m"}, {"dd", "%d"}, {"d", "%d"},
	{"HH", "%H"}, {"H", "%H"}, {"hh", "%I"}, {"h", "%I"}, {"mm", "%M"}, {"m", "%M"}, {"ss", "%S"}, {"s", "%S"}, {"a", "%p"}, {"DDD", "%j"},
}

// fromLDML makes a pattern of strptime of one of Unicode's. It reports false if that can't
// be done.
func fromLDML(pattern string) (string, bool) {
	var b strings.Builder
	directives := 0
scan:
	for rest := pattern; rest != ""; {
		switch c := rest[0]; {
		case c == '\'':
			text, after, closed := strings.Cut(rest[1:], "'")
			if !closed {
				return "", false
			}
			if text == "" {
				text = "'"
			}
			b.WriteString(strings.ReplaceAll(text, "%", "%%"))
			rest = after
			continue
		case c == 'S':
			b.WriteString("%f")
			rest = strings.TrimLeft(rest, "S")
			continue
		case c == 'X' || c == 'x' || c == 'Z':
			b.WriteString("%z")
			rest = strings.TrimLeft(rest, "XxZ")
			continue
		case c == '%':
			return "", false
		case c == 'T' || c|0x20 < 'a' || c|0x20 > 'z':
			b.WriteByte(c)
			rest = rest[1:]
			continue
		}
		for _, l := range ldml {
			if after, ok := strings.CutPrefix(rest, l.letters); ok && (after == "" || after[0] != l.letters[0]) {
				b.WriteString(l.strptime)
				rest = after
				directives++
				continue scan
			}
		}
		return "", false
	}
	return b.String(), directives > 0
}

// normalize makes a field's format one of those that converter.FieldRule has.
func (f *field) normalize(d *decoder) {
	if !f.says("format") {
		return
	}
	at := f.said["format"].node()
	forget := func(format string, args ...any) {
		if format != "" {
			d.fault(at, format, args...)
		}
		f.Format = ""
		delete(f.said, "format")
	}
	if f.Format == "default" {
		forget("")
		return
	}
	name := "field " + clip(f.Name)
	unused := " and is not used"
	if !d.theirs {
		unused = ""
	}
	switch converter.FieldType(f.Type) {
	case converter.DateType, converter.DateTimeType, converter.TimeType:
	case converter.StringType, "", converter.AnyType, converter.GeoPointType, converter.GeoJSONType, converter.ObjectType, converter.ArrayType, converter.ListType:
		if strings.Contains(f.Format, "%") {
			forget("%s: format %s is of dates%s; its type is %s", name, clip(f.Format), unused, orAny(f.Type))
		}
		return
	default:
		forget("%s: format %s says nothing of the type %s%s", name, clip(f.Format), f.Type, unused)
		return
	}
	if f.Format == converter.FormatAny {
		return
	}
	pattern := strings.TrimPrefix(f.Format, "fmt:")
	if pattern != f.Format && d.theirs {
		d.fault(at, "%s: format %s is taken for %s", name, clip(f.Format), clip(pattern))
	}
	if !strings.Contains(pattern, "%") {
		if ours, ok := fromLDML(lowered(pattern)); ok {
			if !d.theirs {
				forget("%s: %s is not a format. %s is meant?", name, clip(pattern), ours)
				return
			}
			d.fault(at, "%s: format %s is taken for %s", name, clip(pattern), ours)
			f.Format = ours
			return
		}
	}
	ours, err := Strptime(pattern)
	if err != nil {
		forget("%s: format %s can't be used: %v", name, clip(f.Format), err)
		return
	}
	f.Format = ours
}

func orAny(t fieldType) fieldType {
	if t == "" {
		return "any"
	}
	return t
}

// lowered returns a pattern as Unicode has it that people write in another case: YYYY-MM-DD,
// yyyy-mm.
func lowered(pattern string) string {
	pattern = strings.NewReplacer("Y", "y", "D", "d").Replace(pattern)
	if !strings.ContainsAny(pattern, "Hh") { // then m is no minute
		pattern = strings.ReplaceAll(pattern, "m", "M")
	}
	return pattern
}
