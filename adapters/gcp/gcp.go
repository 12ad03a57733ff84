// Package gcp has what places are on Google Cloud: buckets of Cloud Storage, services of
// Cloud Run, and identity tokens that Google signs. A main that names it has Google's clients:
//
//	cli.Program{Formats: all.Formats(), Places: gcp.Places()}.Main(os.Args[1:])
package gcp

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync"

	"google.golang.org/api/idtoken"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/adapters/places"
	sinkgcs "github.com/dynasette/dynasette/sinks/gcs"
	"github.com/dynasette/dynasette/sinks/restart/cloudrun"
	sourcegcs "github.com/dynasette/dynasette/sources/gcs"
)

// Places returns what is local, and Google Cloud's: gs://BUCKET/PREFIX, run:SERVICE by its
// full name, follow:URL with
// an identity token for that URL, and tokens. Opening asks nothing of the cloud yet.
func Places() places.Places {
	return places.Places{
		Schemes: []places.Scheme{
			{Name: "gs", Source: openSource, Store: openStore},
			{Name: "run", Restarter: openService},
			{Name: "follow", Restarter: openFollower},
		},
		Tokens: tokens(idtoken.Validate), Assertions: assertions(idtoken.Validate),
	}
}

func openSource(ctx context.Context, url string) (dynasette.Source, io.Closer, error) {
	s, err := sourcegcs.Open(ctx, url, sourcegcs.Options{})
	if err != nil {
		return nil, nil, err
	}
	return s, s, nil
}

func openStore(ctx context.Context, url string) (dynasette.Store, io.Closer, error) {
	s, err := sinkgcs.Open(ctx, url, sinkgcs.Options{})
	if err != nil {
		return nil, nil, err
	}
	return s, s, nil
}

func openService(ctx context.Context, url string, how places.Restart) (dynasette.Restarter, io.Closer, error) {
	r, err := cloudrun.New(ctx, strings.TrimPrefix(url, "run:"), cloudrun.Options{HealthURL: how.Health})
	if err != nil {
		return nil, nil, err
	}
	return r, r, nil
}

// openFollower has requests carry an identity token of this program's service account, unless
// there is a secret to sign them.
func openFollower(ctx context.Context, to string, how places.Restart) (dynasette.Restarter, io.Closer, error) {
	if how.Secret != "" {
		return places.Places{}.Restarter(ctx, to, how)
	}
	f, err := places.Follower(to, how)
	if err != nil {
		return nil, nil, err
	}
	var mu sync.Mutex
	var token func() (string, error) // nil until it is needed: opening asks nothing
	f.Authorize = func(r *http.Request, _ []byte) error {
		mu.Lock()
		defer mu.Unlock()
		if token == nil {
			source, err := idtoken.NewTokenSource(context.WithoutCancel(ctx), f.URL)
			if err != nil {
				return err
			}
			token = func() (string, error) {
				t, err := source.Token()
				if err != nil {
					return "", err
				}
				return t.AccessToken, nil
			}
		}
		text, err := token()
		if err != nil {
			return err
		}
		bear(r, text)
		return nil
	}
	return f, io.NopCloser(nil), nil
}

// bear puts an identity token into a request. Cloud Run checks the one in
// X-Serverless-Authorization if the service is private, and then leaves the other to the
// program; of a token that it has checked in Authorization it removes the signature.
func bear(r *http.Request, token string) {
	for _, name := range []string{"Authorization", "X-Serverless-Authorization"} {
		r.Header.Set(name, "Bearer "+token)
	}
}
