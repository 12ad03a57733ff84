package xmltext

import (
	"bytes"
	stdxml "encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/dynasette/dynasette/converter"
)

// events are what a reader reads, with text in one piece.
func events(r *Reader) (list []string, err error) {
	text := ""
	for {
		kind, err := r.Next()
		if err != nil || kind != Text {
			if text != "" {
				list = append(list, fmt.Sprintf("%q", text))
			}
			text = ""
		}
		switch {
		case err == io.EOF:
			return list, nil
		case err != nil:
			return list, err
		case kind == Text:
			text += string(r.Text)
		case kind == End:
			list = append(list, "/"+r.Name.Local)
		default:
			s := r.Name.Space + "|" + r.Name.Local
			for _, a := range r.Attrs {
				s += fmt.Sprintf(" %s|%s=%q", a.Name.Space, a.Name.Local, a.Value)
			}
			list = append(list, s)
		}
	}
}

// standard is the same of encoding/xml.
func standard(text []byte) (list []string, err error) {
	d := stdxml.NewDecoder(bytes.NewReader(text))
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	var pending string
	flush := func() {
		if pending != "" {
			list = append(list, fmt.Sprintf("%q", pending))
		}
		pending = ""
	}
	depth := 0
	for {
		t, err := d.Token()
		if err == io.EOF {
			return list, nil
		}
		if err != nil {
			return list, err
		}
		switch t := t.(type) {
		case stdxml.CharData:
			if depth > 0 {
				pending += string(t)
			}
		case stdxml.StartElement:
			flush()
			depth++
			s := t.Name.Space + "|" + t.Name.Local
			for _, a := range t.Attr {
				if a.Name.Space == "xmlns" || a.Name.Space == "" && a.Name.Local == "xmlns" {
					continue
				}
				s += fmt.Sprintf(" %s|%s=%q", a.Name.Space, a.Name.Local, a.Value)
			}
			list = append(list, s)
		case stdxml.EndElement:
			flush()
			depth--
			list = append(list, "/"+t.Name.Local)
		}
	}
}

var sound = []string{
	`<a/>`,
	`<?xml version="1.0" encoding="UTF-8"?><!-- x --><a b="1" c='2'>text<!-- in -->more<b/><b>x</b><?pi d?> tail </a>`,
	`<a xmlns="u" xmlns:p="v" p:x="1" y="2"><p:b xmlns:p="w" p:x="3"/><p:b/><b xmlns=""/></a>`,
	`<a>&lt;&amp;&#228;&#xE4;&quot;&apos;&gt;</a>`,
	`<a b="&lt;&#10;x"><![CDATA[<b>&amp;]]]]><![CDATA[>]]></a>`,
	"<a>\r\nline\rline\n</a>",
	"<a  b = '1'\n\tc=\"2\" ></a >\n<!-- end -->\n",
	"<äö ü='ß'>日本</äö>",
	`<a>` + strings.Repeat("some text &amp; more ", 9000) + `</a>`,
	`<a b="` + strings.Repeat("value", 50_000) + `"/>`,
	`<a><!--` + strings.Repeat("-x", 70_000) + `--><![CDATA[` + strings.Repeat("]]\r\n", 40_000) + `]]></a>`,
	`<a xml:lang="de"><b p:c="1"/></a>`,
}

// What is read is what encoding/xml reads, however the bytes arrive.
func TestReader(t *testing.T) {
	for _, text := range sound {
		want, err := standard([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		for i := range want { // encoding/xml spells the namespace of xml: as its prefix
			want[i] = strings.ReplaceAll(want[i], " xml|", " "+xmlSpace+"|")
		}
		for name, src := range map[string]io.Reader{"whole": strings.NewReader(text), "in halves": iotest.HalfReader(strings.NewReader(text)),
			"byte by byte": iotest.OneByteReader(strings.NewReader(text)), "with its end": iotest.DataErrReader(strings.NewReader(text))} {
			got, err := events(NewReader(src))
			if err != nil || strings.Join(got, "\n") != strings.Join(want, "\n") {
				t.Errorf("%s, %.80q: %.300q %v\nwant %.300q", name, text, got, err, want)
			}
		}
	}
}

// What is wrong is said, and where.
func TestFaults(t *testing.T) {
	deep := strings.Repeat("<a>", 600)
	laughs := `<!DOCTYPE a [<!ENTITY l0 "lol">`
	for i := range 9 {
		laughs += fmt.Sprintf(`<!ENTITY l%d "%s">`, i+1, strings.Repeat(fmt.Sprintf("&l%d;", i), 10))
	}
	laughs += "]><a>&l9;</a>"
	quadratic := `<!DOCTYPE a [<!ENTITY x "` + strings.Repeat("x", 100_000) + `">]><a>` + strings.Repeat("&x;", 2000) + "</a>"
	attrs := "<a"
	for i := range 1001 {
		attrs += fmt.Sprintf(" a%d=''", i)
	}
	for _, test := range []struct {
		text, want string
		kind       error
	}{
		{"", "there is no element", converter.ErrEmpty},
		{"<a>\n<b>\n</a>", "line 3: </a> where <b> has to end, which begins on line 2", nil},
		{"<a>\n<b>", "line 2: the document ends inside of <b>, which begins on line 2", nil},
		{"<a><b", "the document ends inside of a tag", nil},
		{"<a><!-- x", "the document ends inside of a comment", nil},
		{"<a><![CDATA[ x", "the document ends inside of <![CDATA[", nil},
		{"<a>AT&T</a>", "an & that begins no entity (in text, < is written as &lt; and & as &amp;)", nil},
		{"<a>\n\nAT & T; x</a>", "line 3: an & that begins no entity", nil},
		{"<a>&unknown;</a>", "the entity &unknown; is not declared", nil},
		{"<a>1 < 2</a>", "< with no name behind it", nil},
		{"<a b=1/>", "the value of the attribute b of <a> is not in quotes", nil},
		{"<a b/>", "the attribute b of <a> has no value", nil},
		{"<a b='1' b='2'/>", "the attribute b stands twice in <a>", nil},
		{"<a b='<'/>", "a < in the value", nil},
		{"<a/><b/>", "a second root element, <b>", nil},
		{"<a/>x", "text behind the end of the root element", nil},
		{"x<a/>", "text before the root element", nil},
		{"</a>", "</a> ends an element that has not begun", nil},
		{deep, "elements are more than 512 deep", converter.ErrLimit},
		{laughs, "stands for too much", converter.ErrLimit},
		{quadratic, "entities stand for more than", converter.ErrLimit},
		{attrs + "/>", "more than 1000 attributes", converter.ErrLimit},
		{`<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>`, "the entity &x; is another document, which is not fetched", converter.ErrUnsupported},
		{`<!DOCTYPE a [<!ENTITY x "&y;"><!ENTITY y "&x;">]><a>&x;</a>`, "stands for itself", nil},
		{`<!DOCTYPE a [<!ENTITY x "<b/>">]><a>&x;</a>`, "stands for markup", converter.ErrUnsupported},
		{`<!DOCTYPE a [ <!ELEMENT`, "the document ends inside of a document type", nil},
	} {
		_, err := events(NewReader(strings.NewReader(test.text)))
		var syntax *converter.SyntaxError
		if !errors.As(err, &syntax) || !strings.Contains(err.Error(), test.want) || test.kind != nil && !errors.Is(err, test.kind) {
			t.Errorf("%.60q: %v, want %s", test.text, err, test.want)
		}
	}
	// An error of reading is that, wherever it comes.
	whole := `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a b="c">&amp;text<!-- x --><![CDATA[y]]></a>`
	for n := range whole {
		_, err := events(NewReader(io.MultiReader(strings.NewReader(whole[:n]), iotest.ErrReader(errors.New("broken")))))
		if err == nil || err.Error() != "broken" {
			t.Errorf("reading failed behind %q: %v", whole[:n], err)
		}
	}
}

// The document's own entities, and HTML's, are known.
func TestEntities(t *testing.T) {
	r := NewReader(strings.NewReader(`<!DOCTYPE a SYSTEM "x.dtd" [<!-- <!ENTITY x "no"> --><!ENTITY % p "x"><!ENTITY x "1 &amp; &y;"><!ENTITY y '2 > "1"'>]>
<a b="&x;">&x;&nbsp;&eacute;</a>`))
	got, err := events(r)
	want := []string{`|a |b="1 & 2 > \"1\""`, `"1 & 2 > \"1\"` + `\u00a0é"`, "/a"}
	if err != nil || strings.Join(got, "\n") != strings.Join(want, "\n") || r.HTML != 2 {
		t.Errorf("%q, %v, %d of HTML", got, err, r.HTML)
	}
}

// Programs that know characters as UTF-16 write a number for each half of one.
func TestHalves(t *testing.T) {
	for text, want := range map[string]string{
		"a&#55357;&#56832;b": "a😀b", "&#xD83D;&#xde00;&#55357;&#56833;": "😀😁", "&#55357;": "&#55357;", "&#56832;&#55357;": "&#56832;&#55357;",
		"&#55357;-&#56832;": "&#55357;-&#56832;", "&#55357;&#55357;&#56832;": "&#55357;😀", "&amp;;&#56832;": "&;&#56832;", "&#128512;;": "😀;",
		"&#55357;&#65;": "&#55357;A", "&amp;#1;&#56832;": "&#1;&#56832;",
	} {
		r := NewReader(strings.NewReader(`<a b="` + text + `">` + text + `</a>`))
		got, err := events(r)
		if list := []string{fmt.Sprintf("|a |b=%q", want), fmt.Sprintf("%q", want), "/a"}; err != nil || strings.Join(got, "\n") != strings.Join(list, "\n") {
			t.Errorf("%s: %q, %v, want %q", text, got, err, list)
		}
	}
}

func TestSniff(t *testing.T) {
	for text, want := range map[string]bool{
		`<?xml version="1.0"?><a/>`: true, "<x><b/></x>": true, "\xef\xbb\xbf<?xml version='1.0'?>\n<!-- x --><!DOCTYPE a><a>": true,
		"<b>,n\n1,2\n": false, "<5,>5\n1,2\n": false, "<div>x</div>": false, "<a>": false, "": false, "<": false, "a,b\n": false,
		"\xff\xfe<\x00x\x00/\x00>\x00": true, `<Envelope xmlns="u">`: true, "<!-- a note -->\n# Title": false,
	} {
		if Sniff([]byte(text)) != want {
			t.Errorf("%q: %v", text, !want)
		}
	}
	if n := Root([]byte("<?xml version='1.0'?><k:kml xmlns:k='http://www.opengis.net/kml/2.2'>")); n == nil || n.Local != "kml" || n.Space != "http://www.opengis.net/kml/2.2" {
		t.Errorf("%+v", n)
	}
}

// Any bytes are read the same, however they arrive.
func FuzzReader(f *testing.F) {
	for _, text := range sound {
		if len(text) < 1000 {
			f.Add([]byte(text))
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		got, err := events(NewReader(bytes.NewReader(text)))
		other, otherErr := events(NewReader(iotest.OneByteReader(bytes.NewReader(text))))
		if fmt.Sprint(got, err) != fmt.Sprint(other, otherErr) {
			t.Errorf("byte by byte: %q %v, and else %q %v", other, otherErr, got, err)
		}
	})
}

func BenchmarkReader(b *testing.B) {
	text := []byte("<towns>" + strings.Repeat("<town id=\"1\" name=\"Bern\">\n  <population>133115</population>\n  <note>on the Aare &amp; old</note>\n</town>\n", 10_000) + "</towns>")
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		r := NewReader(bytes.NewReader(text))
		for {
			if _, err := r.Next(); err == io.EOF {
				break
			} else if err != nil {
				b.Fatal(err)
			}
		}
	}
}
