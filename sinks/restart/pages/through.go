package pages

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// A through leaves the rows that rows of another table lead to: those which have a value.
type through struct {
	table *table // the other
	key   foreign
	value filter
	pair  pair // what it was in the URL
}

// readThrough reads _through={"table": …, "column": …, "value": …}.
func (d *database) readThrough(t *table, text string) (h through, err error) {
	var said struct {
		Table, Column *string
		Value         any
	}
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&said); err != nil || said.Table == nil || said.Column == nil || decoder.More() {
		return h, badRequest(`_through must be JSON: {"table": …, "column": …, "value": …}.`)
	}
	value, isText := said.Value.(string)
	if number, ok := said.Value.(json.Number); ok {
		value, isText = number.String(), true
	}
	if !isText {
		return h, badRequest("The value of _through must be a text or a number.")
	}
	if h.table, err = d.table(*said.Table); err != nil || h.table.problem != "" {
		return h, badRequest(fmt.Sprintf("There is no table %q to go through.", *said.Table))
	}
	i := slices.IndexFunc(h.table.refs, func(f foreign) bool { return f.of == t })
	if i < 0 {
		return h, badRequest(fmt.Sprintf("The table %q has no foreign key that leads here.", h.table.name))
	}
	h.key = h.table.refs[i]
	at, ok := h.table.column(*said.Column)
	if !ok {
		return h, badRequest(fmt.Sprintf("The table %q has no column %q.", h.table.name, *said.Column))
	}
	h.value = filter{column: h.table.columns[at], op: operators[0], value: value}
	return h, nil
}

// where returns the condition as SQL, with its arguments.
func (h through) where() (string, []any) {
	has, args := h.value.where()
	return quote(h.key.by) + " IN (SELECT " + quote(h.key.column) + " FROM main." + quote(h.table.name) + " WHERE " + has + ")", args
}

func (h through) String() string {
	return h.table.name + "." + h.value.column.name + ` = "` + h.value.value + `"`
}
