package markdown

import (
	"io"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// sanitize takes out of HTML what users of a site may not write: what it returns is tokens put
// together anew, of elements, attributes and values that are named below. It is what the policy
// for users' content of github.com/microcosm-cc/bluemonday makes, which the tests hold it to;
// that one compiles so much when a program starts that the start of each command took longer.
func sanitize(text string) string {
	if strings.TrimSpace(text) == "" {
		return text
	}
	var (
		out     strings.Builder
		started string   // the last element that began
		bare    []string // elements that are left out, as they have no attribute, and are not closed yet
		hidden  bool     // text is not for people
		depth   int      // of elements whose text is not
	)
	may := allowed()
	for tokens := html.NewTokenizer(strings.NewReader(text)); ; {
		if tokens.Next() == html.ErrorToken {
			if tokens.Err() != io.EOF {
				return ""
			}
			return out.String()
		}
		token := tokens.Token()
		name := token.Data
		attributes, stays := may[name]
		code := name == "script" || name == "style"
		switch token.Type {
		case html.StartTagToken, html.SelfClosingTagToken:
			begins := token.Type == html.StartTagToken
			if begins {
				started = name
			}
			if !stays {
				if begins && !code && inWords(withoutText, name) {
					hidden = true
					depth++
				}
				continue
			}
			token.Attr = clean(name, token.Attr, attributes)
			if len(token.Attr) == 0 && inWords(withAttributes, name) {
				if begins {
					bare = append(bare, name)
				}
				continue
			}
		case html.EndTagToken:
			if started == name {
				started = ""
			}
			if n := len(bare); n > 0 && bare[n-1] == name {
				bare = bare[:n-1]
				continue
			}
			if !stays {
				if !code && inWords(withoutText, name) {
					if depth--; depth == 0 {
						hidden = false
					}
				}
				continue
			}
		case html.TextToken:
			if started == "script" || started == "style" {
				continue
			}
		default: // comments and declarations
			continue
		}
		if !hidden {
			out.WriteString(token.String())
		}
	}
}

// clean returns those attributes of an element that may stay.
func clean(element string, attributes []html.Attribute, may map[string]*regexp.Regexp) []html.Attribute {
	var kept []html.Attribute
	linked, related := false, false
	for _, a := range attributes {
		value, known := may[a.Key]
		if !known || !value.MatchString(a.Val) {
			if value, known = allowed()[""][a.Key]; !known || !value.MatchString(a.Val) {
				continue
			}
		}
		switch a.Key {
		case "style": // what GFM's tables have
			a.Val = "text-align: " + strings.Trim(a.Val[len("text-align:"):], " ;")
		case "href", "src", "cite":
			if a.Val = address(a.Val); a.Val == "" {
				continue
			}
		}
		kept = append(kept, a)
		linked = linked || a.Key == "href"
	}
	if !linked {
		return kept
	}
	for i := range kept { // search engines do not follow users' links
		if a := &kept[i]; a.Key == "rel" {
			related = true
			if !strings.Contains(a.Val, "nofollow") {
				a.Val += " nofollow"
			}
		}
	}
	if !related {
		kept = append(kept, html.Attribute{Key: "rel", Val: "nofollow"})
	}
	return kept
}

// address returns a URL that is relative or of the web or of mail, and "" for any other.
func address(s string) string {
	s = strings.TrimSpace(s)
	u, err := url.Parse(s)
	if err != nil || strings.ContainsAny(s, " \t\n") || u.Scheme != "" && !inWords("mailto http https", u.Scheme) {
		return ""
	}
	return u.String()
}

// inWords reports whether a word is one of some that are divided by blanks.
func inWords(words, word string) bool { return slices.Contains(strings.Fields(words), word) }

const (
	withoutText    = "frame frameset iframe noembed noframes noscript nostyle object script style title" // no text of theirs stays
	withAttributes = "a area bdo img input map meter progress"                                           // nothing without one
)
