// Package dynasette turns uploaded files into SQLite databases, publishes them as one
// consistent release, and moves a Datasette service on to it.
package dynasette
