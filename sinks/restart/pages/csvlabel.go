package pages

import "context"

// labelRows returns how to write the rows of a long file with a labelledValue in the place of a
// value whose label is asked for. Labels are read for some rows at a time; flush writes the last
// of them.
func (q *query) labelRows(ctx context.Context, d *database, write func(row []any) error) (row func(row []any) error, flush func() error) {
	places := q.expanded()
	if len(places) == 0 {
		return write, func() error { return nil }
	}
	var rows [][]any
	length := 0
	flush = func() error {
		q.label(ctx, d, places, rows)
		for _, row := range rows {
			if err := write(row); err != nil {
				return err
			}
		}
		rows, length = rows[:0], 0
		return nil
	}
	return func(row []any) error {
		row, n := cloneRow(row)
		rows, length = append(rows, row), length+n
		if len(rows) < 500 && length < 1<<20 {
			return nil
		}
		return flush()
	}, flush
}
