package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync"
	"testing"
	"time"
)

// running is the command under test: it listens on a port of its own until the test ends.
type running struct {
	testing.TB
	url    string
	cancel context.CancelFunc
	done   chan error
	client *http.Client
}

// start runs the command with -addr and these flags.
func start(t testing.TB, args ...string) *running {
	t.Helper()
	return startWith(t, func(*limits) {}, args...)
}

// startWith is start with other limits.
func startWith(t testing.TB, change func(*limits), args ...string) *running {
	t.Helper()
	var stderr bytes.Buffer
	cfg, err := parseFlags(append([]string{"-addr", "127.0.0.1:0"}, args...), &stderr)
	if err != nil {
		t.Fatalf("%v: %s", err, stderr.String())
	}
	change(&cfg.limits)
	ctx, cancel := context.WithCancel(context.Background())
	reader, writer := io.Pipe()
	s := &running{TB: t, cancel: cancel, done: make(chan error, 1), client: &http.Client{Timeout: time.Minute}}
	go func() {
		err := runWith(ctx, cfg, writer, &stderr)
		_ = writer.CloseWithError(io.EOF)
		s.done <- err
	}()
	t.Cleanup(func() {
		s.client.CloseIdleConnections()
		cancel()
		if rest, err := io.ReadAll(reader); err != nil || len(rest) > 0 {
			t.Errorf("it printed more than one line: %q %v", rest, err)
		}
	})
	line, err := readLine(reader)
	if err != nil {
		t.Fatalf("it does not listen: %v: %s", <-s.done, stderr.String())
	}
	url, ok := strings.CutPrefix(line, "listening on ")
	if !ok {
		t.Fatalf("it printed %q", line)
	}
	s.url = url
	return s
}

// callUnderWay returns when a call that meets the fault is sent and the server has had a moment to
// take it up. The status of its answer follows, 0 if none comes.
func (s *running) callUnderWay(fault string) <-chan int {
	sent, status := make(chan struct{}), make(chan int, 1)
	over := sync.OnceFunc(func() { close(sent) })
	trace := &httptrace.ClientTrace{WroteRequest: func(httptrace.WroteRequestInfo) { over() }}
	r, err := http.NewRequestWithContext(httptrace.WithClientTrace(s.Context(), trace), "GET", s.url+"/api/v2/user", nil)
	if err != nil {
		s.Fatal(err)
	}
	r.Header.Set("apiKey", keyOmnidesk)
	r.Header.Set("X-Roster-Fault", fault)
	go func() {
		defer over()
		resp, err := s.client.Do(r)
		if err != nil {
			status <- 0
			return
		}
		_ = resp.Body.Close()
		status <- resp.StatusCode
	}()
	<-sent
	time.Sleep(300 * time.Millisecond)
	return status
}

func readLine(r io.Reader) (string, error) {
	var line []byte
	for b := make([]byte, 1); ; {
		if _, err := r.Read(b); err != nil {
			return "", err
		}
		if b[0] == '\n' {
			return string(line), nil
		}
		line = append(line, b[0])
	}
}

// get reads a page.
func (s *running) get(path string) (status int, body string) {
	s.Helper()
	resp, err := s.client.Get(s.url + path)
	if err != nil {
		s.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		s.Fatal(err)
	}
	return resp.StatusCode, string(text)
}
