package csv

import (
	"bytes"
	"io"
)

// padding reads a text without the NULs and ^Z that end or pad it, as DOS, tapes and block
// devices have them. Those before other text are text.
type padding struct {
	in   io.Reader
	back []byte // to be read before in
	held []run  // read, and perhaps the end
	text bool   // what is held is not the end
	cut  int64  // bytes that were the end
}

// A run is so many bytes of one kind.
type run struct {
	c byte
	n int64
}

// maxRuns bounds what is held: padding has few runs, of any length.
const maxRuns = 8

func (p *padding) Read(b []byte) (int, error) {
	for {
		if p.text && len(p.held) > 0 {
			r := &p.held[0]
			n := int(min(r.n, int64(len(b))))
			for i := range b[:n] {
				b[i] = r.c
			}
			if r.n -= int64(n); r.n == 0 {
				p.held = p.held[1:]
			}
			return n, nil
		}
		p.text = false
		n, err := copy(b, p.back), error(nil)
		if n > 0 || len(b) == 0 {
			p.back = p.back[n:]
		} else if n, err = p.in.Read(b); err == io.EOF && n == 0 {
			for _, r := range p.held {
				p.cut += r.n
			}
			p.held = nil
			return 0, err
		} else if err == io.EOF {
			err = nil // it comes again
		}
		body := bytes.TrimRight(b[:n], "\x00\x1a")
		if len(p.held) > 0 && len(body) > 0 {
			p.back, p.text = append(bytes.Clone(b[:n]), p.back...), true
			if err != nil {
				return 0, err
			}
			continue
		}
		for _, c := range b[len(body):n] {
			if last := len(p.held) - 1; last >= 0 && p.held[last].c == c {
				p.held[last].n++
			} else {
				p.held = append(p.held, run{c, 1})
			}
		}
		p.text = len(p.held) > maxRuns
		if len(body) > 0 || err != nil || len(b) == 0 {
			return len(body), err
		}
	}
}
