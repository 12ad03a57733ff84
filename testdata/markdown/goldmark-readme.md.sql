PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "documents" ("path" TEXT, "title" TEXT, "text" TEXT, "html" TEXT);
INSERT INTO "documents" VALUES('goldmark-readme.md','goldmark','goldmark
==========================================

[![https://pkg.go.dev/github.com/yuin/goldmark](https://pkg.go.dev/badge/github.com/yuin/goldmark.svg)](https://pkg.go.dev/github.com/yuin/goldmark)
[![https://github.com/yuin/goldmark/actions?query=workflow:test](https://github.com/yuin/goldmark/actions/workflows/test.yaml/badge.svg?branch=master&event=push)](https://github.com/yuin/goldmark/actions?query=workflow:test)
[![https://coveralls.io/github/yuin/goldmark](https://coveralls.io/repos/github/yuin/goldmark/badge.svg?branch=master)](https://coveralls.io/github/yuin/goldmark)

> A Markdown parser written in Go. Easy to extend, standards-compliant, well-structured.

goldmark is compliant with CommonMark 0.31.2.

- [goldmark playground](https://yuin.github.io/goldmark/playground/) : Try goldmark online. This playground is built with WASM(5-10MB).

There is also a Rust version of goldmark: [rushdown](https://github.com/yuin/rushdown)

Motivation
----------------------
I needed a Markdown parser for Go that satisfies the following requirements:

- Easy to extend.
    - Markdown is poor in document expressions compared to other light markup languages such as reStructuredText.
    - We have extensions to the Markdown syntax, e.g. PHP Markdown Extra, GitHub Flavored Markdown.
- Standards-compliant.
    - Markdown has many dialects.
    - GitHub-Flavored Markdown is widely used and is based upon CommonMark, effectively mooting the question of whether or not CommonMark is an ideal specification.
        - CommonMark is complicated and hard to implement.
- Well-structured.
    - AST-based; preserves source position of nodes.
- Written in pure Go.

[golang-commonmark](https://gitlab.com/golang-commonmark/markdown) may be a good choice, but it seems to be a copy of [markdown-it](https://github.com/markdown-it).

[blackfriday.v2](https://github.com/russross/blackfriday/tree/v2) is a fast and widely-used implementation, but is not CommonMark-compliant and cannot be extended from outside of the package, since its AST uses structs instead of interfaces.

Furthermore, its behavior differs from other implementations in some cases, especially regarding lists: [Deep nested lists don''t output correctly #329](https://github.com/russross/blackfriday/issues/329), [List block cannot have a second line #244](https://github.com/russross/blackfriday/issues/244), etc.

This behavior sometimes causes problems. If you migrate your Markdown text from GitHub to blackfriday-based wikis, many lists will immediately be broken.

As mentioned above, CommonMark is complicated and hard to implement, so Markdown parsers based on CommonMark are few and far between.

Features
----------------------

- **Standards-compliant.**  goldmark is fully compliant with the latest [CommonMark](https://commonmark.org/) specification.
- **Extensible.**  Do you want to add a `@username` mention syntax to Markdown?
  You can easily do so in goldmark. You can add your AST nodes,
  parsers for block-level elements, parsers for inline-level elements,
  transformers for paragraphs, transformers for the whole AST structure, and
  renderers.
- **Performance.**  goldmark''s performance is on par with that of cmark,
  the CommonMark reference implementation written in C.
- **Robust.**  goldmark is tested with `go test --fuzz`.
- **Built-in extensions.**  goldmark ships with common extensions like tables, strikethrough,
  task lists, and definition lists.
- **Depends only on standard libraries.**

Installation
----------------------
```bash
$ go get github.com/yuin/goldmark
```


Usage
----------------------
Import packages:

```go
import (
    "bytes"
    "github.com/yuin/goldmark"
)
```


Convert Markdown documents with the CommonMark-compliant mode:

```go
var buf bytes.Buffer
if err := goldmark.Convert(source, &buf); err != nil {
  panic(err)
}
```

With options
------------------------------

```go
var buf bytes.Buffer
if err := goldmark.Convert(source, &buf, parser.WithContext(ctx)); err != nil {
  panic(err)
}
```

| Functional option | Type | Description |
| ----------------- | ---- | ----------- |
| `parser.WithContext` | A `parser.Context` | Context for the parsing phase. |

Context options
----------------------

| Functional option | Type | Description |
| ----------------- | ---- | ----------- |
| `parser.WithIDs` | A `parser.IDs` | `IDs` allows you to change logics that are related to element id(ex: Auto heading id generation). |


Custom parser and renderer
--------------------------
```go
import (
    "bytes"
    "github.com/yuin/goldmark"
    "github.com/yuin/goldmark/extension"
    "github.com/yuin/goldmark/parser"
    "github.com/yuin/goldmark/renderer/html"
)

md := goldmark.New(
          goldmark.WithExtensions(extension.GFM),
          goldmark.WithParserOptions(
              parser.WithAutoHeadingID(),
          ),
          goldmark.WithRendererOptions(
              html.WithHardWraps(),
              html.WithXHTML(),
          ),
      )
var buf bytes.Buffer
if err := md.Convert(source, &buf); err != nil {
    panic(err)
}
```

| Functional option | Type | Description |
| ----------------- | ---- | ----------- |
| `goldmark.WithParser` | `parser.Parser`  | This option must be passed before `goldmark.WithParserOptions` and `goldmark.WithExtensions` |
| `goldmark.WithRenderer` | `renderer.Renderer`  | This option must be passed before `goldmark.WithRendererOptions` and `goldmark.WithExtensions`  |
| `goldmark.WithParserOptions` | `...parser.Option`  |  |
| `goldmark.WithRendererOptions` | `...renderer.Option` |  |
| `goldmark.WithExtensions` | `...goldmark.Extender`  |  |

Parser and Renderer options
------------------------------

### Parser options

| Functional option | Type | Description |
| ----------------- | ---- | ----------- |
| `parser.WithBlockParsers` | A `util.PrioritizedSlice` whose elements are `parser.BlockParser` | Parsers for parsing block level elements. |
| `parser.WithInlineParsers` | A `util.PrioritizedSlice` whose elements are `parser.InlineParser` | Parsers for parsing inline level elements. |
| `parser.WithParagraphTransformers` | A `util.PrioritizedSlice` whose elements are `parser.ParagraphTransformer` | Transformers for transforming paragraph nodes. |
| `parser.WithASTTransformers` | A `util.PrioritizedSlice` whose elements are `parser.ASTTransformer` | Transformers for transforming an AST. |
| `parser.WithAutoHeadingID` | `-` | Enables auto heading ids. |
| `parser.WithAttribute` | `-` | Enables custom attributes. Currently only headings supports attributes. |

### HTML Renderer options

| Functional option | Type | Description |
| ----------------- | ---- | ----------- |
| `html.WithWriter` | `html.Writer` | `html.Writer` for writing contents to an `io.Writer`. |
| `html.WithHardWraps` | `-` | Render newlines as `<br>`.|
| `html.WithXHTML` | `-` | Render as XHTML. |
| `html.WithUnsafe` | `-` | By default, goldmark does not render raw HTML or potentially dangerous links. With this option, goldmark renders such content as written. |

### Built-in extensions

- `extension.Table`
    - [GitHub Flavored Markdown: Tables](https://github.github.com/gfm/#tables-extension-)
- `extension.Strikethrough`
    - [GitHub Flavored Markdown: Strikethrough](https://github.github.com/gfm/#strikethrough-extension-)
- `extension.Linkify`
    - [GitHub Flavored Markdown: Autolinks](https://github.github.com/gfm/#autolinks-extension-)
- `extension.TaskList`
    - [GitHub Flavored Markdown: Task list items](https://github.github.com/gfm/#task-list-items-extension-)
- `extension.GFM`
    - This extension enables Table, Strikethrough, Linkify and TaskList.
    - This extension does not filter tags defined in [6.11: Disallowed Raw HTML (extension)](https://github.github.com/gfm/#disallowed-raw-html-extension-).
    If you need to filter HTML tags, see [Security](#security).
    - If you need to parse github emojis, you can use [goldmark-emoji](https://github.com/yuin/goldmark-emoji) extension.
- `extension.DefinitionList`
    - [PHP Markdown Extra: Definition lists](https://michelf.ca/projects/php-markdown/extra/#def-list)
- `extension.Footnote`
    - [PHP Markdown Extra: Footnotes](https://michelf.ca/projects/php-markdown/extra/#footnotes)
- `extension.Typographer`
    - This extension substitutes punctuations with typographic entities like [smartypants](https://daringfireball.net/projects/smartypants/).
- `extension.CJK`
    - This extension is a shortcut for CJK related functionalities.

### Attributes
The `parser.WithAttribute` option allows you to define attributes on some elements.

Currently only headings support attributes.

**Attributes are being discussed in the
[CommonMark forum](https://talk.commonmark.org/t/consistent-attribute-syntax/272).
This syntax may possibly change in the future.**


#### Headings

```
## heading ## {#id .className attrName=attrValue class="class1 class2"}

## heading {#id .className attrName=attrValue class="class1 class2"}
```

```
heading {#id .className attrName=attrValue}
============
```

### Table extension
The Table extension implements [Table(extension)](https://github.github.com/gfm/#tables-extension-), as
defined in [GitHub Flavored Markdown Spec](https://github.github.com/gfm/).

Specs are defined for XHTML, so specs use some deprecated attributes for HTML5.

You can override alignment rendering method via options.

| Functional option | Type | Description |
| ----------------- | ---- | ----------- |
| `extension.WithTableCellAlignMethod` | `extension.TableCellAlignMethod` | Option indicates how are table cells aligned. |

### Typographer extension

The Typographer extension translates plain ASCII punctuation characters into typographic-punctuation HTML entities.

Default substitutions are:

| Punctuation | Default entity |
| ------------ | ---------- |
| `''`           | `&lsquo;`, `&rsquo;` |
| `"`           | `&ldquo;`, `&rdquo;` |
| `--`       | `&ndash;` |
| `---`      | `&mdash;` |
| `...`      | `&hellip;` |
| `<<`       | `&laquo;` |
| `>>`       | `&raquo;` |

You can override the default substitutions via `extensions.WithTypographicSubstitutions`:

```go
markdown := goldmark.New(
    goldmark.WithExtensions(
        extension.NewTypographer(
            extension.WithTypographicSubstitutions(extension.TypographicSubstitutions{
                extension.LeftSingleQuote:  []byte("&sbquo;"),
                extension.RightSingleQuote: nil, // nil disables a substitution
            }),
        ),
    ),
)
```

### Linkify extension

The Linkify extension implements [Autolinks(extension)](https://github.github.com/gfm/#autolinks-extension-), as
defined in [GitHub Flavored Markdown Spec](https://github.github.com/gfm/).

Since the spec does not define details about URLs, there are numerous ambiguous cases.

You can override autolinking patterns via options.

| Functional option | Type | Description |
| ----------------- | ---- | ----------- |
| `extension.WithLinkifyAllowedProtocols` | `[][]byte \| []string` | List of allowed protocols such as `[]string{ "http:" }` |
| `extension.WithLinkifyURLRegexp` | `*regexp.Regexp` | Regexp that defines URLs, including protocols |
| `extension.WithLinkifyWWWRegexp` | `*regexp.Regexp` | Regexp that defines URL starting with `www.`. This pattern corresponds to [the extended www autolink](https://github.github.com/gfm/#extended-www-autolink) |
| `extension.WithLinkifyEmailRegexp` | `*regexp.Regexp` | Regexp that defines email addresses` |

Example, using [xurls](https://github.com/mvdan/xurls):

```go
import "mvdan.cc/xurls/v2"

markdown := goldmark.New(
    goldmark.WithRendererOptions(
        html.WithXHTML(),
        html.WithUnsafe(),
    ),
    goldmark.WithExtensions(
        extension.NewLinkify(
            extension.WithLinkifyAllowedProtocols([]string{
                "http:",
                "https:",
            }),
            extension.WithLinkifyURLRegexp(
                xurls.Strict(),
            ),
        ),
    ),
)
```

### Footnotes extension

The Footnote extension implements [PHP Markdown Extra: Footnotes](https://michelf.ca/projects/php-markdown/extra/#footnotes).

This extension has some options:

| Functional option | Type | Description |
| ----------------- | ---- | ----------- |
| `extension.WithFootnoteIDPrefix` | `[]byte \| string` |  a prefix for the id attributes.|
| `extension.WithFootnoteIDPrefixFunction` | `func(gast.Node) []byte` |  a function that determines the id attribute for given Node.|
| `extension.WithFootnoteLinkTitle` | `[]byte \| string` |  an optional title attribute for footnote links.|
| `extension.WithFootnoteBacklinkTitle` | `[]byte \| string` |  an optional title attribute for footnote backlinks. |
| `extension.WithFootnoteLinkClass` | `[]byte \| string` |  a class for footnote links. This defaults to `footnote-ref`. |
| `extension.WithFootnoteBacklinkClass` | `[]byte \| string` |  a class for footnote backlinks. This defaults to `footnote-backref`. |
| `extension.WithFootnoteBacklinkHTML` | `[]byte \| string` |  a class for footnote backlinks. This defaults to `&#x21a9;&#xfe0e;`. |

Some options can have special substitutions. Occurrences of “^^” in the string will be replaced by the corresponding footnote number in the HTML output. Occurrences of “%%” will be replaced by a number for the reference (footnotes can have multiple references).

`extension.WithFootnoteIDPrefix` and `extension.WithFootnoteIDPrefixFunction` are useful if you have multiple Markdown documents displayed inside one HTML document to avoid footnote ids to clash each other.

`extension.WithFootnoteIDPrefix` sets fixed id prefix, so you may write codes like the following:

```go
for _, path := range files {
    source := readAll(path)
    prefix := getPrefix(path)

    markdown := goldmark.New(
        goldmark.WithExtensions(
            NewFootnote(
                WithFootnoteIDPrefix(path),
            ),
        ),
    )
    var b bytes.Buffer
    err := markdown.Convert(source, &b)
    if err != nil {
        t.Error(err.Error())
    }
}
```

`extension.WithFootnoteIDPrefixFunction` determines an id prefix by calling given function, so you may write codes like the following:

```go
markdown := goldmark.New(
    goldmark.WithExtensions(
        NewFootnote(
                WithFootnoteIDPrefixFunction(func(n gast.Node) []byte {
                    v, ok := n.OwnerDocument().Meta()["footnote-prefix"]
                    if ok {
                        return util.StringToReadOnlyBytes(v.(string))
                    }
                    return nil
                }),
        ),
    ),
)

for _, path := range files {
    source := readAll(path)
    var b bytes.Buffer

    doc := markdown.Parser().Parse(text.NewReader(source))
    doc.Meta()["footnote-prefix"] = getPrefix(path)
    err := markdown.Renderer().Render(&b, source, doc)
}
```

You can use [goldmark-meta](https://github.com/yuin/goldmark-meta) to define a id prefix in the markdown document:


```markdown
---
title: document title
slug: article1
footnote-prefix: article1
---

# My article

```

### CJK extension
CommonMark gives compatibilities a high priority and original markdown was designed by westerners. So CommonMark lacks considerations for languages like CJK.

This extension provides additional options for CJK users.

| Functional option | Type | Description |
| ----------------- | ---- | ----------- |
| `extension.WithEastAsianLineBreaks` | `...extension.EastAsianLineBreaksStyle` | Soft line breaks are rendered as a newline. Some asian users will see it as an unnecessary space. With this option, soft line breaks between east asian wide characters will be ignored. This defaults to `EastAsianLineBreaksStyleSimple`. |
| `extension.WithEscapedSpace` | `-` | Without spaces around an emphasis started with east asian punctuations, it is not interpreted as an emphasis(as defined in CommonMark spec). With this option, you can avoid this inconvenient behavior by putting ''not rendered'' spaces around an emphasis like `太郎は\ **「こんにちわ」**\ といった`. |

#### Styles of Line Breaking

| Style | Description |
| ----- | ----------- |
| `EastAsianLineBreaksStyleSimple` | Soft line breaks are ignored if both sides of the break are east asian wide character. This behavior is the same as [`east_asian_line_breaks`](https://pandoc.org/MANUAL.html#extension-east_asian_line_breaks) in Pandoc. |
| `EastAsianLineBreaksCSS3Draft` | This option implements CSS text level3 [Segment Break Transformation Rules](https://drafts.csswg.org/css-text-3/#line-break-transform) with [some enhancements](https://github.com/w3c/csswg-drafts/issues/5086). |

#### Example of `EastAsianLineBreaksStyleSimple`

Input Markdown:

```md
私はプログラマーです。
東京の会社に勤めています。
GoでWebアプリケーションを開発しています。
```

Output:

```html
<p>私はプログラマーです。東京の会社に勤めています。\nGoでWebアプリケーションを開発しています。</p>
```

#### Example of `EastAsianLineBreaksCSS3Draft`

Input Markdown:

```md
私はプログラマーです。
東京の会社に勤めています。
GoでWebアプリケーションを開発しています。
```

Output:

```html
<p>私はプログラマーです。東京の会社に勤めています。GoでWebアプリケーションを開発しています。</p>
```

Security
--------------------
By default, goldmark does not render raw HTML or potentially-dangerous URLs.
If you need to gain more control over untrusted contents, it is recommended that you
use an HTML sanitizer such as [bluemonday](https://github.com/microcosm-cc/bluemonday).

Benchmark
--------------------
You can run this benchmark in the `_benchmark` directory.

### against other golang libraries

blackfriday v2 seems to be the fastest, but as it is not CommonMark compliant, its performance cannot be directly compared to that of the CommonMark-compliant libraries.

goldmark, meanwhile, builds a clean, extensible AST structure, achieves full compliance with
CommonMark, and consumes less memory, all while being reasonably fast.

- MBP 2019 13″(i5, 16GB), Go1.17

```
BenchmarkMarkdown/Blackfriday-v2-8                   302           3743747 ns/op         3290445 B/op      20050 allocs/op
BenchmarkMarkdown/GoldMark-8                         280           4200974 ns/op         2559738 B/op      13435 allocs/op
BenchmarkMarkdown/CommonMark-8                       226           5283686 ns/op         2702490 B/op      20792 allocs/op
BenchmarkMarkdown/Lute-8                              12          92652857 ns/op        10602649 B/op      40555 allocs/op
BenchmarkMarkdown/GoMarkdown-8                        13          81380167 ns/op         2245002 B/op      22889 allocs/op
```

### against cmark (CommonMark reference implementation written in C)

- MBP 2019 13″(i5, 16GB), Go1.17

```
----------- cmark -----------
file: _data.md
iteration: 50
average: 0.0044073057 sec
------- goldmark -------
file: _data.md
iteration: 50
average: 0.0041611990 sec
```

As you can see, goldmark''s performance is on par with cmark''s.

Extensions
--------------------
### List of extensions

- [goldmark-meta](https://github.com/yuin/goldmark-meta): A YAML metadata
  extension for the goldmark Markdown parser.
- [goldmark-highlighting](https://github.com/yuin/goldmark-highlighting): A syntax-highlighting extension
  for the goldmark markdown parser.
- [goldmark-emoji](https://github.com/yuin/goldmark-emoji): An emoji
  extension for the goldmark Markdown parser.
- [goldmark-mathjax](https://github.com/litao91/goldmark-mathjax): Mathjax support for the goldmark markdown parser
- [goldmark-pdf](https://github.com/stephenafamo/goldmark-pdf): A PDF renderer that can be passed to `goldmark.WithRenderer()`.
- [goldmark-hashtag](https://github.com/abhinav/goldmark-hashtag): Adds support for `#hashtag`-based tagging to goldmark.
- [goldmark-wikilink](https://github.com/abhinav/goldmark-wikilink): Adds support for `[[wiki]]`-style links to goldmark.
- [goldmark-anchor](https://github.com/abhinav/goldmark-anchor): Adds anchors (permalinks) next to all headers in a document.
- [goldmark-figure](https://github.com/mangoumbrella/goldmark-figure): Adds support for rendering paragraphs starting with an image to `<figure>` elements.
- [goldmark-frontmatter](https://github.com/abhinav/goldmark-frontmatter): Adds support for YAML, TOML, and custom front matter to documents.
- [goldmark-toc](https://github.com/abhinav/goldmark-toc): Adds support for generating tables-of-contents for goldmark documents.
- [goldmark-mermaid](https://github.com/abhinav/goldmark-mermaid): Adds support for rendering [Mermaid](https://mermaid-js.github.io/mermaid/) diagrams in goldmark documents.
- [goldmark-pikchr](https://github.com/jchenry/goldmark-pikchr): Adds support for rendering [Pikchr](https://pikchr.org/home/doc/trunk/homepage.md) diagrams in goldmark documents.
- [goldmark-embed](https://github.com/13rac1/goldmark-embed): Adds support for rendering embeds from YouTube links.
- [goldmark-latex](https://github.com/soypat/goldmark-latex): A $\LaTeX$ renderer that can be passed to `goldmark.WithRenderer()`.
- [goldmark-fences](https://github.com/stefanfritsch/goldmark-fences): Support for pandoc-style [fenced divs](https://pandoc.org/MANUAL.html#divs-and-spans) in goldmark.
- [goldmark-d2](https://github.com/FurqanSoftware/goldmark-d2): Adds support for [D2](https://d2lang.com/) diagrams.
- [goldmark-katex](https://github.com/FurqanSoftware/goldmark-katex): Adds support for [KaTeX](https://katex.org/) math and equations.
- [goldmark-img64](https://github.com/tenkoh/goldmark-img64): Adds support for embedding images into the document as DataURL (base64 encoded).
- [goldmark-enclave](https://github.com/quailyquaily/goldmark-enclave): Adds support for embedding youtube/bilibili video, X''s [oembed X](https://publish.x.com/), [tradingview chart](https://www.tradingview.com/widget/)''s chart, [quaily widget](https://quaily.com), [spotify embeds](https://developer.spotify.com/documentation/embeds), [dify embed](https://dify.ai/) and html audio into the document.
- [goldmark-wiki-table](https://github.com/movsb/goldmark-wiki-table): Adds support for embedding Wiki Tables.
- [goldmark-tgmd](https://github.com/Mad-Pixels/goldmark-tgmd): A Telegram markdown renderer that can be passed to `goldmark.WithRenderer()`.
- [goldmark-treeblood](https://github.com/Wyatt915/goldmark-treeblood): Renders $\LaTeX$ expressions as MathML (pure Go, no external dependencies).
- [goldmark-subtext](https://github.com/zeozeozeo/goldmark-subtext): Support for Discord-style markdown subtexts
- [goldmark-customtag](https://github.com/tendstofortytwo/goldmark-customtag): Allows you to define custom block tags.
- [goldmark-cjk-friendly](https://github.com/tats-u/goldmark-cjk-friendly): Port of npm package [`remark-cjk-friendly` / `markdown-it-cjk-friendly`](https://github.com/tats-u/markdown-cjk-friendly) to goldmark. Similar to the [CJK extension](#cjk-extension) (`WithEscapedSpace`), but you do not need to explicitly add `\ ` around `*` and `**`. You can combine this with the [CJK extension](#cjk-extension).
- [goldmark-chart](https://github.com/TheGreatRambler/goldmark-chart): Generate static ChartJS charts using the simple [Markvis](https://markvis.js.org/#/) format.

### Loading extensions at runtime
[goldmark-dynamic](https://github.com/yuin/goldmark-dynamic) allows you to write a goldmark extension in Lua and load it at runtime without re-compilation.

Please refer to  [goldmark-dynamic](https://github.com/yuin/goldmark-dynamic) for details.


goldmark internal(for extension developers)
----------------------------------------------
### Overview
goldmark''s Markdown processing is outlined in the diagram below.

```
            <Markdown in []byte, parser.Context>
                           |
                           V
            +-------- parser.Parser ---------------------------
            | 1. Parse block elements into AST
            |   1. If a parsed block is a paragraph, apply 
            |      ast.ParagraphTransformer
            | 2. Traverse AST and parse blocks.
            |   1. Process delimiters(emphasis) at the end of
            |      block parsing
            | 3. Apply parser.ASTTransformers to AST
                           |
                           V
                      <ast.Node>
                           |
                           V
            +------- renderer.Renderer ------------------------
            | 1. Traverse AST and apply renderer.NodeRenderer
            |    corespond to the node type

                           |
                           V
                        <Output>
```

### Parsing
Markdown documents are read through `text.Reader` interface.

AST nodes do not have concrete text. AST nodes have segment information of the documents, represented by `text.Segment` .

`text.Segment` has 3 attributes: `Start`, `End`, `Padding` .

(TBC)

**TODO**

See `extension` directory for examples of extensions.

Summary:

1. Define AST Node as a struct in which `ast.BaseBlock` or `ast.BaseInline` is embedded.
2. Write a parser that implements `parser.BlockParser` or `parser.InlineParser`.
3. Write a renderer that implements `renderer.NodeRenderer`.
4. Define your goldmark extension that implements `goldmark.Extender`.


Donation
--------------------
BTC: 1NEDSyUmo4SMTDP83JJQSWi1MvQUGGNMZB

License
--------------------
MIT

Author
--------------------
Yusuke Inuzuka
','<h1>goldmark</h1>
<p><a href="https://pkg.go.dev/github.com/yuin/goldmark" rel="nofollow"><img src="https://pkg.go.dev/badge/github.com/yuin/goldmark.svg"></a>
<a href="https://github.com/yuin/goldmark/actions?query=workflow:test" rel="nofollow"><img src="https://github.com/yuin/goldmark/actions/workflows/test.yaml/badge.svg?branch=master&amp;event=push"></a>
<a href="https://coveralls.io/github/yuin/goldmark" rel="nofollow"><img src="https://coveralls.io/repos/github/yuin/goldmark/badge.svg?branch=master"></a></p>
<blockquote>
<p>A Markdown parser written in Go. Easy to extend, standards-compliant, well-structured.</p>
</blockquote>
<p>goldmark is compliant with CommonMark 0.31.2.</p>
<ul>
<li><a href="https://yuin.github.io/goldmark/playground/" rel="nofollow">goldmark playground</a> : Try goldmark online. This playground is built with WASM(5-10MB).</li>
</ul>
<p>There is also a Rust version of goldmark: <a href="https://github.com/yuin/rushdown" rel="nofollow">rushdown</a></p>
<h2>Motivation</h2>
<p>I needed a Markdown parser for Go that satisfies the following requirements:</p>
<ul>
<li>Easy to extend.
<ul>
<li>Markdown is poor in document expressions compared to other light markup languages such as reStructuredText.</li>
<li>We have extensions to the Markdown syntax, e.g. PHP Markdown Extra, GitHub Flavored Markdown.</li>
</ul>
</li>
<li>Standards-compliant.
<ul>
<li>Markdown has many dialects.</li>
<li>GitHub-Flavored Markdown is widely used and is based upon CommonMark, effectively mooting the question of whether or not CommonMark is an ideal specification.
<ul>
<li>CommonMark is complicated and hard to implement.</li>
</ul>
</li>
</ul>
</li>
<li>Well-structured.
<ul>
<li>AST-based; preserves source position of nodes.</li>
</ul>
</li>
<li>Written in pure Go.</li>
</ul>
<p><a href="https://gitlab.com/golang-commonmark/markdown" rel="nofollow">golang-commonmark</a> may be a good choice, but it seems to be a copy of <a href="https://github.com/markdown-it" rel="nofollow">markdown-it</a>.</p>
<p><a href="https://github.com/russross/blackfriday/tree/v2" rel="nofollow">blackfriday.v2</a> is a fast and widely-used implementation, but is not CommonMark-compliant and cannot be extended from outside of the package, since its AST uses structs instead of interfaces.</p>
<p>Furthermore, its behavior differs from other implementations in some cases, especially regarding lists: <a href="https://github.com/russross/blackfriday/issues/329" rel="nofollow">Deep nested lists don&#39;t output correctly #329</a>, <a href="https://github.com/russross/blackfriday/issues/244" rel="nofollow">List block cannot have a second line #244</a>, etc.</p>
<p>This behavior sometimes causes problems. If you migrate your Markdown text from GitHub to blackfriday-based wikis, many lists will immediately be broken.</p>
<p>As mentioned above, CommonMark is complicated and hard to implement, so Markdown parsers based on CommonMark are few and far between.</p>
<h2>Features</h2>
<ul>
<li><strong>Standards-compliant.</strong>  goldmark is fully compliant with the latest <a href="https://commonmark.org/" rel="nofollow">CommonMark</a> specification.</li>
<li><strong>Extensible.</strong>  Do you want to add a <code>@username</code> mention syntax to Markdown?
You can easily do so in goldmark. You can add your AST nodes,
parsers for block-level elements, parsers for inline-level elements,
transformers for paragraphs, transformers for the whole AST structure, and
renderers.</li>
<li><strong>Performance.</strong>  goldmark&#39;s performance is on par with that of cmark,
the CommonMark reference implementation written in C.</li>
<li><strong>Robust.</strong>  goldmark is tested with <code>go test --fuzz</code>.</li>
<li><strong>Built-in extensions.</strong>  goldmark ships with common extensions like tables, strikethrough,
task lists, and definition lists.</li>
<li><strong>Depends only on standard libraries.</strong></li>
</ul>
<h2>Installation</h2>
<pre><code class="language-bash">$ go get github.com/yuin/goldmark
</code></pre>
<h2>Usage</h2>
<p>Import packages:</p>
<pre><code class="language-go">import (
    &#34;bytes&#34;
    &#34;github.com/yuin/goldmark&#34;
)
</code></pre>
<p>Convert Markdown documents with the CommonMark-compliant mode:</p>
<pre><code class="language-go">var buf bytes.Buffer
if err := goldmark.Convert(source, &amp;buf); err != nil {
  panic(err)
}
</code></pre>
<h2>With options</h2>
<pre><code class="language-go">var buf bytes.Buffer
if err := goldmark.Convert(source, &amp;buf, parser.WithContext(ctx)); err != nil {
  panic(err)
}
</code></pre>
<table>
<thead>
<tr>
<th>Functional option</th>
<th>Type</th>
<th>Description</th>
</tr>
</thead>
<tbody>
<tr>
<td><code>parser.WithContext</code></td>
<td>A <code>parser.Context</code></td>
<td>Context for the parsing phase.</td>
</tr>
</tbody>
</table>
<h2>Context options</h2>
<table>
<thead>
<tr>
<th>Functional option</th>
<th>Type</th>
<th>Description</th>
</tr>
</thead>
<tbody>
<tr>
<td><code>parser.WithIDs</code></td>
<td>A <code>parser.IDs</code></td>
<td><code>IDs</code> allows you to change logics that are related to element id(ex: Auto heading id generation).</td>
</tr>
</tbody>
</table>
<h2>Custom parser and renderer</h2>
<pre><code class="language-go">import (
    &#34;bytes&#34;
    &#34;github.com/yuin/goldmark&#34;
    &#34;github.com/yuin/goldmark/extension&#34;
    &#34;github.com/yuin/goldmark/parser&#34;
    &#34;github.com/yuin/goldmark/renderer/html&#34;
)

md := goldmark.New(
          goldmark.WithExtensions(extension.GFM),
          goldmark.WithParserOptions(
              parser.WithAutoHeadingID(),
          ),
          goldmark.WithRendererOptions(
              html.WithHardWraps(),
              html.WithXHTML(),
          ),
      )
var buf bytes.Buffer
if err := md.Convert(source, &amp;buf); err != nil {
    panic(err)
}
</code></pre>
<table>
<thead>
<tr>
<th>Functional option</th>
<th>Type</th>
<th>Description</th>
</tr>
</thead>
<tbody>
<tr>
<td><code>goldmark.WithParser</code></td>
<td><code>parser.Parser</code></td>
<td>This option must be passed before <code>goldmark.WithParserOptions</code> and <code>goldmark.WithExtensions</code></td>
</tr>
<tr>
<td><code>goldmark.WithRenderer</code></td>
<td><code>renderer.Renderer</code></td>
<td>This option must be passed before <code>goldmark.WithRendererOptions</code> and <code>goldmark.WithExtensions</code></td>
</tr>
<tr>
<td><code>goldmark.WithParserOptions</code></td>
<td><code>...parser.Option</code></td>
<td></td>
</tr>
<tr>
<td><code>goldmark.WithRendererOptions</code></td>
<td><code>...renderer.Option</code></td>
<td></td>
</tr>
<tr>
<td><code>goldmark.WithExtensions</code></td>
<td><code>...goldmark.Extender</code></td>
<td></td>
</tr>
</tbody>
</table>
<h2>Parser and Renderer options</h2>
<h3>Parser options</h3>
<table>
<thead>
<tr>
<th>Functional option</th>
<th>Type</th>
<th>Description</th>
</tr>
</thead>
<tbody>
<tr>
<td><code>parser.WithBlockParsers</code></td>
<td>A <code>util.PrioritizedSlice</code> whose elements are <code>parser.BlockParser</code></td>
<td>Parsers for parsing block level elements.</td>
</tr>
<tr>
<td><code>parser.WithInlineParsers</code></td>
<td>A <code>util.PrioritizedSlice</code> whose elements are <code>parser.InlineParser</code></td>
<td>Parsers for parsing inline level elements.</td>
</tr>
<tr>
<td><code>parser.WithParagraphTransformers</code></td>
<td>A <code>util.PrioritizedSlice</code> whose elements are <code>parser.ParagraphTransformer</code></td>
<td>Transformers for transforming paragraph nodes.</td>
</tr>
<tr>
<td><code>parser.WithASTTransformers</code></td>
<td>A <code>util.PrioritizedSlice</code> whose elements are <code>parser.ASTTransformer</code></td>
<td>Transformers for transforming an AST.</td>
</tr>
<tr>
<td><code>parser.WithAutoHeadingID</code></td>
<td><code>-</code></td>
<td>Enables auto heading ids.</td>
</tr>
<tr>
<td><code>parser.WithAttribute</code></td>
<td><code>-</code></td>
<td>Enables custom attributes. Currently only headings supports attributes.</td>
</tr>
</tbody>
</table>
<h3>HTML Renderer options</h3>
<table>
<thead>
<tr>
<th>Functional option</th>
<th>Type</th>
<th>Description</th>
</tr>
</thead>
<tbody>
<tr>
<td><code>html.WithWriter</code></td>
<td><code>html.Writer</code></td>
<td><code>html.Writer</code> for writing contents to an <code>io.Writer</code>.</td>
</tr>
<tr>
<td><code>html.WithHardWraps</code></td>
<td><code>-</code></td>
<td>Render newlines as <code>&lt;br&gt;</code>.</td>
</tr>
<tr>
<td><code>html.WithXHTML</code></td>
<td><code>-</code></td>
<td>Render as XHTML.</td>
</tr>
<tr>
<td><code>html.WithUnsafe</code></td>
<td><code>-</code></td>
<td>By default, goldmark does not render raw HTML or potentially dangerous links. With this option, goldmark renders such content as written.</td>
</tr>
</tbody>
</table>
<h3>Built-in extensions</h3>
<ul>
<li><code>extension.Table</code>
<ul>
<li><a href="https://github.github.com/gfm/#tables-extension-" rel="nofollow">GitHub Flavored Markdown: Tables</a></li>
</ul>
</li>
<li><code>extension.Strikethrough</code>
<ul>
<li><a href="https://github.github.com/gfm/#strikethrough-extension-" rel="nofollow">GitHub Flavored Markdown: Strikethrough</a></li>
</ul>
</li>
<li><code>extension.Linkify</code>
<ul>
<li><a href="https://github.github.com/gfm/#autolinks-extension-" rel="nofollow">GitHub Flavored Markdown: Autolinks</a></li>
</ul>
</li>
<li><code>extension.TaskList</code>
<ul>
<li><a href="https://github.github.com/gfm/#task-list-items-extension-" rel="nofollow">GitHub Flavored Markdown: Task list items</a></li>
</ul>
</li>
<li><code>extension.GFM</code>
<ul>
<li>This extension enables Table, Strikethrough, Linkify and TaskList.</li>
<li>This extension does not filter tags defined in <a href="https://github.github.com/gfm/#disallowed-raw-html-extension-" rel="nofollow">6.11: Disallowed Raw HTML (extension)</a>.
If you need to filter HTML tags, see <a href="#security" rel="nofollow">Security</a>.</li>
<li>If you need to parse github emojis, you can use <a href="https://github.com/yuin/goldmark-emoji" rel="nofollow">goldmark-emoji</a> extension.</li>
</ul>
</li>
<li><code>extension.DefinitionList</code>
<ul>
<li><a href="https://michelf.ca/projects/php-markdown/extra/#def-list" rel="nofollow">PHP Markdown Extra: Definition lists</a></li>
</ul>
</li>
<li><code>extension.Footnote</code>
<ul>
<li><a href="https://michelf.ca/projects/php-markdown/extra/#footnotes" rel="nofollow">PHP Markdown Extra: Footnotes</a></li>
</ul>
</li>
<li><code>extension.Typographer</code>
<ul>
<li>This extension substitutes punctuations with typographic entities like <a href="https://daringfireball.net/projects/smartypants/" rel="nofollow">smartypants</a>.</li>
</ul>
</li>
<li><code>extension.CJK</code>
<ul>
<li>This extension is a shortcut for CJK related functionalities.</li>
</ul>
</li>
</ul>
<h3>Attributes</h3>
<p>The <code>parser.WithAttribute</code> option allows you to define attributes on some elements.</p>
<p>Currently only headings support attributes.</p>
<p><strong>Attributes are being discussed in the
<a href="https://talk.commonmark.org/t/consistent-attribute-syntax/272" rel="nofollow">CommonMark forum</a>.
This syntax may possibly change in the future.</strong></p>
<h4>Headings</h4>
<pre><code>## heading ## {#id .className attrName=attrValue class=&#34;class1 class2&#34;}

## heading {#id .className attrName=attrValue class=&#34;class1 class2&#34;}
</code></pre>
<pre><code>heading {#id .className attrName=attrValue}
============
</code></pre>
<h3>Table extension</h3>
<p>The Table extension implements <a href="https://github.github.com/gfm/#tables-extension-" rel="nofollow">Table(extension)</a>, as
defined in <a href="https://github.github.com/gfm/" rel="nofollow">GitHub Flavored Markdown Spec</a>.</p>
<p>Specs are defined for XHTML, so specs use some deprecated attributes for HTML5.</p>
<p>You can override alignment rendering method via options.</p>
<table>
<thead>
<tr>
<th>Functional option</th>
<th>Type</th>
<th>Description</th>
</tr>
</thead>
<tbody>
<tr>
<td><code>extension.WithTableCellAlignMethod</code></td>
<td><code>extension.TableCellAlignMethod</code></td>
<td>Option indicates how are table cells aligned.</td>
</tr>
</tbody>
</table>
<h3>Typographer extension</h3>
<p>The Typographer extension translates plain ASCII punctuation characters into typographic-punctuation HTML entities.</p>
<p>Default substitutions are:</p>
<table>
<thead>
<tr>
<th>Punctuation</th>
<th>Default entity</th>
</tr>
</thead>
<tbody>
<tr>
<td><code>&#39;</code></td>
<td><code>&amp;lsquo;</code>, <code>&amp;rsquo;</code></td>
</tr>
<tr>
<td><code>&#34;</code></td>
<td><code>&amp;ldquo;</code>, <code>&amp;rdquo;</code></td>
</tr>
<tr>
<td><code>--</code></td>
<td><code>&amp;ndash;</code></td>
</tr>
<tr>
<td><code>---</code></td>
<td><code>&amp;mdash;</code></td>
</tr>
<tr>
<td><code>...</code></td>
<td><code>&amp;hellip;</code></td>
</tr>
<tr>
<td><code>&lt;&lt;</code></td>
<td><code>&amp;laquo;</code></td>
</tr>
<tr>
<td><code>&gt;&gt;</code></td>
<td><code>&amp;raquo;</code></td>
</tr>
</tbody>
</table>
<p>You can override the default substitutions via <code>extensions.WithTypographicSubstitutions</code>:</p>
<pre><code class="language-go">markdown := goldmark.New(
    goldmark.WithExtensions(
        extension.NewTypographer(
            extension.WithTypographicSubstitutions(extension.TypographicSubstitutions{
                extension.LeftSingleQuote:  []byte(&#34;&amp;sbquo;&#34;),
                extension.RightSingleQuote: nil, // nil disables a substitution
            }),
        ),
    ),
)
</code></pre>
<h3>Linkify extension</h3>
<p>The Linkify extension implements <a href="https://github.github.com/gfm/#autolinks-extension-" rel="nofollow">Autolinks(extension)</a>, as
defined in <a href="https://github.github.com/gfm/" rel="nofollow">GitHub Flavored Markdown Spec</a>.</p>
<p>Since the spec does not define details about URLs, there are numerous ambiguous cases.</p>
<p>You can override autolinking patterns via options.</p>
<table>
<thead>
<tr>
<th>Functional option</th>
<th>Type</th>
<th>Description</th>
</tr>
</thead>
<tbody>
<tr>
<td><code>extension.WithLinkifyAllowedProtocols</code></td>
<td><code>[][]byte | []string</code></td>
<td>List of allowed protocols such as <code>[]string{ &#34;http:&#34; }</code></td>
</tr>
<tr>
<td><code>extension.WithLinkifyURLRegexp</code></td>
<td><code>*regexp.Regexp</code></td>
<td>Regexp that defines URLs, including protocols</td>
</tr>
<tr>
<td><code>extension.WithLinkifyWWWRegexp</code></td>
<td><code>*regexp.Regexp</code></td>
<td>Regexp that defines URL starting with <code>www.</code>. This pattern corresponds to <a href="https://github.github.com/gfm/#extended-www-autolink" rel="nofollow">the extended www autolink</a></td>
</tr>
<tr>
<td><code>extension.WithLinkifyEmailRegexp</code></td>
<td><code>*regexp.Regexp</code></td>
<td>Regexp that defines email addresses`</td>
</tr>
</tbody>
</table>
<p>Example, using <a href="https://github.com/mvdan/xurls" rel="nofollow">xurls</a>:</p>
<pre><code class="language-go">import &#34;mvdan.cc/xurls/v2&#34;

markdown := goldmark.New(
    goldmark.WithRendererOptions(
        html.WithXHTML(),
        html.WithUnsafe(),
    ),
    goldmark.WithExtensions(
        extension.NewLinkify(
            extension.WithLinkifyAllowedProtocols([]string{
                &#34;http:&#34;,
                &#34;https:&#34;,
            }),
            extension.WithLinkifyURLRegexp(
                xurls.Strict(),
            ),
        ),
    ),
)
</code></pre>
<h3>Footnotes extension</h3>
<p>The Footnote extension implements <a href="https://michelf.ca/projects/php-markdown/extra/#footnotes" rel="nofollow">PHP Markdown Extra: Footnotes</a>.</p>
<p>This extension has some options:</p>
<table>
<thead>
<tr>
<th>Functional option</th>
<th>Type</th>
<th>Description</th>
</tr>
</thead>
<tbody>
<tr>
<td><code>extension.WithFootnoteIDPrefix</code></td>
<td><code>[]byte | string</code></td>
<td>a prefix for the id attributes.</td>
</tr>
<tr>
<td><code>extension.WithFootnoteIDPrefixFunction</code></td>
<td><code>func(gast.Node) []byte</code></td>
<td>a function that determines the id attribute for given Node.</td>
</tr>
<tr>
<td><code>extension.WithFootnoteLinkTitle</code></td>
<td><code>[]byte | string</code></td>
<td>an optional title attribute for footnote links.</td>
</tr>
<tr>
<td><code>extension.WithFootnoteBacklinkTitle</code></td>
<td><code>[]byte | string</code></td>
<td>an optional title attribute for footnote backlinks.</td>
</tr>
<tr>
<td><code>extension.WithFootnoteLinkClass</code></td>
<td><code>[]byte | string</code></td>
<td>a class for footnote links. This defaults to <code>footnote-ref</code>.</td>
</tr>
<tr>
<td><code>extension.WithFootnoteBacklinkClass</code></td>
<td><code>[]byte | string</code></td>
<td>a class for footnote backlinks. This defaults to <code>footnote-backref</code>.</td>
</tr>
<tr>
<td><code>extension.WithFootnoteBacklinkHTML</code></td>
<td><code>[]byte | string</code></td>
<td>a class for footnote backlinks. This defaults to <code>&amp;#x21a9;&amp;#xfe0e;</code>.</td>
</tr>
</tbody>
</table>
<p>Some options can have special substitutions. Occurrences of “^^” in the string will be replaced by the corresponding footnote number in the HTML output. Occurrences of “%%” will be replaced by a number for the reference (footnotes can have multiple references).</p>
<p><code>extension.WithFootnoteIDPrefix</code> and <code>extension.WithFootnoteIDPrefixFunction</code> are useful if you have multiple Markdown documents displayed inside one HTML document to avoid footnote ids to clash each other.</p>
<p><code>extension.WithFootnoteIDPrefix</code> sets fixed id prefix, so you may write codes like the following:</p>
<pre><code class="language-go">for _, path := range files {
    source := readAll(path)
    prefix := getPrefix(path)

    markdown := goldmark.New(
        goldmark.WithExtensions(
            NewFootnote(
                WithFootnoteIDPrefix(path),
            ),
        ),
    )
    var b bytes.Buffer
    err := markdown.Convert(source, &amp;b)
    if err != nil {
        t.Error(err.Error())
    }
}
</code></pre>
<p><code>extension.WithFootnoteIDPrefixFunction</code> determines an id prefix by calling given function, so you may write codes like the following:</p>
<pre><code class="language-go">markdown := goldmark.New(
    goldmark.WithExtensions(
        NewFootnote(
                WithFootnoteIDPrefixFunction(func(n gast.Node) []byte {
                    v, ok := n.OwnerDocument().Meta()[&#34;footnote-prefix&#34;]
                    if ok {
                        return util.StringToReadOnlyBytes(v.(string))
                    }
                    return nil
                }),
        ),
    ),
)

for _, path := range files {
    source := readAll(path)
    var b bytes.Buffer

    doc := markdown.Parser().Parse(text.NewReader(source))
    doc.Meta()[&#34;footnote-prefix&#34;] = getPrefix(path)
    err := markdown.Renderer().Render(&amp;b, source, doc)
}
</code></pre>
<p>You can use <a href="https://github.com/yuin/goldmark-meta" rel="nofollow">goldmark-meta</a> to define a id prefix in the markdown document:</p>
<pre><code class="language-markdown">---
title: document title
slug: article1
footnote-prefix: article1
---

# My article

</code></pre>
<h3>CJK extension</h3>
<p>CommonMark gives compatibilities a high priority and original markdown was designed by westerners. So CommonMark lacks considerations for languages like CJK.</p>
<p>This extension provides additional options for CJK users.</p>
<table>
<thead>
<tr>
<th>Functional option</th>
<th>Type</th>
<th>Description</th>
</tr>
</thead>
<tbody>
<tr>
<td><code>extension.WithEastAsianLineBreaks</code></td>
<td><code>...extension.EastAsianLineBreaksStyle</code></td>
<td>Soft line breaks are rendered as a newline. Some asian users will see it as an unnecessary space. With this option, soft line breaks between east asian wide characters will be ignored. This defaults to <code>EastAsianLineBreaksStyleSimple</code>.</td>
</tr>
<tr>
<td><code>extension.WithEscapedSpace</code></td>
<td><code>-</code></td>
<td>Without spaces around an emphasis started with east asian punctuations, it is not interpreted as an emphasis(as defined in CommonMark spec). With this option, you can avoid this inconvenient behavior by putting &#39;not rendered&#39; spaces around an emphasis like <code>太郎は\ **「こんにちわ」**\ といった</code>.</td>
</tr>
</tbody>
</table>
<h4>Styles of Line Breaking</h4>
<table>
<thead>
<tr>
<th>Style</th>
<th>Description</th>
</tr>
</thead>
<tbody>
<tr>
<td><code>EastAsianLineBreaksStyleSimple</code></td>
<td>Soft line breaks are ignored if both sides of the break are east asian wide character. This behavior is the same as <a href="https://pandoc.org/MANUAL.html#extension-east_asian_line_breaks" rel="nofollow"><code>east_asian_line_breaks</code></a> in Pandoc.</td>
</tr>
<tr>
<td><code>EastAsianLineBreaksCSS3Draft</code></td>
<td>This option implements CSS text level3 <a href="https://drafts.csswg.org/css-text-3/#line-break-transform" rel="nofollow">Segment Break Transformation Rules</a> with <a href="https://github.com/w3c/csswg-drafts/issues/5086" rel="nofollow">some enhancements</a>.</td>
</tr>
</tbody>
</table>
<h4>Example of <code>EastAsianLineBreaksStyleSimple</code></h4>
<p>Input Markdown:</p>
<pre><code class="language-md">私はプログラマーです。
東京の会社に勤めています。
GoでWebアプリケーションを開発しています。
</code></pre>
<p>Output:</p>
<pre><code class="language-html">&lt;p&gt;私はプログラマーです。東京の会社に勤めています。\nGoでWebアプリケーションを開発しています。&lt;/p&gt;
</code></pre>
<h4>Example of <code>EastAsianLineBreaksCSS3Draft</code></h4>
<p>Input Markdown:</p>
<pre><code class="language-md">私はプログラマーです。
東京の会社に勤めています。
GoでWebアプリケーションを開発しています。
</code></pre>
<p>Output:</p>
<pre><code class="language-html">&lt;p&gt;私はプログラマーです。東京の会社に勤めています。GoでWebアプリケーションを開発しています。&lt;/p&gt;
</code></pre>
<h2>Security</h2>
<p>By default, goldmark does not render raw HTML or potentially-dangerous URLs.
If you need to gain more control over untrusted contents, it is recommended that you
use an HTML sanitizer such as <a href="https://github.com/microcosm-cc/bluemonday" rel="nofollow">bluemonday</a>.</p>
<h2>Benchmark</h2>
<p>You can run this benchmark in the <code>_benchmark</code> directory.</p>
<h3>against other golang libraries</h3>
<p>blackfriday v2 seems to be the fastest, but as it is not CommonMark compliant, its performance cannot be directly compared to that of the CommonMark-compliant libraries.</p>
<p>goldmark, meanwhile, builds a clean, extensible AST structure, achieves full compliance with
CommonMark, and consumes less memory, all while being reasonably fast.</p>
<ul>
<li>MBP 2019 13″(i5, 16GB), Go1.17</li>
</ul>
<pre><code>BenchmarkMarkdown/Blackfriday-v2-8                   302           3743747 ns/op         3290445 B/op      20050 allocs/op
BenchmarkMarkdown/GoldMark-8                         280           4200974 ns/op         2559738 B/op      13435 allocs/op
BenchmarkMarkdown/CommonMark-8                       226           5283686 ns/op         2702490 B/op      20792 allocs/op
BenchmarkMarkdown/Lute-8                              12          92652857 ns/op        10602649 B/op      40555 allocs/op
BenchmarkMarkdown/GoMarkdown-8                        13          81380167 ns/op         2245002 B/op      22889 allocs/op
</code></pre>
<h3>against cmark (CommonMark reference implementation written in C)</h3>
<ul>
<li>MBP 2019 13″(i5, 16GB), Go1.17</li>
</ul>
<pre><code>----------- cmark -----------
file: _data.md
iteration: 50
average: 0.0044073057 sec
------- goldmark -------
file: _data.md
iteration: 50
average: 0.0041611990 sec
</code></pre>
<p>As you can see, goldmark&#39;s performance is on par with cmark&#39;s.</p>
<h2>Extensions</h2>
<h3>List of extensions</h3>
<ul>
<li><a href="https://github.com/yuin/goldmark-meta" rel="nofollow">goldmark-meta</a>: A YAML metadata
extension for the goldmark Markdown parser.</li>
<li><a href="https://github.com/yuin/goldmark-highlighting" rel="nofollow">goldmark-highlighting</a>: A syntax-highlighting extension
for the goldmark markdown parser.</li>
<li><a href="https://github.com/yuin/goldmark-emoji" rel="nofollow">goldmark-emoji</a>: An emoji
extension for the goldmark Markdown parser.</li>
<li><a href="https://github.com/litao91/goldmark-mathjax" rel="nofollow">goldmark-mathjax</a>: Mathjax support for the goldmark markdown parser</li>
<li><a href="https://github.com/stephenafamo/goldmark-pdf" rel="nofollow">goldmark-pdf</a>: A PDF renderer that can be passed to <code>goldmark.WithRenderer()</code>.</li>
<li><a href="https://github.com/abhinav/goldmark-hashtag" rel="nofollow">goldmark-hashtag</a>: Adds support for <code>#hashtag</code>-based tagging to goldmark.</li>
<li><a href="https://github.com/abhinav/goldmark-wikilink" rel="nofollow">goldmark-wikilink</a>: Adds support for <code>[[wiki]]</code>-style links to goldmark.</li>
<li><a href="https://github.com/abhinav/goldmark-anchor" rel="nofollow">goldmark-anchor</a>: Adds anchors (permalinks) next to all headers in a document.</li>
<li><a href="https://github.com/mangoumbrella/goldmark-figure" rel="nofollow">goldmark-figure</a>: Adds support for rendering paragraphs starting with an image to <code>&lt;figure&gt;</code> elements.</li>
<li><a href="https://github.com/abhinav/goldmark-frontmatter" rel="nofollow">goldmark-frontmatter</a>: Adds support for YAML, TOML, and custom front matter to documents.</li>
<li><a href="https://github.com/abhinav/goldmark-toc" rel="nofollow">goldmark-toc</a>: Adds support for generating tables-of-contents for goldmark documents.</li>
<li><a href="https://github.com/abhinav/goldmark-mermaid" rel="nofollow">goldmark-mermaid</a>: Adds support for rendering <a href="https://mermaid-js.github.io/mermaid/" rel="nofollow">Mermaid</a> diagrams in goldmark documents.</li>
<li><a href="https://github.com/jchenry/goldmark-pikchr" rel="nofollow">goldmark-pikchr</a>: Adds support for rendering <a href="https://pikchr.org/home/doc/trunk/homepage.md" rel="nofollow">Pikchr</a> diagrams in goldmark documents.</li>
<li><a href="https://github.com/13rac1/goldmark-embed" rel="nofollow">goldmark-embed</a>: Adds support for rendering embeds from YouTube links.</li>
<li><a href="https://github.com/soypat/goldmark-latex" rel="nofollow">goldmark-latex</a>: A $\LaTeX$ renderer that can be passed to <code>goldmark.WithRenderer()</code>.</li>
<li><a href="https://github.com/stefanfritsch/goldmark-fences" rel="nofollow">goldmark-fences</a>: Support for pandoc-style <a href="https://pandoc.org/MANUAL.html#divs-and-spans" rel="nofollow">fenced divs</a> in goldmark.</li>
<li><a href="https://github.com/FurqanSoftware/goldmark-d2" rel="nofollow">goldmark-d2</a>: Adds support for <a href="https://d2lang.com/" rel="nofollow">D2</a> diagrams.</li>
<li><a href="https://github.com/FurqanSoftware/goldmark-katex" rel="nofollow">goldmark-katex</a>: Adds support for <a href="https://katex.org/" rel="nofollow">KaTeX</a> math and equations.</li>
<li><a href="https://github.com/tenkoh/goldmark-img64" rel="nofollow">goldmark-img64</a>: Adds support for embedding images into the document as DataURL (base64 encoded).</li>
<li><a href="https://github.com/quailyquaily/goldmark-enclave" rel="nofollow">goldmark-enclave</a>: Adds support for embedding youtube/bilibili video, X&#39;s <a href="https://publish.x.com/" rel="nofollow">oembed X</a>, <a href="https://www.tradingview.com/widget/" rel="nofollow">tradingview chart</a>&#39;s chart, <a href="https://quaily.com" rel="nofollow">quaily widget</a>, <a href="https://developer.spotify.com/documentation/embeds" rel="nofollow">spotify embeds</a>, <a href="https://dify.ai/" rel="nofollow">dify embed</a> and html audio into the document.</li>
<li><a href="https://github.com/movsb/goldmark-wiki-table" rel="nofollow">goldmark-wiki-table</a>: Adds support for embedding Wiki Tables.</li>
<li><a href="https://github.com/Mad-Pixels/goldmark-tgmd" rel="nofollow">goldmark-tgmd</a>: A Telegram markdown renderer that can be passed to <code>goldmark.WithRenderer()</code>.</li>
<li><a href="https://github.com/Wyatt915/goldmark-treeblood" rel="nofollow">goldmark-treeblood</a>: Renders $\LaTeX$ expressions as MathML (pure Go, no external dependencies).</li>
<li><a href="https://github.com/zeozeozeo/goldmark-subtext" rel="nofollow">goldmark-subtext</a>: Support for Discord-style markdown subtexts</li>
<li><a href="https://github.com/tendstofortytwo/goldmark-customtag" rel="nofollow">goldmark-customtag</a>: Allows you to define custom block tags.</li>
<li><a href="https://github.com/tats-u/goldmark-cjk-friendly" rel="nofollow">goldmark-cjk-friendly</a>: Port of npm package <a href="https://github.com/tats-u/markdown-cjk-friendly" rel="nofollow"><code>remark-cjk-friendly</code> / <code>markdown-it-cjk-friendly</code></a> to goldmark. Similar to the <a href="#cjk-extension" rel="nofollow">CJK extension</a> (<code>WithEscapedSpace</code>), but you do not need to explicitly add <code>\ </code> around <code>*</code> and <code>**</code>. You can combine this with the <a href="#cjk-extension" rel="nofollow">CJK extension</a>.</li>
<li><a href="https://github.com/TheGreatRambler/goldmark-chart" rel="nofollow">goldmark-chart</a>: Generate static ChartJS charts using the simple <a href="https://markvis.js.org/#/" rel="nofollow">Markvis</a> format.</li>
</ul>
<h3>Loading extensions at runtime</h3>
<p><a href="https://github.com/yuin/goldmark-dynamic" rel="nofollow">goldmark-dynamic</a> allows you to write a goldmark extension in Lua and load it at runtime without re-compilation.</p>
<p>Please refer to  <a href="https://github.com/yuin/goldmark-dynamic" rel="nofollow">goldmark-dynamic</a> for details.</p>
<h2>goldmark internal(for extension developers)</h2>
<h3>Overview</h3>
<p>goldmark&#39;s Markdown processing is outlined in the diagram below.</p>
<pre><code>            &lt;Markdown in []byte, parser.Context&gt;
                           |
                           V
            +-------- parser.Parser ---------------------------
            | 1. Parse block elements into AST
            |   1. If a parsed block is a paragraph, apply 
            |      ast.ParagraphTransformer
            | 2. Traverse AST and parse blocks.
            |   1. Process delimiters(emphasis) at the end of
            |      block parsing
            | 3. Apply parser.ASTTransformers to AST
                           |
                           V
                      &lt;ast.Node&gt;
                           |
                           V
            +------- renderer.Renderer ------------------------
            | 1. Traverse AST and apply renderer.NodeRenderer
            |    corespond to the node type

                           |
                           V
                        &lt;Output&gt;
</code></pre>
<h3>Parsing</h3>
<p>Markdown documents are read through <code>text.Reader</code> interface.</p>
<p>AST nodes do not have concrete text. AST nodes have segment information of the documents, represented by <code>text.Segment</code> .</p>
<p><code>text.Segment</code> has 3 attributes: <code>Start</code>, <code>End</code>, <code>Padding</code> .</p>
<p>(TBC)</p>
<p><strong>TODO</strong></p>
<p>See <code>extension</code> directory for examples of extensions.</p>
<p>Summary:</p>
<ol>
<li>Define AST Node as a struct in which <code>ast.BaseBlock</code> or <code>ast.BaseInline</code> is embedded.</li>
<li>Write a parser that implements <code>parser.BlockParser</code> or <code>parser.InlineParser</code>.</li>
<li>Write a renderer that implements <code>renderer.NodeRenderer</code>.</li>
<li>Define your goldmark extension that implements <code>goldmark.Extender</code>.</li>
</ol>
<h2>Donation</h2>
<p>BTC: 1NEDSyUmo4SMTDP83JJQSWi1MvQUGGNMZB</p>
<h2>License</h2>
<p>MIT</p>
<h2>Author</h2>
<p>Yusuke Inuzuka</p>
');
CREATE TABLE "With options" ("Functional option" TEXT, "Type" TEXT, "Description" TEXT);
INSERT INTO "With options" VALUES('`parser.WithContext`','A `parser.Context`','Context for the parsing phase.');
CREATE TABLE "Context options" ("Functional option" TEXT, "Type" TEXT, "Description" TEXT);
INSERT INTO "Context options" VALUES('`parser.WithIDs`','A `parser.IDs`','`IDs` allows you to change logics that are related to element id(ex: Auto heading id generation).');
CREATE TABLE "Custom parser and renderer" ("Functional option" TEXT, "Type" TEXT, "Description" TEXT);
INSERT INTO "Custom parser and renderer" VALUES('`goldmark.WithParser`','`parser.Parser`','This option must be passed before `goldmark.WithParserOptions` and `goldmark.WithExtensions`');
INSERT INTO "Custom parser and renderer" VALUES('`goldmark.WithRenderer`','`renderer.Renderer`','This option must be passed before `goldmark.WithRendererOptions` and `goldmark.WithExtensions`');
INSERT INTO "Custom parser and renderer" VALUES('`goldmark.WithParserOptions`','`...parser.Option`',NULL);
INSERT INTO "Custom parser and renderer" VALUES('`goldmark.WithRendererOptions`','`...renderer.Option`',NULL);
INSERT INTO "Custom parser and renderer" VALUES('`goldmark.WithExtensions`','`...goldmark.Extender`',NULL);
CREATE TABLE "Parser options" ("Functional option" TEXT, "Type" TEXT, "Description" TEXT);
INSERT INTO "Parser options" VALUES('`parser.WithBlockParsers`','A `util.PrioritizedSlice` whose elements are `parser.BlockParser`','Parsers for parsing block level elements.');
INSERT INTO "Parser options" VALUES('`parser.WithInlineParsers`','A `util.PrioritizedSlice` whose elements are `parser.InlineParser`','Parsers for parsing inline level elements.');
INSERT INTO "Parser options" VALUES('`parser.WithParagraphTransformers`','A `util.PrioritizedSlice` whose elements are `parser.ParagraphTransformer`','Transformers for transforming paragraph nodes.');
INSERT INTO "Parser options" VALUES('`parser.WithASTTransformers`','A `util.PrioritizedSlice` whose elements are `parser.ASTTransformer`','Transformers for transforming an AST.');
INSERT INTO "Parser options" VALUES('`parser.WithAutoHeadingID`','`-`','Enables auto heading ids.');
INSERT INTO "Parser options" VALUES('`parser.WithAttribute`','`-`','Enables custom attributes. Currently only headings supports attributes.');
CREATE TABLE "HTML Renderer options" ("Functional option" TEXT, "Type" TEXT, "Description" TEXT);
INSERT INTO "HTML Renderer options" VALUES('`html.WithWriter`','`html.Writer`','`html.Writer` for writing contents to an `io.Writer`.');
INSERT INTO "HTML Renderer options" VALUES('`html.WithHardWraps`','`-`','Render newlines as `<br>`.');
INSERT INTO "HTML Renderer options" VALUES('`html.WithXHTML`','`-`','Render as XHTML.');
INSERT INTO "HTML Renderer options" VALUES('`html.WithUnsafe`','`-`','By default, goldmark does not render raw HTML or potentially dangerous links. With this option, goldmark renders such content as written.');
CREATE TABLE "Table extension" ("Functional option" TEXT, "Type" TEXT, "Description" TEXT);
INSERT INTO "Table extension" VALUES('`extension.WithTableCellAlignMethod`','`extension.TableCellAlignMethod`','Option indicates how are table cells aligned.');
CREATE TABLE "Typographer extension" ("Punctuation" TEXT, "Default entity" TEXT);
INSERT INTO "Typographer extension" VALUES('`''`','`&lsquo;`, `&rsquo;`');
INSERT INTO "Typographer extension" VALUES('`"`','`&ldquo;`, `&rdquo;`');
INSERT INTO "Typographer extension" VALUES('`--`','`&ndash;`');
INSERT INTO "Typographer extension" VALUES('`---`','`&mdash;`');
INSERT INTO "Typographer extension" VALUES('`...`','`&hellip;`');
INSERT INTO "Typographer extension" VALUES('`<<`','`&laquo;`');
INSERT INTO "Typographer extension" VALUES('`>>`','`&raquo;`');
CREATE TABLE "Linkify extension" ("Functional option" TEXT, "Type" TEXT, "Description" TEXT);
INSERT INTO "Linkify extension" VALUES('`extension.WithLinkifyAllowedProtocols`','`[][]byte | []string`','List of allowed protocols such as `[]string{ "http:" }`');
INSERT INTO "Linkify extension" VALUES('`extension.WithLinkifyURLRegexp`','`*regexp.Regexp`','Regexp that defines URLs, including protocols');
INSERT INTO "Linkify extension" VALUES('`extension.WithLinkifyWWWRegexp`','`*regexp.Regexp`','Regexp that defines URL starting with `www.`. This pattern corresponds to [the extended www autolink](https://github.github.com/gfm/#extended-www-autolink)');
INSERT INTO "Linkify extension" VALUES('`extension.WithLinkifyEmailRegexp`','`*regexp.Regexp`','Regexp that defines email addresses`');
CREATE TABLE "Footnotes extension" ("Functional option" TEXT, "Type" TEXT, "Description" TEXT);
INSERT INTO "Footnotes extension" VALUES('`extension.WithFootnoteIDPrefix`','`[]byte | string`','a prefix for the id attributes.');
INSERT INTO "Footnotes extension" VALUES('`extension.WithFootnoteIDPrefixFunction`','`func(gast.Node) []byte`','a function that determines the id attribute for given Node.');
INSERT INTO "Footnotes extension" VALUES('`extension.WithFootnoteLinkTitle`','`[]byte | string`','an optional title attribute for footnote links.');
INSERT INTO "Footnotes extension" VALUES('`extension.WithFootnoteBacklinkTitle`','`[]byte | string`','an optional title attribute for footnote backlinks.');
INSERT INTO "Footnotes extension" VALUES('`extension.WithFootnoteLinkClass`','`[]byte | string`','a class for footnote links. This defaults to `footnote-ref`.');
INSERT INTO "Footnotes extension" VALUES('`extension.WithFootnoteBacklinkClass`','`[]byte | string`','a class for footnote backlinks. This defaults to `footnote-backref`.');
INSERT INTO "Footnotes extension" VALUES('`extension.WithFootnoteBacklinkHTML`','`[]byte | string`','a class for footnote backlinks. This defaults to `&#x21a9;&#xfe0e;`.');
CREATE TABLE "CJK extension" ("Functional option" TEXT, "Type" TEXT, "Description" TEXT);
INSERT INTO "CJK extension" VALUES('`extension.WithEastAsianLineBreaks`','`...extension.EastAsianLineBreaksStyle`','Soft line breaks are rendered as a newline. Some asian users will see it as an unnecessary space. With this option, soft line breaks between east asian wide characters will be ignored. This defaults to `EastAsianLineBreaksStyleSimple`.');
INSERT INTO "CJK extension" VALUES('`extension.WithEscapedSpace`','`-`','Without spaces around an emphasis started with east asian punctuations, it is not interpreted as an emphasis(as defined in CommonMark spec). With this option, you can avoid this inconvenient behavior by putting ''not rendered'' spaces around an emphasis like `太郎は\ **「こんにちわ」**\ といった`.');
CREATE TABLE "Styles of Line Breaking" ("Style" TEXT, "Description" TEXT);
INSERT INTO "Styles of Line Breaking" VALUES('`EastAsianLineBreaksStyleSimple`','Soft line breaks are ignored if both sides of the break are east asian wide character. This behavior is the same as [`east_asian_line_breaks`](https://pandoc.org/MANUAL.html#extension-east_asian_line_breaks) in Pandoc.');
INSERT INTO "Styles of Line Breaking" VALUES('`EastAsianLineBreaksCSS3Draft`','This option implements CSS text level3 [Segment Break Transformation Rules](https://drafts.csswg.org/css-text-3/#line-break-transform) with [some enhancements](https://github.com/w3c/csswg-drafts/issues/5086).');
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('goldmark-readme.md',NULL,'f64f1fc5902b4037eab76fb1ce3184d2cf6ac6881c1ce7d0427d7ca5b347a422',25644,'markdown','utf-8',NULL,41,0,NULL);
COMMIT;
