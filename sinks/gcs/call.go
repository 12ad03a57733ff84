package gcs

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"cloud.google.com/go/storage"
	"google.golang.org/api/googleapi"

	"github.com/dynasette/dynasette"
	source "github.com/dynasette/dynasette/sources/gcs"
)

// A call is one operation on an object, which the client tries several times.
type call struct {
	object *storage.ObjectHandle
	unsure bool // an attempt has failed in a way that leaves open whether it was done
}

// call returns a call on an object. It has settings of its own, since the client's handles
// share theirs.
func (s *Store) call(name string) *call {
	c := &call{}
	retry := append(source.Retry(), storage.WithErrorFunc(func(err error) bool {
		again := storage.ShouldRetry(err)
		c.unsure = c.unsure || again && !isCode(err, http.StatusTooManyRequests)
		return again
	}))
	c.object = s.bucket.Object(s.prefix + name).Retryer(retry...)
	return c
}

// nobodys is a generation that no object has.
const nobodys = 1

// number returns a generation as the service counts, and nobodys for what is none.
func number(generation string) int64 {
	g, err := strconv.ParseInt(generation, 10, 64)
	if err != nil || g <= 0 {
		return nobodys
	}
	return g
}

// expect returns the condition that what is there is of that generation.
func expect(generation string) storage.Conditions {
	if generation == dynasette.Absent {
		return storage.Conditions{DoesNotExist: true}
	}
	return storage.Conditions{GenerationMatch: number(generation)}
}

func isCode(err error, code int) bool {
	var e *googleapi.Error
	return errors.As(err, &e) && e.Code == code
}

// wrap says which object an error is about, in dynasette's terms.
func (s *Store) wrap(name string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, storage.ErrObjectNotExist):
		err = dynasette.ErrNotFound
	case isCode(err, http.StatusPreconditionFailed):
		err = dynasette.ErrChanged
	}
	return fmt.Errorf("%s: %w", s.url(name), err)
}
