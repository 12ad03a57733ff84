package service

import (
	"context"
	"io"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/sinks/restart/cloudrun"
	"github.com/dynasette/dynasette/sinks/restart/webhook"
)

// Restarter returns what moves the server of that configuration to a release, nil if there
// is none, and what to close after use.
func (c *Config) Restarter(ctx context.Context) (dynasette.Restarter, io.Closer, error) {
	switch {
	case c.Service != "":
		r, err := cloudrun.New(ctx, c.Service, cloudrun.Options{HealthURL: c.Health})
		if err != nil {
			return nil, nil, err
		}
		return r, r, nil
	case c.Webhook != "":
		return webhook.Restarter{URL: c.Webhook, HealthURL: c.Health}, open{}, nil
	}
	return nil, open{}, nil
}
