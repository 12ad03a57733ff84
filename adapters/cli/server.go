package cli

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"strconv"
	"time"

	"github.com/spf13/pflag"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/adapters/service"
	"github.com/dynasette/dynasette/sinks/restart/command"
	"github.com/dynasette/dynasette/sinks/restart/health"
	"github.com/dynasette/dynasette/sinks/restart/pages"
	"github.com/dynasette/dynasette/sinks/restart/process"
)

// A server shows a release, and moves on to the next one without failing a request.
type server interface {
	service.Server
	io.Closer
}

// Servers that up knows by name; anything else is a command.
const (
	serverAuto      = "auto"
	serverDatasette = "datasette"
	serverPages     = "pages"
)

// visiting is what visitors may do, besides reading page by page.
type visiting struct{ cors, noSQL bool }

func (r *visiting) addFlags(f *pflag.FlagSet) {
	f.BoolVar(&r.cors, "cors", false, "let pages of other sites read the data")
	f.BoolVar(&r.noSQL, "no-sql", false, "let nobody run SQL of their own")
}

func (r *visiting) pages() *pages.Server { return &pages.Server{CORS: r.cors, NoSQL: r.noSQL} }

// datasette is the command of Datasette.
func (r *visiting) datasette() []string {
	command := process.Datasette()
	if r.cors {
		command = append(command, "--cors")
	}
	if r.noSQL {
		command = append(command, "--setting", "default_allow_sql", "off")
	}
	return command
}

// newServer returns the server of that name, and what to call it. What programs print goes
// to output; crashed is told of those that end by themselves.
func (r *visiting) newServer(name, healthPath string, output io.Writer, crashed func(dynasette.Release, error)) (server, string, error) {
	switch name {
	case serverAuto, serverDatasette:
		s, err := programServer(r.datasette(), "", output, crashed)
		switch {
		case err == nil:
			return s, "Datasette", nil
		case name == serverDatasette:
			return nil, "", fmt.Errorf("%w: install Datasette (pip install datasette), or use --server pages", err)
		}
		return r.pages(), "built-in pages, as there is no datasette on PATH", nil
	case serverPages:
		return r.pages(), "built-in pages", nil
	}
	words, err := command.Split(name)
	if err != nil {
		return nil, "", usagef("--server %s: %w", name, err)
	}
	if len(words) == 0 {
		return nil, "", usagef("--server: want auto, datasette, pages or a command")
	}
	if *r != (visiting{}) {
		return nil, "", errVisiting
	}
	s, err := programServer(words, healthPath, output, crashed)
	if err != nil {
		return nil, "", usagef("--server: %w", err)
	}
	return s, words[0], nil
}

var errVisiting = usagef("--cors and --no-sql are for Datasette and the built-in pages: another command says so itself")

// programServer returns a server that runs a command.
func programServer(command []string, healthPath string, output io.Writer, crashed func(dynasette.Release, error)) (*process.Server, error) {
	if _, err := exec.LookPath(command[0]); err != nil {
		return nil, err
	}
	s := &process.Server{Command: command, Output: output, Crashed: crashed, StopTimeout: 3 * time.Second}
	if healthPath != "" {
		s.Health, s.HealthPath = health.OK, healthPath
	}
	return s, nil
}

// A site is an HTTP server that is listening.
type site struct {
	url  string
	http *http.Server
	done chan error
}

// openSite begins to answer requests.
func openSite(ctx context.Context, host string, port int, handler http.Handler) (*site, error) {
	address := net.JoinHostPort(host, strconv.Itoa(port))
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		if isAddressInUse(err) {
			return nil, fmt.Errorf("%s is in use: end what is running there, or take another with --port (0 takes a free one)", address)
		}
		return nil, fmt.Errorf("can't listen on %s: %w: choose another address with --host and --port", address, err)
	}
	s := &site{
		url:  "http://" + visibleAddress(listener.Addr()) + "/",
		http: &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute},
		done: make(chan error, 1),
	}
	go func() { s.done <- s.http.Serve(listener) }()
	return s, nil
}

// visibleAddress returns an address that a browser on this machine can use.
func visibleAddress(addr net.Addr) string {
	tcp, ok := addr.(*net.TCPAddr)
	if !ok {
		return addr.String()
	}
	if tcp.IP.IsUnspecified() {
		return net.JoinHostPort("127.0.0.1", strconv.Itoa(tcp.Port))
	}
	return tcp.String()
}

// close lets the requests under way finish, for a while.
func (s *site) close(patience time.Duration) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if s.http.Shutdown(ctx) != nil {
		s.http.Close()
	}
}
