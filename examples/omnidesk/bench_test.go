package omnidesk_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/omnidesk"
	"github.com/ca74b63c/roster/examples/vendorhttp/vendorhttptest"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
)

// bareSettings is the JSON of GET settings as a program without this package would declare it.
type bareSettings struct {
	Type string `json:"type"`
	Item struct {
		ID         int64     `json:"id"`
		Firstname  string    `json:"firstname"`
		Lastname   string    `json:"lastname"`
		Name       string    `json:"name"`
		Email      string    `json:"email"`
		Telephone  string    `json:"telephone"`
		Language   string    `json:"language"`
		DateFormat string    `json:"dateFormat"`
		Groups     []int64   `json:"groups"`
		Active     bool      `json:"active"`
		StatusID   int       `json:"statusID"`
		Locked     bool      `json:"statusLocked"`
		MaxChats   int       `json:"maxChats"`
		Sound      bool      `json:"chatSoundNewMessage"`
		Notify     bool      `json:"notifyOnTicketAssignment"`
		Incognito  bool      `json:"ticketIncognitoMode"`
		AutoAnswer bool      `json:"callsAutoAnswer"`
		Views      []int64   `json:"views"`
		Statistics []bareKPI `json:"statistics"`
		Campaigns  []struct {
			Name  string `json:"campaign"`
			State bool   `json:"state"`
		} `json:"campaigns"`
	} `json:"item"`
}

type bareKPI struct {
	Name      string `json:"statistic"`
	Option    string `json:"statisticPrimaryOption"`
	Secondary string `json:"statisticSecondaryOption"`
	Watched   bool   `json:"watch"`
}

// bare is the least that a net/http handler can do: it encodes one value, which it has.
func bare(answer any) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc(omnidesk.Base+"/", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(answer)
	})
	return mux
}

// BenchmarkReadRatio: a single read through the handler costs at most three times a bare handler
// that encodes the same JSON.
func BenchmarkReadRatio(b *testing.B) {
	e := newEnv(b)
	w := vendorhttptest.NewDiscard()
	r := request("GET", "/settings", "userID=2")
	var answer bareSettings
	if err := json.Unmarshal([]byte(e.send(r).Text), &answer); err != nil {
		b.Fatal(err)
	}
	plain := bare(answer)
	vendorhttptest.Ratio(b, func() { w.Serve(e.handler, r) }, func() { w.Serve(plain, r) })
}

// BenchmarkWriteRatio: a write through the handler costs at most 1.5 times its front-door call and
// the bare handler that encodes the same JSON together.
func BenchmarkWriteRatio(b *testing.B) {
	e := newEnv(b)
	w := vendorhttptest.NewDiscard()
	plain := bare(struct {
		Type    string `json:"type"`
		Message string `json:"message"`
	}{"result", "Maximum chats updated."})
	r := request("PUT", "/maxChats", "userID=2&maxChats=1")
	bodies := [2]string{"userID=2&maxChats=1", "userID=2&maxChats=2"}
	handle := e.dir.As("acme", roster.KeyActor(1, permission.VendorPermissions())).WithAuthorizer(permission.Omnidesk())
	n := 0
	vendorhttptest.Ratio(b, func() {
		n++ // so that each write changes something
		r.Body = io.NopCloser(strings.NewReader(bodies[n&1]))
		w.Serve(e.handler, r)
	}, func() {
		n++
		if _, err := handle.Patch(context.Background(), 2, user.Patch{MaxChats: user.Set(1 + n&1)}); err != nil {
			b.Fatal(err)
		}
		w.Serve(plain, r)
	})
}

func BenchmarkSettings(b *testing.B) {
	e := newEnv(b)
	w := vendorhttptest.NewDiscard()
	r := request("GET", "/settings", "userID=2")
	b.ReportAllocs()
	for b.Loop() {
		w.Serve(e.handler, r)
	}
}
