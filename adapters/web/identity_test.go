package web

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"testing"
	"time"

	"google.golang.org/api/idtoken"
	"google.golang.org/api/option"
)

// A signer signs tokens, and is where its keys are asked for, in Google's place.
type signer struct {
	key     *rsa.PrivateKey
	fetches int
	down    bool
}

// RoundTrip answers with the public key.
func (s *signer) RoundTrip(r *http.Request) (*http.Response, error) {
	if s.fetches++; s.down {
		return nil, errors.New("no way to the keys")
	}
	encode := base64.RawURLEncoding.EncodeToString
	keys, err := json.Marshal(map[string]any{"keys": []any{map[string]string{
		"kid": "1", "kty": "RSA", "alg": "RS256", "use": "sig",
		"n": encode(s.key.N.Bytes()), "e": encode(big.NewInt(int64(s.key.E)).Bytes()),
	}}})
	return &http.Response{
		StatusCode: http.StatusOK, Request: r, Body: io.NopCloser(bytes.NewReader(keys)),
		Header: http.Header{"Cache-Control": {"public, max-age=3600"}},
	}, err
}

// token returns a token of these claims, beside those that make it good.
func (s *signer) token(t *testing.T, claims map[string]any) string {
	t.Helper()
	all := map[string]any{
		"iss": "https://accounts.google.com", "aud": "https://service", "email": "trigger@project", "email_verified": true,
		"iat": time.Now().Unix(), "exp": time.Now().Add(time.Hour).Unix(),
	}
	for k, v := range claims {
		all[k] = v
	}
	body, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	encode := base64.RawURLEncoding.EncodeToString
	text := encode([]byte(`{"alg":"RS256","typ":"JWT","kid":"1"}`)) + "." + encode(body)
	sum := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(rand.Reader, s.key, crypto.SHA256, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	return text + "." + encode(signature)
}

func newSigner(t *testing.T) *signer {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return &signer{key: key}
}

// Tokens are checked by Google's library, with keys of ours in the place of Google's.
func TestIdentity(t *testing.T) {
	google := newSigner(t)
	validator, err := idtoken.NewValidator(t.Context(), option.WithHTTPClient(&http.Client{Transport: google}))
	if err != nil {
		t.Fatal(err)
	}
	s := newService(t)
	s.Identity = Identity{Audience: "https://service", Emails: []string{"trigger@project"}, Validate: validator.Validate}
	good := google.token(t, nil)
	for _, test := range []struct {
		name, header string
		status       int
	}{
		{"none", "", 401},
		{"empty", "Bearer ", 401},
		{"another scheme", "Basic " + good, 401},
		{"nonsense", "Bearer nonsense", 401},
		{"no signature", "Bearer " + good[:bytes.LastIndexByte([]byte(good), '.')+1], 401},
		{"somebody else's signature", "Bearer " + newSigner(t).token(t, nil), 401},
		{"expired", "Bearer " + google.token(t, map[string]any{"exp": time.Now().Add(-time.Minute).Unix()}), 401},
		{"for another service", "Bearer " + google.token(t, map[string]any{"aud": "https://other"}), 401},
		{"of another issuer", "Bearer " + google.token(t, map[string]any{"iss": "https://cloud.google.com/iap"}), 401},
		{"of somebody else", "Bearer " + google.token(t, map[string]any{"email": "somebody@project"}), 403},
		{"not verified", "Bearer " + google.token(t, map[string]any{"email_verified": false}), 403},
		{"of nobody", "Bearer " + google.token(t, map[string]any{"email": nil}), 403},
		{"good", "Bearer " + good, 200},
		{"good, of a short issuer", "Bearer " + google.token(t, map[string]any{"iss": "accounts.google.com"}), 200},
	} {
		for _, path := range []string{"/reconcile", "/metadata"} {
			if status, text := s.post(t, path, "", "Authorization", test.header); status != test.status {
				t.Errorf("%s: %s: %d %s, want %d", test.name, path, status, text, test.status)
			}
		}
	}
	google.down = true
	if status, text := s.post(t, "/metadata", "", "Authorization", "Bearer "+good); status != 200 || google.fetches != 1 {
		t.Errorf("the keys were fetched %d times: %d %s", google.fetches, status, text)
	}
	answer, err := http.Get(s.http.URL + "/healthz")
	if err != nil || answer.StatusCode != 200 {
		t.Errorf("healthz needs no token: %v %v", answer, err)
	}
}

// A token is for the audience that is configured.
func TestIdentityAudience(t *testing.T) {
	s := newService(t)
	asked := ""
	s.Identity = Identity{Audience: "https://a", Validate: func(_ context.Context, token, audience string) (*idtoken.Payload, error) {
		asked = fmt.Sprint(token, " for ", audience)
		return &idtoken.Payload{Issuer: issuers[0]}, nil
	}}
	if status, text := s.post(t, "/metadata", "", "Authorization", "Bearer x"); status != 200 || asked != "x for https://a" {
		t.Errorf("%d %s: %q", status, text, asked)
	}
}
