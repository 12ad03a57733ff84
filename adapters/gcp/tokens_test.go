package gcp

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"math/big"
	"net/http"
	"strings"
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
func TestTokens(t *testing.T) {
	google := newSigner(t)
	validator, err := idtoken.NewValidator(t.Context(), option.WithHTTPClient(&http.Client{Transport: google}))
	if err != nil {
		t.Fatal(err)
	}
	check := tokens(validator.Validate)
	good := google.token(t, nil)
	const caller = "trigger@project"
	for _, test := range []struct {
		name, token string
		email       string
		ok          bool
	}{
		{"nonsense", "nonsense", "", false},
		{"no signature", good[:strings.LastIndexByte(good, '.')+1], "", false},
		{"somebody else's signature", newSigner(t).token(t, nil), "", false},
		{"expired", google.token(t, map[string]any{"exp": time.Now().Add(-time.Minute).Unix()}), "", false},
		{"for another service", google.token(t, map[string]any{"aud": "https://other"}), "", false},
		{"of another issuer", google.token(t, map[string]any{"iss": "https://cloud.google.com/iap"}), "", false},
		{"of somebody else", google.token(t, map[string]any{"email": "somebody@project"}), "somebody@project", true},
		{"not verified", google.token(t, map[string]any{"email_verified": false}), "", true},
		{"of nobody", google.token(t, map[string]any{"email": nil}), "", true},
		{"good", good, caller, true},
		{"good, of a short issuer", google.token(t, map[string]any{"iss": "accounts.google.com"}), caller, true},
	} {
		email, err := check(t.Context(), test.token, "https://service")
		if email != test.email || (err == nil) != test.ok {
			t.Errorf("%s: %q, %v", test.name, email, err)
		}
	}
	google.down = true
	if email, err := check(t.Context(), good, "https://service"); email != caller || google.fetches != 1 {
		t.Errorf("the keys were fetched %d times: %v", google.fetches, err)
	}
}
