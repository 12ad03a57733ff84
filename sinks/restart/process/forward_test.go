package process

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"testing"
)

// What is said of the visitor is believed only if a proxy in front says it.
func TestForward(t *testing.T) {
	const front = "203.0.113.7"
	for _, test := range []struct {
		trust            bool
		said             map[string]string
		proto, host, who string
	}{
		{false, nil, "http", "data.example", front},
		{true, nil, "http", "data.example", front},
		{true, map[string]string{"Proto": "https", "For": "198.51.100.1"}, "https", "data.example", "198.51.100.1, " + front},
		{true, map[string]string{"Proto": "https", "Host": "outside.example"}, "https", "outside.example", front},
		{false, map[string]string{"Proto": "https", "Host": "outside.example", "For": "198.51.100.1"}, "http", "data.example", front},
	} {
		r := httptest.NewRequest(http.MethodGet, "http://data.example/", nil)
		r.RemoteAddr = front + ":1234"
		for name, value := range test.said {
			r.Header.Set("X-Forwarded-"+name, value)
		}
		got := http.Header{}
		proxy := httputil.ReverseProxy{
			Rewrite:   func(p *httputil.ProxyRequest) { forward(p, test.trust) },
			Transport: transport(func(r *http.Request) { got = r.Header }),
		}
		proxy.ServeHTTP(httptest.NewRecorder(), r)
		for name, want := range map[string]string{"Proto": test.proto, "Host": test.host, "For": test.who} {
			if v := got.Values("X-Forwarded-" + name); len(v) != 1 || v[0] != want {
				t.Errorf("%+v: %s is %q", test, name, v)
			}
		}
	}
}

// transport shows what would be sent.
type transport func(*http.Request)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) {
	f(r)
	return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody, Request: r}, nil
}
