package markdown

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/microcosm-cc/bluemonday"

	"github.com/dynasette/dynasette/internal/tries"
)

// twin is a sanitizer that others look after: what users may write, and what GFM makes besides.
func twin() *bluemonday.Policy {
	p := bluemonday.UGCPolicy()
	p.AllowAttrs("class").Matching(regexp.MustCompile(`^language-[\w+#.-]+$`)).OnElements("code")
	p.AllowAttrs("type").Matching(regexp.MustCompile(`^checkbox$`)).OnElements("input")
	p.AllowAttrs("checked", "disabled").Matching(regexp.MustCompile(`^$`)).OnElements("input")
	p.AllowAttrs("style").OnElements("th", "td")
	p.AllowStyles("text-align").MatchingEnum("left", "center", "right").OnElements("th", "td")
	return p
}

var hostile = []string{
	"", " \n", "a < b & c > d &amp; &lt;script&gt; &#60;b", "<b>x", "x</b></p></div>", "<B ONCLICK=x>y</B>",
	"<script>alert(1)</script>x", "<SCRIPT SRC=//x.y/z.js></SCRIPT>", "<scr<script>ipt>alert(1)</scr</script>ipt>", "<script/>a<b>c", "<script>a", "<style>a{}</style>b",
	"<scr\u0130pt>alert(1)</scr\u0130pt>", "<\u017fcript>x", "<script\x00>x", "<scr\x00ipt>x</script>", "<style><!--</style><script>x//--></script>",
	"<img src=x onerror=alert(1)>", "<img src='javascript:alert(1)'>", "<img src=`javascript:x`>", "<IMG \"\"\"><SCRIPT>alert(1)</SCRIPT>\">",
	"<a href='jav&#x09;ascript:alert(1)'>a</a>", "<a href='jav\tascript:x'>a</a>", "<a href=' &#14; javascript:x'>a</a>", "<a href='java\nscript:x'>a</a>",
	"<a href=JaVaScRiPt:x>a</a>", "<a href='&#106;avascript:x'>a</a>", "<a href=vbscript:x>a</a>", "<a href='data:text/html;base64,PHNjcmlwdD4='>a</a>", "<a href='data:text/html, <script>'>a",
	"<a href=//x.y>a</a>", "<a href='x?a=1&b=<c>'>a</a>", "<a href='mailto:a@b.c'>m</a>", "<a href=''>e</a>", "<a href='%zz'>e</a>", "<a href='http://[::1'>e</a>", "<a>n<a href=x>y</a></a>", "<a href=x rel=me target=_blank title='a'>b</a>",
	"<area href=x rel='a b'><area rel=nofollow href=y><area rel=x><area href=x rel='\"'>", "<a href=x href=javascript:y>d</a>", "<a title='a\"><script>x</script>' href=z>q</a>",
	"<svg onload=x><script>y</script></svg>", "<svg><a xlink:href='javascript:x'>y</a></svg>", "<math><mi xlink:href='data:x,y'></math>", "<math><mtext><table><mglyph><style><img src=x onerror=y></style></math>",
	"<iframe src=x>a<b>c</b></iframe>d", "</iframe><iframe>a</iframe>b", "<iframe><iframe>a</iframe>b</iframe>c", "<object>a</object><embed src=x>b", "<noscript><p title='</noscript><img src=x onerror=y>'>", "<title><b>x</b></title>y",
	"<!-- a --><!DOCTYPE x><![CDATA[ <b>x ]]><?php x ?>", "<!--><img src=x onerror=y>-->", "<!--[if gte IE 4]><script>x</script><![endif]-->", "<comment><img src=\"</comment><img src=x onerror=y>\">",
	"<td style='text-align:left'>a</td>", "<td style='TEXT-ALIGN : Center ;'>a", "<th style='text-align:right;color:red'>a", "<td style='text-align:expression(x)'>", "<td style='text-align:\\6c eft'>", "<td style=\"background:url(javascript:x)\">", "<p style='text-align:left'>a",
	"<td align=left valign=top colspan=2 nowrap scope=row headers='a b' abbr=x width='10%'>a", "<col span=2 align=x><ol type=i><li value=3 type=A>x", "<details open>a<summary>b</summary></details>", "<details open=open><details open=x>",
	"<input type=checkbox checked disabled>", "<input type=checkbox checked=x onclick=y>", "<input type=text>", "<input checked>", "<form action=x><button>b</button></form>", "<textarea><script>x</script></textarea>", "<select><option>a</select>",
	"<code class='language-c++'>a</code><code class='x'>b</code><code class='language-a b'>c</code>", "<meter value=1 max=x>m</meter><progress value=.5>p</progress><progress>", "<time datetime='2020-01-01T10:00Z'>t</time>", "<ins cite='http://x' datetime=2020>a</ins><del cite='x y'>", "<q cite=javascript:x>a</q><blockquote cite='/x'>b",
	"<map name=a><area shape=rect coords='1,2' alt=x href=#y></map><map>b</map>", "<img usemap='#a' src=x alt='<b>' align=left height=1 width=2%>", "<img alt=a>", "<img>x</img>", "<bdo>a</bdo><bdo dir=rtl>b</bdo><bdi>c</bdi>",
	"<b id='a b' lang=en dir=RTL title='x'>a</b>", "<b id='<' lang=1 title='<'>a", "<p id=\"a\" onclick=\"b\" a", "<p a='b", "<p/onclick=x>a", "<b/ id=x/>c", "<a/href='x'/title=y>z</a>", "<font color=red>a</font><center>b</center><kbd>k</kbd><xmp><script>x</script></xmp><plaintext><b>x", "<frameset><frame src=x>a",
}

var (
	style = regexp.MustCompile(` style="[^"]*"`) // of a tag: in texts and values a quote is escaped
	align = regexp.MustCompile(`(?i)^ style="text-align: (left|center|right)"$`)
)

func checkTwin(t *testing.T, p *bluemonday.Policy, text string) {
	t.Helper()
	got, want := sanitize(text), p.Sanitize(text)
	for _, s := range style.FindAllString(got, -1) {
		if !align.MatchString(s) {
			t.Errorf("%q: the style%s stays", text, s)
		}
	}
	// Of styles others know more than tables need.
	if got, want := style.ReplaceAllString(got, ""), style.ReplaceAllString(want, ""); got != want {
		t.Errorf("%q: got  %q\nothers make %q", text, got, want)
	}
}

// What is left of HTML is what a sanitizer that is looked after by others leaves.
func TestSanitize(t *testing.T) {
	p := twin()
	for _, text := range hostile {
		checkTwin(t, p, text)
	}
	pieces := append(strings.FieldsFunc(strings.Join(hostile, " "), func(r rune) bool { return r == ' ' }),
		"<", ">", "/", "=", "\"", "'", "`", "&", "<!--", "-->", "</", "/>", "\x00", "\n", "\t", ";", ":", " ", " ", " ")
	for element := range allowed() {
		pieces = append(pieces, "<"+element+" ", "</"+element+">")
	}
	for _, attributes := range allowed() {
		for a := range attributes {
			pieces = append(pieces, " "+a+"=")
		}
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range tries.Of(5000) {
		var text strings.Builder
		for range 1 + random.IntN(20) {
			text.WriteString(pieces[random.IntN(len(pieces))])
			if random.IntN(3) == 0 {
				text.WriteByte(' ')
			}
		}
		checkTwin(t, p, text.String())
	}
}

func FuzzSanitize(f *testing.F) {
	for _, text := range hostile {
		f.Add(text)
	}
	p := twin()
	f.Fuzz(func(t *testing.T, text string) { checkTwin(t, p, text) })
}
