package gcp

import (
	"context"
	"fmt"
	"slices"

	"google.golang.org/api/idtoken"
)

// issuers are how Google names itself in identity tokens. Its proxies sign other ones, with
// keys that idtoken knows, too.
var issuers = []string{"https://accounts.google.com", "accounts.google.com"}

// proxy is how Identity-Aware Proxy names itself in what it signs. It has checked the address.
const proxy = "https://cloud.google.com/iap"

// assertions returns the check of what the proxy says of a caller, of which validate checks the
// signature, age and audience.
func assertions(validate func(ctx context.Context, token, audience string) (*idtoken.Payload, error)) func(context.Context, string, string) (string, error) {
	return func(ctx context.Context, token, audience string) (email string, err error) {
		payload, err := validate(ctx, token, audience)
		if err != nil {
			return "", err
		}
		if payload.Issuer != proxy {
			return "", fmt.Errorf("it is issued by %q", payload.Issuer)
		}
		email, _ = payload.Claims["email"].(string)
		return email, nil
	}
}

// tokens returns the check of a caller's identity token, of which validate checks the
// signature, age and audience.
func tokens(validate func(ctx context.Context, token, audience string) (*idtoken.Payload, error)) func(context.Context, string, string) (string, error) {
	return func(ctx context.Context, token, audience string) (email string, err error) {
		payload, err := validate(ctx, token, audience)
		if err != nil {
			return "", err
		}
		if !slices.Contains(issuers, payload.Issuer) {
			return "", fmt.Errorf("it is issued by %q", payload.Issuer)
		}
		if verified, _ := payload.Claims["email_verified"].(bool); verified {
			email, _ = payload.Claims["email"].(string)
		}
		return email, nil
	}
}
