// Package http takes a document from a URL.
//
// A large document is read in ranges, as a converter asks for them, if its server can do
// that and gives it a version that the ranges can be tied to. Everything else is read once
// and kept, in memory or in a temporary file.
package http

import (
	"context"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/internal/redact"
	"github.com/dynasette/dynasette/internal/version"
	"github.com/dynasette/dynasette/sources/stdin"
)

// Options say how to read; the zero value is right for most.
type Options struct {
	Client *http.Client // nil is one that waits a minute for an answer to begin
	Limit  int64        // bytes; a larger document is an error that is converter.ErrLimit; 0 is no limit
	Folder string       // for a temporary file; "" is the system's
}

// rangesFrom is the size, in bytes, from which ranges are worth their requests.
const rangesFrom = 8 << 20

// Open asks for a document. ctx is for as long as it is in use, until it is closed. Errors
// are dynasette.ErrNotFound or dynasette.ErrUnavailable, if the server says so, and
// dynasette.ErrChanged, later, if the document has changed since.
func Open(ctx context.Context, address string, opts Options) (*converter.Input, io.Closer, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, nil, fmt.Errorf("%s is not a sound URL: a user, a password or a port in it may have to be %%-escaped", redact.URL(address))
	}
	if u.Scheme != "http" && u.Scheme != "https" {
		return nil, nil, fmt.Errorf("%s: not a http or https URL", redact.URL(u.String()))
	}
	client := opts.Client
	if client == nil {
		transport := http.DefaultTransport.(*http.Transport).Clone()
		transport.ResponseHeaderTimeout = time.Minute
		client = &http.Client{Transport: transport}
	}
	resp, err := get(ctx, client, u, nil)
	if err != nil {
		return nil, nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, nil, statusError(u, resp)
	}
	name := documentName(u, resp)
	if opts.Limit > 0 && resp.ContentLength > opts.Limit {
		return nil, nil, fmt.Errorf("%s: %d bytes, more than %d: %w", name, resp.ContentLength, opts.Limit, converter.ErrLimit)
	}
	media, version := resp.Header.Get("Content-Type"), validator(resp)
	if version != "" && resp.ContentLength >= rangesFrom && strings.Contains(resp.Header.Get("Accept-Ranges"), "bytes") {
		ctx, cancel := context.WithCancel(ctx)
		r := &ranged{
			ctx: ctx, client: client, url: resp.Request.URL, size: resp.ContentLength, version: version,
		}
		in := &converter.Input{Name: name, MediaType: media, Generation: version, Size: r.size, ReaderAt: r}
		return in, closer(cancel), nil
	}
	in, spooled, err := stdin.Open(ctx, resp.Body, stdin.Options{Name: name, MediaType: media, Limit: opts.Limit, Folder: opts.Folder})
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", redact.URL(u.String()), err)
	}
	in.Generation = version
	return in, spooled, nil
}

// closer ends requests that are under way.
type closer context.CancelFunc

func (c closer) Close() error { c(); return nil }

// get asks for a document as it is stored: sizes and ranges are of those bytes.
func get(ctx context.Context, client *http.Client, u *url.URL, header http.Header) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept-Encoding", "identity")
	req.Header.Set("User-Agent", "dynasette/"+version.String())
	for key, values := range header {
		req.Header[key] = values
	}
	resp, err := client.Do(req)
	if err != nil && ctx.Err() == nil {
		return nil, dynasette.Unavailable(redact.Error(err, redact.Secrets(u.String())...))
	}
	return resp, err
}

// statusError says what an answer means that is not the document.
func statusError(u *url.URL, resp *http.Response) error {
	switch {
	case resp.StatusCode == http.StatusNotFound, resp.StatusCode == http.StatusGone:
		return fmt.Errorf("%s: %s: %w", redact.URL(u.String()), resp.Status, dynasette.ErrNotFound)
	case resp.StatusCode == http.StatusTooManyRequests, resp.StatusCode >= 500:
		return fmt.Errorf("%s: %s: %w", redact.URL(u.String()), resp.Status, dynasette.ErrUnavailable)
	}
	return fmt.Errorf("%s: %s", redact.URL(u.String()), resp.Status)
}

// validator returns what identifies this version of the document for If-Range (RFC 9110,
// 13.1.5), or "".
func validator(resp *http.Response) string {
	if tag := resp.Header.Get("ETag"); strings.HasPrefix(tag, `"`) {
		return tag
	}
	modified, err := http.ParseTime(resp.Header.Get("Last-Modified"))
	if err != nil {
		return ""
	}
	// A time counts only if nothing can have changed within the same second.
	if date, err := http.ParseTime(resp.Header.Get("Date")); err != nil || date.Sub(modified) < time.Minute {
		return ""
	}
	return resp.Header.Get("Last-Modified")
}

// documentName returns the name that the server gives the document, or the last part of
// its address.
func documentName(u *url.URL, resp *http.Response) string {
	if _, params, err := mime.ParseMediaType(resp.Header.Get("Content-Disposition")); err == nil {
		if name := lastElement(params["filename"]); name != "" {
			return name
		}
	}
	name := lastElement(u.Path)
	if final := lastElement(resp.Request.URL.Path); path.Ext(name) == "" && final != "" {
		name = final
	}
	if name == "" {
		return u.Hostname()
	}
	return name
}

func lastElement(p string) string {
	name := path.Base(path.Clean("/" + strings.ReplaceAll(p, `\`, "/")))
	if name == "/" || strings.HasPrefix(name, ".") {
		return ""
	}
	return name
}
