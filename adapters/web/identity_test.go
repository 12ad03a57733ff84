package web

import (
	"context"
	"errors"
	"net/http"
	"testing"
)

// validate takes a token for its caller's address, which "nobody" has none of.
func validate(_ context.Context, token, audience string) (email string, err error) {
	switch {
	case audience != "https://service":
		return "", errors.New("for something else")
	case token == "nonsense":
		return "", errors.New("nonsense")
	case token == "nobody":
		return "", nil
	}
	return token, nil
}

func TestIdentity(t *testing.T) {
	s := newService(t)
	s.Identity = Identity{Audience: "https://service", Emails: []string{"trigger@project"}, Validate: validate}
	for _, test := range []struct {
		name, header string
		status       int
	}{
		{"none", "", 401},
		{"empty", "Bearer ", 401},
		{"another scheme", "Basic trigger@project", 401},
		{"nonsense", "Bearer nonsense", 401},
		{"of somebody else", "Bearer somebody@project", 403},
		{"of nobody", "Bearer nobody", 403},
		{"good", "Bearer trigger@project", 200},
	} {
		for _, path := range []string{"/reconcile", "/metadata"} {
			if status, text := s.post(t, path, "", "Authorization", test.header); status != test.status {
				t.Errorf("%s: %s: %d %s, want %d", test.name, path, status, text, test.status)
			}
		}
	}
	answer, err := http.Get(s.http.URL + "/healthz")
	if err != nil || answer.StatusCode != 200 {
		t.Errorf("healthz needs no token: %v %v", answer, err)
	}
}

// A token is for the audience that is configured; without a check, none is sound, and an
// empty list of addresses means anybody who has one.
func TestIdentityAudience(t *testing.T) {
	for _, test := range []struct {
		identity Identity
		status   int
	}{
		{Identity{Audience: "https://service", Validate: validate}, 200},
		{Identity{Audience: "https://other", Validate: validate}, 401},
		{Identity{Audience: "https://service"}, 401},
		{Identity{Audience: "https://service", Emails: []string{"", "x"}, Validate: validate}, 403},
	} {
		s := newService(t)
		s.Identity = test.identity
		if status, text := s.post(t, "/metadata", "", "Authorization", "Bearer nobody"); status != test.status {
			t.Errorf("%+v: %d %s, want %d", test.identity, status, text, test.status)
		}
	}
}
