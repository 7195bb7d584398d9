package genesys_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/genesys"
	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/examples/vendorhttp/vendorhttptest"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/user"
)

// plain is a user.Hasher that costs nothing at all: hashing is measured apart.
type plain struct{}

func (plain) Hash(_ context.Context, password string) (string, error) { return "$" + password, nil }
func (plain) Verify(_ context.Context, hash, password string) (ok, rehash bool, err error) {
	return hash[1:] == password, false, nil
}
func (plain) VerifyUnknown(context.Context, string) error { return nil }

func benchEnv(b *testing.B) *env {
	b.Helper()
	store := memstore.New()
	b.Cleanup(func() { _ = store.Close() })
	dir := roster.New(store, roster.WithHasher(plain{}))
	if _, err := vendorhttp.Seed(context.Background(), dir, seed()); err != nil {
		b.Fatal(err)
	}
	return &env{TB: b, dir: dir, host: dir.As("demo", roster.SystemActor()), handler: genesys.New(dir, genesys.Options{Account: "demo"})}
}

// bareReply is what the bare handler encodes: the JSON of GET /users/{id}.
type bareReply struct {
	Code int      `json:"statusCode"`
	User bareUser `json:"user"`
}

type bareUser struct {
	ID            string   `json:"id"`
	UserName      string   `json:"userName"`
	FirstName     string   `json:"firstName"`
	LastName      string   `json:"lastName"`
	Email         string   `json:"emailAddress"`
	Roles         []string `json:"roles"`
	Enabled       bool     `json:"enabled"`
	DoNotDisturb  string   `json:"doNotDisturb"`
	Change        bool     `json:"changePasswordOnFirstLogin"`
	ContactCenter string   `json:"contactCenterId"`
	URI           string   `json:"uri"`
	Path          string   `json:"path"`
}

// bare is the least that a net/http handler can do: it reads who calls and which user, and encodes
// one value.
func bare() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/api/v2/users/{id}", func(w http.ResponseWriter, r *http.Request) {
		login, password, ok := r.BasicAuth()
		if !ok || login == "" || password != secret {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		if r.Method != "GET" {
			var body struct {
				FirstName string `json:"firstName"`
			}
			text, err := io.ReadAll(r.Body)
			if err != nil || json.Unmarshal(text, &body) != nil {
				w.WriteHeader(http.StatusBadRequest)
				return
			}
			w.Header().Set("Content-Type", "application/json")
			_ = json.NewEncoder(w).Encode(struct {
				Code int `json:"statusCode"`
			}{})
			return
		}
		n := r.PathValue("id")
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(bareReply{User: bareUser{
			ID: n, UserName: "ann@demo.example", FirstName: "Ann", LastName: "Zwart", Email: "ann.zwart@mail.example",
			Roles: []string{"ROLE_ADMIN"}, Enabled: true, DoNotDisturb: "Off", ContactCenter: "demo",
			URI: "http://" + r.Host + "/api/v2/users/" + n, Path: "/users/" + n,
		}})
	})
	return mux
}

// BenchmarkReadRatio compares a read through the handler with a bare handler that encodes the same
// JSON. The bar: at most twice as much.
func BenchmarkReadRatio(b *testing.B) {
	e, theirs, w := benchEnv(b), bare(), vendorhttptest.NewDiscard()
	r := request("GET", at(ann), "")
	r.SetBasicAuth(logins[ann], secret)
	vendorhttptest.Ratio(b, func() { w.Serve(e.handler, r) }, func() { w.Serve(theirs, r) })
}

// BenchmarkWriteRatio: a write through the handler costs at most 1.5 times its front-door call and
// the bare handler together.
func BenchmarkWriteRatio(b *testing.B) {
	e, theirs, w := benchEnv(b), bare(), vendorhttptest.NewDiscard()
	admin := e.dir.As("demo", roster.UserActor(ann))
	names := [2]string{"Bob", "Rob"}
	put := func(name string) *http.Request {
		r := httptest.NewRequest("PUT", at(bob), strings.NewReader(`{"firstName":"`+name+`"}`))
		r.Header.Set("Content-Type", "application/json")
		r.SetBasicAuth(logins[ann], secret)
		return r
	}
	n := 0
	vendorhttptest.Ratio(b, func() { w.Serve(e.handler, put(names[n&1])) }, func() {
		n++ // so that the next one changes it again
		if _, err := admin.Patch(context.Background(), bob, user.Patch{FirstName: user.Set(names[n&1])}); err != nil {
			b.Fatal(err)
		}
		w.Serve(theirs, put(names[n&1]))
	})
}

func BenchmarkRead(b *testing.B) {
	e, w := benchEnv(b), vendorhttptest.NewDiscard()
	r := request("GET", at(ann), "")
	r.SetBasicAuth(logins[ann], secret)
	b.ReportAllocs()
	for b.Loop() {
		w.Serve(e.handler, r)
	}
}
