package json

// newSniff returns the head of a text that is not known to be JSON, behind its guard.
func newSniff(text []byte) *head {
	text = text[guarded(text):]
	return newHead(append(text[:len(text):len(text)], make([]byte, pad)...), len(text), false, defaultDepth)
}

// sniff reports whether a text begins with an array or an object that is JSON as far as it
// goes.
func sniff(text []byte) bool {
	h := newSniff(text)
	p := h.blank(0)
	return p < h.n && classes[h.s[p]] == classOpen && (h.value(p, 0) >= 0 || h.ended())
}

// sniffLines reports whether a text begins with several lines that are objects or arrays.
func sniffLines(text []byte) bool {
	h := newSniff(text)
	p := h.blank(0)
	if p == h.n || classes[h.s[p]] != classOpen {
		return false
	}
	if end := h.value(p, 0); end < 0 || end > h.lineEnd(p) {
		return false
	}
	return h.lines(h.lineEnd(p), 1)
}

// sniffGeo reports whether a text begins with a GeoJSON object that has features or is one.
func sniffGeo(text []byte) bool {
	h := newSniff(text)
	p := h.blank(0)
	if p == h.n || h.s[p] != '{' {
		return false
	}
	found := false
	h.eachMember(p, func(name string, value int) bool {
		switch name {
		case "type":
			text := string(h.s[value:min(value+19, h.n)])
			found = text == `"FeatureCollection"`
		case "features":
			found = found || h.s[value] == '[' && h.isFeature(h.space(value+1))
		}
		return !found
	})
	return found || h.isFeature(p)
}
