package json

// A usual row is how the members of a row came before: rows mostly have the same ones, in the same
// order. While a row goes on so, its cells need nothing but their places.
type usual struct {
	keys     []key // no two of the same column
	columns  []uint32
	departed uint32 // counts the rows that went on otherwise
}

// plainRow reads the members of an object that is a row, from behind its brace, into columns.
func (r *builder) plainRow(p int) int {
	s, before := r.s, inObject
	p, more := r.first(p, '}')
	for i := 0; more; i++ {
		if i == len(r.usual.keys) || !r.usual.keys[i].is(s, p) {
			r.depart(i)
			if p = r.membersFrom(p, before, inObject, 1); p >= 0 {
				r.learn()
			}
			return p
		}
		key := &r.usual.keys[i]
		before = key.id
		p += len(key.text)
		if s[p] <= ' ' {
			p = r.space(p)
		}
		c, end := r.cell(p, 1)
		if end < 0 {
			return end
		}
		r.cells = append(r.cells, c)
		if r.nans > 0 {
			r.lose(before, p, end)
		}
		if p = r.skip(end); s[p] != ',' {
			p, more = r.shut(p, '}'), false
		} else {
			p = r.skip(p + 1)
		}
	}
	r.columns = append(r.columns, r.usual.columns[:len(r.cells)]...)
	return p
}

// depart makes the first n cells of the row, which were as usual, such as set makes.
func (r *builder) depart(n int) {
	cells := r.cells[:n]
	r.cells = r.cells[:0]
	for i, c := range cells {
		r.set(r.usual.keys[i].id, c)
	}
	r.usual.departed++
}

// learn takes a row that was not as usual for it from now on, but not each one, as it costs what it
// saves.
func (r *builder) learn() {
	if r.fresh || len(r.usual.keys) > 0 && r.usual.departed%8 != 0 {
		return
	}
	r.usual.keys, r.usual.columns = r.usual.keys[:0], append(r.usual.columns[:0], r.columns...)
	for _, place := range r.places {
		r.usual.keys = append(r.usual.keys, r.keys[r.slots[place].key])
	}
}
