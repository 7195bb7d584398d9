package main

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
)

// What was done is there after a restart, and -demo makes nothing twice.
func TestStoreThatStays(t *testing.T) {
	args := []string{"-demo", "-store", "sqlite:" + filepath.Join(t.TempDir(), "users.db")}
	s := start(t, args...)
	const call = "account_id=1&api_key=" + keyVoximplant
	for _, path := range []string{
		"/platform_api/AddUser?application_id=1&user_name=gordon&user_display_name=Gordon&user_password=Black-Mesa-1&" + call,
		"/platform_api/TransferMoneyToUser?user_id=1;2&amount=5.67&" + call,
	} {
		if _, body := s.get(path); !strings.HasPrefix(body, `{"result":1`) {
			t.Fatal(body)
		}
	}
	s.cancel()
	if err := <-s.done; err != nil {
		t.Fatal(err)
	}
	s = start(t, args...)
	_, page := s.get("/live/users")
	for _, text := range []string{"88.66 USD", "<td>gordon</td>", "<td>3</td>"} {
		if !strings.Contains(page, text) {
			t.Errorf("no %s: %s", text, page)
		}
	}
	if _, body := s.get("/platform_api/GetUsers?application_id=1&" + call); !strings.Contains(body, `"total_count":3`) {
		t.Error(body)
	}
}

// No error repeats a DSN, which may have a password in it.
func TestStoreErrorsAreDiscreet(t *testing.T) {
	ctx := context.Background()
	for _, name := range []string{
		"postgres://desk:SECRET@127.0.0.1:1/desk?connect_timeout=1", "postgres:postgres://desk:SECRET@127.0.0.1:1/desk?connect_timeout=1",
		"postgres:host=127.0.0.1 port=1 password=SECRET connect_timeout=1", "postgres:password=SECRET port=x", "postgres://desk:SECRET@host:x/",
		"mysql://desk:SECRET@host/", "sqlite:/no/such/folder/x.db", "sqlite::memory:", "memory:", "sqlite",
	} {
		store, err := openStore(ctx, name)
		if err == nil {
			_ = store.Close()
			t.Errorf("%s was opened", name)
			continue
		}
		if strings.Contains(err.Error(), "SECRET") {
			t.Error(err)
		}
	}
}
