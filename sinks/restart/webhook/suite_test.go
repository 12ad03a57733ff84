package webhook

import (
	"net/http/httptest"
	"testing"
	"time"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/sinks/restart/health"
	"github.com/dynasette/dynasette/sinks/restart/restarttest"
)

func TestSuite(t *testing.T) {
	for name, look := range map[string]health.Check{"note": health.Note, "shown": health.Shows, "the receiver's word": nil} {
		t.Run(name, func(t *testing.T) {
			restarttest.Run(t, func(t *testing.T) restarttest.Server { return suiteServer(t, look) })
		})
	}
}

func suiteServer(t *testing.T, look health.Check) restarttest.Server {
	var site restarttest.Site
	server := httptest.NewServer(&site)
	t.Cleanup(server.Close)
	open := func() *Restarter {
		h := &Restarter{URL: server.URL + "/hook", Health: look, Tries: 2, Pause: time.Microsecond}
		if look != nil {
			h.HealthURL = server.URL + "/-/versions.json"
		}
		return h
	}
	return restarttest.Server{
		Restarter: open(),
		Other:     open(),
		Prepare: func(r dynasette.Release, b restarttest.Behaviour) dynasette.Release {
			if b == restarttest.Impostor && look == nil {
				t.Skip("nobody is asked but the receiver")
			}
			site.Script.Set(r.ID, b)
			return r
		},
		Await:  site.Script.Await,
		Serves: site.Serves,
		Moves:  site.Moves,
		Crash:  site.Crash,
	}
}
