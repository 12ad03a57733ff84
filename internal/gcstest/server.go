// Package gcstest is a stand-in for Cloud Storage, for tests and local runs, as strict as
// the real service where a client could come to rely on less: preconditions on every call,
// offsets of resumable uploads, checksums, metagenerations, compose and its limits,
// rewrites in several steps, generations with and without Object Versioning.
//
// It serves the parts of the JSON and XML APIs that cloud.google.com/go/storage uses for
// objects, and refuses parameters that it does not know. Contents are kept in files, so
// that objects of many gigabytes are no trouble; everything else is kept in memory and
// ends with the server. It has no IAM, ACLs, encryption keys, lifecycle, holds or soft
// delete. What it does is proved by a table of expectations, which can be run against the
// real service too.
//
// Proxy injects faults between a client and any such server.
package gcstest

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	"cloud.google.com/go/storage"
	"google.golang.org/api/option"
)

// A Server holds buckets. Its fields must be set before Start.
type Server struct {
	Addr string // where to listen; empty: a free port of 127.0.0.1
	Dir  string // an empty folder for the contents; empty: a temporary one, removed by Close

	// Notify is called for every change of an object, before the write that made it is
	// answered, from many goroutines. Optional.
	Notify func(Event)

	// WriteInterval is the time between two writes to one name; the real service lets
	// about one second pass and answers 429 until then. 0: no limit.
	WriteInterval time.Duration

	// RewriteBytes is how much of an object one call of rewrite copies; 0: all of it.
	RewriteBytes int64

	mu      sync.Mutex
	buckets map[string]*bucket
	uploads map[string]*upload
	last    int64 // generation
	blobs   int
	events  []Event // of the change that is under way

	own  bool // Dir is ours
	http *http.Server
	addr string
}

// Start serves until Close.
func (s *Server) Start() error {
	addr := s.Addr
	if addr == "" {
		addr = "127.0.0.1:0"
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return fmt.Errorf("gcstest: %w", err)
	}
	if s.Dir == "" {
		if s.Dir, err = os.MkdirTemp("", "gcstest-"); err != nil {
			l.Close()
			return fmt.Errorf("gcstest: %w", err)
		}
		s.own = true
	}
	s.buckets = map[string]*bucket{}
	s.uploads = map[string]*upload{}
	s.addr = l.Addr().String()
	s.http = &http.Server{Handler: s}
	go s.http.Serve(l)
	return nil
}

// Close ends all requests.
func (s *Server) Close() error {
	err := s.http.Close()
	if s.own {
		os.RemoveAll(s.Dir)
	}
	return err
}

// Host is the server's address, a value for STORAGE_EMULATOR_HOST.
func (s *Server) Host() string { return s.addr }

// ClientOptions point a client at the server, or at another one of that address.
func ClientOptions(host string) []option.ClientOption {
	return []option.ClientOption{option.WithEndpoint("http://" + host + "/storage/v1/"), option.WithoutAuthentication()}
}

// CreateBucket makes a bucket.
func (s *Server) CreateBucket(ctx context.Context, name string, attrs *storage.BucketAttrs) error {
	c, err := storage.NewClient(ctx, ClientOptions(s.addr)...)
	if err != nil {
		return fmt.Errorf("gcstest: %w", err)
	}
	defer c.Close()
	return c.Bucket(name).Create(ctx, "project", attrs)
}

// change makes a change to what s holds, and then tells Notify of it.
func (s *Server) change(f func() error) error {
	s.mu.Lock()
	err := f()
	events := s.events
	s.events = nil
	s.mu.Unlock()
	if s.Notify != nil {
		for _, e := range events {
			s.Notify(e)
		}
	}
	return err
}
