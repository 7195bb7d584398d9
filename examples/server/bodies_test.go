package main

import (
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ca74b63c/roster/examples/vendorhttp"
)

// The server reads a fixed number of slow bodies at a time and cuts the others off. Clients that
// are not slow are served meanwhile.
func TestSlowBodiesAreBounded(t *testing.T) {
	t.Parallel()
	const most = 4
	s := startWith(t, func(l *limits) { l.bodies, l.read, l.bodySlow = most, time.Hour, time.Millisecond }, "-demo")
	var slow []net.Conn
	for range 3 * most {
		slow = append(slow, s.dial(slowLogin))
		time.Sleep(5 * time.Millisecond) // so that the server begins with them in this order
	}
	if status := s.login(); status != http.StatusOK {
		t.Errorf("a login beside slow bodies: %d", status)
	}
	open, limit := 0, time.Now().Add(500*time.Millisecond)
	for _, conn := range slow {
		_ = conn.SetReadDeadline(limit)
		if _, err := io.Copy(io.Discard, conn); errors.Is(err, os.ErrDeadlineExceeded) {
			open++
		}
	}
	if open > most {
		t.Errorf("%d slow bodies are read, at most %d may be", open, most)
	}
	if open == 0 {
		t.Error("slow bodies are cut off though there is room")
	}
}

// Of bodies that come slowly and are large only so many bytes are held.
func TestSlowBodiesTakeBoundedMemory(t *testing.T) {
	t.Parallel()
	s := startWith(t, func(l *limits) {
		l.bodiesSize, l.read, l.bodySlow, l.bodyRate = 1_100_000, time.Hour, time.Millisecond, 1<<40
	}, "-demo")
	first := s.dial(slowLogin + strings.Repeat(" ", 600_000))
	s.open(first)
	second := s.dial(slowLogin + strings.Repeat(" ", 600_000))
	s.ends(first)
	s.open(second)
	if status := s.login(); status != http.StatusOK {
		t.Errorf("a login beside slow bodies: %d", status)
	}
}

// Of two slow bodies the slower one is cut off, whichever began first.
func TestSlowestBodyIsCutOff(t *testing.T) {
	t.Parallel()
	s := startWith(t, func(l *limits) { l.bodies, l.read, l.bodySlow, l.bodyRate = 2, time.Hour, time.Millisecond, 1<<40 }, "-demo")
	faster := s.dial(slowLogin + strings.Repeat(" ", 900_000))
	s.open(faster)
	slower := s.dial(slowLogin)
	s.open(slower)
	s.answered(s.dial(slowLogin+strings.Repeat(" ", 999_999)), http.StatusBadRequest)
	s.answered(slower, http.StatusServiceUnavailable)
	s.open(faster)
}

// While no body is slow, another one is refused in the vendor's form, before it is read.
func TestBodyIsRefusedWhileNoneIsSlow(t *testing.T) {
	t.Parallel()
	s := startWith(t, func(l *limits) { l.bodies, l.read, l.bodySlow = 1, time.Hour, time.Hour }, "-demo")
	first := s.dial(slowLogin)
	s.open(first)
	if status := s.login(); status != http.StatusServiceUnavailable {
		t.Errorf("a login while there is no room: %d", status)
	}
	s.answered(s.dial(slowLogin), http.StatusServiceUnavailable) // though its body does not come
	s.open(first)
	_ = first.Close()
	for end := time.Now().Add(patience); s.login() != http.StatusOK; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("a body that has gone takes room")
		}
	}
}

// A body of unknown length has room for what came of it.
func TestBodiesOfUnknownLengthAreBounded(t *testing.T) {
	s := startWith(t, func(l *limits) { l.bodiesSize, l.read = 100_000, time.Hour }, "-demo")
	head := strings.Replace(slowLogin, "Content-Length: 1000000", "Transfer-Encoding: chunked", 1)
	conn := s.dial(strings.TrimSuffix(head, "{") + "80000\r\n" + strings.Repeat(" ", 200_000))
	_ = conn.(*net.TCPConn).CloseWrite()
	s.answered(conn, http.StatusServiceUnavailable)
}

// pacedBody is a body that comes at a fixed rate, as from a network.
type pacedBody struct{ left atomic.Int64 }

func (b *pacedBody) Read(p []byte) (int, error) {
	left := int(b.left.Load())
	if left == 0 {
		return 0, io.EOF
	}
	time.Sleep(2 * time.Millisecond)
	n := min(len(p), 64<<10, left)
	for i := range p[:n] {
		p[i] = ' '
	}
	if b.left.Add(-int64(n)) == 0 {
		p[n-1] = ']'
	}
	return n, nil
}

// More clients at once than there is room for send lists as long as lists may be, 32 MB a second.
// Each is read to its end or refused before it is read. None is cut off in the middle.
func TestHonestBodiesAreNotCutOff(t *testing.T) {
	s := start(t, "-demo")
	token := s.token()
	send := func() (int, http.Header, error) {
		var body pacedBody
		body.left.Store(vendorhttp.MaxListBody - 1)
		r, err := http.NewRequest("POST", s.url+"/api/account/demo/configuration/le-users/users?v=6.0",
			io.MultiReader(strings.NewReader("["), &body))
		if err != nil {
			return 0, nil, err
		}
		r.ContentLength = vendorhttp.MaxListBody
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", "Bearer "+token)
		resp, err := s.client.Do(r)
		if err != nil {
			return 0, nil, err
		}
		defer resp.Body.Close()
		_, err = io.Copy(io.Discard, resp.Body)
		if left := body.left.Load(); resp.StatusCode == http.StatusServiceUnavailable && left < vendorhttp.MaxListBody/2 {
			t.Errorf("cut off %d bytes before its end", left)
		}
		return resp.StatusCode, resp.Header, err
	}
	alone, _, err := send()
	if err != nil || alone == http.StatusServiceUnavailable {
		t.Fatalf("a list alone: %d %v", alone, err)
	}
	var all sync.WaitGroup
	var mu sync.Mutex
	answers := map[int]int{}
	for range 3 * defaultLimits().bodiesSize / vendorhttp.MaxListBody {
		all.Go(func() {
			status, header, err := send()
			mu.Lock()
			defer mu.Unlock()
			answers[status]++
			if err != nil || status == http.StatusServiceUnavailable && header.Get("Retry-After") == "" {
				t.Errorf("%d %v: %v", status, header, err)
			}
		})
	}
	all.Wait()
	t.Logf("alone %d; together %v", alone, answers)
	if len(answers) != 2 || answers[alone] < 4 || answers[http.StatusServiceUnavailable] == 0 {
		t.Errorf("answers %v, want %d and 503", answers, alone)
	}
}

// token signs in as the demo's administrator and returns the token.
func (s *running) token() string {
	s.Helper()
	login := strings.NewReader(`{"username":"` + demoAdminLogin + `","password":"` + demoPassword + `"}`)
	resp, err := s.client.Post(s.url+"/api/account/demo/login?v=1.3", "application/json", login)
	if err != nil {
		s.Fatal(err)
	}
	defer resp.Body.Close()
	var reply struct{ Bearer string }
	if err := json.NewDecoder(resp.Body).Decode(&reply); err != nil || reply.Bearer == "" {
		s.Fatalf("no token: %d %v", resp.StatusCode, err)
	}
	return reply.Bearer
}
