package service

import (
	"context"
	"errors"
	"io"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/adapters/places"
)

// Restarter returns what moves the server of that configuration to a release, nil if there
// is none, and what to close after use. What a command prints goes to output; nil discards it.
func (c *Config) Restarter(ctx context.Context, p places.Places, output io.Writer) (dynasette.Restarter, io.Closer, error) {
	server, err := c.server()
	if err != nil {
		return nil, nil, places.Misnamed{Err: err}
	}
	if server == "" {
		return nil, io.NopCloser(nil), nil
	}
	return p.Restarter(ctx, server, places.Restart{Health: c.Health, Secret: c.Secret, Output: output})
}

// server returns the server to move, by the one name that it is given.
func (c *Config) server() (string, error) {
	var named []string
	if c.Restart != "" {
		named = append(named, c.Restart)
	}
	if c.Webhook != "" {
		named = append(named, c.Webhook)
	}
	if c.Service != "" {
		named = append(named, "run:"+c.Service)
	}
	switch {
	case len(named) > 1:
		return "", errors.New("the server can be told by one of --restart, --webhook and --service, not by more")
	case len(named) == 1:
		return named[0], nil
	case c.Health != "":
		return "", errors.New("--health goes with --webhook or --service")
	}
	return "", nil
}
