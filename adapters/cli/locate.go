package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dynasette/dynasette/adapters/places"
	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/rules"
	"github.com/dynasette/dynasette/internal/redact"
)

// A document is one thing to convert, and where it is.
type document struct {
	name  string // as the database will know it
	place string // a path, a URL, or "-"
	size  int64  // in bytes; negative if only opening it can tell

	object   *object // if it is one
	database bool    // it lies in a folder that was named, and would be the whole database

	folder string              // that was named, or that of a file which was; "" if no rules are looked for
	within string              // the document's name in it
	named  bool                // the file itself was named
	rules  *rules.Set          // of the folder; nil: there are none
	found  []converter.Finding // of rules in the document, which is an archive
	text   string              // of one that stands in a file with rules; "": it is at its place
	as     *converter.Job      // how to convert it, if that is not for the document to say
}

const standardInput = "-"

// someInputs is the Args of commands that read documents.
func someInputs(_ *cobra.Command, args []string) error {
	if len(args) == 0 {
		return usagef("name what to read: files, folders, patterns, URLs, or - for standard input")
	}
	return nil
}

// locate finds the documents that the arguments name: files, folders, patterns, URLs. It
// also returns what it left aside in folders.
func (a *app) locate(ctx context.Context, args []string) (found []document, left aside, err error) {
	for _, arg := range args {
		var documents []document
		var skipped aside
		path, local, badURL := places.Path(arg)
		switch {
		case badURL != nil:
			err = misnamed(badURL)
		case arg == standardInput:
			documents = []document{{name: standardInput, place: standardInput, size: -1}}
		case local:
			documents, skipped, err = a.locateFiles(path)
		case isWeb(arg):
			documents = []document{{name: baseOf(arg), place: arg, size: -1}}
		default:
			documents, skipped, err = a.locateObjects(ctx, arg)
		}
		if unknown := (*places.SchemeError)(nil); errors.As(err, &unknown) {
			unknown.Known = append(unknown.Known, "http", "https")
		}
		if err != nil {
			return nil, left, err
		}
		found = append(found, documents...)
		left.add(skipped)
	}
	found = a.withoutParts(left.keepDatabasesOut(found), &left)
	if n := len(slices.DeleteFunc(slices.Clone(args), func(arg string) bool { return arg != standardInput })); n > 1 {
		return nil, left, usagef("standard input can be read only once, and - is there %d times", n)
	}
	if len(found) == 0 {
		return nil, left, fmt.Errorf("%s: no file there has the extension of a format; known are %s",
			strings.Join(args, ", "), strings.Join(a.extensions(), " "))
	}
	distinguish(found)
	return found, left, nil
}

// isWeb reports whether a URL is of the web, where a document is asked for by itself.
func isWeb(url string) bool {
	s := places.SchemeOf(url)
	return s == "http" || s == "https"
}

// locateFiles finds what a path names: itself, the files in it, or those that match it.
func (a *app) locateFiles(arg string) (found []document, left aside, err error) {
	info, err := os.Stat(arg)
	switch {
	case err == nil && info.IsDir():
		return a.walk(arg)
	case err == nil && info.Mode().IsRegular():
		return []document{{name: filepath.Base(arg), place: arg, size: info.Size(), folder: filepath.Dir(arg), within: filepath.Base(arg), named: true}}, left, nil
	case err == nil:
		return []document{{name: filepath.Base(arg), place: arg, size: -1}}, left, nil
	case !errors.Is(err, fs.ErrNotExist):
		return nil, left, err
	}
	// The shell has not expanded it, or there is nothing to expand it to.
	matches, badPattern := filepath.Glob(arg)
	if badPattern != nil || len(matches) == 0 {
		if strings.ContainsAny(arg, "*?[") {
			return nil, left, fmt.Errorf("%s: no file matches", arg)
		}
		return nil, left, fmt.Errorf("%s: no such file or folder", arg)
	}
	for _, match := range matches {
		documents, skipped, err := a.locateFiles(match)
		if err != nil {
			return nil, left, err
		}
		found = append(found, documents...)
		left.add(skipped)
	}
	return found, left, nil
}

// walk finds the files in a folder and below whose extension belongs to a format. Hidden
// ones and links to folders are left out.
func (a *app) walk(root string) (found []document, left aside, err error) {
	formats := a.Formats.Formats()
	err = filepath.WalkDir(root, func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if file != root && strings.HasPrefix(entry.Name(), ".") {
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if entry.IsDir() {
			return nil
		}
		claimed, whole := claims(formats, entry.Name())
		info, err := os.Stat(file)
		if err != nil || !info.Mode().IsRegular() || !claimed {
			left.unclaimed = append(left.unclaimed, file)
			return nil
		}
		name, err := filepath.Rel(root, file)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		found = append(found, document{name: name, place: file, size: info.Size(), database: whole, folder: root, within: name})
		return nil
	})
	return found, left, err
}

// extensions returns those of all formats.
func (a *app) extensions() []string {
	var list []string
	for _, f := range a.Formats.Formats() {
		list = append(list, f.Extensions...)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// distinguish names documents by their whole place where the short name is not theirs
// alone. A short one is right otherwise: the same file makes the same database wherever
// it lies.
func distinguish(documents []document) {
	count := map[string]int{}
	for _, d := range documents {
		count[d.name]++
	}
	for i, d := range documents {
		if count[d.name] > 1 && d.place != standardInput {
			documents[i].name = strings.TrimPrefix(path.Clean(filepath.ToSlash(d.place)), "/")
			if places.SchemeOf(d.place) != "" {
				documents[i].name = d.place
			}
			if isWeb(d.place) { // the name is published
				documents[i].name = redact.URL(d.place)
			}
		}
	}
}

// baseOf returns the last element of a URL's path.
func baseOf(url string) string {
	_, rest, _ := strings.Cut(url, "://")
	if isWeb(url) { // objects' names may have any characters
		rest, _, _ = strings.Cut(rest, "#")
		rest, _, _ = strings.Cut(rest, "?")
	}
	host, file, _ := strings.Cut(rest, "/")
	if base := path.Base(file); file != "" && base != "/" && base != "." {
		return base
	}
	return host
}
