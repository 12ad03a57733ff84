package signature

import (
	"bytes"
	"regexp"
	"strings"
	"sync"
)

// texts are known by what they begin with, behind a byte order mark and white space.
// Prefixes are in lower case, and compared without regard to it.
var texts = []struct {
	prefix string
	kind   Kind
}{
	{"<!doctype html", html}, {"<html", html}, {"<head>", html}, {"<body", html}, {"<title>", html},
	{"<svg", image},
	{"<!doctype svg", image},
	{"version https://git-lfs.github.com/spec/", Kind{"a Git LFS pointer and not the file itself", "get the file with git lfs pull, and upload that"}},
	{"begin:vcalendar", Kind{"an iCalendar file", program}},
	{"begin:vcard", Kind{"a vCard file", "export the contacts as CSV"}},
	{"-----begin ", Kind{"a key or certificate", "it has no rows; should it be public at all?"}},
	{"diff --git ", Kind{"a patch", "it has no rows"}},
	{`\documentclass`, Kind{"a LaTeX document", "save its tables as CSV"}},
	{"<?php", code},
	{"#!/", code},
}

var (
	html     = Kind{"an HTML page", "is it the page about the file, or of an error? Get the file itself; a table in a page can be copied to CSV"}
	code     = Kind{"source code", "it has no rows"}
	sql      = Kind{"an SQL dump", "load it into SQLite and upload the database (sqlite3 x.db <x.sql)"}
	mail     = Kind{"an e-mail", "upload what is attached to it"}
	gnumeric = Kind{"a Gnumeric workbook", asXLSX}
	xml      = Kind{"an XML document", "call it x.xml, or name the format xml"}
)

// roots are XML documents that have no rows in the usual way, by their root element.
var roots = []struct {
	element string
	kind    Kind
}{
	{"html", html},
	{"svg", image},
	{"gnm:Workbook", gnumeric}, {"gmr:Workbook", gnumeric},
	{"Workbook", Kind{"an Excel workbook of 2003 (XML)", asXLSX}},
	{"office:document", OpenDocument},
	{"plist", Kind{"a property list", "convert it to JSON (plutil -convert json)"}},
}

// ofText knows kinds of text.
func ofText(head []byte) (Kind, bool) {
	text := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n\f")
	if len(text) == 0 {
		return Kind{}, false
	}
	// Comments are found before HTML, too.
	for i := 0; i < 8 && bytes.HasPrefix(text, []byte("<!--")); i++ {
		_, rest, closed := bytes.Cut(text, []byte("-->"))
		if !closed {
			return xml, true
		}
		text = bytes.TrimLeft(rest, " \t\r\n\f")
	}
	start := strings.ToLower(string(text[:min(len(text), 64)]))
	for _, t := range texts {
		if strings.HasPrefix(start, t.prefix) {
			return t.kind, true
		}
	}
	switch {
	case strings.HasPrefix(start, "<?xml"):
		if bytes.Contains(text, []byte(`application/vnd.oasis.opendocument.spreadsheet`)) {
			return Kind{}, false // flat, and read
		}
		return ofXML(text), true
	case startsSYLK().Match(text):
		return Kind{"a SYLK worksheet (.slk)", asXLSX}, true
	case startsDIF().Match(text):
		return Kind{"a DIF worksheet (.dif)", asXLSX}, true
	case startsSQL().Match(text):
		return sql, true
	case startsMail().Match(text):
		return mail, true
	case isCode(text):
		return code, true
	}
	return Kind{}, false
}

// OfRoot returns the kind of the XML documents whose root element has that name, with its
// prefix, if they are no tables in the usual way.
func OfRoot(name string) (Kind, bool) {
	_, local, _ := strings.Cut(name, ":")
	for _, r := range roots {
		if name == r.element || local == r.element {
			return r.kind, true
		}
	}
	return Kind{}, false
}

// ofXML returns the kind by the first element.
func ofXML(text []byte) Kind {
	for {
		i := bytes.IndexByte(text, '<')
		if i < 0 || i+1 == len(text) {
			return xml
		}
		text = text[i+1:]
		if text[0] == '?' || text[0] == '!' {
			continue
		}
		name := string(text[:min(len(text), 80)])
		if end := strings.IndexAny(name, " \t\r\n/>"); end >= 0 {
			name = name[:end]
		}
		if kind, ok := OfRoot(name); ok {
			return kind
		}
		return xml
	}
}

var (
	// startsSQL: comments, then a statement that begins as dumps do.
	startsSQL = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?i)^(?:\s+|--[^\n]*\n|/\*[^*]*\*/;?)*(?:` +
			"insert\\s+(?:or\\s+\\w+\\s+)?into\\s+[\\w.\"`\\[\\]]+\\s*(?:\\([^)]*\\)\\s*)?values\\s*\\(" +
			`|create\s+(?:temp\w*\s+)?(?:table|database|schema|sequence|type|function|view|extension)\s+(?:if\s+not\s+exists\s+)?\S+` +
			`|drop\s+(?:table|database|view)\s+(?:if\s+exists\s+)?\S+\s*;` +
			`|pragma\s+\w+\s*=\s*\w+\s*;|begin(?:\s+transaction)?\s*;|start\s+transaction\s*;|set\s+[@\w.]+\s*(?:=|to)?\s*[^;\n]*;` +
			`|use\s+\S+;|copy\s+\S+\s+\([^)]*\)\s+from\s+stdin;)`)
	})
	// startsSYLK: who wrote it, and somewhere a cell with its value: a column may be called P.
	startsSYLK = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^ID;P[^\n]*\n(?:[^\n]*\n)*?C;[XY]\d+;(?:[XY]\d+;)?K["\d-]`)
	})
	// startsDIF: the two lines of its first header, its name, and the next header.
	startsDIF = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^TABLE\r?\n0,1\r?\n"[^\n]*\n(?:VECTORS|TUPLES|DATA)\r?\n`)
	})
	// startsMail: an mbox, or header fields that only mails have.
	startsMail = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^(?:From \S+ +(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) [^\n]*\n)?(?:(?:[A-Z][\w-]*: [^\n]*\n)(?:[ \t]+[^\n]*\n)*)*` +
			`(?:Received: |Return-Path: |Message-ID: |Message-Id: |MIME-Version: 1\.0)`)
	})
	// statement: a line that only a program has.
	statement = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^\s*(?:` +
			`import [\w.{}*, ]+(?:;| from ['"].*)?$|from [\w.]+ import \w|#include [<"]|#define \w|package \w+;?$|using [\w.]+;$` +
			`|(?:export |public |private |static |async |pub )*(?:def|func|function|fn|class|interface|struct|enum|module|sub) [\w(]` +
			`|(?:const|let|var|final) \w+ ?[=:]|(?:if|for|while|switch|foreach) ?\(.*\) ?\{?$|return\b.*;?$|[}\])]+[;,]?$|[^;,]*[^;,"];$|.*\) ?\{$|@\w+` +
			`|(?:if|for|while|elif|else|try|except|with)\b.*:$)`)
	})
)

// isCode reports whether most lines are such as only programs have.
func isCode(text []byte) bool {
	lines, statements := 0, 0
	kinds := map[byte]bool{}
	for line := range bytes.Lines(text) {
		line = bytes.TrimRight(line, " \t\r\n")
		if len(line) == 0 {
			continue
		}
		lines++
		if mayBeStatement(line) && statement().Match(line) {
			statements++
			kinds[line[len(line)-1]] = true
		}
		if lines == 200 {
			break
		}
	}
	return statements >= 3 && len(kinds) >= 2 && statements*2 > lines
}

// mayBeStatement is quick, and false of most lines of data, which no statement begins or ends like.
func mayBeStatement(line []byte) bool {
	if last := line[len(line)-1]; last == ';' || last == '{' {
		return true
	}
	line = bytes.TrimLeft(line, " \t\n\f\r")
	if len(line) == 0 {
		return false
	}
	first := line[0]
	return first|0x20-'a' < 26 || bytes.IndexByte([]byte("#@}])"), first) >= 0
}
