package access

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"os"
	"slices"
	"strings"
)

// Here answers requests with next that are for this machine by a name of its own, by an address, or
// by one of Hosts. A page of another site whose name leads here (DNS rebinding) would else be taken
// by a browser for a page of this one.
func (a *Access) Here(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if name := hostName(r.Host); !a.known(name) {
			http.Error(w, fmt.Sprintf("Requests for the host %q are not answered here: --allow-host %s lets them in.", name, name), http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// hostName returns a Host header without the port, in lower case.
func hostName(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return strings.ToLower(strings.TrimSuffix(strings.Trim(host, "[]"), "."))
}

func (a *Access) known(name string) bool {
	if name == "" || name == "localhost" || strings.HasSuffix(name, ".localhost") {
		return true // HTTP/1.0 knows no Host
	}
	if _, err := netip.ParseAddr(name); err == nil {
		return true // who asks for an address was led here by no name
	}
	if own, err := os.Hostname(); err == nil {
		if own = strings.ToLower(own); name == own || name == own+".local" {
			return true
		}
	}
	return slices.ContainsFunc(a.Hosts, func(h string) bool { return h == "*" || strings.EqualFold(h, name) })
}

// Loopback reports whether only this machine reaches an address to listen at.
func Loopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && ip.IsLoopback()
}

// address returns where a request comes from: for IPv6 its network, of which one machine has
// many addresses.
func address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	ip, err := netip.ParseAddr(host)
	if err != nil || ip.Is4() || ip.Is4In6() {
		return host
	}
	const network = 64
	p, err := ip.WithZone("").Prefix(network)
	if err != nil {
		return host
	}
	return p.String()
}
