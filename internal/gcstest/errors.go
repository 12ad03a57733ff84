package gcstest

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
)

// An httpError is an answer other than success.
type httpError struct {
	code            int
	reason, message string
}

func (e *httpError) Error() string { return e.message }

func invalid(format string, args ...any) error {
	return &httpError{http.StatusBadRequest, "invalid", fmt.Sprintf(format, args...)}
}

func notFound(format string, args ...any) error {
	return &httpError{http.StatusNotFound, "notFound", fmt.Sprintf(format, args...)}
}

var errPrecondition = &httpError{http.StatusPreconditionFailed, "conditionNotMet", "At least one of the pre-conditions you specified did not hold."}

func asHTTPError(err error) *httpError {
	var e *httpError
	if !errors.As(err, &e) {
		e = &httpError{http.StatusInternalServerError, "backendError", err.Error()}
	}
	return e
}

// A query is the parameters of a request. Each one has to be asked for: what nobody asked
// for is something that this server does not do.
type query struct {
	values url.Values
	asked  map[string]bool
	err    error // the first parameter that is not a number
}

func newQuery(v url.Values) *query {
	q := &query{values: v, asked: map[string]bool{}}
	for _, name := range []string{"alt", "prettyPrint", "projection", "fields", "uploadType"} {
		q.asked[name] = true
	}
	return q
}

func (q *query) get(name string) string {
	q.asked[name] = true
	return q.values.Get(name)
}

// headers adds the preconditions that the XML API has in headers.
func (q *query) headers(h http.Header) {
	for header, parameter := range map[string]string{
		"X-Goog-If-Generation-Match":     "ifGenerationMatch",
		"X-Goog-If-Metageneration-Match": "ifMetagenerationMatch",
	} {
		if v := h.Get(header); v != "" {
			q.values.Set(parameter, v)
		}
	}
}

// number returns a parameter, or -1 if it is not there.
func (q *query) number(name string) int64 {
	v := q.get(name)
	if v == "" {
		return -1
	}
	n, err := strconv.ParseInt(v, 10, 64)
	if err != nil || n < 0 {
		q.err = cmp.Or(q.err, invalid("Invalid value for %s: %q", name, v))
	}
	return n
}

// done returns an error if a parameter is wrong, or would be ignored.
func (q *query) done() error {
	for name := range q.values {
		if !q.asked[name] {
			return &httpError{http.StatusNotImplemented, "notImplemented", "gcstest: the parameter " + name + " is not implemented here"}
		}
	}
	return q.err
}

// conditions are the preconditions of a request; -1 is none.
type conditions struct {
	generation, notGeneration, metageneration, notMetageneration int64
}

// conditions reads the preconditions that begin with prefix, "if" or "ifSource".
func (q *query) conditions(prefix string) conditions {
	return conditions{
		q.number(prefix + "GenerationMatch"), q.number(prefix + "GenerationNotMatch"),
		q.number(prefix + "MetagenerationMatch"), q.number(prefix + "MetagenerationNotMatch"),
	}
}

// check returns an error if live, which may be nil, does not fulfil the conditions.
func (c conditions) check(live *object) error {
	var generation, metageneration int64
	if live != nil {
		generation, metageneration = live.Generation, live.Metageneration
	}
	switch {
	case c.generation >= 0 && c.generation != generation,
		c.metageneration >= 0 && c.metageneration != metageneration,
		c.notGeneration >= 0 && c.notGeneration == generation,
		c.notMetageneration >= 0 && c.notMetageneration == metageneration:
		return errPrecondition
	}
	return nil
}

// checkRead is check for requests that read: what has not changed is no error, but 304.
func (c conditions) checkRead(o *object) error {
	if c.notGeneration == o.Generation || c.notMetageneration == o.Metageneration {
		return &httpError{http.StatusNotModified, "notModified", "Not Modified"}
	}
	return c.check(o)
}
