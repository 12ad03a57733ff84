package pages

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"errors"
	"io/fs"

	"go.yaml.in/yaml/v4"
)

// A config is what the release's documents say about serving it, as far as these pages do it.
type config struct {
	noSQL    bool
	limit    time.Duration // of SQL; 0 is not said
	rows     int           // the most of a result; 0 is not said
	settings map[string]any
	said     map[string]any // datasette.yaml, or else metadata.json
}

// readConfig reads datasette.yaml and settings.json in a release's folder. As for version 1.0 of
// Datasette, the settings of the former count first.
func readConfig(dir string, meta map[string]any) (config, error) {
	c := config{said: meta, settings: map[string]any{}}
	if err := readJSON(dir, "settings.json", &c.settings); err != nil {
		return c, err
	}
	data, err := os.ReadFile(filepath.Join(dir, "datasette.yaml"))
	if err == nil {
		c.said = nil
		err = yaml.Unmarshal(data, &c.said)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return c, fmt.Errorf("datasette.yaml: %w", err)
	}
	for key, value := range child(c.said, "settings") {
		c.settings[key] = value
	}
	c.noSQL = off(c.settings["default_allow_sql"]) || withheld(c.said)
	c.limit = time.Duration(number(c.settings["sql_time_limit_ms"])) * time.Millisecond
	c.rows = number(c.settings["max_returned_rows"])
	return c, nil
}

// withheld reports whether only some may run SQL over what is described: these pages know nobody.
func withheld(said map[string]any) bool {
	for _, v := range []any{said["allow_sql"], child(said, "permissions")["execute-sql"]} {
		if v != nil && v != true {
			return true
		}
	}
	return false
}

// off reports whether a setting is, as Datasette reads it.
func off(v any) bool {
	return v == false || v == "off" || v == "false" || v == "0" || v != nil && number(v) == 0 && isNumber(v)
}

func isNumber(v any) bool {
	switch v.(type) {
	case int, int64, float64:
		return true
	}
	return false
}

// number reads a number that JSON or YAML has; anything else is 0.
func number(v any) int {
	switch v := v.(type) {
	case int:
		return max(v, 0)
	case int64:
		return int(max(v, 0))
	case float64:
		return int(max(v, 0))
	}
	return 0
}
