package sqliteheader_test

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"github.com/dynasette/dynasette/internal/sqliteheader"
)

// A header that is put is the one that is parsed, whatever it says; and of what is parsed
// nothing is lost but the bytes that are reserved, and a page size that can't be.
func TestParsePut(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 1000 {
		b := make([]byte, sqliteheader.Size)
		copy(b, sqliteheader.Magic)
		for i := len(sqliteheader.Magic); i < len(b); i++ {
			if i < 48 || i >= 52 && i < 72 || i >= 92 { // 48 is a suggestion for caches
				b[i] = byte(rng.Uint32())
			}
		}
		clear(b[48:52])
		if b[16] == 0 && b[17] == 0 {
			b[17] = 1
		}
		h, ok := sqliteheader.Parse(b)
		if !ok {
			t.Fatalf("%x is not parsed", b)
		}
		again := bytes.Repeat([]byte{0xff}, sqliteheader.Size+1)
		h.Put(again)
		if !bytes.Equal(again[:sqliteheader.Size], b) || again[sqliteheader.Size] != 0xff {
			t.Fatalf("%x\nis put as %x", b, again)
		}
	}
}

func TestParseOther(t *testing.T) {
	whole := append([]byte(sqliteheader.Magic), make([]byte, sqliteheader.Size-len(sqliteheader.Magic))...)
	if _, ok := sqliteheader.Parse(whole); !ok {
		t.Error("a header of zeros")
	}
	for n := range whole {
		if _, ok := sqliteheader.Parse(whole[:n]); ok {
			t.Errorf("%d bytes", n)
		}
	}
	for at := range sqliteheader.Magic {
		other := bytes.Clone(whole)
		other[at] ^= 0x20
		if _, ok := sqliteheader.Parse(other); ok {
			t.Errorf("byte %d is another", at)
		}
	}
}

func TestPageSizes(t *testing.T) {
	valid := map[int]bool{512: true, 1024: true, 2048: true, 4096: true, 8192: true, 16384: true, 32768: true, 65536: true}
	for n := -1; n <= 1<<18; n++ {
		if sqliteheader.ValidPageSize(n) != valid[n] {
			t.Errorf("pages of %d bytes", n)
		}
	}
	for n := range valid {
		b := make([]byte, sqliteheader.Size)
		sqliteheader.Header{PageSize: n}.Put(b)
		if h, _ := sqliteheader.Parse(b); h.PageSize != n {
			t.Errorf("pages of %d are read as ones of %d", n, h.PageSize)
		}
		if first := int64(sqliteheader.LockPage(n)-1) * int64(n); first > 0x40000000 || first+int64(n) <= 0x40000000 {
			t.Errorf("pages of %d: page %d does not hold the locks", n, sqliteheader.LockPage(n))
		}
	}
}

// Whatever part of a database is changed, it is the same as of one that is changed as a whole.
func TestRollback(t *testing.T) {
	was := bytes.Repeat([]byte{2}, 40)
	want := bytes.Clone(was)
	want[18], want[19] = 1, 1
	for from := range len(was) + 1 {
		for to := from; to <= len(was); to++ {
			b := bytes.Clone(was[from:to])
			sqliteheader.Rollback(b, int64(from))
			if !bytes.Equal(b, want[from:to]) {
				t.Errorf("bytes %d to %d: %v", from, to, b)
			}
		}
	}
	if h, _ := sqliteheader.Parse(append([]byte(sqliteheader.Magic), bytes.Repeat([]byte{2}, 100)...)); !h.WAL() {
		t.Error("not in WAL mode")
	}
}
