package cli

import (
	"archive/zip"
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/dynasette/dynasette/converter/rules"
)

// A folderFS is the files in a folder of this machine. Links do not lead out of it.
type folderFS string

func (f folderFS) Open(name string) (fs.File, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	return os.OpenInRoot(string(f), filepath.FromSlash(name))
}

// An archiveFS is files, and those in archives among them, as archive.zip/name.
type archiveFS struct {
	files    fs.FS
	archives map[string]*zip.Reader
}

func (a archiveFS) Open(name string) (fs.File, error) {
	for archive, r := range a.archives {
		if member, ok := strings.CutPrefix(name, archive+"/"); ok {
			return r.Open(member)
		}
	}
	return a.files.Open(name)
}

// maxArchiveRules is how many files of an archive are looked at for rules.
const maxArchiveRules = 100

// openArchives adds the archives among named files, and returns the names of what in them may
// have rules, on this machine. What is no sound archive has none; whoever converts it says so.
// All that it opens is added to open.
func (a *archiveFS) openArchives(names []string, open *closers) (members []string) {
	if _, local := a.files.(folderFS); !local {
		return nil
	}
	for _, name := range names {
		if !strings.EqualFold(path.Ext(name), ".zip") {
			continue
		}
		f, err := a.files.Open(name)
		if err != nil {
			continue
		}
		*open = append(*open, f)
		r, err := newZip(f)
		if err != nil {
			continue
		}
		found := 0
		for _, m := range r.File {
			if isRulesName(path.Base(m.Name)) && fs.ValidPath(m.Name) && found < maxArchiveRules {
				members = append(members, name+"/"+m.Name)
				found++
			}
		}
		if found > 0 {
			a.archives[name] = r
		}
	}
	return members
}

func newZip(f fs.File) (*zip.Reader, error) {
	file, ok := f.(*os.File)
	if !ok {
		return nil, errors.ErrUnsupported
	}
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	return zip.NewReader(file, info.Size())
}

// isRulesName reports whether files of that name usually have rules: enough where to look
// into all that may have them would take too long.
func isRulesName(base string) bool {
	return rules.MayBe(base) && (!strings.HasSuffix(base, ".json") || strings.HasSuffix(base, "metadata.json") || base == "datapackage.json")
}
