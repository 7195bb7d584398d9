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

// siteCheck stands before everything that the server serves. A page on the web can make its
// reader's browser send requests to a server on the reader's own machine, so siteCheck refuses
//
//  1. a host name that the server was not started for: a name of the attacker's may lead to this
//     machine (DNS rebinding), and then the browser takes the attacker's page and this server for
//     one site;
//  2. a request of a browser that a page of another site made, except for reading the front page.
//
// What is no browser sends neither Sec-Fetch-Site nor Origin, and is let in. A browser sends
// Sec-Fetch-Site to https and to the own machine only: over plain http in a network a GET of
// another site's page cannot be told from any other.
type siteCheck struct {
	names  []string // besides IP addresses
	ip     netip.Addr
	origin *http.CrossOriginProtection
	next   http.Handler
}

// newSiteCheck returns the check of a server that listens at the address, for its host, localhost
// and the given names.
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

// hostName returns the host of a header Host, without port, brackets and the dot at the end, in
// lower case.
func hostName(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	return strings.ToLower(strings.TrimSuffix(host, "."))
}

// answersFor reports whether the server was started for the host. No attacker's name is an IP
// address, so any is right where the server listens at all of them.
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

// isAPI reports whether a path is one of the vendors', of SCIM or of the feed, where even a GET may change
// something or hold a place.
func isAPI(path string) bool {
	for _, prefix := range []string{"/api/", liveperson.Prefix, voximplant.Prefix, scim.Base + "/", "/live/"} {
		if strings.HasPrefix(path, prefix) {
			return true
		}
	}
	return false
}

// ServeHTTP serves the request, or refuses it with 421 or 403 and says why.
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
