package cli

import (
	"fmt"
	"os"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/exec"
)

// loadPlugins adds the programs that the files of --plugin describe to the formats.
func (a *app) loadPlugins() error {
	if len(a.plugins) == 0 {
		return nil
	}
	formats := a.Formats.Clone()
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
