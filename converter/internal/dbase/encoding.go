package dbase

import (
	"encoding/json"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"unicode/utf8"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/charset"
)

// An encoding is that of a table's texts. It is believed what says so, in this order: who asks for it, rules, a
// .cpg file, the header. If nothing does, or it is UTF-8, texts are that until one is not, and then
// what they look like.
type encoding struct {
	verdict
	names     []string     // of the fields, decoded
	told      bool         // the table itself tells the encoding, or a file beside it
	utf8      atomic.Int64 // texts that are not ASCII, and UTF-8
	other     atomic.Bool  // there is one that is not UTF-8
	disproved sync.Once
	again     error // what disproves UTF-8
}

// A verdict is how to read texts. A run that finds out passes it to the next one.
type verdict struct {
	Encoding string
	Why      string
	Lenient  bool   // it is UTF-8 with bytes that are none
	Guess    bool   // Next is what it may be instead
	Next     string `json:",omitempty"`
}

const encodingKey = "encoding"

// decodes returns the encoding that texts have to be decoded from, if they have to be.
func (e *encoding) decodes() (string, bool) {
	return e.Encoding, e.Lenient || e.Encoding != charset.UTF8
}

// findEncoding finds out how texts are encoded, as far as that is said, and decodes the fields' names.
func (t *Table) findEncoding() error {
	v, err := t.said()
	if err != nil {
		return err
	}
	t.text.verdict = v
	if _, decodes := t.text.decodes(); !decodes {
		for i := range t.fields {
			if !utf8.Valid(t.fields[i].name) {
				if t.text.verdict, err = t.weigh(t.fields[i].name); err != nil {
					return err
				}
				break
			}
		}
	}
	v = t.text.verdict
	t.out.Describe("encoding", v.Encoding, v.Why)
	if v.Guess {
		f := converter.Finding{Code: "encoding-guessed", Severity: converter.Doubt, Try: []string{"--encoding", "NAME"},
			Message: v.Why + ", so that the encoding " + v.Encoding + " is a guess"}
		if v.Next != "" {
			f.Message += "; next is " + v.Next
			f.Try[1] = v.Next
		}
		t.out.Report(f)
	}
	name, decodes := t.text.decodes()
	for i := range t.fields {
		called := string(t.fields[i].name)
		if decodes {
			called = string(charset.NewDecoder(name).Append(nil, t.fields[i].name))
		}
		t.text.names = append(t.text.names, called)
	}
	return nil
}

// nameOf returns the name of a field.
func (t *Table) nameOf(n int) string { return t.text.names[n] }

// said returns the encoding that something says.
func (t *Table) said() (v verdict, err error) {
	if saved := t.out.Recall(encodingKey); saved != "" {
		return v, json.Unmarshal([]byte(saved), &v)
	}
	if t.Encoding != "" {
		if v.Encoding, err = charset.Find(t.Encoding, nil); err != nil {
			return v, fmt.Errorf("encoding %q: %w", t.Encoding, err)
		}
		v.Why, v.Lenient = "as asked for", true
		return v, nil
	}
	if claim, ok := t.out.Claim(encodingKey); ok {
		found, err := charset.Find(claim.Value, nil)
		if err == nil {
			return verdict{Encoding: found, Why: claim.Origin.String() + " says so"}, nil
		}
		t.out.Report(converter.Finding{Code: "claim-untrue", Rule: claim.Origin.String(),
			Message: fmt.Sprintf("the encoding was to be %s, which is none that is known: it is found out", claim.Value)})
	}
	if v, ok, err := t.codePage(); ok || err != nil {
		t.text.told = ok
		return v, err
	}
	if name, why := t.driven(); name != "" {
		found, err := charset.Find(name, nil)
		if err == nil {
			t.text.told = true
			return verdict{Encoding: found, Why: why}, nil
		}
	}
	return verdict{Encoding: charset.UTF8, Why: "valid over the whole document"}, nil
}

// codePage returns what a .cpg file says.
func (t *Table) codePage() (v verdict, ok bool, err error) {
	in, closer, err := Beside(t.in, ".cpg", ".cst")
	if in == nil {
		return v, false, err
	}
	defer closer.Close()
	const longest = 100
	text, err := in.Head(longest)
	if err != nil {
		return v, false, err
	}
	if found := codePage(string(text)); found != "" {
		return verdict{Encoding: found, Why: in.Name + " says so"}, true, nil
	}
	t.out.Report(converter.Finding{Code: "encoding-unknown", Severity: converter.Doubt, Example: string(text), Try: []string{"--encoding", "NAME"},
		Message: "the encoding that a .cpg file names is none that is known: it is found out"})
	return v, false, nil
}

// driven returns the encoding that the header names, and how.
func (t *Table) driven() (name, why string) {
	if name := encodingOf(t.driver); name != "" {
		return name, "the language driver " + t.driver
	}
	return languages[t.language], fmt.Sprintf("the language driver 0x%02x", t.language)
}

// decoded returns a text of the data that is not all ASCII, which stands in a field of that size.
func (f *filler) decoded(n, from, to, size int) (converter.Cell, error) {
	text := f.b.Data[from:to:to]
	name, decodes := f.table.text.decodes()
	if isASCII(text) && name != "iso-2022-jp" || name == charset.UTF8 && utf8.Valid(text) {
		return converter.Span(converter.KindText, from, to-from), nil
	}
	if !decodes {
		if whole := charset.Whole(text); to-from == size && utf8.Valid(whole) {
			f.note(n, oddCut, whole)
			return converter.Span(converter.KindText, from, len(whole)), nil
		}
		return converter.Cell{}, f.table.disprove(text)
	}
	f.table.text.compare(text, to-from == size)
	at, strays := len(f.b.Data), f.decode.Strays
	f.b.Data = f.decode.Append(f.b.Data, text)
	const most = 3 // bytes of a character that is cut in two
	for cut := 1; f.decode.Strays > strays && to-from == size && cut <= min(most, len(text)-1); cut++ {
		again := charset.NewDecoder(name)
		if whole := again.Append(nil, text[:len(text)-cut]); again.Strays == 0 {
			f.decode.Strays = strays
			f.b.Data = append(f.b.Data[:at], whole...)
			f.note(n, oddCut, whole)
		}
	}
	if f.decode.Strays > strays {
		f.note(n, oddBytes, f.b.Data[at:])
	}
	return converter.Span(converter.KindText, at, len(f.b.Data)-at), nil
}

// compare counts a text that is not ASCII as UTF-8 or not; it may be cut off by the end of its field.
func (e *encoding) compare(text []byte, full bool) {
	if !e.told || e.Lenient || e.Guess || e.other.Load() {
		return
	}
	if full {
		text = charset.Whole(text)
	}
	switch {
	case !utf8.Valid(text):
		e.other.Store(true)
	case !isASCII(text):
		e.utf8.Add(1)
	}
}

// doubt reports an encoding that is told and may be none of the texts', as all are UTF-8: those of others
// hardly ever are.
func (t *Table) doubt() {
	e := &t.text
	if n := e.utf8.Load(); n > 0 && !e.other.Load() {
		t.out.Report(converter.Finding{Code: "encoding-doubtful", Severity: converter.Doubt, Count: n, Try: []string{"--encoding", charset.UTF8},
			Message: "a text is read as " + e.Encoding + ", as " + e.Why + " has it, and looks like UTF-8, as all do that are not ASCII"})
	}
}

// disprove returns an error that asks for another run, in another encoding than UTF-8. It may be called by
// several goroutines.
func (t *Table) disprove(text []byte) error {
	t.text.disproved.Do(func() {
		v, err := t.weigh(text)
		if err == nil {
			var saved []byte
			if saved, err = json.Marshal(v); err == nil {
				err = t.out.Again(encodingKey, string(saved))
			}
		}
		t.text.again = err
	})
	return t.text.again
}

// weigh says how to read texts that are not all UTF-8, as one of them shows.
func (t *Table) weigh(text []byte) (verdict, error) {
	s, err := charset.NewSurvey(&texts{table: t, text: append([]byte(nil), text...)})
	if err != nil {
		return verdict{}, err
	}
	if s.IsUTF8() {
		return verdict{Encoding: charset.UTF8, Lenient: true, Why: "most of what is not ASCII is"}, nil
	}
	v := verdict{Guess: true, Why: "the texts are not UTF-8"}
	if name, why := t.driven(); name != "" {
		if found, err := charset.Find(name, nil); err == nil {
			return verdict{Encoding: found, Why: why + ", as the texts are not UTF-8"}, nil
		}
		v.Why += ", and " + name + " can't be read, as " + why + " has it"
	}
	v.Encoding, v.Next = s.Guess()
	return v, nil
}

// texts reads all texts of a table, a line each.
type texts struct {
	table *Table
	text  []byte // to be read
	next  int64
}

func (r *texts) Read(p []byte) (int, error) {
	for len(r.text) == 0 {
		if r.next == r.table.Records {
			return 0, io.EOF
		}
		t := r.table
		n := min(t.Records-r.next, max(1, chunkBytes/int64(t.width)))
		raw := make([]byte, int(n)*t.width)
		if err := readFull(t.in, raw, t.start+r.next*int64(t.width)); err != nil {
			return 0, err
		}
		r.next += n
		for at := 0; at < len(raw); at += t.width {
			for i := range t.fields {
				f := &t.fields[i]
				value := raw[at+f.at : at+f.at+f.width]
				if (f.kind == text || f.kind == varchar) && f.flags&isBinary == 0 && !isASCII(value) {
					r.text = append(append(r.text, trimmed(value)...), '\n')
				}
			}
		}
	}
	n := copy(p, r.text)
	r.text = r.text[n:]
	return n, nil
}

// trimmed returns a value without what pads it.
func trimmed(value []byte) []byte {
	for len(value) > 0 && (value[len(value)-1] == ' ' || value[len(value)-1] == 0) {
		value = value[:len(value)-1]
	}
	return value
}
