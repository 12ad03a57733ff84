package yaml

import (
	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/yamlnode"
	"go.yaml.in/yaml/v4"
)

// valueColumn holds what is not a mapping.
const valueColumn = "value"

// rows makes rows of nodes.
type rows struct {
	batch  *converter.Batch
	values *yamlnode.Values
}

func (s *stream) rows(b *converter.Batch, budget *yamlnode.Budget) *rows {
	values := &yamlnode.Values{Budget: budget}
	b.InOrder(func() error {
		s.total.add(values)
		return nil
	})
	return &rows{batch: b, values: values}
}

// add adds a row for each node.
func (r *rows) add(nodes ...*yaml.Node) error {
	for _, n := range nodes {
		if err := r.addNode(n); err != nil {
			return err
		}
		r.batch.EndRow()
	}
	return nil
}

func (r *rows) addNode(n *yaml.Node) error {
	if yamlnode.Deref(n).Kind != yaml.MappingNode {
		v, err := r.values.Value(n)
		r.set(valueColumn, v)
		return err
	}
	fields, err := r.values.Fields(n)
	if err != nil {
		return err
	}
	for _, f := range fields {
		v, err := r.values.Of(f)
		if err != nil {
			return err
		}
		r.set(f.Key, v)
	}
	return nil
}

func (r *rows) set(column string, v converter.Value) { r.batch.Set(r.batch.Column(column), v) }

// A tally is what people should know about a whole stream. It is changed in order.
type tally struct {
	duplicates int64
	tags       int64
	tag        string
}

func (t *tally) add(v *yamlnode.Values) {
	t.duplicates += v.Duplicates
	if t.tags == 0 {
		t.tag = v.Tag
	}
	t.tags += v.Tags
}

// finish waits for all rows, and reports what has been counted in them.
func (s *stream) finish(err error) error {
	if err == nil {
		err = s.out.Wait()
	}
	if err != nil {
		return err
	}
	if n := s.total.duplicates; n > 0 {
		s.out.Report(converter.Finding{Code: "name-repeated", Severity: converter.Loss, Count: int64(n),
			Message: "a key stands in its mapping more than once; the last one counts"})
	}
	if n := s.total.tags; n > 0 {
		s.out.Report(converter.Finding{Code: "tags-dropped", Severity: converter.Loss, Count: int64(n), Example: s.total.tag,
			Message: "values have a tag, which is not kept"})
	}
	return nil
}
