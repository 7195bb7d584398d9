package main

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ca74b63c/roster/examples/webhooks"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// TestWebhook changes a user through a vendor's API and waits for the signed event. The receiver is
// away for a moment, and the server is restarted meanwhile.
func TestWebhook(t *testing.T) {
	secret, next := webhooks.NewSecret(), webhooks.NewSecret()
	t.Setenv(webhookSecrets, next.Reveal()+" "+secret.Reveal())
	var away atomic.Bool
	events := make(chan webhooks.Event, 100)
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, e, err := webhooks.Receive(r, time.Now(), secret)
		switch {
		case err != nil:
			http.Error(w, err.Error(), http.StatusUnauthorized)
		case away.Load():
			w.WriteHeader(http.StatusServiceUnavailable)
		default:
			events <- e
		}
	}))
	defer receiver.Close()
	args := []string{
		"-demo", "-store", "sqlite:" + filepath.Join(t.TempDir(), "users.db"), "-webhook", receiver.URL, "-webhook-private",
	}
	rename := func(s *running, name string) {
		t.Helper()
		_, body := s.get("/platform_api/SetUserInfo?user_id=2&user_display_name=" + name + "&account_id=1&api_key=" + keyVoximplant)
		if !strings.HasPrefix(body, `{"result":1`) {
			t.Fatal(body)
		}
	}
	expect := func(name string) {
		t.Helper()
		select {
		case e := <-events:
			c := e.Data.Change
			if e.Type != storage.UserUpdated || c.UserID != demoAgent || e.Data.Account != demoAccount ||
				len(c.Diff) != 1 || c.Diff[0].Attribute != user.AttrDisplayName || c.Diff[0].After.String() != name {
				t.Errorf("want %s, got %+v", name, e)
			}
		case <-time.After(time.Minute):
			t.Fatal("no event")
		}
	}
	s := start(t, args...)
	rename(s, "one")
	expect("one")
	away.Store(true)
	rename(s, "two")
	time.Sleep(100 * time.Millisecond)
	s.cancel()
	if err := <-s.done; err != nil {
		t.Fatal(err)
	}
	away.Store(false)
	s = start(t, args...)
	rename(s, "three")
	expect("two")
	expect("three")
}

func TestWebhookIsRefused(t *testing.T) {
	good := webhooks.NewSecret().Reveal()
	for what, tt := range map[string]struct {
		secrets string
		args    []string
	}{
		"no secret":         {"", []string{"-webhook", "https://example.com"}},
		"what is no secret": {good + " letmein", []string{"-webhook", "https://example.com"}},
		"http":              {good, []string{"-webhook", "http://example.com"}},
		"a private address": {good, []string{"-webhook", "https://127.0.0.1"}},
		"what is no URL":    {good, []string{"-webhook", "example.com"}},
		"private alone":     {good, []string{"-webhook-private"}},
		"no free address":   {good, []string{"-webhook", "https://example.com", "-addr", "192.0.2.1:1"}},
	} {
		t.Setenv(webhookSecrets, tt.secrets)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		err := run(ctx, append([]string{"-demo", "-addr", "127.0.0.1:0"}, tt.args...), io.Discard, io.Discard)
		if ended := ctx.Err(); err == nil || ended != nil || strings.Contains(err.Error(), "letmein") {
			t.Errorf("%s: %v", what, err)
		}
		cancel()
	}
}
