package restarttest_test

import (
	"net/http/httptest"
	"testing"
	"time"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/sinks/restart/restarttest"
	"github.com/dynasette/dynasette/sinks/restart/webhook"
)

// The tests of a Restarter that tells its server by HTTP: the server is a Site, which takes
// each release as its Script has it.
func ExampleRun() {
	_ = func(t *testing.T) { // func TestSuite(t *testing.T)
		restarttest.Run(t, func(t *testing.T) restarttest.Server {
			var site restarttest.Site
			server := httptest.NewServer(&site)
			t.Cleanup(server.Close)
			return restarttest.Server{
				Restarter: &webhook.Restarter{URL: server.URL, HealthURL: server.URL, Tries: 2, Pause: time.Microsecond},
				Prepare: func(r dynasette.Release, b restarttest.Behaviour) dynasette.Release {
					site.Script.Set(r.ID, b)
					return r
				},
				Await:  site.Script.Await,
				Serves: site.Serves,
				Moves:  site.Moves,
				Crash:  site.Crash,
			}
		})
	}
}
