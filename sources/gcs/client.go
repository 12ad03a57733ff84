package gcs

import (
	"context"
	"net/http"
	"os"

	"cloud.google.com/go/storage"
	"google.golang.org/api/option"
	htransport "google.golang.org/api/transport/http"
)

// NewClient returns a client that reads by the JSON API, and always what is stored, gzipped or
// not. (The XML API, by which it would read else, answers with all metadata as headers, and a
// key that can't be one, which any uploader may set, breaks every read of the object.)
// ReadCompressed can't be asked for with it.
func NewClient(ctx context.Context, opts ...option.ClientOption) (*storage.Client, error) {
	base := http.DefaultTransport.(*http.Transport).Clone()
	base.MaxIdleConnsPerHost = 100
	auth := option.WithScopes(storage.ScopeFullControl, "https://www.googleapis.com/auth/cloud-platform")
	if os.Getenv("STORAGE_EMULATOR_HOST") != "" {
		auth = option.WithoutAuthentication()
	}
	transport, err := htransport.NewTransport(ctx, stored{base}, append([]option.ClientOption{auth}, opts...)...)
	if err != nil {
		return nil, err
	}
	return storage.NewClient(ctx, append([]option.ClientOption{
		storage.WithJSONReads(), option.WithHTTPClient(&http.Client{Transport: transport}),
	}, opts...)...)
}

// stored asks for content as it is stored: else, an object with Content-Encoding gzip comes
// unpacked, and as a whole, whatever range was asked for. The client can't ask for it itself
// while it reads by JSON (googleapis/google-cloud-go issue 7786).
type stored struct{ http.RoundTripper }

func (s stored) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method == http.MethodGet && r.URL.Query().Get("alt") == "media" {
		r = r.Clone(r.Context())
		r.Header.Set("Accept-Encoding", "gzip")
	}
	return s.RoundTripper.RoundTrip(r)
}
