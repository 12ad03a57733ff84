package pages

import (
	"encoding/json"
	"fmt"
	"slices"
)

// json writes the facets as version 1.0 of Datasette does: by name, the second of a name with _2.
func (f facets) json() object {
	results := object{}
	for _, r := range f.Results {
		key := r.Name
		for i := 2; results[key] != nil; i++ {
			key = fmt.Sprint(r.Name, "_", i)
		}
		results[key] = r.json()
	}
	return object{"results": results, "timed_out": f.TimedOut}
}

// sortedJSON lists those that the metadata says first, and then by the number of their values.
func (f facets) sortedJSON() []object {
	sorted := slices.Clone(f.Results)
	slices.SortStableFunc(sorted, func(a, b facetResult) int {
		if a.Hideable != b.Hideable {
			if a.Hideable {
				return 1
			}
			return -1
		}
		return len(b.Values) - len(a.Values)
	})
	all := make([]object, len(sorted))
	for i, r := range sorted {
		all[i] = r.json()
	}
	return all
}

func (r facetResult) json() object {
	values := make([]object, len(r.Values))
	for i, v := range r.Values {
		values[i] = object{"value": asJSON(v.Value), "label": asJSON(v.Label), "count": v.Count, "toggle_url": v.ToggleURL, "selected": v.Selected}
	}
	return object{"name": r.Name, "type": r.Type, "hideable": r.Hideable, "toggle_url": r.ToggleURL, "results": values, "truncated": r.Truncated}
}

func asJSON(v any) json.RawMessage { return appendJSON(nil, v) }

func suggestedJSON(list []suggestedFacet) []object {
	all := []object{}
	for _, s := range list {
		o := object{"name": s.Name, "toggle_url": s.ToggleURL}
		if s.Type != "column" {
			o["type"] = s.Type
		}
		all = append(all, o)
	}
	return all
}
