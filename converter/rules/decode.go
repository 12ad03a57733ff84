package rules

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/internal/pattern"
	"github.com/dynasette/dynasette/internal/suggest"
)

// A decoder makes the types of words.go of nodes.
type decoder struct {
	text    string // the document's
	theirs  bool   // it is somebody else's: words that are not ours are no fault, and what is wrong with one costs that word only
	formats *converter.Registry
	faults  Faults
}

func (d *decoder) fault(n *node, format string, args ...any) {
	if d.full() {
		return
	}
	d.faults = append(d.faults, n.fault(format, args...))
}

// maxFaults is how many faults of a document are said.
const maxFaults = 100

func (d *decoder) full() bool { return len(d.faults) >= maxFaults }

// A spoken is a structure of words.
type spoken interface{ say(word string, n *node) }

// A decoding is a type that reads itself.
type decoding interface {
	decode(d *decoder, word, n *node) bool
}

// structure reads a mapping into a structure of words, which what names for people.
func (d *decoder) structure(n *node, into spoken, what string) bool {
	if n.kind != mappingNode {
		d.fault(n, "here is %s; want a mapping, %s", n.kindOf(), asIn(n, into))
		return false
	}
	into.say("", n)
	fields := fieldsOf(into)
	seen, meant := map[string]*node{}, map[string]bool{}
	for i, key := range n.keys {
		first := seen[key.text]
		if first == nil {
			seen[key.text] = key
		}
		switch {
		case !d.theirs && first != nil:
			d.fault(key, "%s is there twice; it stands in line %d as well", clip(key.text), first.line)
			continue
		case d.theirs && n.get(key.text) != n.items[i]:
			d.fault(key, "%s is there twice; the last one counts", clip(key.text))
			continue
		}
		f, known := fields[key.text]
		if word := theirNames[key.text]; !known && d.theirs && word != "" {
			if f, known = fields[word]; known && n.get(word) == nil {
				d.fault(key, "%s is not a rule%s: taken for %s", key.text, what, word)
				key = &node{text: word, line: key.line, column: key.column, file: key.file}
			} else {
				known = false
			}
		}
		switch {
		case d.theirs && n.items[i].null():
		case !known && d.theirs && theirWords[key.text]:
		case !known:
			meant[d.unknown(key, n.items[i], into, what)] = true
		case d.value(key, n.items[i], f):
			into.say(key.text, key)
		}
	}
	for _, word := range required(into) {
		if n.get(word) == nil && (d.theirs || !meant[word]) {
			d.fault(n, "%s is missing", word)
			if !d.theirs {
				continue
			}
			return false
		}
	}
	return true
}

// asIn returns what a mapping may be that a structure is read of, where there is something else.
func asIn(n *node, into spoken) string {
	wanted := required(into)
	if n.kind == scalarNode && !n.null() {
		if word, rest, found := strings.Cut(n.text, ":"); found && slices.Contains(wordsOf(into), word) {
			return fmt.Sprintf("with a blank behind the colon: %s: %s", word, clip(rest))
		}
		if len(wanted) == 1 {
			return fmt.Sprintf("as in %s: %s", wanted[0], clip(n.text))
		}
	}
	if len(wanted) == 0 {
		wanted = slices.DeleteFunc(wordsOf(into), func(word string) bool { return slices.Contains(creditWords, word) })
	}
	if slices.Contains(wanted, "resources") {
		return "with resources" // whatever else there may be
	}
	return "with rules as " + strings.Join(wanted[:min(2, len(wanted))], ", ")
}

// creditWords are the words of credits.
var creditWords = wordsOf(&credits{})

// unknown is what to do with a word that is none of a structure's. It returns the one that is
// meant, if that is known.
func (d *decoder) unknown(key, value *node, into spoken, what string) (meant string) {
	if d.full() {
		return ""
	}
	if e, ok := into.(*entry); ok && !d.theirs && d.option(key, value, e) {
		return ""
	}
	known := wordsOf(into)
	meant = suggest.For(key.text, known)
	if d.theirs {
		if meant != "" {
			d.fault(key, "%s is not a rule%s and is not used. %s is meant?", clip(key.text), what, meant)
		}
		return meant
	}
	home := ""
	if meant == "" {
		meant, home = d.elsewhere(key.text, into)
	}
	_, ofEntry := into.(*entry)
	switch its := peer(key.text); {
	case ofEntry && its != "":
		d.fault(key, "%s is not a rule%s. %s is meant?", clip(key.text), what, its)
	case meant == "":
		d.fault(key, "%s is not a rule%s. There are %s", clip(key.text), what, strings.Join(known, ", "))
	case meant == key.text:
		d.fault(key, "%s is not a rule%s. It belongs to %s", clip(key.text), what, home)
	case home != "":
		d.fault(key, "%s is not a rule%s. %s is meant, which belongs to %s?", clip(key.text), what, meant, home)
	default:
		d.fault(key, "%s is not a rule%s. %s is meant?", clip(key.text), what, meant)
	}
	return meant
}

// elsewhere returns the word that is meant by one which stands at the wrong place, or by one
// like it, and where it belongs.
func (d *decoder) elsewhere(word string, here spoken) (meant, home string) {
	if d.formats != nil {
		var options []string
		for _, o := range d.formats.Options() {
			options = append(options, o.Name)
		}
		if _, ok := here.(*entry); ok {
			if meant = suggest.For(word, options); meant != "" && !slices.Contains(ownWords, meant) {
				return meant, ""
			}
		} else if slices.Contains(options, word) && !slices.Contains(ownWords, word) {
			return word, homes[1].where
		}
	}
	for _, exactly := range []bool{true, false} {
		for _, h := range homes {
			if reflect.TypeOf(h.is) == reflect.TypeOf(here) {
				continue
			}
			if words := wordsOf(h.is); slices.Contains(words, word) {
				return word, h.where
			} else if meant = suggest.For(word, words); meant != "" && !exactly {
				return meant, h.where
			}
		}
	}
	return "", ""
}

// ownWords are options of formats that dynasette.yaml has words of its own for.
var ownWords = []string{"encoding", "delimiter", "quote", "escape", "comment", "skip", "header", "no-header", "header-rows", "header-join", "path"}

// homes are where words belong.
var homes = []struct {
	is    spoken
	where string
}{
	{&document{}, "the top of the document"}, {&entry{}, "an entry of resources"}, {&schema{}, "schema"}, {&dialect{}, "dialect"},
	{&field{}, "a field, in schema.fields"}, {&constraints{}, "constraints of a field"}, {&database{}, "a database, under databases"},
}

// option reads an option of a format, and reports whether it is one.
func (d *decoder) option(key, value *node, e *entry) bool {
	if d.formats == nil {
		return false
	}
	for _, o := range d.formats.Options() {
		if o.Name != key.text || slices.Contains(ownWords, o.Name) {
			continue
		}
		values := []*node{value}
		if value.kind == listNode && o.Kind == converter.OptionList {
			values = value.items
		}
		for _, v := range values {
			text := v.text
			if o.Kind == converter.OptionSwitch {
				on, ok := boolean(v)
				if !ok {
					d.fault(v, "%s is %s; want true or false", key.text, v.kindOf())
					return true
				}
				text = map[bool]string{true: converter.Yes, false: converter.No}[on]
			}
			if v.kind != scalarNode || v.null() {
				d.empty(key, v)
				return true
			}
			if _, err := d.formats.With(o.Name, text); err != nil {
				d.fault(v, "%s: %v", key.text, err.(*converter.OptionError).Err)
				return true
			}
			e.options = append(e.options, converter.Setting{Option: o.Name, Value: text, Origin: converter.Origin{Line: key.line, Column: key.column}})
		}
		return true
	}
	return false
}

// value reads what stands under a word, and reports whether it can be used.
func (d *decoder) value(key, n *node, into reflect.Value) bool {
	if special, ok := into.Addr().Interface().(decoding); ok {
		return special.decode(d, key, n)
	}
	switch into.Kind() {
	case reflect.String:
		text, ok := d.scalar(key, n)
		into.SetString(text)
		return ok
	case reflect.Map:
		return d.mapping(key, n, into)
	case reflect.Slice:
		return d.list(key, n, into)
	case reflect.Pointer:
		if into.Type().Elem().Kind() != reflect.Struct {
			p, ok := reflect.New(into.Type().Elem()), false
			switch v := p.Interface().(type) {
			case *bool:
				if *v, ok = boolean(n); !ok {
					d.fault(n, "%s is %s; want true or false", key.text, n.kindOf())
				}
			case *int:
				number, err := strconv.Atoi(n.text)
				if *v, ok = number, err == nil && n.kind == scalarNode && number >= 0; !ok {
					d.fault(n, "%s is %s; want a whole number", key.text, n.kindOf())
				}
			}
			if ok {
				into.Set(p)
			}
			return ok
		}
		p := reflect.New(into.Type().Elem())
		if special, ok := p.Interface().(decoding); ok {
			if !special.decode(d, key, n) {
				return false
			}
		} else if !d.structure(n, p.Interface().(spoken), kinds[into.Type().Elem().Name()]) {
			return false
		}
		into.Set(p)
		return true
	}
	panic("rules: " + into.Type().String())
}

// theirNames are what people call words of descriptors.
var theirNames = map[string]string{
	"url": "path", "primaryKeys": "primaryKey", "missingValue": "missingValues", "foreignKey": "foreignKeys", "uniqueKey": "uniqueKeys",
	"quotechar": "quoteChar", "escapechar": "escapeChar", "doublequote": "doubleQuote", "skipinitialspace": "skipInitialSpace", "quote": "quoteChar",
	"sep": "delimiter", "separator": "delimiter", "licences": "licenses", "license": "licenses", "source": "sources",
}

// theirWords are words of descriptors that say nothing to us, and are no mistake.
var theirWords = set("$schema bytes caseSensitiveHeader categories categoriesOrdered commentRows compression contributors control created csvddfVersion " +
	"example fieldsMatch format hash hashing homepage id image innerpath itemChoices keywords keyword layout lineTerminator mediatype nullSequence profile " +
	"rdfType scheme schemes stats type types unit units version csv json views view title description name path sources licenses")

func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

// kinds are what structures are called in "… is not a rule of a field".
var kinds = map[string]string{
	"field": " of a field", "dialect": " of a dialect", "constraints": " of constraints", "reference": " of a reference",
	"foreignKey": " of a foreign key", "extract": " of extract", "search": " of search", "guard": " of guard", "into": " of into",
	"database": " of a database", "query": " of a query",
}

// scalar returns the text under a word.
func (d *decoder) scalar(key, n *node) (string, bool) {
	if n.kind != scalarNode {
		d.fault(n, "%s is %s; want a text", key.text, n.kindOf())
		return "", false
	}
	if n.text == "" && n.plain || n.null() && d.theirs {
		d.empty(key, n)
		return "", false
	}
	if m := typographic().FindStringSubmatch(n.text); m != nil && n.plain && !d.theirs {
		d.fault(n, "the quotes around %s are part of the text; put it in plain ones: %s: \"%s\"", clip(n.text), key.text, clip(m[1]))
		return "", false
	}
	return n.text, true
}

// typographic is a text in the quotes that word processors make.
var typographic = pattern.New("^[“”„‘’‚«»]([^“”„‘’‚«»]*)[“”‘’«»]$")

// empty is said of a word that nothing stands under.
func (d *decoder) empty(key, n *node) {
	if d.theirs {
		return
	}
	if wants := wantsQuotes(lineOf(d.text, key.line)); strings.HasPrefix(wants, key.text+":") {
		d.fault(n, "%s is empty, since YAML takes what stands there for something else; put it in quotes: %s", key.text, wants)
		return
	}
	d.fault(n, "%s is empty: say what it is, or leave it out", key.text)
}

func (d *decoder) mapping(key, n *node, into reflect.Value) bool {
	if n.kind != mappingNode {
		d.fault(n, "%s is %s; want a mapping", key.text, n.kindOf())
		return false
	}
	into.Set(reflect.MakeMap(into.Type()))
	for i, name := range n.keys {
		v := reflect.New(into.Type().Elem()).Elem()
		if d.value(name, n.items[i], v) {
			into.SetMapIndex(reflect.ValueOf(name.text), v)
		}
	}
	return true
}

// list reads a list; what is not in a list is a list of one.
func (d *decoder) list(key, n *node, into reflect.Value) bool {
	items := []*node{n}
	if n.kind == listNode {
		items = n.items
	}
	if word, ok := d.namesItems(n, into); ok {
		d.fault(n, "%s is a mapping; want a list, as in - %s: %s", key.text, word, clip(n.keys[0].text))
		return false
	}
	into.Set(reflect.MakeSlice(into.Type(), 0, len(items)))
	for _, item := range items {
		v := reflect.New(into.Type().Elem()).Elem()
		if v.Kind() == reflect.Int {
			number, err := strconv.Atoi(item.text)
			if err != nil || number < 1 {
				d.fault(item, "%s has %s; want whole numbers from 1", key.text, item.kindOf())
				continue
			}
			v.SetInt(int64(number))
		} else if !d.value(key, item, v) {
			continue // there may be more to say of the others
		}
		into.Set(reflect.Append(into, v))
	}
	return true
}

// namesItems reports whether a mapping stands for a list of structures, with the word that each
// has to have as its keys.
func (d *decoder) namesItems(n *node, into reflect.Value) (word string, ok bool) {
	of := into.Type().Elem()
	if d.theirs || n.kind != mappingNode || len(n.keys) == 0 || of.Kind() != reflect.Pointer {
		return "", false
	}
	item := reflect.New(of.Elem()).Interface()
	wanted, known := required(item), wordsOf(item)
	if len(wanted) != 1 {
		return "", false
	}
	for i, key := range n.keys {
		is := slices.Contains(known, key.text)
		if is && n.items[i].kind != mappingNode || !is && suggest.For(key.text, known) != "" {
			return "", false
		}
	}
	return wanted[0], true
}

// boolean reads true and false, as people spell them.
func boolean(n *node) (on, ok bool) {
	if n.kind != scalarNode {
		return false, false
	}
	switch strings.ToLower(n.text) {
	case "true", "yes", "on", "1":
		return true, true
	case "false", "no", "off", "0":
		return false, true
	}
	return false, false
}

// fieldsOf returns the fields of a structure, by their words.
func fieldsOf(s any) map[string]reflect.Value {
	fields := map[string]reflect.Value{}
	walk(reflect.ValueOf(s).Elem(), func(f reflect.StructField, v reflect.Value) { fields[f.Tag.Get("word")] = v })
	return fields
}

// wordsOf returns the words of a structure, in order.
func wordsOf(s any) (list []string) {
	walk(reflect.ValueOf(s).Elem(), func(f reflect.StructField, _ reflect.Value) { list = append(list, f.Tag.Get("word")) })
	return list
}

// required returns the words that a structure has to have.
func required(s any) (list []string) {
	walk(reflect.ValueOf(s).Elem(), func(f reflect.StructField, _ reflect.Value) {
		if f.Tag.Get("required") != "" {
			list = append(list, f.Tag.Get("word"))
		}
	})
	return list
}

// walk visits the fields of a structure that are words.
func walk(v reflect.Value, visit func(reflect.StructField, reflect.Value)) {
	for i := range v.NumField() {
		f := v.Type().Field(i)
		switch {
		case f.Tag.Get("word") != "":
			visit(f, v.Field(i))
		case f.Anonymous && f.Type.Name() == "credits":
			walk(v.Field(i), visit)
		}
	}
}

// oneOf returns a fault's text for a word that is none of a list.
func oneOf(text, what string, known []string, aliases map[string]string) string {
	meant := aliases[strings.ToLower(text)]
	if meant == "" {
		meant = suggest.For(text, known)
	}
	message := fmt.Sprintf("%s is not %s.", clip(text), what)
	if meant != "" {
		message += fmt.Sprintf(" %s is meant?", meant)
	}
	return message + " (" + strings.Join(known, ", ") + ")"
}
