package dynasette

import "context"

// Lint looks at a release.
func (p *Pipeline) Lint(ctx context.Context, m *Manifest) ([]Problem, error) {
	return p.lint(ctx, m, nil)
}

// UseRules has the pipeline convert by other rules than converter.Rules, as a program of
// another time does.
func (p *Pipeline) UseRules(rules int) {
	p.start()
	p.build = p.fingerprint(rules)
}

// Build returns what the pipeline makes databases with.
func (p *Pipeline) Build() string {
	p.start()
	return p.build
}

// CheckFirstPage looks at the first page of a database.
var CheckFirstPage = checkFirstPage

// NewReleaseID makes an ID.
var NewReleaseID = newReleaseID
