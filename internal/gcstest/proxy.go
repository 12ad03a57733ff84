package gcstest

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"sync"
	"time"
)

// A Fault is one way for a request to go wrong.
type Fault int

// Faults that a Proxy injects.
const (
	None        Fault = iota
	TooMany           // the body is read; 429, the server is not asked
	Unavailable       // the body is read; 503, the server is not asked
	Refuse            // the connection is reset before the server is asked
	CutRequest        // the server gets a part of the body, then both connections end
	LoseAnswer        // the server acts, and the connection is reset without an answer
	HideAnswer        // the server acts, and the answer is 503
	CutAnswer         // the connection ends within the answer
	SlowRequest       // the body arrives at the server in pieces, with pauses
	SlowAnswer        // the answer arrives in pieces, with pauses
	faults
)

// A Proxy stands between a client and a server and spoils requests. Which ones, and how,
// depends on Seed and the order of the requests only. Its fields must be set before Start.
type Proxy struct {
	Target string        // host and port of the server
	Seed   uint64        // of what is drawn
	Rate   float64       // share of requests to spoil, 0 to 1
	Run    int           // how many requests are spoilt in a row at most; 0: 3
	Kinds  []Fault       // which faults; nil: all
	Pause  time.Duration // of slow bodies, per piece; 0: 2 ms

	// Only tells which requests may be spoilt; nil: all.
	Only func(*http.Request) bool

	mu     sync.Mutex
	random *rand.Rand
	inARow int
	counts [faults]int

	addr string
	http *http.Server
	out  *http.Transport
}

// Start serves on a free port of 127.0.0.1 until Close.
func (p *Proxy) Start() error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("gcstest: %w", err)
	}
	p.addr = l.Addr().String()
	p.random = rand.New(rand.NewPCG(p.Seed, 1))
	p.out = &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 16}
	if p.Run == 0 {
		p.Run = 3
	}
	if p.Pause == 0 {
		p.Pause = 2 * time.Millisecond
	}
	if p.Kinds == nil {
		for f := TooMany; f < faults; f++ {
			p.Kinds = append(p.Kinds, f)
		}
	}
	p.http = &http.Server{Handler: p}
	go p.http.Serve(l)
	return nil
}

// Close ends all requests.
func (p *Proxy) Close() error {
	err := p.http.Close()
	p.out.CloseIdleConnections()
	return err
}

// Host is the proxy's address, a value for STORAGE_EMULATOR_HOST.
func (p *Proxy) Host() string { return p.addr }

// Count returns how many requests were spoilt in that way; None: how many were not.
func (p *Proxy) Count(f Fault) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.counts[f]
}

// draw decides about a request: the fault, and at which part of the body it strikes.
func (p *Proxy) draw(r *http.Request) (Fault, float64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	fault := None
	chance, kind, at := p.random.Float64(), p.random.IntN(len(p.Kinds)), p.random.Float64()
	if chance < p.Rate && p.inARow < p.Run && (p.Only == nil || p.Only(r)) {
		fault = p.Kinds[kind]
		p.inARow++
	} else {
		p.inARow = 0
	}
	p.counts[fault]++
	return fault, at
}

// ServeHTTP forwards a request, or spoils it.
func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	fault, at := p.draw(r)
	if fault == TooMany || fault == Unavailable {
		// Google's client fills a chunk's buffer anew after an answer, even if the request that
		// was answered is still being sent from it, which the race detector reports.
		io.Copy(io.Discard, r.Body)
	}
	switch fault {
	case TooMany:
		respond(w, nil, &httpError{http.StatusTooManyRequests, "rateLimitExceeded", "injected"})
		return
	case Unavailable:
		respond(w, nil, &httpError{http.StatusServiceUnavailable, "backendError", "injected"})
		return
	case Refuse:
		reset(w)
		return
	}

	out := r.Clone(r.Context())
	out.URL.Scheme, out.URL.Host, out.RequestURI = "http", p.Target, ""
	switch fault {
	case CutRequest:
		out.Body = io.NopCloser(&cut{r.Body, part(r.ContentLength, at)})
	case SlowRequest:
		out.Body = io.NopCloser(&slow{r.Body, p.Pause})
	}
	answer, err := p.out.RoundTrip(out)
	if err != nil {
		reset(w)
		return
	}
	defer answer.Body.Close()
	var body io.Reader = answer.Body
	switch fault {
	case CutRequest, LoseAnswer:
		io.Copy(io.Discard, body)
		reset(w)
		return
	case HideAnswer:
		io.Copy(io.Discard, body)
		respond(w, nil, &httpError{http.StatusServiceUnavailable, "backendError", "injected"})
		return
	case CutAnswer:
		body = &cut{body, part(answer.ContentLength, at)}
	case SlowAnswer:
		body = &slow{body, p.Pause}
	}
	for k, v := range answer.Header {
		w.Header()[k] = v
	}
	w.WriteHeader(answer.StatusCode)
	if fault == CutAnswer {
		http.NewResponseController(w).Flush() // what was sent of it arrives
	}
	if _, err := io.Copy(w, body); err != nil {
		panic(http.ErrAbortHandler) // ends the connection within the answer
	}
}

// reset ends the connection with a reset, as far as that can be done.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		tcp.SetLinger(0)
	}
	conn.Close()
}

// part returns how much of a body goes through.
func part(length int64, at float64) int64 {
	if length < 0 {
		length = 64 << 10
	}
	return int64(float64(length) * at)
}

var errCut = errors.New("gcstest: cut")

// A cut ends with an error after left bytes.
type cut struct {
	io.Reader
	left int64
}

func (c *cut) Read(b []byte) (int, error) {
	if c.left <= 0 {
		return 0, errCut
	}
	n, err := c.Reader.Read(b[:min(int64(len(b)), c.left)])
	c.left -= int64(n)
	return n, err
}

// A slow reader pauses before every piece, of which there are a few dozen.
type slow struct {
	io.Reader
	pause time.Duration
}

func (s *slow) Read(b []byte) (int, error) {
	time.Sleep(s.pause)
	return s.Reader.Read(b[:min(len(b), 64<<10)])
}
