package xmltext

// sort finds out which children of a node have the same names: Shape.first is the first of
// them, and Node.same the next one.
func (t *Tree) sort(i int32, s *Shape) {
	t.mark++
	for k := t.Nodes[i].First; k > 0; k = t.Nodes[k].Next {
		n := &t.Nodes[k]
		if n.same = 0; n.Name == nil {
			continue
		}
		c := s.child(n.Name)
		if c == nil {
			continue
		}
		if c.marked != t.mark {
			c.marked, c.first = t.mark, k
		} else {
			t.Nodes[c.latest].same = k
		}
		c.latest = k
	}
}

// appendValue appends an element as JSON: a text if it has nothing else, an array if it is a
// list, and else an object.
func (t *Tree) appendValue(dst []byte, i int32, s *Shape) []byte {
	n := &t.Nodes[i]
	switch {
	case n.nothing:
		return append(dst, "null"...)
	case s.Plain():
		return AppendString(dst, t.AppendText(nil, i))
	case s.Markup && len(s.Attrs) == 0:
		return AppendString(dst, t.AppendContent(nil, i))
	case s.List() != nil:
		t.sort(i, s)
		if s.Children[0].marked != t.mark {
			return append(dst, "[]"...)
		}
		return t.appendArray(dst, s.Children[0])
	}
	dst = append(dst, '{')
	keys := s.names()
	for _, a := range t.Attrs[n.From:n.To] {
		if k := s.attr(a.Name); k >= 0 {
			dst = append(appendKey(dst, keys.attrs[k]), ':')
			dst = append(AppendString(dst, t.bytes(a.value)), ',')
		}
	}
	switch {
	case s.Markup:
		if n.First > 0 {
			dst = append(appendKey(dst, keys.text), ':')
			dst = append(AppendString(dst, t.AppendContent(nil, i)), ',')
		}
	default:
		if text := t.AppendText(nil, i); s.Text && len(text) > 0 {
			dst = append(appendKey(dst, keys.text), ':')
			dst = append(AppendString(dst, text), ',')
		}
		t.sort(i, s)
		for k := n.First; k > 0; k = t.Nodes[k].Next {
			if t.Nodes[k].Name == nil {
				continue
			}
			c := s.child(t.Nodes[k].Name)
			if c == nil || c.first != k {
				continue
			}
			dst = append(appendKey(dst, keys.children[s.at]), ':')
			if c.Most > 1 {
				dst = t.appendArray(dst, c)
			} else {
				dst = t.appendValue(dst, k, c)
			}
			dst = append(dst, ',')
		}
	}
	if dst[len(dst)-1] == ',' {
		dst = dst[:len(dst)-1]
	}
	return append(dst, '}')
}

func appendKey(dst []byte, key string) []byte { return AppendString(dst, []byte(key)) }

// appendArray appends the children of a shape that have just been sorted.
func (t *Tree) appendArray(dst []byte, c *Shape) []byte {
	dst = append(dst, '[')
	for k := c.first; k > 0; k = t.Nodes[k].same {
		dst = append(t.appendValue(dst, k, c), ',')
	}
	dst[len(dst)-1] = ']'
	return dst
}
