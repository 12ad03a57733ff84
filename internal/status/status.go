// Package status remembers the status of an HTTP answer.
package status

import "net/http"

// A Recorder is a ResponseWriter that remembers the status.
type Recorder struct {
	http.ResponseWriter
	Status int
}

// Record returns one for w, which has not been written to.
func Record(w http.ResponseWriter) *Recorder {
	return &Recorder{ResponseWriter: w, Status: http.StatusOK}
}

// WriteHeader implements http.ResponseWriter.
func (r *Recorder) WriteHeader(status int) {
	r.Status = status
	r.ResponseWriter.WriteHeader(status)
}

// Unwrap is for http.ResponseController.
func (r *Recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
