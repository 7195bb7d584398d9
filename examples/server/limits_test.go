package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"
)

// patience is how long a test waits for what should come at once, on a machine that may be slow.
const patience = 20 * time.Second

// dial opens a connection to the server and sends a text.
func (s *running) dial(text string) net.Conn {
	s.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { _ = conn.Close() })
	if _, err := io.WriteString(conn, text); err != nil {
		s.Fatal(err)
	}
	return conn
}

// ends waits until the server has closed the connection.
func (s *running) ends(conn net.Conn) {
	s.Helper()
	_ = conn.SetReadDeadline(time.Now().Add(patience))
	if _, err := io.Copy(io.Discard, conn); errors.Is(err, os.ErrDeadlineExceeded) {
		s.Errorf("the connection is open after %s", patience)
	}
}

// open fails unless the connection stays open for a moment without an answer.
func (s *running) open(conn net.Conn) {
	s.Helper()
	_ = conn.SetReadDeadline(time.Now().Add(200 * time.Millisecond))
	if n, err := conn.Read(make([]byte, 1)); n > 0 || !errors.Is(err, os.ErrDeadlineExceeded) {
		s.Errorf("%d bytes, %v", n, err)
	}
}

func TestHeaderHasItsTime(t *testing.T) {
	s := startWith(t, func(l *limits) { l.header = 100 * time.Millisecond })
	s.ends(s.dial("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n"))
}

func TestBodyHasItsTime(t *testing.T) {
	s := startWith(t, func(l *limits) { l.read = 100 * time.Millisecond }, "-demo")
	s.ends(s.dial(slowLogin))
}

func TestIdleConnectionsHaveTheirTime(t *testing.T) {
	s := startWith(t, func(l *limits) { l.idle = 100 * time.Millisecond })
	s.ends(s.dial("GET /nosuch HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"))
}

// The server has its limits where no test makes them smaller.
func TestDefaultLimits(t *testing.T) {
	cfg, err := parseFlags(nil, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	l := cfg.limits
	for name, d := range map[string]time.Duration{
		"header": l.header, "read": l.read, "write": l.write, "idle": l.idle, "feedRead": l.feedRead, "feedBeat": l.feedBeat, "feedLife": l.feedLife, "end": l.end,
	} {
		if d <= 0 || d > time.Hour {
			t.Errorf("%s: %s", name, d)
		}
	}
	for name, n := range map[string]int{"connections": l.connections, "bodies": l.bodies, "bytes of bodies": int(l.bodiesSize), "feeds": l.feeds} {
		if n <= 0 || n > 1<<30 {
			t.Errorf("%s: %d", name, n)
		}
	}
}

// answered reads the answer to a request.
func (s *running) answered(conn net.Conn, status int) {
	s.Helper()
	_ = conn.SetReadDeadline(time.Now().Add(patience))
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil || resp.StatusCode != status {
		s.Errorf("%v %v", resp, err)
	}
}

const notThere = "GET /nosuch HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"

// For one connection more than there may be, the one that has been without a request for the
// longest is closed.
func TestIdleConnectionsMakePlace(t *testing.T) {
	t.Parallel()
	s := startWith(t, func(l *limits) { l.connections, l.header, l.idle = 2, time.Hour, time.Hour })
	first, second := s.dial(notThere), net.Conn(nil)
	s.answered(first, http.StatusNotFound)
	s.open(first) // until the server knows that it is idle
	second = s.dial("")
	s.open(second)
	s.answered(s.dial(notThere), http.StatusNotFound)
	s.ends(first)
	s.answered(s.dial(notThere), http.StatusNotFound)
	s.ends(second)
}

// If each connection has a request, another one waits until one of them ends.
func TestConnectionsAreCapped(t *testing.T) {
	t.Parallel()
	s := startWith(t, func(l *limits) { l.connections, l.read, l.idle = 2, time.Hour, time.Hour }, "-demo")
	first, second := s.dial(slowLogin), s.dial(slowLogin)
	s.open(second)
	third := s.dial(notThere)
	s.open(third)
	_ = first.Close()
	s.answered(third, http.StatusNotFound)
	s.open(second)
}

// A connection that was answered makes place for one that waits already.
func TestAnsweredConnectionMakesPlace(t *testing.T) {
	t.Parallel()
	s := startWith(t, func(l *limits) { l.connections, l.read, l.idle = 1, time.Hour, time.Hour }, "-demo", "-faults")
	first := s.dial("GET /api/v2/user HTTP/1.1\r\nHost: 127.0.0.1\r\napiKey: " + keyOmnidesk + "\r\nX-Roster-Fault: latency=1s\r\n\r\n")
	s.open(first) // until the server has read the request: before, the connection is idle
	second := s.dial(notThere)
	s.open(second)
	s.answered(first, http.StatusOK)
	s.answered(second, http.StatusNotFound)
}

// The server ends while a connection waits for a place.
func TestEndsWhileConnectionsWait(t *testing.T) {
	t.Parallel()
	s := startWith(t, func(l *limits) { l.connections, l.end = 1, 300*time.Millisecond }, "-demo")
	s.open(s.dial(slowLogin))
	s.open(s.dial(""))
	begun := time.Now()
	s.cancel()
	if err := <-s.done; err != nil || time.Since(begun) > defaultLimits().end {
		t.Errorf("%v after %s", err, time.Since(begun))
	}
}

// slowLogin is a request before authentication whose body does not come.
const slowLogin = "POST /api/account/demo/login?v=1.3 HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n{"

// login signs in as the demo's agent, from a connection of its own.
func (s *running) login() int {
	s.Helper()
	r, err := http.NewRequest("POST", s.url+"/api/account/demo/login?v=1.3", strings.NewReader(fmt.Sprintf(`{"username":%q,"password":%q}`, demoAgentLogin, demoPassword)))
	if err != nil {
		s.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	resp, err := s.client.Do(r)
	if err != nil {
		s.Fatal(err)
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode
}
