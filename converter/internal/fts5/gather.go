package fts5

import (
	"hash/maphash"

	"github.com/dynasette/dynasette/converter/internal/extsort"
	"github.com/dynasette/dynasette/converter/internal/sqlitefile"
)

// A Gatherer collects where the terms of some rows are. It is for one goroutine at a time.
type Gatherer struct {
	index *Index
	seed  maphash.Seed

	slots []uint32 // 1 + where in tokens
	terms []term
	bytes []byte // of the terms
	posts []post
	rows  []int64

	buf         []byte
	stemmed     [72]byte
	order, ends []uint32
}

// A term is a token as the text has it, or what stands for tokens in the index.
type term struct {
	at, size uint32
	kind     byte     // see mainTerms; 0 is a token that has a stem
	main     uint32   // of a token: the term it is found by
	prefixes []uint32 // of a main term, if the index has prefixes
}

// A post is one place of a term.
type post struct{ term, row, column, position uint32 }

// mainTerms is what whole terms begin with in the index; prefixes follow, in the order of
// their lengths as they are declared.
const mainTerms = '0'

// NewGatherer returns a Gatherer for the index.
func (x *Index) NewGatherer() *Gatherer {
	return &Gatherer{index: x, seed: maphash.MakeSeed(), slots: make([]uint32, 1<<12)}
}

// Row begins a row; rowids ascend.
func (g *Gatherer) Row(rowid int64) { g.rows = append(g.rows, rowid) }

// Text adds the text of one of the row's columns, in their order, and returns how many tokens
// it has.
func (g *Gatherer) Text(column int, text []byte) (tokens int) {
	g.buf = g.index.tokenizer.Tokens(text, g.buf, func(token []byte) {
		main := g.token(token)
		p := post{main, uint32(len(g.rows) - 1), uint32(column), uint32(tokens)}
		g.posts = append(g.posts, p)
		for _, prefix := range g.terms[main].prefixes {
			p.term = prefix
			g.posts = append(g.posts, p)
		}
		tokens++
	})
	return tokens
}

// token returns the term that a token is found by.
func (g *Gatherer) token(token []byte) uint32 {
	if !g.index.tokenizer.porter {
		return g.main(token)
	}
	i, added := g.term(0, token)
	if added {
		main := g.main(stem(token, g.stemmed[:]))
		g.terms[i].main = main
	}
	return g.terms[i].main
}

// main returns a term of the index.
func (g *Gatherer) main(text []byte) uint32 {
	i, added := g.term(mainTerms, text)
	if added {
		var prefixes []uint32
		for k, length := range g.index.prefixes {
			if n := firstLetters(text, length); n > 0 {
				prefix, _ := g.term(mainTerms+1+byte(k), text[:n])
				prefixes = append(prefixes, prefix)
			}
		}
		g.terms[i].prefixes = prefixes
	}
	return i
}

// firstLetters returns how many bytes the first n characters take, or 0 if there are fewer.
func firstLetters(text []byte, n int) int {
	i := 0
	for ; n > 0; n-- {
		if i >= len(text) {
			return 0
		}
		if i++; text[i-1] >= 0xc0 {
			for i < len(text) && text[i]&0xc0 == 0x80 {
				i++
			}
		}
	}
	return i
}

// term returns the term of that kind and text, adding it if there is none.
func (g *Gatherer) term(kind byte, text []byte) (i uint32, added bool) {
	hash := maphash.Bytes(g.seed, text) + uint64(kind)*0x9e3779b97f4a7c15
	slot := int(hash>>7) & (len(g.slots) - 1)
	for g.slots[slot] != 0 {
		i := g.slots[slot] - 1
		t := &g.terms[i]
		if t.kind == kind && string(g.bytes[t.at:t.at+t.size]) == string(text) {
			return i, false
		}
		slot = (slot + 1) & (len(g.slots) - 1)
	}
	i = uint32(len(g.terms))
	g.terms = append(g.terms, term{at: uint32(len(g.bytes)), size: uint32(len(text)), kind: kind})
	g.bytes = append(g.bytes, text...)
	g.slots[slot] = i + 1
	if len(g.terms) > len(g.slots)/2 {
		g.grow()
	}
	return i, true
}

func (g *Gatherer) grow() {
	g.slots = make([]uint32, 4*len(g.slots))
	for i, t := range g.terms {
		hash := maphash.Bytes(g.seed, g.bytes[t.at:t.at+t.size]) + uint64(t.kind)*0x9e3779b97f4a7c15
		slot := int(hash>>7) & (len(g.slots) - 1)
		for g.slots[slot] != 0 {
			slot = (slot + 1) & (len(g.slots) - 1)
		}
		g.slots[slot] = uint32(i) + 1
	}
}

// Flush appends an entry for each term to the chunk, and makes the Gatherer empty. An entry
// is the term, a NUL, the first row, and then the rest of its doclist.
func (g *Gatherer) Flush(c *extsort.Chunk) {
	g.sortPosts()
	from := uint32(0)
	for i, to := range g.ends {
		if t := &g.terms[i]; to > from {
			g.entry(c, t, g.order[from:to])
		}
		from = to
	}
	g.terms, g.bytes, g.posts, g.rows = g.terms[:0], g.bytes[:0], g.posts[:0], g.rows[:0]
	clear(g.slots)
}

// sortPosts finds the order of posts by term; those of one stay in theirs.
func (g *Gatherer) sortPosts() {
	g.ends = append(g.ends[:0], make([]uint32, len(g.terms))...)
	for _, p := range g.posts {
		g.ends[p.term]++
	}
	sum := uint32(0)
	for i, n := range g.ends {
		g.ends[i] = sum
		sum += n
	}
	g.order = append(g.order[:0], make([]uint32, len(g.posts))...)
	for i, p := range g.posts {
		g.order[g.ends[p.term]] = uint32(i)
		g.ends[p.term]++
	}
}

// entry appends the entry of one term.
func (g *Gatherer) entry(c *extsort.Chunk, t *term, posts []uint32) {
	first := g.rows[g.posts[posts[0]].row]
	from := len(c.Data)
	c.Data = append(append(c.Data, t.kind), g.bytes[t.at:t.at+t.size]...)
	c.Data = append(c.Data, 0)
	key := len(c.Data) - from
	c.Data = appendRowid(c.Data, first)
	before := first
	for i := 0; i < len(posts); {
		row := g.posts[posts[i]].row
		if i > 0 {
			c.Data = sqlitefile.AppendVarint(c.Data, uint64(g.rows[row]-before))
			before = g.rows[row]
		}
		g.buf = g.buf[:0]
		column, position := uint32(0), uint32(0)
		for ; i < len(posts) && g.posts[posts[i]].row == row; i++ {
			p := &g.posts[posts[i]]
			if p.column != column {
				g.buf = sqlitefile.AppendVarint(append(g.buf, 1), uint64(p.column))
				column, position = p.column, 0
			}
			g.buf = sqlitefile.AppendVarint(g.buf, uint64(p.position-position)+2)
			position = p.position
		}
		c.Data = sqlitefile.AppendVarint(c.Data, uint64(len(g.buf))*2)
		c.Data = append(c.Data, g.buf...)
	}
	c.End(key)
}

// appendRowid appends a rowid so that it sorts as a string of bytes: they are positive here.
func appendRowid(b []byte, rowid int64) []byte {
	n := 1
	for n < 8 && rowid>>(8*n) != 0 {
		n++
	}
	b = append(b, byte(n))
	for n--; n >= 0; n-- {
		b = append(b, byte(rowid>>(8*n)))
	}
	return b
}
