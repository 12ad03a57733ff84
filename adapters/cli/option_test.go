package cli_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/adapters/cli"
	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/all"
)

// notes is a third party's converter with options of every kind: a row for each note, as
// its options have it.
type notes struct {
	mark  byte
	order string
	top   int
	tags  []string
	upper bool
	force string
}

var notesFormat = converter.Format{Name: "notes", Extensions: []string{".notes"}, Doc: "notes, a line each"}

func (n notes) Options() []converter.Option {
	return []converter.Option{
		{Name: "mark", Kind: converter.OptionCharacter, Usage: "`CHAR` before a note", Values: []string{"*", "any"}},
		{Name: "order", Kind: converter.OptionChoice, Usage: "`ORDER` of the notes", Values: []string{"given", "sorted"}, Default: "given"},
		{Name: "top", Kind: converter.OptionNumber, Usage: "only the first `N` notes"},
		{Name: "tag", Kind: converter.OptionList, Usage: "a column `TAG`; may be repeated"},
		{Name: "upper", Kind: converter.OptionSwitch, Usage: "in capitals"},
		{Name: "force", Usage: "`TEXT` that convert has a flag for already"},
	}
}

func (n notes) With(name, value string) (converter.Converter, error) {
	var err error
	switch name {
	case "mark":
		n.mark, err = converter.Character(value)
	case "order":
		n.order = value
	case "top":
		n.top, err = strconv.Atoi(value)
	case "tag":
		n.tags = append(slices.Clip(n.tags), value)
	case "upper":
		n.upper = value == converter.Yes
	case "force":
		n.force = value
	default:
		err = converter.ErrNoOption
	}
	return n, err
}

func (n notes) Convert(ctx context.Context, in *converter.Input, out *converter.Writer) error {
	text, err := in.Head(converter.SniffLen)
	if err != nil && len(text) == 0 {
		return err
	}
	if n.mark == 0 {
		n.mark = text[0]
	}
	out.Describe("mark", string(rune(n.mark)), "the document begins with it")
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	if n.order == "sorted" {
		slices.Sort(lines)
	}
	if n.top > 0 {
		lines = lines[:min(n.top, len(lines))]
	}
	table := out.Table("notes", append([]string{"note" + n.force}, n.tags...)...)
	for _, line := range lines {
		if n.upper {
			line = strings.ToUpper(line)
		}
		if err := table.Append(converter.Text(strings.TrimPrefix(line, string(rune(n.mark))))); err != nil {
			return err
		}
	}
	return nil
}

// runNotes runs a command line of a program with a third party's format, registered on a
// clone.
func runNotes(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	formats := all.Formats().Clone()
	formats.Register(notesFormat, notes{})
	formats.Register(converter.Format{Name: "env", Extensions: []string{".env"}}, converter.Func(convertEnv))
	var out, errs bytes.Buffer
	p := cli.Program{Name: "mine", Formats: formats, Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs}
	code = p.Run(t.Context(), args)
	return code, out.String(), errs.String()
}

// A third party's options are in help and completion.
func TestOptionHelp(t *testing.T) {
	for _, command := range []string{"convert", "inspect"} {
		_, help, _ := runNotes(t, "help", command)
		for _, want := range []string{
			"--mark CHAR ", "CHAR before a note (notes)",
			"--order ORDER ", "ORDER of the notes (notes) (default given)",
			"--top N ", "--tag TAG ", "--upper ", "in capitals (notes)",
			"--notes-force TEXT ", // the same for both, though only convert has --force
		} {
			if !strings.Contains(help, want) {
				t.Errorf("help %s lacks %q:\n%s", command, want, help)
			}
		}
	}
	for want, args := range map[string][]string{
		"sorted\n":  {"convert", "--order", ""},
		"*\nany\n":  {"inspect", "--mark", ""},
		"--notes-f": {"convert", "--notes"},
		"notes\n":   {"convert", "--format", ""},
	} {
		if _, got, _ := runNotes(t, append([]string{"__complete"}, args...)...); !strings.Contains(got, want) {
			t.Errorf("%q completes to %s", args, got)
		}
	}
	if _, list, _ := runNotes(t, "formats"); !strings.Contains(list, "--mark --order --top --tag --upper --notes-force\n") {
		t.Error(list)
	}
	_, list, _ := runNotes(t, "formats", "--json")
	var formats []struct {
		Name    string
		Options []map[string]any
	}
	if err := json.Unmarshal([]byte(list), &formats); err != nil {
		t.Fatal(err)
	}
	for _, f := range formats {
		if f.Name == "notes" && (len(f.Options) != 6 || f.Options[1]["kind"] != "choice" || f.Options[1]["default"] != "given") {
			t.Errorf("%+v", f)
		}
	}
}

// What is wrong with an option is a mistake in the usage, and says what is allowed.
func TestOptionErrors(t *testing.T) {
	dir := t.TempDir()
	in, env := filepath.Join(dir, "my.notes"), filepath.Join(dir, "site.env")
	packed, packedEnv := filepath.Join(dir, "my.notes.gz"), filepath.Join(dir, "site.env.gz")
	out := filepath.Join(dir, "x.db")
	writeFile(t, in, "*b\n*a\n")
	writeFile(t, env, "PORT=80\n")
	writeFile(t, packed, zipped("*b\n*a\n"))
	writeFile(t, packedEnv, zipped("PORT=80\n"))
	for want, args := range map[string][]string{
		`--mark "ab": want one ASCII character, tab, space, or any`:                      {in, "--mark", "ab"},
		`--order "srted": want one of given, sorted; did you mean sorted?`:               {in, "--order", "srted"},
		`--top "-1": want a number of 0 or more`:                                         {in, "--top", "-1"},
		`--upper "perhaps": want yes or no`:                                              {in, "--upper=perhaps"},
		`unknown flag: --ordre; did you mean --order?`:                                   {in, "--ordre", "sorted"},
		`--order needs a value: ORDER of the notes (notes)`:                              {in, "--order"},
		`--format note: there is no such format; there are sqlite, `:                     {in, "--format", "note"},
		`; did you mean notes?`:                                                          {in, "--format", "note"},
		`--delimiter is not for notes, which my.notes is; it is for tsv, csv`:            {in, "--delimiter", ";"},
		`--order is not for env, which site.env is; it is for notes`:                     {env, "--order", "sorted"},
		`--order is not for env, which site.env.gz is; it is for notes`:                  {packedEnv, "--order", "sorted"},
		`--delimiter is not for notes, which my.notes.gz is; it is for tsv, csv`:         {packed, "--delimiter", ";"},
		`--sheet is not for gzip, which my.notes.gz is; it is for xlsx, xls`:             {packed, "--format", "csv", "--sheet", "x"},
		`--notes-force is not for csv, which my.notes is; it is for notes`:               {in, "--format", "csv", "--notes-force", "x"},
		"if any flags in the group [header no-header] are set none of the others can be": {in, "--header", "--no-header"},
	} {
		code, _, stderr := runNotes(t, append([]string{"convert", "-o", out}, args...)...)
		if code != 2 || !strings.Contains(stderr, want) {
			t.Errorf("%q: exit %d: %s, want %s", args, code, stderr, want)
		}
		if _, err := os.Stat(out); err == nil {
			t.Fatalf("%q: a database was written", args)
		}
	}
}

// The command that inspect ends with has what was given, what was found out, and what holds
// otherwise; and it makes the same database, of what is packed as well.
func TestOptionsRepeated(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	writeFile(t, "my.notes", "*b\n*a\n")
	writeFile(t, "my.notes.gz", zipped("*b\n*a\n"))
	writeFile(t, "tab.notes", "\tb\n")
	writeFile(t, "site.env.gz", zipped("PORT=80\n"))
	writeFile(t, "a.csv", "a;b\n1;2\n")
	writeFile(t, "twice.csv.gz.gz", zipped(zipped("a;b\n1;2\n")))
	for want, args := range map[string][]string{
		"--format notes --mark '*' --order given -o my.db my.notes":                                                  {"my.notes"},
		"--format notes --mark '*' --order given -o my.db my.notes.gz":                                               {"my.notes.gz"},
		"--format notes --mark tab --order given -o tab.db tab.notes":                                                {"tab.notes"},
		"--format notes --order given -o out.db my.notes tab.notes":                                                  {"my.notes", "tab.notes"},
		"--format notes --mark b --order sorted --top 1 --tag x --tag y --upper --notes-force '!' -o my.db my.notes": {"my.notes", "--upper", "--notes-force", "!", "--tag", "x", "--tag", "y", "--top", "1", "--order", "sorted", "--mark", "b"},
		"--format notes --mark '*' --order given --upper=no -o my.db my.notes":                                       {"my.notes", "--upper=no"},
		"--format env -o site.db site.env.gz":                                                                        {"site.env.gz"},
		"--order sorted -o out.db my.notes a.csv":                                                                    {"my.notes", "a.csv", "--order", "sorted"},
		"--format csv --encoding utf-8 --delimiter ';' --quote '\"' --skip 0 --header -o a.db a.csv":                 {"a.csv"},
		"--format gzip -o twice.csv.db twice.csv.gz.gz":                                                              {"twice.csv.gz.gz"},
	} {
		code, stdout, stderr := runNotes(t, append([]string{"inspect", "--json"}, args...)...)
		var inspection struct{ Command []string }
		if err := json.Unmarshal([]byte(stdout), &inspection); err != nil || code != 0 {
			t.Fatalf("%q: exit %d: %s", args, code, stderr)
		}
		_, text, _ := runNotes(t, append([]string{"inspect"}, args...)...)
		if !strings.HasSuffix(text, "\n  mine convert "+want+"\n") {
			t.Errorf("%q: got %s\nwant %s", args, text, want)
		}
		words := inspection.Command
		words[slices.Index(words, "-o")+1] = "again.db"
		if code, _, stderr := runNotes(t, words[1:]...); code != 0 {
			t.Fatalf("%q: exit %d: %s", words, code, stderr)
		}
		if code, _, stderr := runNotes(t, append([]string{"convert", "-o", "plain.db"}, args...)...); code != 0 {
			t.Fatalf("%q: exit %d: %s", args, code, stderr)
		}
		if same("again.db", "plain.db", os.ReadFile) != 0 {
			t.Errorf("%q makes another database", words)
		}
		os.Remove("again.db")
		os.Remove("plain.db")
	}
}

func zipped(text string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write([]byte(text))
	w.Close()
	return b.String()
}
