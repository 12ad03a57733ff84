package dynasette

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v4"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/internal/datapackage"
)

// A document is a file of a release that is not a database.
type document struct {
	name string
	data []byte
}

// What Datasette reads in a folder besides databases. metadata.json has it all for version
// 0.65; version 1.0 takes from there what describes the data, and everything else from
// datasette.yaml. settings.json is for 0.65 alone, and there only if there are settings.
const (
	metadataFile = "metadata.json"
	inspectFile  = "inspect-data.json"
	filesFile    = "files.txt" // which databases belong to it, for whoever makes a folder of links
	settingsFile = "settings.json"
	configFile   = "datasette.yaml"
)

// contents returns the documents of a release, and what in the base documents, and in rules among
// the uploads, does not fit it. The operator's words go before those of uploaders. An error is a fault of the base documents.
func contents(m *Manifest, b base) ([]document, []BaseFinding, error) {
	var texts [3]*baseText
	for i, candidates := range baseFiles {
		var err error
		if texts[i], err = b.text(candidates); err != nil {
			return nil, nil, err
		}
	}
	old, one, ok := settingsOf(texts[1].root, texts[2].root)
	f := newFitter(m, min(rowsOf(old), rowsOf(one)))
	metadata, _, config := f.fit(texts[0]), f.fit(texts[1]), f.fit(texts[2])
	metadata = merge(f.fit(b.queries()), metadata)
	generated := merge(describeData(m, metadata), f.ruled(m))
	full := merge(generated, metadata)
	full["description"] = generated["description"] // holds what was there
	stayUpdated(full, m)
	config = merge(configOf(full), config)
	if ok && len(one) > 0 {
		config["settings"] = one
	}
	all := map[string]any{metadataFile: full, inspectFile: inspectData(m), configFile: config}
	// Each document costs two calls, and there is room for one of these: Datasette can't do without settings.
	if len(old) > 0 {
		all[settingsFile] = old
	} else if p := packageOf(m, full); p != nil {
		all[datapackage.FileName] = p
	}
	documents, err := encode(all)
	return append(documents, document{filesFile, filesOf(m)}), f.found, err
}

// settingsOf merges the settings of settings.json and of datasette.yaml key by key, for
// version 0.65, where the former count first, and for 1.0, where the latter do. ok is false
// if the latter are no settings, which lint refuses.
func settingsOf(settings, config map[string]any) (old, one map[string]any, ok bool) {
	own, ok := config["settings"].(map[string]any)
	ok = ok || config["settings"] == nil
	old, one = merge(own, settings), merge(settings, own)
	for _, key := range settingsOfOne {
		delete(old, key)
	}
	return old, one, ok
}

// rowsOf returns how many rows a page may have by these settings.
func rowsOf(settings map[string]any) int {
	if n, ok := settings["max_returned_rows"].(int); ok {
		return n
	}
	return 1000
}

// filesOf lists the databases: what each is called, and the object that it is. There is no
// blank in either.
func filesOf(m *Manifest) []byte {
	var b bytes.Buffer
	for _, d := range m.Databases {
		fmt.Fprintf(&b, "%s %s\n", d.File(), d.Object)
	}
	return b.Bytes()
}

func encode(all map[string]any) ([]document, error) {
	var documents []document
	for _, name := range slices.Sorted(maps.Keys(all)) {
		var b bytes.Buffer
		if name == configFile {
			var root yaml.Node
			if err := root.Encode(all[name]); err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			quoteEquals(&root)
			e := yaml.NewEncoder(&b)
			e.SetIndent(2)
			if err := e.Encode(&root); err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
		} else {
			e := json.NewEncoder(&b)
			e.SetEscapeHTML(false)
			e.SetIndent("", "  ")
			if err := e.Encode(all[name]); err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
		}
		documents = append(documents, document{name, b.Bytes()})
	}
	return documents, nil
}

// quoteEquals quotes the text "=", which YAML 1.1, and so Datasette, takes for something else.
func quoteEquals(n *yaml.Node) {
	if n.Kind == yaml.ScalarNode && n.Value == "=" {
		n.Style = yaml.DoubleQuotedStyle
	}
	for _, below := range n.Content {
		quoteEquals(below)
	}
}

// updatedFormat is how the time of the data is written for people. It is always UTC.
const updatedFormat = "2006-01-02 15:04 UTC"

// updatedMark stands for that time in a base document.
const updatedMark = "{updated}"

const updatedAlone = "Updated " + updatedMark

// describeData returns what is known about the data as metadata. Datasette escapes all of
// it: nothing of an uploader's goes into description_html.
func describeData(m *Manifest, base map[string]any) map[string]any {
	databases := map[string]any{}
	for _, d := range m.Databases {
		title := Printable(strings.TrimSuffix(strings.TrimSuffix(d.Source, "/"), ".*"))
		about := map[string]any{"title": title, "source": d.From(), "description": d.Description()}
		tables := map[string]any{}
		for _, t := range d.Tables {
			if t.Hidden {
				tables[t.Name] = map[string]any{"hidden": true}
			}
		}
		if len(tables) > 0 {
			about["tables"] = tables
		}
		databases[d.Slug] = about
	}
	all := map[string]any{"description": describeAll(m, base["description"])}
	if len(databases) > 0 {
		all["databases"] = databases
	}
	return all
}

// From says what a database was made of: the upload's name, or that of several and how many they are.
func (d *Database) From() string {
	if !isSet(d.Source) {
		return Printable(d.Source)
	}
	files := int64(1)
	for _, t := range d.Tables {
		if t.Name == converter.SourcesTable {
			files = t.Rows
		}
	}
	name := strings.TrimSuffix(d.Source, "/")
	if strings.HasSuffix(name, ".*") { // which says it, and not all of them are documents
		return Printable(name)
	}
	return fmt.Sprintf("%s (%s)", Printable(name), count(files, "file"))
}

// Description says what a database is, as its metadata does. What somebody else says stands in its place, or before
// it, in brackets.
func (d *Database) Description() string {
	text := fmt.Sprintf("%s, updated %s", d.From(), d.Updated.UTC().Format(updatedFormat))
	if !d.Copied { // else with tables that are not data, such as those of a full-text index
		text = count(d.Rows(), "row") + " of " + text
	}
	switch lacks, table := d.Lacks(); {
	case lacks == "":
	case table == "":
		text += "; " + lacks
	default:
		text += fmt.Sprintf("; %s: see the table %s", lacks, table)
	}
	return text
}

// Lacks says what was left out of an upload, or is in doubt, and which table has it; "" if nothing is, or no table
// does.
func (d *Database) Lacks() (what, table string) {
	what, table = d.Found.String(), converter.SourcesTable
	if d.Rejects > 0 {
		what, table = cmp.Or(what, "some lines left out"), converter.RejectsTable
	}
	if what == "" || d.Copied { // with no tables of ours
		table = ""
	}
	return what, table
}

// describeAll says when the data was updated, after what the base document says.
func describeAll(m *Manifest, base any) string {
	text, _ := base.(string)
	switch {
	case len(m.Databases) == 0:
		return text
	case strings.Contains(text, updatedMark):
		return text // filled in by stayUpdated
	case text == "":
		return updatedAlone
	}
	return text + " (updated " + updatedMark + ")"
}

// stayUpdated puts the time of the data where the texts at the top ask for it.
func stayUpdated(metadata map[string]any, m *Manifest) {
	for _, key := range []string{"title", "description", "description_html"} {
		if text, ok := metadata[key].(string); ok {
			metadata[key] = m.fillIn(text)
		}
	}
}

func (m *Manifest) fillIn(text string) string {
	return strings.ReplaceAll(text, updatedMark, m.Updated.UTC().Format(updatedFormat))
}

// Description says how fresh a release is, as its metadata does where nobody says something else.
func (m *Manifest) Description() string { return m.fillIn(updatedAlone) }

func count(n int64, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// inspectData makes the databases immutable for Datasette, which then neither hashes nor
// counts anything itself.
func inspectData(m *Manifest) map[string]any {
	all := map[string]any{}
	for _, d := range m.Databases {
		tables := map[string]any{}
		for _, t := range d.Tables {
			tables[t.Name] = map[string]any{"count": t.Rows}
		}
		all[d.Slug] = map[string]any{"hash": d.hash(), "size": d.Size, "file": d.File(), "tables": tables}
	}
	return all
}

// hash returns the SHA-256 of the database. Some stores don't know it (page 1 comes last,
// so it can't be computed on the way); then it is that of all that the database was made
// of, which changes whenever the content does.
func (d *Database) hash() string {
	if d.SHA256 != "" {
		return d.SHA256
	}
	return sha256Hex(d.Object)
}

// descriptive are the keys of metadata that describe data; version 1.0 of Datasette wants
// all the others in its configuration.
var descriptive = []string{
	"about", "about_url", "columns", "description", "description_html", "license", "license_url", "source", "source_url",
	"title", "units",
}

// configOf returns the part of metadata that is configuration for version 1.0.
func configOf(metadata map[string]any) map[string]any {
	return configLevel(metadata, "databases", "tables")
}

func configLevel(level map[string]any, below ...string) map[string]any {
	config := map[string]any{}
	for key, value := range level {
		children, nested := value.(map[string]any)
		switch {
		case len(below) > 0 && key == below[0] && nested:
			all := map[string]any{}
			for name, child := range children {
				if child, ok := child.(map[string]any); ok {
					if c := configLevel(child, below[1:]...); len(c) > 0 {
						all[name] = c
					}
				}
			}
			if len(all) > 0 {
				config[key] = all
			}
		case !slices.Contains(descriptive, key):
			config[key] = value
		}
	}
	return config
}

// merge returns both documents as one. Mappings are merged all the way down; of other
// values that of over counts.
func merge(under, over map[string]any) map[string]any {
	all := maps.Clone(under)
	if all == nil {
		all = map[string]any{}
	}
	for key, value := range over {
		mine, ok := value.(map[string]any)
		theirs, both := all[key].(map[string]any)
		if ok && both {
			value = merge(theirs, mine)
		}
		all[key] = value
	}
	return all
}

// Printable replaces what an uploader's text may have in it that a line of text can't hold,
// that a terminal obeys, or that turns the text around it.
func Printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\t' || unicode.In(r, unicode.Bidi_Control, unicode.Zl, unicode.Zp) {
			return '\uFFFD'
		}
		return r
	}, text)
}
