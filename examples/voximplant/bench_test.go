package voximplant_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/vendorhttp/vendorhttptest"
	"github.com/ca74b63c/roster/user"
)

// bareReply is what the bare handler encodes: the JSON of GetUsers for one user.
type bareReply struct {
	Result []bareUser `json:"result"`
	Total  int        `json:"total_count"`
	Count  int        `json:"count"`
}

type bareUser struct {
	ID        int64   `json:"user_id"`
	Name      string  `json:"user_name"`
	Display   string  `json:"user_display_name"`
	Active    bool    `json:"user_active"`
	Parent    bool    `json:"parent_accounting"`
	Live      float64 `json:"live_balance"`
	Balance   float64 `json:"balance"`
	Fixed     float64 `json:"fixed_balance"`
	Status    string  `json:"acd_status"`
	Since     string  `json:"acd_status_change_time"`
	Created   string  `json:"created"`
	Modified  string  `json:"modified"`
	Frozen    bool    `json:"frozen"`
	TwoFactor bool    `json:"two_factor_auth_required"`
}

// bare is the least that a net/http handler can do: it reads the query, and encodes one value.
func bare() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /platform_api/{method}", func(w http.ResponseWriter, r *http.Request) {
		query := r.URL.Query()
		at := time.Time(now).Format(time.DateTime)
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(bareReply{Total: 1, Count: 1, Result: []bareUser{{
			ID: int64(len(query)), Name: "ann", Display: "Ann Zwart", Active: true, Status: "READY", Since: at, Created: at, Modified: at,
		}}})
	})
	return mux
}

// BenchmarkReadRatio compares a read through the handler with a bare handler that encodes the same
// JSON. The bar: at most twice as much.
func BenchmarkReadRatio(b *testing.B) {
	e := newEnv(b)
	plain := bare()
	w := vendorhttptest.NewDiscard()
	r := httptest.NewRequest("GET", "/platform_api/GetUsers?"+login+"&user_id=1", nil)
	vendorhttptest.Ratio(b, func() { w.Serve(e.handler, r) }, func() { w.Serve(plain, r) })
}

// BenchmarkWriteRatio: a write through the handler costs at most 1.5 times its front-door call and
// the bare handler together.
func BenchmarkWriteRatio(b *testing.B) {
	e := newEnv(b)
	plain := bare()
	w := vendorhttptest.NewDiscard()
	query := httptest.NewRequest("GET", "/platform_api/GetUsers?"+login+"&user_id=1", nil)
	requests := [2]*http.Request{}
	for i, display := range []string{"Ann", "Anna"} {
		requests[i] = httptest.NewRequest("GET", "/platform_api/SetUserInfo?"+login+"&user_id=1&user_display_name="+display, nil)
	}
	owner := e.dir.As("demo", roster.UserActor(100))
	n := 0
	vendorhttptest.Ratio(b, func() {
		n++
		w.Serve(e.handler, requests[n&1])
	}, func() {
		n++ // so that the next one changes it again
		patch := user.Patch{DisplayName: user.Set([]string{"Ann", "Anna"}[n&1])}
		if _, err := owner.Patch(context.Background(), 1, patch); err != nil {
			b.Fatal(err)
		}
		w.Serve(plain, query)
	})
}

func BenchmarkRead(b *testing.B) {
	e := newEnv(b)
	w := vendorhttptest.NewDiscard()
	r := httptest.NewRequest("GET", "/platform_api/GetUsers?"+login+"&user_id=1", nil)
	b.ReportAllocs()
	for b.Loop() {
		w.Serve(e.handler, r)
	}
}
