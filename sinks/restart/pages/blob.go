package pages

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
)

// blob sends one value of a row as it is.
func (q *request) blob(d *database, t *table, key string) error {
	name, _ := first(q.pairs, "_blob_column")
	i, ok := t.column(name)
	if !ok {
		return badRequest(fmt.Sprintf("There is no column %q.", name))
	}
	ctx, cancel := q.limited()
	defer cancel()
	var content []byte
	if err := t.find(ctx, d, key, []int{i}, raw, func(row []any) error { content = []byte(plain(row[0])); return nil }); err != nil {
		return err
	}
	q.sendBlob(content, t.name+"-"+tildeDecode(key)+"-"+name+".bin")
	return nil
}

// sqlBlob sends one value of a query's result: of the first row, or of the one whose value has the
// hash that the URL says.
func (q *request) sqlBlob(d *database, a *sqlQuery) error {
	if a.text == "" {
		return errEmptySQL
	}
	name, hash := a.value("_blob_column"), a.value("_blob_hash")
	at, found := -1, false
	var content []byte
	_, err := q.runSQL(d, a, a.size, asRead, func(columns []string) error {
		if at = slices.Index(columns, name); at < 0 {
			return badRequest(fmt.Sprintf("The result has no column %q.", name))
		}
		return nil
	}, func(row []any) error {
		if found {
			return nil
		}
		value := []byte(plain(row[at]))
		sum := sha256.Sum256(value)
		if found = hash == "" || hash == hex.EncodeToString(sum[:]); found {
			content = value
		}
		return nil
	})
	if err != nil {
		return err
	}
	if !found {
		return badRequest("No row of the result has that value: the data was replaced, or the link is wrong.")
	}
	q.sendBlob(content, a.fileName(d)+"-"+name+".bin")
	return nil
}

func (q *request) sendBlob(content []byte, name string) {
	q.head("application/binary")
	attach(q.w, name)
	q.w.Write(content)
}
