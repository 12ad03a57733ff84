// Package plaintext opens documents that are text: it finds out their encoding, records it,
// and reads them as UTF-8.
//
// Text is UTF-8 until it is disproved, which may be as late as its last byte. Then the whole
// document is surveyed, and read again from its start: as UTF-8 with some bytes that are
// none, or in the encoding that it most looks like.
package plaintext

import (
	"encoding/json"
	"fmt"
	"io"
	"sync"
	"unicode/utf8"

	"github.com/dustin/go-humanize"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/bytemask"
	"github.com/dynasette/dynasette/converter/internal/charset"
)

// Asked is the reason for what an option says.
const asked = "as asked for"

// Text is a document's text in UTF-8, without byte order mark.
type Text struct {
	io.Reader
	Start   int64 // of the text in the document: the length of its mark
	Decoded bool  // it is not the document's own bytes, and valid for certain

	in      *converter.Input
	out     *converter.Writer
	asked   bool
	claim   claim
	claimed string // the encoding that it means; "" if there is none
	verdict

	contradicted sync.Once
	disproved    sync.Once
	again        error // what disproves UTF-8
}

// A claim is what is said of the encoding, by others or by the document itself.
type claim struct {
	converter.Setting
	own bool
}

// A verdict is how to read a document. A run that finds out passes it to the next one.
type verdict struct {
	Encoding string
	Why      string
	Lenient  bool           // it is UTF-8 with bytes that are none
	Guess    bool           // Next is what it may be instead
	Next     string         `json:",omitempty"`
	First    charset.Strays // what is not UTF-8, if it is a guess
	UTF8     int64          `json:",omitempty"` // how many characters seem to be all the same
}

// recalled is the key of verdicts in Writer.Again.
const recalled = "encoding"

// Open opens a document in the encoding that is asked for, or, if encoding is "", in the one
// that it has.
func Open(in *converter.Input, out *converter.Writer, encoding string) (*Text, error) {
	return OpenDeclared(in, out, encoding, "")
}

// OpenDeclared is Open for a document that says in which encoding it is; that is believed where
// its bytes allow it.
func OpenDeclared(in *converter.Input, out *converter.Writer, encoding, declared string) (*Text, error) {
	t := &Text{in: in, out: out, asked: encoding != ""}
	head, err := in.Head(64 << 10)
	if err != nil {
		return nil, err
	}
	if !t.asked {
		t.hear(head, declared)
	}
	if err := t.judge(head, encoding); err != nil {
		return nil, err
	}
	if err := t.Check(charset.Whole(head)); err != nil {
		return nil, err
	}
	out.Describe("encoding", t.Encoding, t.Why)
	if t.claimed != "" && t.claimed != t.Encoding && t.Decoded {
		t.contradict(t.Why)
	}
	if t.Guess {
		out.Report(t.guess())
	}
	if t.UTF8 > 0 {
		out.Report(t.inside())
	}
	t.Reader = t.reader(true)
	return t, nil
}

// hear takes note of what is said of the encoding.
func (t *Text) hear(head []byte, declared string) {
	said, ok := t.out.Claim("encoding")
	c := claim{said, false}
	if !ok && declared != "" {
		c, ok = claim{converter.Setting{Value: declared}, true}, true
	}
	if !ok {
		return
	}
	encoding, err := charset.Find(c.Value, head)
	if err != nil {
		t.out.Report(c.untrue("which is none that is known: it is found out"))
		return
	}
	t.claim, t.claimed = c, encoding
}

// contradict says once that the encoding is not the one that was claimed.
func (t *Text) contradict(because string) {
	t.contradicted.Do(func() { t.out.Report(t.claim.untrue(fmt.Sprintf("and is %s: %s", t.Encoding, because))) })
}

// untrue is the finding that a claim does not hold.
func (c claim) untrue(but string) converter.Finding {
	if c.own {
		return converter.Finding{Code: "claim-untrue", Message: fmt.Sprintf("the document says that its encoding is %s, %s", c.Value, but)}
	}
	return converter.Finding{Code: "claim-untrue", Rule: c.Origin.String(), Message: fmt.Sprintf("the encoding was to be %s, %s", c.Value, but)}
}

// by says whose claim it is.
func (c claim) by() string {
	if c.own {
		return "the document"
	}
	return c.Origin.String()
}

// Made returns text that a document was made, which is UTF-8 for certain.
func Made(in *converter.Input) *Text {
	t := &Text{Decoded: true, in: in, verdict: verdict{Encoding: charset.UTF8}}
	t.Reader = t.bytes()
	return t
}

// judge finds out how to read the document, as far as its head and former runs tell.
func (t *Text) judge(head []byte, encoding string) (err error) {
	found, why, mark := charset.Evident(head)
	switch saved := t.out.Recall(recalled); {
	case saved != "":
		err = json.Unmarshal([]byte(saved), &t.verdict)
	case t.asked:
		if t.Encoding, err = charset.Find(encoding, head); err != nil {
			return fmt.Errorf("encoding %q: %w", encoding, err)
		}
		t.Why = asked
	case found != "":
		t.Encoding, t.Why = found, why
	default:
		t.Encoding, t.Why = charset.UTF8, "valid over the whole document"
	}
	t.Decoded = t.Lenient || t.Encoding != charset.UTF8
	if found == t.Encoding {
		t.Start = int64(mark)
	}
	return err
}

// reader returns a reader of the text; what it finds at the end is reported or not.
func (t *Text) reader(report bool) io.Reader {
	if !t.Decoded {
		return t.bytes()
	}
	d := &decoding{Reader: charset.NewReader(t.bytes(), t.Encoding), text: t}
	if report {
		d.report = t.out.Report
	}
	return d
}

// bytes returns a reader of the document behind its mark.
func (t *Text) bytes() io.Reader {
	r := t.in.Reader()
	r.Seek(t.Start, io.SeekStart) // does not fail
	return r
}

// Reread returns another reader of the same text from its start.
func (t *Text) Reread() io.Reader { return t.reader(false) }

// Check proves that a piece of the text is UTF-8: whole characters, since a piece ends where
// a row or the text does. If it is not, the error asks for another run. It may be called by
// several goroutines.
func (t *Text) Check(piece []byte) error {
	if t.Decoded {
		return nil
	}
	if bytemask.ValidUTF8(piece) {
		if t.claimed != "" && t.claimed != charset.UTF8 && !ascii(piece) {
			t.contradict("all of it is valid, and there are characters besides ASCII's")
		}
		return nil
	}
	t.disproved.Do(func() { t.again = t.disprove() })
	return t.again
}

// Excuse returns the error of a document that is broken, or one that asks for another run if
// it is not UTF-8: then it may only have been misread.
func (t *Text) Excuse(err error) error {
	if t.Decoded || !converter.Permanent(err) {
		return err
	}
	s, failed := charset.NewSurvey(t.bytes())
	if failed != nil || s.Strays.Count == 0 {
		return err
	}
	return t.Check([]byte{s.Strays.Byte})
}

// disprove finds out how to read a document that is not sound UTF-8.
func (t *Text) disprove() error {
	v := verdict{Encoding: charset.UTF8, Why: asked, Lenient: true}
	if !t.asked {
		s, err := charset.NewSurvey(t.bytes())
		if err != nil {
			return err
		}
		v = t.weigh(s)
	}
	saved, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return t.out.Again(recalled, string(saved))
}

// ascii reports whether text has characters of ASCII only.
func ascii(text []byte) bool {
	for _, c := range text {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// weigh says how to read a document that is not sound UTF-8: in the encoding that is claimed,
// if there is one.
func (t *Text) weigh(s *charset.Survey) verdict {
	first := fmt.Sprintf("byte 0x%02x at %d is not UTF-8", s.Strays.Byte, t.Start+s.Strays.Offset)
	if t.Start > 0 || s.IsUTF8() {
		return verdict{Encoding: charset.UTF8, Lenient: true, Why: fmt.Sprintf("%s characters are, though %s", humanize.Comma(s.Sequences), first)}
	}
	if t.claimed != "" && t.claimed != charset.UTF8 {
		return verdict{Encoding: t.claimed, Why: fmt.Sprintf("%s says so, and %s", t.claim.by(), first)}
	}
	v := verdict{Guess: true, Why: first, First: s.Strays}
	if v.Encoding, v.Next = s.Guess(); v.Encoding == charset.Default {
		v.UTF8 = s.Latin
	}
	return v
}

// guess says that the encoding is one.
func (t *Text) guess() converter.Finding {
	f := converter.Finding{Code: "encoding-guessed", Severity: converter.Doubt,
		Message: "the text is not UTF-8, and the encoding " + t.Encoding + " is a guess",
		Line:    t.First.Line, Offset: t.Start + t.First.Offset, Try: []string{"--encoding", "NAME"}}
	if t.Next != "" {
		f.Message += "; next is " + t.Next
		f.Try[1] = t.Next
	}
	return f
}

// inside says that there is some UTF-8 in text that is not.
func (t *Text) inside() converter.Finding {
	return converter.Finding{Code: "utf-8-inside", Severity: converter.Doubt, Count: t.UTF8, Try: []string{"--encoding", charset.UTF8},
		Message: "characters that are spelled as in UTF-8 are read as " + t.Encoding + ", as most of the others have to be"}
}

// A decoding is a reader that reports at the end what was stray.
type decoding struct {
	*charset.Reader
	text   *Text
	report func(converter.Finding) // nil: not, or no more
}

func (d *decoding) Read(p []byte) (int, error) {
	n, err := d.Reader.Read(p)
	if err == io.EOF && d.report != nil && d.Strays.Count > 0 {
		d.report(d.text.strays(d.Strays))
		d.report = nil
	}
	return n, err
}

// strays says that some bytes are no characters.
func (t *Text) strays(s charset.Strays) converter.Finding {
	f := converter.Finding{Code: "bytes-stray", Severity: converter.Doubt, Message: charset.Reading(t.Encoding),
		Count: s.Count, Line: s.Line, Offset: t.Start + s.Offset, Example: fmt.Sprintf("0x%02x", s.Byte), Try: []string{"--encoding", "NAME"}}
	if t.Encoding == charset.UTF8 {
		f.Try[1] = charset.Default
	}
	return f
}

// A proving reads text in UTF-8 and proves it.
type proving struct {
	text *Text
	held []byte // the beginning of a character
}

// Proved returns a reader of the text that checks it on the way.
func (t *Text) Proved() io.Reader {
	if t.Decoded {
		return t.Reader
	}
	return &proving{text: t}
}

func (p *proving) Read(b []byte) (int, error) {
	n, err := p.text.Reader.Read(b)
	piece := b[:n]
	if len(p.held) > 0 {
		piece = append(p.held, piece...)
	}
	known := piece
	if err == nil {
		known = charset.Whole(piece)
	}
	if failed := p.text.Check(known); failed != nil {
		return 0, failed
	}
	p.held = append([]byte(nil), piece[len(known):]...)
	return n, err
}
