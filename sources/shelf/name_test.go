package shelf

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
)

func TestCheckName(t *testing.T) {
	for _, name := range []string{"a.csv", "2024/towns.csv", "Ä ö.csv", "名前.json", "a b (1).xlsx", "dynasette.yaml", strings.Repeat("x", 190) + ".csv", "<script>.csv", "a%2Fb.csv", "\u202eright.csv", "😀.csv"} {
		if err := CheckName(name); err != nil {
			t.Error(err)
		}
	}
	for _, name := range []string{"", ".", "..", "/", "/etc/passwd", "../a.csv", "a/../../b.csv", "a//b.csv", "a/./b.csv", "a/", ".hidden", "a/.b/c.csv", "a\x00b", "a\nb.csv", `..\a.csv`, `C:\a.csv`, "C:a.csv",
		"a.csv ", "a./b.csv", "x.tmp", "~$a.xlsx", "\xff.csv", strings.Repeat("x", 300), strings.Repeat("x/", 300) + "y", "a.db-wal"} {
		if err := CheckName(name); !errors.Is(err, ErrName) {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func FuzzTidy(f *testing.F) {
	for _, name := range []string{"a.csv", `C:\fake\a.csv`, "../../etc/passwd", "..", "\xff", ".htaccess", strings.Repeat("ä", 300) + ".csv", "a:b\n.csv", "x.part", ""} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		tidy := Tidy(name)
		if err := CheckName(tidy); err != nil || strings.Contains(tidy, "/") || !filepath.IsLocal(tidy) {
			t.Errorf("%q: %q: %v", name, tidy, err)
		}
		if again := Tidy(tidy); again != tidy {
			t.Errorf("%q: %q, and then %q", name, tidy, again)
		}
	})
}
