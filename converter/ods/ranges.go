package ods

import "github.com/dynasette/dynasette/converter/internal/markup"

// A databaseRange is an area that has a name.
type databaseRange struct{}

func (o *outliner) databaseRange(t *markup.Tag) {}
