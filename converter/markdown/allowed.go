package markdown

import (
	"regexp"
	"strings"
	"sync"
)

// allowed has the attributes that may stay, with their values, by element; "" is any of these.
var allowed = sync.OnceValue(func() map[string]map[string]*regexp.Regexp {
	const (
		text   = `^[\p{L}\p{N}\s\-_',\[\]!\./\\\(\)]*$`
		tokens = `^([\s\p{L}\p{N}_-]+)$`
		align  = `(?i)^(center|justify|left|right|char)$`
		valign = `(?i)^(baseline|bottom|middle|top)$`
		size   = `^[0-9]+[%]?$`
		whole  = `^[0-9]+$`
		number = `^[-+]?[0-9]*\.?[0-9]+([eE][-+]?[0-9]+)?$`
		moment = `^[0-9]{4}(-[0-9]{2}(-[0-9]{2}([ T][0-9]{2}(:[0-9]{2}){1,2}(.[0-9]{1,6})?Z?([\+-][0-9]{2}:[0-9]{2})?)?)?)?$`
		dir    = `(?i)^(rtl|ltr)$`
	)
	all := map[string]map[string]*regexp.Regexp{"": {}}
	for _, r := range []struct{ elements, attributes, values string }{
		{`article aside figure section summary h1 h2 h3 h4 h5 h6 hgroup br div hr p span wbr abbr acronym cite code dfn em
			figcaption mark s samp strong sub sup var b i pre small strike tt u rp rt ruby dl dt dd caption`, "", ""},
		{"a area", "href", ""}, {"img", "src", ""}, {"blockquote q", "cite", ""}, {"del ins", "cite", text},
		{"del ins time", "datetime", moment}, {"details", "open", `(?i)^(|open)$`}, {"bdi bdo", "dir", dir},
		{"map", "name", `^([\p{L}\p{N}_-]+)$`}, {"area img", "alt", text}, {"area", "coords", `^([0-9]+,)+[0-9]+$`}, {"area", "rel", tokens},
		{"area", "shape", `(?i)^(default|circle|rect|poly)$`}, {"img", "usemap", `(?i)^#[\p{L}\p{N}_-]+$`},
		{"img", "align", `(?i)^(left|right|top|texttop|middle|absmiddle|baseline|bottom|absbottom)$`},
		{"img table col colgroup td th", "height width", size}, {"table", "summary", text},
		{"ol ul li", "type", `(?i)^(circle|disc|square|a|A|i|I|1)$`}, {"li", "value", whole},
		{"col colgroup thead tr td th tbody tfoot", "align", align}, {"col colgroup thead tr td th tbody tfoot", "valign", valign},
		{"col colgroup", "span", whole}, {"td th", "abbr", text}, {"td th", "colspan rowspan", whole}, {"td th", "headers", tokens},
		{"td th", "scope", `(?i)(?:row|col)(?:group)?`}, {"td th", "nowrap", `(?i)|nowrap`},
		{"meter", "value min max low high optimum", number}, {"progress", "value max", number},
		{"code", "class", `^language-[\w+#.-]+$`}, {"input", "type", `^checkbox$`}, {"input", "checked disabled", `^$`}, {"td th", "style", `(?i)^text-align: *(left|center|right) *;?$`},
	} {
		values := regexp.MustCompile(r.values)
		for element := range strings.FieldsSeq(r.elements) {
			if all[element] == nil {
				all[element] = map[string]*regexp.Regexp{}
			}
			for attribute := range strings.FieldsSeq(r.attributes) {
				all[element][attribute] = values
			}
		}
	}
	all[""]["dir"], all[""]["title"] = regexp.MustCompile(dir), regexp.MustCompile(text)
	all[""]["lang"], all[""]["id"] = regexp.MustCompile(`[a-zA-Z]{2,20}`), regexp.MustCompile(`[a-zA-Z0-9\:\-_\.]+`)
	return all
})
