package web

import (
	"context"
	"crypto/hmac"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/internal/redact"
	"github.com/dynasette/dynasette/sinks/restart/follow"
	"github.com/dynasette/dynasette/sinks/restart/webhook"
)

// A Following is a server that follows the pointer of a store, for visitors and for whoever
// makes releases: that one asks it, at follow.TryPath, to try a release, and tells it, at
// follow.LookPath, to look. Without Identity and Secret nobody can.
type Following struct {
	Follower *follow.Follower
	Site     http.Handler // for visitors
	Identity Identity     // who may ask
	Secret   string       // that signs requests which may, too, as webhook.Sign does; "": none

	// Beside has it look while nobody waits. Else the request that finds it is time for a look
	// waits for that, for Patience at most: Cloud Run gives no processor between requests.
	Beside   bool
	Patience time.Duration // 0 is 3 seconds
}

// lookTime is how long the server may take to move to a release.
const lookTime = 5 * time.Minute

// ServeHTTP implements http.Handler.
func (f *Following) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case follow.TryPath, follow.LookPath:
		f.asked(w, r)
		return
	}
	if !f.Beside && f.Follower.Serves() != "" && f.Follower.Due() {
		f.look(r.Context())
	}
	f.Site.ServeHTTP(w, r)
}

// Follow has the server serve what the pointer names, and, if Beside, whatever it will name.
// It returns when ctx ends.
func (f *Following) Follow(ctx context.Context) {
	if f.Follower.Start(ctx) != nil || !f.Beside {
		<-ctx.Done()
		return
	}
	for tick := time.Tick(100 * time.Millisecond); ctx.Err() == nil; {
		if f.Follower.Due() {
			f.Follower.Look(ctx) // says itself what is wrong
		}
		select {
		case <-ctx.Done():
		case <-tick:
		}
	}
}

// look waits for a look, for a while. It goes on if the visitor doesn't wait.
func (f *Following) look(ctx context.Context) {
	looked := make(chan struct{})
	patience := f.Patience
	if patience <= 0 {
		patience = 3 * time.Second
	}
	go func() {
		defer close(looked)
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lookTime)
		defer cancel()
		f.Follower.Look(ctx) // says itself what is wrong
	}()
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-looked:
	case <-timer.C:
	case <-ctx.Done():
	}
}

// asked answers whoever makes releases.
func (f *Following) asked(w http.ResponseWriter, r *http.Request) {
	if f.Identity.Audience == "" && f.Secret == "" {
		http.NotFound(w, r)
		return
	}
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		fail(w, http.StatusMethodNotAllowed, errors.New("want POST"))
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 4<<10))
	if err != nil {
		fail(w, http.StatusBadRequest, err)
		return
	}
	handle := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { f.answer(w, r, body) })
	if sign := r.Header.Get(webhook.SignatureHeader); f.Secret != "" && (sign != "" || f.Identity.Audience == "") {
		if !hmac.Equal([]byte(sign), []byte(webhook.Sign(f.Secret, body))) {
			fail(w, http.StatusForbidden, errors.New("the signature is not that of this server's secret"))
			return
		}
		handle(w, r)
		return
	}
	f.Identity.protect(handle).ServeHTTP(w, r)
}

func (f *Following) answer(w http.ResponseWriter, r *http.Request, body []byte) {
	var ask follow.Ask
	if err := json.Unmarshal(body, &ask); err != nil || ask.Release == "" {
		fail(w, http.StatusBadRequest, errors.New(`want {"release": ID}`))
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), lookTime)
	defer cancel()
	var err error
	if r.URL.Path == follow.TryPath {
		err = f.Follower.Try(ctx, ask.Release)
	} else {
		err = f.Follower.Look(ctx)
	}
	said := follow.Answer{Release: f.Follower.Serves()}
	status := http.StatusOK
	if err != nil {
		status, said.Error = http.StatusUnprocessableEntity, redact.Text(err.Error())
		var newer *dynasette.NewerError
		switch {
		case errors.As(err, &newer):
			status, said.Release = http.StatusConflict, newer.Release
		case errors.Is(err, dynasette.ErrUnavailable), ctx.Err() != nil, r.URL.Path == follow.LookPath:
			status = http.StatusServiceUnavailable
		}
	}
	answer(w, status, said)
}
