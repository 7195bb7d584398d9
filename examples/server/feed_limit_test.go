package main

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/user"
)

// freed waits until no page has a slot.
func (f *feeds) freed(t *testing.T) {
	t.Helper()
	for end := time.Now().Add(patience); len(f.slots) > 0; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%d slots are taken after %s", len(f.slots), patience)
		}
	}
}

// A page that closes gives its slot back.
func TestFeedSlotIsGivenBack(t *testing.T) {
	s := startWith(t, func(l *limits) { l.feeds = 2 }, "-demo")
	first, second := s.feed(""), s.feed("")
	first.next("account.updated")
	defer second.close()
	resp, err := s.client.Get(s.url + "/live/changes")
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusServiceUnavailable || resp.Header.Get("Retry-After") != "1" {
		t.Errorf("one page too many: %d %v", resp.StatusCode, resp.Header)
	}
	first.close()
	for end := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		resp, err := s.client.Get(s.url + "/live/changes")
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode == http.StatusOK {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("the slot was not given back: %d", resp.StatusCode)
		}
	}
}

// pipes is a listener whose connections have no buffer: what is written waits until it is read.
type pipes chan net.Conn

func (p pipes) Accept() (net.Conn, error) {
	conn, ok := <-p
	if !ok {
		return nil, net.ErrClosed
	}
	return conn, nil
}

func (p pipes) Close() error   { return nil }
func (p pipes) Addr() net.Addr { return &net.TCPAddr{} }

// A page that stops reading loses its slot, whether or not something happens in the account.
func TestFeedReaderThatStopsLosesItsSlot(t *testing.T) {
	for name, busy := range map[string]bool{"changes": true, "no changes": false} {
		t.Run(name, func(t *testing.T) {
			l := defaultLimits()
			l.feedRead, l.feedBeat = 50*time.Millisecond, time.Hour
			if !busy {
				l.feedBeat = 50 * time.Millisecond
			}
			store := memstore.New()
			defer store.Close()
			host := roster.New(store).As(demoAccount, roster.SystemActor())
			if _, err := host.CreateAccount(t.Context(), user.Account{Currency: "USD"}); err != nil {
				t.Fatal(err)
			}
			f, listener := newFeeds(l), make(pipes)
			server := &http.Server{Handler: f.serve(host)}
			go func() { _ = server.Serve(listener) }()
			defer func() {
				close(listener)
				_ = server.Close()
			}()
			client, conn := net.Pipe()
			defer client.Close()
			listener <- conn
			if _, err := io.WriteString(client, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"); err != nil {
				t.Fatal(err)
			}
			lines := bufio.NewReader(client)
			for line := ""; !strings.HasPrefix(line, ": changes"); {
				var err error
				if line, err = lines.ReadString('\n'); err != nil {
					t.Fatal(err)
				}
			}
			if len(f.slots) != 1 {
				t.Fatalf("%d slots are taken", len(f.slots))
			}
			if busy {
				if _, err := host.Create(t.Context(), roster.CreateParams{User: user.User{Identity: user.Identity{Login: "ann"}}}); err != nil {
					t.Fatal(err)
				}
			}
			f.freed(t)
		})
	}
}

// A page that reads keeps its slot though nothing happens, and loses it when it has had it for
// long.
func TestFeedHasALife(t *testing.T) {
	l := defaultLimits()
	l.feedBeat, l.feedLife = 20*time.Millisecond, 300*time.Millisecond
	store := memstore.New()
	defer store.Close()
	host := roster.New(store).As(demoAccount, roster.SystemActor())
	if _, err := host.CreateAccount(t.Context(), user.Account{Currency: "USD"}); err != nil {
		t.Fatal(err)
	}
	f := newFeeds(l)
	server := httptest.NewServer(f.serve(host))
	defer server.Close()
	begun := time.Now()
	resp, err := server.Client().Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if took := time.Since(begun); err != nil && !errors.Is(err, io.ErrUnexpectedEOF) || took < l.feedLife {
		t.Errorf("it ended after %s: %v", took, err)
	}
	if strings.Count(string(body), ": changes") < 3 || strings.Count(string(body), "data: ") != 1 {
		t.Errorf("it was sent %q", body)
	}
	f.freed(t)
}
