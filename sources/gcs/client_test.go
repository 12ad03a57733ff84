package gcs_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"google.golang.org/api/option"

	"github.com/dynasette/dynasette/sources/gcs"
)

// The client finds its credentials as any other does, and asks for what is stored.
func TestNewClient(t *testing.T) {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	office := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		json.NewEncoder(w).Encode(map[string]any{"access_token": "from the office", "token_type": "Bearer", "expires_in": 3600})
	}))
	defer office.Close()
	data, err := json.Marshal(map[string]string{
		"type": "service_account", "client_email": "converter@project", "private_key_id": "1", "token_uri": office.URL,
		"private_key": string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})),
	})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "account.json")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("GOOGLE_APPLICATION_CREDENTIALS", file)
	var asked http.Header
	bucket := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = r.Header.Clone()
		w.Write([]byte("a"))
	}))
	defer bucket.Close()
	c, err := gcs.NewClient(t.Context(), option.WithEndpoint(bucket.URL+"/storage/v1/"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	r, err := c.Bucket("uploads").Object("a").NewReader(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
	if token, ok := strings.CutPrefix(asked.Get("Authorization"), "Bearer "); !ok || len(token) < 10 {
		t.Errorf("asked without a token: %v", asked)
	}
	if asked.Get("Accept-Encoding") != "gzip" {
		t.Errorf("asked for %q", asked.Get("Accept-Encoding"))
	}
}
