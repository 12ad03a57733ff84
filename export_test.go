package dynasette

import "context"

// Lint looks at a release.
func (p *Pipeline) Lint(ctx context.Context, m *Manifest) ([]Problem, error) {
	return p.lint(ctx, m, nil)
}

// CheckFirstPage looks at the first page of a database.
var CheckFirstPage = checkFirstPage

// NewReleaseID makes an ID.
var NewReleaseID = newReleaseID
