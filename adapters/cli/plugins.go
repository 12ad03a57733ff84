package cli

import (
	"fmt"
	"os"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/compress"
	"github.com/dynasette/dynasette/converter/exec"
)

// loadPlugins adds the programs that the files of --plugin describe to the formats.
func (a *app) loadPlugins() error {
	if len(a.plugins) == 0 {
		return nil
	}
	formats, err := copyFormats(a.Formats, func(_ *converter.Format, c converter.Converter) (converter.Converter, error) { return c, nil })
	if err != nil {
		return err
	}
	for _, name := range a.plugins {
		if err := loadPlugin(formats, name); err != nil {
			return fmt.Errorf("--plugin %s: %w", name, err)
		}
	}
	a.Formats = formats
	return nil
}

func loadPlugin(formats *converter.Registry, name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	configs, err := exec.Load(f)
	if err != nil {
		return err
	}
	for _, c := range configs {
		if err := exec.Register(formats, c); err != nil {
			return err
		}
	}
	return nil
}

// copyFormats returns a copy of formats, changed as change says, in which converters that
// look for other formats do so in the copy.
func copyFormats(formats *converter.Registry, change func(*converter.Format, converter.Converter) (converter.Converter, error)) (*converter.Registry, error) {
	changed := new(converter.Registry)
	for _, f := range formats.Formats() {
		_, c, _ := formats.Lookup(f.Name)
		if outer := lookingIn(c, changed); outer != nil {
			c = outer
		}
		c, err := change(&f, c)
		if err != nil {
			return nil, err
		}
		if err := changed.Add(f, c); err != nil {
			return nil, err
		}
	}
	return changed, nil
}

// lookingIn returns a converter that looks for other formats with these ones to look in,
// or nil if c looks for none.
func lookingIn(c converter.Converter, formats *converter.Registry) converter.Converter {
	if program, ok := c.(exec.Converter); ok {
		program.Formats = formats
		return program
	}
	return inside(c, formats)
}

// inside returns a packing's converter that knows only these formats for what is inside,
// or nil if c is none.
func inside(c converter.Converter, formats *converter.Registry) converter.Converter {
	switch c := c.(type) {
	case compress.Stream:
		c.Formats = formats
		return c
	case compress.Archive:
		c.Formats = formats
		return c
	}
	return nil
}

func isPacking(c converter.Converter) bool { return inside(c, nil) != nil }
