package rules

import (
	"cmp"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/dynasette/dynasette/converter"
)

// csvwContext is what tells CSVW's metadata from other JSON.
const csvwContext = "http://www.w3.org/ns/csvw"

// isCSVW reports whether a document is metadata of CSV on the Web.
func isCSVW(root *node) bool {
	context := root.get("@context")
	if context == nil {
		return false
	}
	if context.kind == listNode && len(context.items) > 0 {
		context = context.items[0]
	}
	return strings.TrimSuffix(strings.Replace(context.text, "https:", "http:", 1), "/") == csvwContext
}

// readCSVW makes entries of the tables that metadata describes. What is said of RDF is
// nothing to us.
func (r *reader) readCSVW(root *node) (*layer, error) {
	l := &layer{file: r.name, claim: true, into: map[string]*about{}}
	d := &decoder{text: r.text, theirs: true}
	l.about = about{credits: csvwCredits(root)}
	tables := root.get("tables")
	switch {
	case tables == nil:
		tables = &node{kind: listNode, items: []*node{root}}
	case tables.kind != listNode:
		return nil, tables.fault("tables is %s; want a list", tables.kindOf())
	}
	for _, t := range tables.items {
		if e := r.csvwTable(d, root, t); e != nil {
			l.entries = append(l.entries, e)
		}
	}
	r.notes = append(r.notes, d.faults...)
	return l, nil
}

// csvwTable makes an entry of a table.
func (r *reader) csvwTable(d *decoder, group, t *node) *entry {
	named := t.get("url")
	e := &entry{literal: true}
	e.say("", t)
	switch of, beside := strings.CutSuffix(path.Base(r.name), "-metadata.json"); {
	case named != nil:
		clean, why := localPath(decoded(named.text))
		if base := group.get("@context"); why == "" && base != nil && base.kind == listNode && len(base.items) > 1 {
			if folder := base.items[1].scalar("@base"); folder != "" {
				clean, why = localPath(path.Join(folder, clean))
			}
		}
		if why != "" {
			d.fault(named, "table %s is not used: %s", clip(named.text), why)
			return nil
		}
		e.Path = []string{clean}
		e.say("path", named)
	case beside && of != "csv":
		e.Path = []string{of}
	default:
		d.fault(t, "a table without url: it is not known of which document this speaks")
		return nil
	}
	e.credits = csvwCredits(t)
	dialects := r.referred(d, t.get("dialect"), "dialect")
	if dialects == nil && group != t {
		dialects = r.referred(d, group.get("dialect"), "dialect")
	}
	if dialects != nil {
		e.Dialect = csvwDialect(dialects, e)
	}
	if e.schemaFile = t.scalar("tableSchema"); e.schemaFile == "" {
		e.schemaFile = t.get("tableSchema").scalar("@id")
	}
	s := r.referred(d, t.get("tableSchema"), "schema")
	if s == nil && group != t {
		s = r.referred(d, group.get("tableSchema"), "schema")
	}
	if s != nil {
		e.Schema = csvwSchema(d, s, []*node{s, t, group})
	}
	return e
}

// decoded returns a text of a URL as it is without percent signs.
func decoded(text string) string {
	if plain, err := url.PathUnescape(text); err == nil {
		return plain
	}
	return text
}

// csvwCredits returns what Dublin Core and others say of data.
func csvwCredits(n *node) (c credits) {
	text := func(words ...string) string {
		for _, prefix := range []string{"dc:", "dcterms:", "schema:", "rdfs:", "dct:", ""} {
			for _, w := range words {
				v := first(n.get(prefix + w))
				if v != nil && v.kind == mappingNode {
					v = &node{text: oneWord(v, "@value", "@id", "schema:url", "schema:name")}
				}
				if v != nil && v.text != "" {
					return v.text
				}
			}
		}
		return ""
	}
	c.Title, c.Description = text("title", "label"), text("description", "abstract", "comment")
	c.License, c.Source = text("license", "rights"), text("source", "publisher", "creator")
	c.LicenseURL, c.SourceURL = webOnly(c.License), webOnly(c.Source)
	return c
}

// csvwDialect reads a dialect description. Only what is written counts: rows that begin with
// # would vanish by the default.
func csvwDialect(n *node, e *entry) *dialect {
	d := &dialect{}
	d.say("", n)
	text := func(word, ours string, into *string) {
		if v := n.get(word); v != nil && v.kind == scalarNode && !v.null() {
			*into = v.text
			d.say(ours, v)
		} else if v != nil && v.null() && ours == "quoteChar" {
			*into = "none"
			d.say(ours, v)
		}
	}
	flag := func(word, ours string, into **bool) {
		if v := n.get(word); v != nil {
			if on, ok := boolean(v); ok {
				*into = &on
				d.say(ours, v)
			}
		}
	}
	text("delimiter", "delimiter", &d.Delimiter)
	text("quoteChar", "quoteChar", &d.QuoteChar)
	text("commentPrefix", "commentChar", &d.CommentChar)
	flag("doubleQuote", "doubleQuote", &d.DoubleQuote)
	flag("skipInitialSpace", "skipInitialSpace", &d.SkipInitialSpace)
	flag("header", "header", &d.Header)
	d.rows(n)
	d.trims(n)
	if v := n.get("encoding"); v != nil && v.kind == scalarNode && !v.null() {
		e.Encoding = v.text
		e.say("encoding", v)
	}
	return d
}

// rows reads how many rows come before the data, and which of these name the columns.
func (d *dialect) rows(n *node) {
	count := func(word string, otherwise int) int {
		number, err := strconv.Atoi(n.scalar(word))
		if err != nil || number < 0 || number > maxRows {
			return otherwise
		}
		return number
	}
	skip, names := count("skipRows", 0), count("headerRowCount", 1)
	if d.Header != nil && !*d.Header {
		names = 0
	}
	switch {
	case names == 0:
		none := false
		d.Header, d.skip = &none, skip
		d.say("header", cmp.Or(n.get("headerRowCount"), n.get("header")))
		d.say("skip", cmp.Or(n.get("skipRows"), n))
	case skip > 0 || names > 1:
		for i := range names {
			d.HeaderRows = append(d.HeaderRows, skip+i+1)
		}
		d.say("headerRows", cmp.Or(n.get("skipRows"), n.get("headerRowCount")))
	}
}

// maxRows is how many rows may come before the data.
const maxRows = 1000

// trims reads which blanks are none of cells.
func (d *dialect) trims(n *node) {
	v := n.get("trim")
	if v == nil || v.kind != scalarNode {
		return
	}
	d.say("trim", v)
	switch v.text {
	case "true":
		d.trim = converter.TrimBefore | converter.TrimBehind
	case "start":
		d.trim = converter.TrimBefore
	case "end":
		d.trim = converter.TrimBehind
	}
}

// csvwSchema reads a table schema. Where a column says nothing of what it inherits, what
// outer ones say counts.
func csvwSchema(d *decoder, n *node, outer []*node) *schema {
	s := &schema{}
	s.say("", n)
	columns := n.get("columns")
	if columns != nil && columns.kind == listNode {
		for i, c := range columns.items {
			if on, _ := boolean(&node{text: c.scalar("virtual")}); c.kind == mappingNode && !on {
				s.Fields = append(s.Fields, csvwField(d, c, i, append([]*node{c}, outer...)))
			}
		}
		s.say("fields", columns)
	}
	if key := n.get("primaryKey"); key != nil {
		s.PrimaryKey = texts(key)
		s.say("primaryKey", key)
	}
	keys := n.get("foreignKeys")
	if keys == nil || keys.kind != listNode {
		return s
	}
	for _, k := range keys.items {
		to := k.get("reference")
		f := &foreignKey{Fields: texts(k.get("columnReference")), Reference: &reference{}}
		f.say("", k)
		if to == nil || len(f.Fields) == 0 {
			continue
		}
		f.Reference.Resource, f.Reference.Fields = decoded(to.scalar("resource")), texts(to.get("columnReference"))
		if ref := to.scalar("schemaReference"); ref != "" && f.Reference.Resource == "" {
			f.Reference.schema = ref
		}
		s.ForeignKeys = append(s.ForeignKeys, f)
	}
	s.say("foreignKeys", keys)
	return s
}

// csvwField reads a column.
func csvwField(d *decoder, c *node, place int, from []*node) *field {
	f := &field{}
	f.say("name", c)
	inherited := func(word string) *node {
		for _, n := range from {
			if v := n.get(word); v != nil {
				return v
			}
		}
		return nil
	}
	titles := c.get("titles")
	if titles == nil {
		titles = c.get("title")
	}
	if titles != nil && titles.kind == mappingNode { // by language
		all := &node{kind: listNode}
		for _, t := range titles.items {
			all.items = append(all.items, &node{text: strings.Join(texts(t), "")})
		}
		titles = all
	}
	f.Name, f.aliases = decoded(c.scalar("name")), texts(titles)
	if f.Name == "" && len(f.aliases) > 0 {
		f.Name, f.aliases = f.aliases[0], f.aliases[1:]
	} else if f.Name == "" {
		f.Name = "_col." + strconv.Itoa(place+1)
	}
	if i := slices.Index(f.aliases, f.Name); i < 0 && len(f.aliases) > 0 {
		f.Title = f.aliases[0]
		f.say("title", titles)
	}
	if d := c.get("dc:description"); d != nil && d.kind == scalarNode {
		f.Description = d.text
		f.say("description", d)
	}
	if null := inherited("null"); null != nil {
		f.MissingValues = texts(null)
		f.say("missingValues", null)
	}
	if required := inherited("required"); required != nil {
		if on, ok := boolean(required); ok {
			f.Constraints = &constraints{Required: &on}
			f.Constraints.say("required", required)
		}
	}
	if datatype := inherited("datatype"); datatype != nil {
		f.datatype(d, datatype)
	}
	if separator := inherited("separator"); separator != nil && !separator.null() {
		f.Delimiter, f.ItemType, f.Type = separator.text, f.Type, "list"
		f.say("delimiter", separator)
		f.say("type", separator)
		f.say("itemType", separator)
	}
	return f
}

// datatype reads a datatype: a name, or a mapping with a base and a format.
func (f *field) datatype(d *decoder, n *node) {
	base, format := n, (*node)(nil)
	if n.kind == mappingNode {
		base, format = n.get("base"), n.get("format")
	}
	if base != nil {
		name := strings.TrimPrefix(strings.TrimPrefix(base.text, "xsd:"), "xs:")
		t, known := csvwTypes[name]
		if !known {
			d.fault(base, "%s is not a datatype, and is not used", clip(base.text))
			return
		}
		f.Type = t
		f.say("type", base)
	}
	c := f.Constraints
	if c == nil {
		c = &constraints{}
	}
	for _, bound := range []struct {
		word, ours string
		into       *string
	}{{"minInclusive", "minimum", &c.Minimum}, {"minimum", "minimum", &c.Minimum}, {"maxInclusive", "maximum", &c.Maximum}, {"maximum", "maximum", &c.Maximum}} {
		if text := n.scalar(bound.word); text != "" {
			*bound.into, f.Constraints = text, c
			c.say(bound.ours, n.get(bound.word))
		}
	}
	for word, into := range map[string][]**int{"length": {&c.MinLength, &c.MaxLength}, "minLength": {&c.MinLength}, "maxLength": {&c.MaxLength}} {
		length, err := strconv.Atoi(n.scalar(word))
		if err != nil || f.Type != "string" {
			continue // of binary it is that of what is encoded
		}
		for _, of := range into {
			*of, f.Constraints = &length, c
		}
		for _, ours := range []string{"minLength", "maxLength"} {
			if word == "length" || word == ours {
				c.say(ours, n.get(word))
			}
		}
	}
	if format == nil {
		return
	}
	switch f.Type {
	case "boolean":
		yes, no, ok := strings.Cut(format.text, "|")
		if !ok {
			d.fault(format, "format %s is not used: want what is true and what is false, as in Y|N", clip(format.text))
			return
		}
		f.TrueValues, f.FalseValues = []string{yes}, []string{no}
		f.say("trueValues", format)
		f.say("falseValues", format)
	case "date", "datetime", "time":
		pattern, ok := fromLDML(format.text)
		if !ok {
			d.fault(format, "format %s is not used: not all of its letters are known", clip(format.text))
			return
		}
		f.Format = pattern
		f.say("format", format)
	case "integer", "number":
		f.numberFormat(format)
	}
}

// numberFormat reads how numbers are written: a pattern, or a mapping with one.
func (f *field) numberFormat(n *node) {
	pattern := n
	if n.kind == mappingNode {
		pattern = n.get("pattern")
		for word, into := range map[string]*string{"decimalChar": &f.DecimalChar, "groupChar": &f.GroupChar} {
			if v := n.get(word); v != nil && v.kind == scalarNode {
				*into = v.text
				f.say(word, v)
			}
		}
	}
	if pattern == nil {
		return
	}
	if strings.Contains(pattern.text, ",") && f.GroupChar == "" {
		f.GroupChar = ","
		f.say("groupChar", pattern)
	}
	for sign, parts := range map[string]int{"%": 100, "‰": 1000} {
		if strings.Contains(pattern.text, sign) {
			f.parts, f.unit = parts, sign
		}
	}
}

// texts returns the texts of a list, or of one.
func texts(n *node) (list []string) {
	switch {
	case n == nil:
	case n.kind == scalarNode && !n.null():
		list = []string{n.text}
	case n.kind == listNode:
		for _, item := range n.items {
			if item.kind == scalarNode && !item.null() {
				list = append(list, item.text)
			}
		}
	}
	return list
}

// csvwTypes are the datatypes of CSVW as types of Table Schema.
var csvwTypes = map[string]fieldType{
	"any": "any", "anyAtomicType": "any", "string": "string", "normalizedString": "string", "token": "string", "language": "string", "Name": "string",
	"NMTOKEN": "string", "xml": "string", "html": "string", "json": "string", "anyURI": "string", "base64Binary": "string", "binary": "string",
	"hexBinary": "string", "QName": "string", "number": "number", "decimal": "number", "double": "number", "float": "number", "integer": "integer",
	"long": "integer", "int": "integer", "short": "integer", "byte": "integer", "nonNegativeInteger": "integer", "positiveInteger": "integer",
	"nonPositiveInteger": "integer", "negativeInteger": "integer", "unsignedLong": "integer", "unsignedInt": "integer", "unsignedShort": "integer",
	"unsignedByte": "integer", "boolean": "boolean", "date": "date", "datetime": "datetime", "dateTime": "datetime", "dateTimeStamp": "datetime",
	"time": "time", "duration": "duration", "dayTimeDuration": "duration", "yearMonthDuration": "duration", "gYear": "year", "gYearMonth": "yearmonth",
	"gDay": "string", "gMonth": "string", "gMonthDay": "string",
}
