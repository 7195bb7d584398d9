package vendorhttp_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/ca74b63c/roster/examples/vendorhttp"
)

// listOf is a handler that sends lines until fail returns an error, or all of them.
func listOf(gate *vendorhttp.Gate, lines int, fail func(line int) error) http.Handler {
	return vendorhttp.Options{}.Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s := gate.Stream(w, r, func() {
			w.Header().Set("X-Begun", "true")
			w.WriteHeader(http.StatusOK)
		})
		defer s.Close()
		body := []byte{}
		for i := range lines {
			err := fail(i)
			if err == nil {
				body, err = s.Send(fmt.Appendf(body, "%07d\n", i))
			}
			if s.Fail(err) != nil {
				http.Error(w, "busy", http.StatusServiceUnavailable)
				return
			}
		}
		if body = s.Finish(body); body != nil {
			_, _ = w.Write(body)
		}
	}), nil, func(w http.ResponseWriter, _ *http.Request, f vendorhttp.Failure) {
		http.Error(w, vendorhttp.NameOf(f.Code), vendorhttp.StatusOf(f.Code))
	})
}

func never(int) error { return nil }

const (
	fewLines  = 10
	manyLines = 100_000 // 800,000 bytes, a dozen pieces
)

func get(t *testing.T, client *http.Client, url string) (*http.Response, []byte, error) {
	t.Helper()
	resp, err := client.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return resp, body, err
}

// The pieces together are the reply, and a short one is sent as if there were no pieces.
func TestPiecesAreTheReply(t *testing.T) {
	for _, lines := range []int{0, fewLines, vendorhttp.Piece / 8, vendorhttp.Piece/8 + 1, manyLines} {
		server := httptest.NewServer(listOf(vendorhttp.NewGate(1), lines, never))
		resp, body, err := get(t, server.Client(), server.URL)
		if err != nil || bytes.Count(body, []byte("\n")) != lines || len(body) != 8*lines {
			t.Errorf("%d lines: %d bytes, %v", lines, len(body), err)
		}
		if want := 8*lines >= vendorhttp.Piece; (resp.Header.Get("X-Begun") != "") != want || lines == fewLines && resp.ContentLength != 80 {
			t.Errorf("%d lines: length %d, %v", lines, resp.ContentLength, resp.Header)
		}
		if head, err := server.Client().Head(server.URL); err != nil || head.StatusCode != http.StatusOK {
			t.Errorf("HEAD: %v %v", head, err)
		}
		server.Close()
	}
}

// A reply that cannot go on is seen to be broken: never does a part of it look whole.
func TestBrokenReplyLooksBroken(t *testing.T) {
	handler := listOf(vendorhttp.NewGate(1), manyLines, func(line int) error {
		if line == manyLines/2 {
			return errors.New("the storage fails")
		}
		return nil
	})
	for _, version := range []int{1, 2} {
		server := httptest.NewUnstartedServer(handler)
		server.EnableHTTP2 = version == 2
		server.StartTLS()
		for range 2 { // the second time, because the first gave its place back
			resp, body, err := get(t, server.Client(), server.URL)
			if err == nil || resp.ProtoMajor != version || len(body) == 0 {
				t.Errorf("HTTP/%d: %d bytes without an error", resp.ProtoMajor, len(body))
			}
		}
		server.Close()
	}
}

// Before the first piece a failure is a failure like any other.
func TestFailureBeforeTheFirstPieceIsAReply(t *testing.T) {
	w := httptest.NewRecorder()
	listOf(vendorhttp.NewGate(1), manyLines, func(int) error { return errors.New("at once") }).
		ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	if w.Code != http.StatusServiceUnavailable || w.Header().Get("X-Begun") != "" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
}

// Only so many long replies are sent at a time; a short one needs no place.
func TestLongRepliesAreBounded(t *testing.T) {
	gate := vendorhttp.NewHastyGate(2, 20*time.Millisecond, time.Minute)
	for range 2 {
		if err := gate.Enter(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	ask := func(lines int) int {
		w := httptest.NewRecorder()
		listOf(gate, lines, never).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
		return w.Code
	}
	if few, many := ask(fewLines), ask(manyLines); few != http.StatusOK || many != http.StatusServiceUnavailable {
		t.Errorf("all places taken: a short reply %d, a long one %d", few, many)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := gate.Enter(ctx); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	gate.Leave()
	if many := ask(manyLines); many != http.StatusOK {
		t.Errorf("a place is free: %d", many)
	}
	if many := ask(manyLines); many != http.StatusOK {
		t.Errorf("the place was given back: %d", many)
	}
}

// A client that stops reading loses its place, whatever the server's own time-outs are.
func TestStoppedReaderLosesItsPlace(t *testing.T) {
	gate := vendorhttp.NewHastyGate(1, 20*time.Millisecond, 100*time.Millisecond)
	server := httptest.NewServer(listOf(gate, 100*manyLines, never)) // more than the buffers of a connection
	defer server.Close()
	stopped, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer stopped.Close()
	_, _ = io.WriteString(stopped, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	if line, err := bufio.NewReader(stopped).ReadString('\n'); err != nil || !strings.Contains(line, "200") {
		t.Fatalf("%q %v", line, err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for err = vendorhttp.ErrBusy; errors.Is(err, vendorhttp.ErrBusy) && ctx.Err() == nil; {
		err = gate.Enter(ctx)
	}
	if err != nil {
		t.Errorf("it still has its place: %v", err)
	}
}
