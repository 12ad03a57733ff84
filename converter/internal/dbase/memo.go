package dbase

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/dynasette/dynasette/converter"
)

// Memos are the file with the values that have no place in records, in blocks.
type memos struct {
	in     *converter.Input
	closer io.Closer
	foxPro bool
	block  int64 // its size
	window []byte
	at     int64 // of the window, in the file
	read   int64 // bytes of memos, in all
}

// memoWindow is how much of the file is read at a time.
const memoWindow = 64 << 10

// memoExtension returns that of the file with the memos.
func (t *Table) memoExtension() string {
	if t.visual() || t.version == 0xf5 || t.version == 0xfb {
		return ".fpt"
	}
	return ".dbt"
}

// openMemos opens the file with the memos if there is one, and fields that want it.
func (t *Table) openMemos() error {
	if t.memoFields == 0 {
		return nil
	}
	extension := t.memoExtension()
	other := map[string]string{".fpt": ".dbt", ".dbt": ".fpt"}[extension]
	in, closer, err := Beside(t.in, extension, other)
	if err != nil || in == nil {
		return err
	}
	m := &memos{in: in, closer: closer}
	head, err := in.Head(24)
	if err != nil || len(head) < 8 { // as good as none
		return errors.Join(err, closer.Close())
	}
	const usual = 512
	t.memos = m
	m.foxPro = strings.EqualFold(in.Name[max(0, len(in.Name)-4):], ".fpt")
	switch m.block = usual; {
	case m.foxPro:
		m.block = int64(binary.BigEndian.Uint16(head[6:]))
	case t.version != 0x83 && len(head) >= 22:
		m.block = int64(binary.LittleEndian.Uint16(head[20:]))
	}
	if m.block == 0 {
		m.block = usual
	}
	return nil
}

func (m *memos) close() error {
	if m == nil {
		return nil
	}
	return m.closer.Close()
}

// A span is where a memo is among those of a chunk; length -1: there is none, -2: it is lost.
type span struct {
	at, length int
	blob       bool
}

const (
	noMemo   = -1
	lostMemo = -2
)

// memoBytes is how many bytes of memos one chunk has, unless a record has more, and maxMemos how many it
// has at most. What has many is large: there should be one of them at a time.
const (
	memoBytes = 1 << 20
	manyMemos = 8 << 20
	maxMemos  = 256 << 20
)

// Large reports whether the chunk takes so much memory that it should be waited for.
func (c *Chunk) Large() bool { return len(c.memos) > manyMemos }

// readMemos reads the memos of the chunk's records, and ends the chunk where they are many.
func (c *Chunk) readMemos() error {
	t := c.table
	if t.memos == nil {
		return nil
	}
	for i := range c.N {
		record := c.raw[int(i)*t.width:][:t.width]
		for n := range t.fields {
			f := &t.fields[n]
			if !f.isMemo() {
				continue
			}
			s := span{at: len(c.memos), length: noMemo}
			block, ok := f.block(record[f.at : f.at+f.width])
			if !ok {
				s.length = lostMemo
			}
			if block > 0 && (record[0] != deleted || t.Deleted) {
				blob, err := t.memos.append(&c.memos, block)
				if err != nil {
					return err
				}
				if s.length = len(c.memos) - s.at; blob == memoLost {
					s.length = lostMemo
				}
				s.blob = blob == memoBlob
			}
			c.spans = append(c.spans, s)
		}
		if len(c.memos) >= memoBytes {
			c.N, c.raw = i+1, c.raw[:int(i+1)*t.width]
			return nil
		}
	}
	return nil
}

// block returns the number of the block that a field refers to: 0 if to none. It reports false for what is
// no number.
func (f *field) block(value []byte) (int64, bool) {
	if f.kind == memoBinary {
		return int64(binary.LittleEndian.Uint32(value)), true
	}
	value = bytes.Trim(value, " \x00")
	if len(value) == 0 {
		return 0, true
	}
	n, err := strconv.ParseInt(string(value), 10, 64)
	return max(n, 0), err == nil
}

// What a block holds.
type memoKind uint8

const (
	memoText memoKind = iota
	memoBlob
	memoLost
)

// append adds what begins in a block to dst.
func (m *memos) append(dst *[]byte, block int64) (memoKind, error) {
	const head = 8
	from := block * m.block
	if block > m.in.Size || from+head > m.in.Size {
		return memoLost, nil
	}
	if room := m.in.Size*4 + 64<<20; m.read > room {
		return memoLost, fmt.Errorf("%s: %w: records refer to the same memos again and again", m.in.Name, converter.ErrLimit)
	}
	first, err := m.peek(from)
	if err != nil {
		return memoLost, err
	}
	switch {
	case m.foxPro:
		kind, length := binary.BigEndian.Uint32(first), int64(binary.BigEndian.Uint32(first[4:]))
		if length > m.in.Size-from-head {
			return memoLost, nil
		}
		if kind == 1 {
			return memoText, m.copy(dst, from+head, length)
		}
		return memoBlob, m.copy(dst, from+head, length)
	case bytes.HasPrefix(first, []byte("\xff\xff\x08\x00")):
		length := int64(binary.LittleEndian.Uint32(first[4:])) - head
		if length < 0 || length > m.in.Size-from-head {
			return memoLost, nil
		}
		return memoText, m.copy(dst, from+head, length)
	}
	return m.terminated(dst, from)
}

// terminated adds a text that a byte ends, as dBASE III has it.
func (m *memos) terminated(dst *[]byte, from int64) (memoKind, error) {
	for at := from; at < m.in.Size; {
		window, err := m.peek(at)
		if err != nil {
			return memoLost, err
		}
		stop := bytes.IndexByte(window, end)
		if stop >= 0 {
			window = window[:stop]
		}
		*dst = append(*dst, window...)
		m.read += int64(len(window))
		at += int64(len(window))
		if stop >= 0 {
			break
		}
		if len(*dst) > maxMemos {
			return memoLost, m.over()
		}
	}
	return memoText, nil
}

func (m *memos) over() error {
	return fmt.Errorf("%s: %w: more than %d MiB of memos in a record", m.in.Name, converter.ErrLimit, maxMemos>>20)
}

// copy adds so many bytes of the file.
func (m *memos) copy(dst *[]byte, from, length int64) error {
	if int64(len(*dst))+length > maxMemos {
		return m.over()
	}
	m.read += length
	for length > 0 {
		window, err := m.peek(from)
		if err != nil {
			return err
		}
		n := min(int64(len(window)), length)
		*dst = append(*dst, window[:n]...)
		from, length = from+n, length-n
	}
	return nil
}

// peek returns bytes of the file from a place on: at least 8, or all there are.
func (m *memos) peek(from int64) ([]byte, error) {
	if from < m.at || from+8 > m.at+int64(len(m.window)) {
		size := min(memoWindow, m.in.Size-from)
		if cap(m.window) < memoWindow {
			m.window = make([]byte, 0, memoWindow)
		}
		m.window, m.at = m.window[:size], from
		if err := readFull(m.in, m.window, from); err != nil {
			m.window = m.window[:0]
			return nil, fmt.Errorf("%s: %w", m.in.Name, err)
		}
	}
	return m.window[from-m.at:], nil
}

// memo returns the memo of a field in record i.
func (f *filler) memo(n int, i int64) (converter.Cell, error) {
	t := f.table
	if t.memos == nil {
		field := &t.fields[n]
		at := int(i)*t.width + field.at
		if block, ok := field.block(f.b.Data[at : at+field.width]); block > 0 || !ok {
			t.wanted.Store(true)
		}
		return converter.Cell{}, nil
	}
	s := f.spans[int(i)*t.memoFields+t.fields[n].memo]
	if s.length == lostMemo {
		f.note(n, oddMemo, nil)
	}
	if s.length < 0 {
		return converter.Cell{}, nil
	}
	from := len(f.raw) + s.at
	to := from + s.length
	if s.blob || t.fields[n].isBlob() {
		return converter.Span(converter.KindBlob, from, s.length), nil
	}
	if !t.memos.foxPro {
		from, to = f.unwrapped(from, to)
	}
	return f.text(n, from, to, -1)
}

// softReturn is where a program has broken a line to show it.
var softReturn = []byte("\x8d\n")

// unwrapped returns where a text is without soft returns.
func (f *filler) unwrapped(from, to int) (int, int) {
	if f.ascii || !bytes.Contains(f.b.Data[from:to], softReturn) {
		return from, to
	}
	at := len(f.b.Data)
	f.b.Data = append(f.b.Data, bytes.ReplaceAll(f.b.Data[from:to], softReturn, nil)...)
	return at, len(f.b.Data)
}
