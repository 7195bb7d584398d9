package omnidesk_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/omnidesk"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
)

// discard is a ResponseWriter that costs nothing, so that the handlers are what is measured.
type discard struct{ header http.Header }

func (d discard) Header() http.Header       { return d.header }
func (discard) Write(p []byte) (int, error) { return len(p), nil }
func (discard) WriteHeader(int)             {}

func (d discard) serve(h http.Handler, r *http.Request) {
	clear(d.header)
	h.ServeHTTP(d, r)
}

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

// compare lets both sides work in turn, b.N rounds long, and reports the ratio of the medians of
// their turns: what slows the machine down for a while hits both.
func compare(b *testing.B, ours, theirs func()) {
	b.Helper()
	const block = 200
	sides := [2]func(){ours, theirs}
	var took [2][]float64
	ours()
	theirs()
	b.ResetTimer()
	for range b.N {
		for i, run := range sides {
			begun := time.Now()
			for range block {
				run()
			}
			took[i] = append(took[i], float64(time.Since(begun).Nanoseconds())/block)
		}
	}
	b.StopTimer()
	for i := range took {
		slices.Sort(took[i])
	}
	a, z := took[0][len(took[0])/2], took[1][len(took[1])/2]
	b.ReportMetric(a, "ours-ns")
	b.ReportMetric(z, "theirs-ns")
	b.ReportMetric(a/z, "ratio")
	b.ReportMetric(0, "ns/op") // of a whole round: it says nothing
}

// BenchmarkReadRatio: a single read through the handler costs at most three times a bare handler
// that encodes the same JSON.
func BenchmarkReadRatio(b *testing.B) {
	e := newEnv(b)
	w := discard{http.Header{}}
	r := request("GET", "/settings", "userID=2")
	var answer bareSettings
	if err := json.Unmarshal([]byte(e.send(r).Text), &answer); err != nil {
		b.Fatal(err)
	}
	plain := bare(answer)
	compare(b, func() { w.serve(e.handler, r) }, func() { w.serve(plain, r) })
}

// BenchmarkWriteRatio: a write through the handler costs at most 1.5 times its front-door call and
// the bare handler that encodes the same JSON together.
func BenchmarkWriteRatio(b *testing.B) {
	e := newEnv(b)
	w := discard{http.Header{}}
	plain := bare(struct {
		Type    string `json:"type"`
		Message string `json:"message"`
	}{"result", "Maximum chats updated."})
	r := request("PUT", "/maxChats", "userID=2&maxChats=1")
	bodies := [2]string{"userID=2&maxChats=1", "userID=2&maxChats=2"}
	handle := e.dir.As("acme", roster.KeyActor(1, permission.VendorPermissions())).WithAuthorizer(permission.Omnidesk())
	n := 0
	compare(b, func() {
		n++ // so that each write changes something
		r.Body = io.NopCloser(strings.NewReader(bodies[n&1]))
		w.serve(e.handler, r)
	}, func() {
		n++
		if _, err := handle.Patch(context.Background(), 2, user.Patch{MaxChats: user.Set(1 + n&1)}); err != nil {
			b.Fatal(err)
		}
		w.serve(plain, r)
	})
}

func BenchmarkSettings(b *testing.B) {
	e := newEnv(b)
	w := discard{http.Header{}}
	r := request("GET", "/settings", "userID=2")
	b.ReportAllocs()
	for b.Loop() {
		w.serve(e.handler, r)
	}
}
