package yaml

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/internal/pattern"
)

const (
	pieceSize = 256 << 10 // a piece is cut at the next chance from here on
	pieceMax  = 64 << 20  // bytes; a piece that has no place to be cut may be no larger
)

// A piece is a run of a stream's bytes that can be parsed by itself.
type piece struct {
	text []byte
	line int64 // its first line, from 1
	cut  bool  // it begins or ends between two items of one list
}

// A splitter cuts a YAML stream into pieces: at the starts of documents, and of the items
// of a document that is a block sequence, so that a long list is never held as a whole.
//
// The first is exact, since a line that begins with --- or ... is a marker wherever it
// stands (YAML 1.2.2, 9.1.4). The second is a guess, made for speed and memory: an item
// can't hold a line that is indented no more than its dash, but the parser is lenient
// there inside of quotes and brackets, and an alias may mean an earlier item's anchor. In
// both cases a piece does not parse, and the stream has to be split without items.
type splitter struct {
	in     *bufio.Reader
	whole  string // why items can't be split; "" if they can
	size   int    // of a piece, from which on it is cut
	values int    // that a piece may hold at most, roughly

	line      int64  // the number of the line that comes next, from 1
	inside    bool   // what comes next is the rest of a line
	root      int    // what the current document is, see below
	directive bool   // one has been read, for the document that comes next
	ignored   int64  // the line of one that is ignored, and that no --- has followed yet
	began     []byte // the start of the line that the next piece begins with
	cut       bool   // that line begins an item
	end       error
}

// What the current document is: nothing yet, something that can't be cut, or else a
// sequence with that many spaces before its dashes.
const (
	rootNone  = -1
	rootOther = -2
)

func newSplitter(r io.Reader, whole string, values int) *splitter {
	return &splitter{in: bufio.NewReaderSize(r, 64<<10), whole: whole, size: pieceSize, values: values, line: 1, root: rootNone}
}

// next returns the next piece that holds anything, or io.EOF.
func (s *splitter) next() (piece, error) {
	if s.end != nil {
		return piece{}, s.end
	}
	p := piece{line: s.line, text: s.began, cut: s.cut}
	if s.began != nil {
		p.line--
	}
	s.began, s.cut = nil, false
	weight := separators(p.text)
	for {
		line, err := s.in.ReadSlice('\n')
		start := !s.inside && len(line) > 0
		s.inside = err == bufio.ErrBufferFull
		if s.ignored > 0 && (err == io.EOF && len(line) == 0 || start && !introduces(line)) {
			s.end = s.noDirective()
			return piece{}, s.end
		}
		if start {
			if before := s.place(line); before == tagCut || before != noCut && len(p.text) >= s.size {
				s.began, s.cut = bytes.Clone(line), before == itemCut
				p.cut = p.cut || s.cut
				s.line++
				return p, nil
			}
			s.line++
		}
		if loneCR(line) {
			s.root = rootOther // there are line breaks that place does not see
		}
		p.text = append(p.text, line...)
		weight += separators(line)
		switch {
		case weight > s.values || len(p.text) > pieceMax:
			s.end = s.tooLarge(p)
			return piece{}, s.end
		case err == io.EOF:
			s.end = io.EOF
			if s.root == rootNone && blank(p.text) {
				return piece{}, io.EOF
			}
			return p, nil
		case err != nil && err != bufio.ErrBufferFull:
			s.end = err
			return piece{}, err
		}
	}
}

func (s *splitter) tooLarge(p piece) error {
	what, hint := "this part of the document has to be held in memory",
		"make it a list with a dash at the start of each item's line, or several documents separated by ---"
	if s.whole != "" {
		what, hint = "the list can't be read item by item, since "+s.whole, "mend that"
	}
	return &converter.SyntaxError{
		Line: p.line,
		Err:  fmt.Errorf("%s, and has more than %d values or %d MiB: %w", what, s.values, pieceMax>>20, converter.ErrLimit),
		Hint: hint,
	}
}

// noDirective is the error of a directive that can't be one, since it has no document. The
// parser does not see those that are ignored.
func (s *splitter) noDirective() error {
	return &converter.SyntaxError{
		Line: s.ignored,
		Err:  errors.New("a line that begins with % is a directive, and needs a line --- between it and the document"),
		Hint: "put quotes around a key or a value that begins with %",
	}
}

// introduces reports whether a line may follow a directive.
func introduces(line []byte) bool {
	if marker(line) {
		return line[0] == '-'
	}
	return blank(line)
}

// A cutting is a place where a stream can be cut.
type cutting int

const (
	noCut cutting = iota
	documentCut
	itemCut
	tagCut // it has to be cut, since the parser would refuse what comes next
)

// place says whether the stream may be cut before a line, given its start.
func (s *splitter) place(line []byte) cutting {
	if marker(line) {
		before := documentCut
		if s.directive || line[0] == '.' {
			before = noCut
		}
		s.root, s.directive, s.ignored = rootNone, false, 0
		if !blank(line) {
			s.root = rootOther
		}
		return before
	}
	content := bytes.TrimLeft(line, " ")
	indent := len(line) - len(content)
	switch {
	case s.root == rootNone && line[0] == '%':
		before := documentCut
		if s.directive {
			before = noCut
		}
		s.directive = true
		if mendDirective(line) {
			s.ignored = s.line
		}
		return before
	case bytes.HasPrefix(line, []byte("%TAG !")):
		// It has no ... before it, as YAML 1.1 allows.
		s.root, s.directive = rootNone, true
		return tagCut
	case s.root == rootOther || blank(line):
		return noCut
	case content[0] != '-' || len(content) > 1 && !isSpace(content[1]):
		if s.root == rootNone {
			s.root = rootOther
		}
		return noCut
	case s.root == rootNone:
		s.root = rootOther
		if s.whole == "" {
			s.root = indent
		}
		return noCut
	case indent == s.root:
		return itemCut
	}
	return noCut
}

var versionDirective = pattern.New(`^%YAML 1\.[0-9]+[ \t]*( #.*|\t#.*)?\r?\n$`)

// mendDirective makes a comment of a directive that the parser would not take: of versions
// it knows 1.1 only, but reads 1.2 no differently, and directives that it does not know are
// to be ignored (YAML 1.2.2, 6.8). It reports whether that is so, and the line may hold
// anything.
func mendDirective(line []byte) (ignored bool) {
	name := line[1:]
	if at := bytes.IndexFunc(name, unicode.IsSpace); at >= 0 {
		name = name[:at]
	}
	switch {
	case len(name) == 0 || string(name) == "TAG":
		return false
	case string(name) == "YAML" && !versionDirective().Match(line):
		return false
	case line[len(line)-1] != '\n' || loneCR(line):
		return false // there is more than the directive, or nothing after it
	}
	line[0] = '#'
	return string(name) != "YAML"
}

// marker reports whether a line marks the start or the end of a document.
func marker(line []byte) bool {
	return (bytes.HasPrefix(line, []byte("---")) || bytes.HasPrefix(line, []byte("..."))) &&
		(len(line) == 3 || isSpace(line[3]))
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

// loneCR reports whether there are carriage returns that are line breaks by themselves.
func loneCR(line []byte) bool {
	at := bytes.IndexByte(line, '\r')
	return at >= 0 && string(line[at:]) != "\r\n"
}

// blank reports whether text holds no node, but at most markers, comments and directives.
func blank(text []byte) bool {
	for line := range bytes.Lines(text) {
		if marker(line) {
			line = line[3:]
		}
		content := bytes.TrimLeft(line, " \t\r\n")
		if loneCR(line) || len(content) > 0 && content[0] != '#' && line[0] != '%' {
			return false
		}
	}
	return true
}

// separators returns about how many nodes a text may be at most: each but the first needs
// one of these before it.
func separators(text []byte) int {
	n := 0
	for i, c := range text {
		switch c {
		case ',', '[', '{', '\n':
			n++
		case ':', '-', '?':
			if i+1 < len(text) && isSpace(text[i+1]) {
				n++
			}
		}
	}
	return n
}
