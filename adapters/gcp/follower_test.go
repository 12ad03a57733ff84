package gcp

import (
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/adapters/places"
	"github.com/dynasette/dynasette/sinks/restart/follow"
)

// account makes this program's service account one whose tokens the signer gives out.
func account(t *testing.T, s *signer) {
	t.Helper()
	office := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		json.NewEncoder(w).Encode(map[string]any{"id_token": s.token(t, nil), "expires_in": 3600})
	}))
	t.Cleanup(office.Close)
	key, err := x509.MarshalPKCS8PrivateKey(s.key)
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(map[string]string{
		"type": "service_account", "client_email": "converter@project", "private_key_id": "1", "token_uri": office.URL,
		"private_key": string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})),
	})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "account.json")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("GOOGLE_APPLICATION_CREDENTIALS", file)
}

// Behind Cloud Run's own check, the program gets a token that is whole.
func TestFollowerAsksWithTokens(t *testing.T) {
	account(t, newSigner(t))
	for _, private := range []bool{false, true} {
		asked := http.Header{}
		site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if asked = r.Header.Clone(); private { // as Cloud Run does
				name := "X-Serverless-Authorization"
				if asked.Get(name) == "" {
					name = "Authorization"
					asked.Set(name, "Bearer without its signature")
				} else {
					asked.Del(name)
				}
			}
			fmt.Fprint(w, `{"release": "r1"}`)
		}))
		defer site.Close()
		r, closer, err := Places().Restarter(t.Context(), "follow:"+site.URL, places.Restart{})
		if err != nil {
			t.Fatal(err)
		}
		defer closer.Close()
		if err := r.(follow.Restarter).Restart(t.Context(), dynasette.Release{ID: "r1"}); err != nil {
			t.Fatal(err)
		}
		if got := asked.Get("Authorization"); len(got) < 100 {
			t.Errorf("private %v: %q is no token", private, got)
		}
		if private == (asked.Get("X-Serverless-Authorization") != "") {
			t.Errorf("private %v: %v", private, asked)
		}
	}
}
