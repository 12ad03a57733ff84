// Package gcp is an example of dynasette on Google Cloud; see README.md. It has no code but
// the tests that compare what is deployed with what is there to deploy.
package gcp
