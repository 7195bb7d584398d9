package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestWrongCommandLines(t *testing.T) {
	for _, args := range [][]string{
		{"-nosuch"}, {"argument"}, {"-demo", "-seed", "x"}, {"-demo-credentials", "x"}, {"-tls-cert", "x"}, {"-demo=maybe"},
	} {
		var stderr bytes.Buffer
		if err := run(context.Background(), args, io.Discard, &stderr); !errors.Is(err, errUsage) || stderr.Len() == 0 {
			t.Errorf("%v: %v %q", args, err, stderr.String())
		}
	}
	missing := filepath.Join(t.TempDir(), "no", "file")
	for _, args := range [][]string{
		{"-store", "nosuch:x"}, {"-store", "sqlite:"}, {"-store", ""}, {"-seed", missing}, {"-demo", "-demo-credentials", missing},
		{"-addr", "256.0.0.1:x"}, {"-addr", "127.0.0.1:0", "-tls", "-tls-cert", missing},
	} {
		if err := run(context.Background(), args, io.Discard, io.Discard); err == nil || errors.Is(err, errUsage) {
			t.Errorf("%v: %v", args, err)
		}
	}
	for _, name := range []string{"nosuch:user:SECRET@host", "host=db password=SECRET:x"} {
		if err := run(context.Background(), []string{"-store", name}, io.Discard, io.Discard); strings.Contains(err.Error(), "SECRET") {
			t.Error(err)
		}
	}
}

func TestEndsGracefully(t *testing.T) {
	t.Parallel()
	s := start(t, "-demo", "-faults")
	feed, err := s.client.Get(s.url + "/live/changes") // never ends by itself
	if err != nil {
		t.Fatal(err)
	}
	defer feed.Body.Close()
	slow := s.callUnderWay("latency=1s")
	begun := time.Now()
	s.cancel()
	if err := <-s.done; err != nil {
		t.Error(err)
	}
	if took := time.Since(begun); took >= defaultLimits().end {
		t.Errorf("it took %s: the feed or the call was cut off", took)
	}
	if status := <-slow; status != http.StatusOK {
		t.Errorf("the call under way was answered with %d", status)
	}
	if _, err := s.client.Get(s.url + "/"); err == nil {
		t.Error("it listens still")
	}
}

// A call that lasts longer than the server waits is cut off.
func TestEndsInTimeWhateverRuns(t *testing.T) {
	t.Parallel()
	s := startWith(t, func(l *limits) { l.end = 300 * time.Millisecond }, "-demo", "-faults")
	s.callUnderWay("latency=50s")
	begun := time.Now()
	s.cancel()
	if err := <-s.done; err != nil {
		t.Error(err)
	}
	if took := time.Since(begun); took > 5*time.Second {
		t.Errorf("it took %s", took)
	}
}

func TestTLS(t *testing.T) {
	file := filepath.Join(t.TempDir(), "cert.pem")
	s := start(t, "-demo", "-tls", "-tls-cert", file)
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) || bytes.Contains(text, []byte("PRIVATE")) {
		t.Fatalf("%s", text)
	}
	s.client.Transport = &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, ForceAttemptHTTP2: true}
	if !strings.HasPrefix(s.url, "https://127.0.0.1:") {
		t.Error(s.url)
	}
	for _, base := range []string{s.url, strings.Replace(s.url, "127.0.0.1", "localhost", 1)} {
		resp, err := s.client.Get(base + "/platform_api/GetUsers?account_id=1&api_key=demo-voximplant&application_id=1")
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if err != nil || !bytes.Contains(body, []byte(`"total_count":2`)) || resp.ProtoMajor != 2 {
			t.Errorf("%v %s %s", err, resp.Proto, body)
		}
	}
	if _, page := s.get("/"); !strings.Contains(page, "--cacert &#39;"+file+"&#39;") {
		t.Error("the lines of the page do not trust the certificate")
	}
	events := s.feed("")
	defer events.close()
	events.next("account.updated")
}

func TestLimits(t *testing.T) {
	s := start(t, "-demo")
	post := func(path, contentType string, size int) (int, string) {
		resp, err := s.client.Post(s.url+path, contentType, strings.NewReader(`{"a":"`+strings.Repeat("a", size)+`"}`))
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		text, _ := io.ReadAll(resp.Body)
		return resp.StatusCode, string(text)
	}
	if status, body := post("/platform_api/GetUsers?account_id=1&api_key=demo-voximplant", "application/json", 1<<20); status != 413 || !strings.HasPrefix(body, `{"error":`) {
		t.Errorf("%d %s", status, body)
	}
	r, _ := http.NewRequest("GET", s.url+"/", nil)
	r.Header.Set("X-Long", strings.Repeat("a", 128<<10))
	resp, err := s.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Error(resp.Status)
	}
	for _, path := range []string{"/nosuch", "/page/", "/page/page.html", "/page/users.html", "/page/../flags.go"} {
		if status, body := s.get(path); status != http.StatusNotFound {
			t.Errorf("%s: %d %.60s", path, status, body)
		}
	}
}
