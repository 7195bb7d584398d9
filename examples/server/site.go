package main

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"github.com/ca74b63c/roster/examples/liveperson"
	"github.com/ca74b63c/roster/examples/scim"
	"github.com/ca74b63c/roster/examples/voximplant"
)

// siteCheck checks each request. A web page can make its reader's browser send requests to a server
// on the reader's machine, so siteCheck refuses
//
//  1. a host name that the server was not started for, because an attacker's name may lead to this
//     machine (DNS rebinding), and the browser would then treat the attacker's page and this server
//     as one site;
//  2. a browser's request that a page of another site made, except for reading the front page.
//
// Clients that are no browsers send neither Sec-Fetch-Site nor Origin, and are accepted. Browsers
// send Sec-Fetch-Site only to https and to the own machine. Over plain http in a network, a GET
// from another site's page looks like any other GET.
type siteCheck struct {
	names  []string // besides IP addresses
	ip     netip.Addr
	origin *http.CrossOriginProtection
	next   http.Handler
}

// newSiteCheck returns a handler that passes accepted requests to next and refuses the others
// (siteCheck.ServeHTTP). It accepts the host names localhost, the host of addr, and names. addr is
// the address in the command line, and listens is the address at which the server listens. If
// listens is a TCP address, its IP address is also accepted (siteCheck.answersFor).
func newSiteCheck(listens net.Addr, addr string, names []string, next http.Handler) *siteCheck {
	s := &siteCheck{origin: http.NewCrossOriginProtection(), next: next, names: []string{"localhost"}}
	if tcp, ok := listens.(*net.TCPAddr); ok {
		s.ip = tcp.AddrPort().Addr().Unmap()
	}
	if host, _, err := net.SplitHostPort(addr); err == nil && host != "" {
		s.names = append(s.names, hostName(host))
	}
	for _, name := range names {
		s.names = append(s.names, hostName(name))
	}
	return s
}

// hostName returns the host of a Host header in lower case. It removes the port, the brackets
// around an IPv6 address and one final dot.
func hostName(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	return strings.ToLower(strings.TrimSuffix(host, "."))
}

// answersFor reports whether the server was started for host, the Host header of a request. It
// returns true for localhost, for the host names in the command line, for loopback addresses, and
// for the IP address that the server listens at. If the server listens at all addresses, answersFor
// returns true for every IP address. That is safe, because the attack against which this check
// protects (DNS rebinding) needs a host name.
func (s *siteCheck) answersFor(host string) bool {
	name := hostName(host)
	if slices.Contains(s.names, name) {
		return true
	}
	ip, err := netip.ParseAddr(name)
	if err != nil {
		return false
	}
	ip = ip.Unmap().WithZone("")
	return ip.IsLoopback() || s.ip.IsUnspecified() || ip == s.ip.WithZone("")
}

// isAPI reports whether a path belongs to a vendor's API, to SCIM or to the feed. There even a GET
// may change something or use a slot.
func isAPI(path string) bool {
	for _, prefix := range []string{"/api/", liveperson.Prefix, voximplant.Prefix, scim.Base + "/", "/live/"} {
		if strings.HasPrefix(path, prefix) {
			return true
		}
	}
	return false
}

// ServeHTTP implements http.Handler. It passes an accepted request to the next handler. It answers
// other requests with an explanation and one of these statuses:
//
//   - 421 if the server was not started for the request's host name
//   - 403 if the headers show that a page of another site made the request. A GET, HEAD or
//     OPTIONS request is refused only if isAPI is true for its path, because only there it
//     may change data or use one of the limited feeds.
func (s *siteCheck) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !s.answersFor(r.Host) {
		http.Error(w, "This server does not answer for this host name. Start it with -host NAME for each name that it is to have.",
			http.StatusMisdirectedRequest)
		return
	}
	judged := *r
	if isAPI(r.URL.Path) {
		judged.Method = http.MethodPost // a GET is judged as what it may be
	}
	if s.origin.Check(&judged) != nil {
		http.Error(w, "A page of another site made this request. The server takes requests of programs, and of its own page.",
			http.StatusForbidden)
		return
	}
	s.next.ServeHTTP(w, r)
}
