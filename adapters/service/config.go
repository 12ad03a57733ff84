// Package service makes the web service of a configuration that comes from flags or the
// environment: what the command line's serve and the cloud function have in common.
package service

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/dynasette/dynasette/internal/redact"
)

// A Config says where the service's uploads and releases are, and whom it tells of them.
// Uploads and Serving must be set.
type Config struct {
	Uploads     string   // a folder, or a URL that the places know: gs://BUCKET/PREFIX
	Serving     string   // such a one, too
	Restart     string   // what moves a server to a release, as places.Places.Restarter knows it; "": nothing does
	Service     string   // a Cloud Run service, by its full name, instead of Restart
	Webhook     string   // URL that releases are posted to, instead of Restart
	Secret      string   // signs what is posted to a webhook; "": nothing does
	Health      string   // URL that shows the release's ID once it is served; "": the server's word is taken
	Audience    string   // of the identity tokens that callers need; "": they need none
	Invokers    []string // service accounts that may call, with such a token
	Listen      string   // address to answer requests at
	Port        int      // to answer requests at on all addresses, instead of Listen; 0: none
	Concurrency int      // requests at a time; 0: 8 for each processor
	Token       string   // whoever shows it may publish, and call where there is no Audience; "": nobody may by one
	Anybody     bool     // everybody who reaches it may publish
	Publishers  []string // who may publish with an identity token for Audience, or let in by IAP
	IAP         string   // audience of the assertions of Identity-Aware Proxy in front; "": it is not there
	Hosts       []string // names that requests may be for, besides this machine's; empty where all addresses are listened on: any
	MaxUpload   int      // MiB of a file that is sent to be converted; 0: what the container's memory allows, or 1 GiB
}

// A Setting is a field of a Config, as flags and the environment know it.
type Setting struct {
	Env   string // environment variable
	Flag  string // flag of the command line; "": none, since others may see a command line
	Usage string // with the value's name in `backquotes`
	value any    // *string, *int, *bool or *[]string
}

// Settings are all fields of c. They are the only list of the variables' and flags' names.
func (c *Config) Settings() []Setting {
	return slices.Concat([]Setting{
		{"DYNASETTE_UPLOADS", "uploads", "`PLACE` of the uploads: folder, gs://BUCKET/PREFIX", &c.Uploads},
		{"DYNASETTE_SERVING", "serving", "`PLACE` for databases and releases, such a one, too", &c.Serving},
	}, c.Restarting(), []Setting{
		{"DYNASETTE_AUDIENCE", "audience", "ask callers for an identity token for this `URL`", &c.Audience},
		{"DYNASETTE_INVOKERS", "invokers", "`ACCOUNTS` that may call, with a token for --audience, a comma between", &c.Invokers},
		{"DYNASETTE_TOKEN", "token", "`TEXT` that lets who shows it publish, and call where there is no --audience", &c.Token},
		{"DYNASETTE_ANYBODY", "anybody", "let everybody publish and call who reaches the address", &c.Anybody},
		{"DYNASETTE_PUBLISHERS", "publishers", "`ACCOUNTS` that may publish, by a token for --audience or by IAP, a comma between", &c.Publishers},
		{"DYNASETTE_IAP_AUDIENCE", "iap-audience", "`AUDIENCE` of what Identity-Aware Proxy signs: /projects/NUMBER/…", &c.IAP},
		{"DYNASETTE_ALLOW_HOST", "allow-host", "`NAMES` that requests may be for, a comma between (default any, on a loopback address this machine's)", &c.Hosts},
		{"DYNASETTE_CONCURRENCY", "concurrency", "`N` requests at a time, others have to wait (default 8 a processor)", &c.Concurrency},
		{"DYNASETTE_MAX_UPLOAD", "max-upload", "`MIB` of a file for /convert at most (default what memory allows, or 1024)", &c.MaxUpload},
	}, listening(&c.Listen, &c.Port))
}

// listening are the fields that say where to answer requests.
func listening(listen *string, port *int) []Setting {
	return []Setting{
		{"DYNASETTE_LISTEN", "listen", "`ADDRESS` to listen on (default " + defaultListen + ")", listen},
		{"PORT", "port", "`N` of the port to listen on, on all addresses", port},
	}
}

// Restarting are the fields that say what moves a server to a release.
func (c *Config) Restarting() []Setting {
	return []Setting{
		{"DYNASETTE_RESTART", "restart", "`COMMAND` that moves a server to $DYNASETTE_LOCATION, or its URL; follow:URL asks one that follows", &c.Restart},
		{"DYNASETTE_WEBHOOK", "webhook", "`URL` to post the release to", &c.Webhook},
		{"DYNASETTE_WEBHOOK_SECRET", "", "`SECRET` that signs what is posted", &c.Secret},
		{"DYNASETTE_SERVICE", "service", "full `NAME` of the Cloud Run service to move to the release", &c.Service},
		{"DYNASETTE_HEALTH", "health", "`URL` that shows the release's ID once it is served", &c.Health},
	}
}

const defaultListen = "127.0.0.1:8080"

// Set sets the field to what text says.
func (s Setting) Set(text string) error {
	switch v := s.value.(type) {
	case *string:
		*v = text
	case *int:
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 {
			return fmt.Errorf("%q is not a number of 0 or more", text)
		}
		*v = n
	case *bool:
		yes, err := strconv.ParseBool(text)
		if err != nil {
			return fmt.Errorf("%q is neither true nor false", text)
		}
		*v = yes
	case *[]string:
		*v = nil
		for item := range strings.SplitSeq(text, ",") {
			if item = strings.TrimSpace(item); item != "" {
				*v = append(*v, item)
			}
		}
	}
	return nil
}

// String returns what the field says, or "" if nothing.
func (s Setting) String() string {
	switch v := s.value.(type) {
	case *string:
		return *v
	case *int:
		if *v != 0 {
			return strconv.Itoa(*v)
		}
	case *bool:
		if *v {
			return "true"
		}
	case *[]string:
		return strings.Join(*v, ",")
	}
	return ""
}

// Type is what help texts call a value without a name.
func (s Setting) Type() string {
	if s.IsBoolFlag() {
		return "bool"
	}
	return "string"
}

// IsBoolFlag reports whether the flag stands alone.
func (s Setting) IsBoolFlag() bool {
	_, ok := s.value.(*bool)
	return ok
}

// Environment sets those fields of c that are not set yet to what the environment says.
func (c *Config) Environment(getenv func(string) string) error {
	return environment(c.Settings(), getenv)
}

func environment(settings []Setting, getenv func(string) string) error {
	for _, s := range settings {
		if text := getenv(s.Env); text != "" && s.String() == "" {
			if err := s.Set(text); err != nil {
				return fmt.Errorf("%s: %w", s.Env, err)
			}
		}
	}
	return nil
}

// Address returns where to answer requests.
func (c *Config) Address() string { return address(c.Listen, c.Port) }

func address(listen string, port int) string {
	switch {
	case listen != "":
		return listen
	case port != 0:
		return ":" + strconv.Itoa(port)
	}
	return defaultListen
}

// Check returns what is wrong with c, as somebody should be told who has set its flags or
// variables.
func (c *Config) Check() error {
	for _, s := range c.Settings() {
		if (s.Env == "DYNASETTE_UPLOADS" || s.Env == "DYNASETTE_SERVING") && s.String() == "" {
			return fmt.Errorf("it is not said where things are: set --%s or %s", s.Flag, s.Env)
		}
	}
	if c.Uploads == c.Serving {
		return fmt.Errorf("uploads and releases can't be in one place, %s", redact.URL(c.Uploads))
	}
	if _, err := c.server(); err != nil {
		return err
	}
	if err := checkCallers(c.Audience, slices.Concat(c.Invokers, c.Publishers)); err != nil && c.IAP == "" {
		return err
	}
	return c.checkPublishers()
}
