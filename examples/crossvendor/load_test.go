package crossvendor_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/user"
)

// The bounds of the load.
const (
	loadClients = 200
	loadTime    = 3 * time.Second // unless ROSTER_LOAD says how long, "30s"
	maxLoadTime = time.Minute     // an account keeps so many changes that all of a minute are there to be counted
	crowd       = 8               // users of an account that all its clients write to
	crowdChats  = 5               // that one of them takes at once
)

// counter is the account of the number that all clients count up.
var counter = tenant{"counter", 3, 201}

// TestLoad sends 200 clients to one server. Each adds, reads, changes and deletes users, moves
// money and reserves chats through all four APIs, in one of two accounts, and all of them count up
// one number in a third. Every answer must be a success or a refusal that the state explains: a
// stale revision, too little money, no free agent. At the end each acknowledged write is in the
// feed of changes exactly once and nothing else is, the number is what was counted, no chat was
// promised twice, and the money is what it was.
func TestLoad(t *testing.T) {
	lasts := loadTime
	if text := os.Getenv("ROSTER_LOAD"); text != "" {
		var err error
		if lasts, err = time.ParseDuration(text); err != nil || lasts <= 0 || lasts > maxLoadTime {
			t.Fatalf("ROSTER_LOAD is %q; it takes a time of at most %s", text, maxLoadTime)
		}
	}
	e := serve(t, loadSeed())
	before := map[tenant]user.Revision{}
	var slots [2][crowd]atomic.Int32 // chats that clients know to be promised to them
	for _, a := range []tenant{north, south} {
		revision, err := e.host(a).Revision(e.ctx)
		e.ok(err)
		before[a] = revision
	}

	ctx, cancel := context.WithTimeout(e.ctx, lasts)
	defer cancel()
	workers := make([]*worker, loadClients)
	var wg sync.WaitGroup
	begin := time.Now()
	for i := range workers {
		home := []tenant{north, south}[i%2]
		w := &worker{
			client: client{http: e.north.http, url: e.url, of: home, at: home}, index: i, slots: &slots[i%2],
			random: rand.New(rand.NewPCG(20260301, uint64(i))), tally: newTally(),
		}
		workers[i] = w
		wg.Go(func() {
			if err := w.work(ctx); err != nil {
				w.failed = fmt.Errorf("client %d: %w", w.index, err)
				cancel() // one error is enough: the others end too
			}
		})
	}
	wg.Wait()
	took := time.Since(begin)

	sum := map[tenant]*tally{north: newTally(), south: newTally()}
	var failed []error
	for _, w := range workers {
		failed = append(failed, w.failed)
		sum[w.of].add(w.tally)
	}
	if err := errors.Join(failed...); err != nil {
		t.Fatal(err)
	}
	counted := 0
	for _, a := range []tenant{north, south} {
		e.verify(a, before[a], sum[a])
		counted += sum[a].counted
	}
	if got := e.user(counter, counter.first+1).Identity.EmployeeID; got != fmt.Sprint(counted) {
		t.Errorf("%d increments were acknowledged, the number is %s", counted, got)
	}
	all := sum[north]
	all.add(sum[south])
	t.Log(all.report(took))
	if lasts >= loadTime && (all.counted == 0 || all.moved == 0 || all.reserved == 0 || len(all.written) == 0) {
		t.Error("something was never done")
	}
}

// loadSeed is two accounts with a crowd of users, who are ready and have 5.00 each, and one with a
// number.
func loadSeed() vendorhttp.SeedData {
	var s vendorhttp.SeedData
	for _, a := range []tenant{north, south, counter} {
		account := a.seed()
		account.Users[1].Status = user.Offline // chats are the crowd's
		account.Users[1].User.Identity.EmployeeID = "0"
		for i := range crowd {
			account.Users = append(account.Users, vendorhttp.SeedUser{Funds: "5.00", Status: user.Ready, User: user.User{
				ID: a.member(i), Identity: user.Identity{Login: fmt.Sprintf("member-%d", i)},
				Access: user.Access{Profiles: user.IDSetOf(agentProfile), Applications: user.IDSetOf[user.ApplicationID](1)},
				Capacity: user.Capacity{
					MaxChats: crowdChats, MemberOf: user.Assignment{Group: 1},
				},
			}})
		}
		s.Accounts = append(s.Accounts, account)
		s.Keys = append(s.Keys, a.keys()...)
	}
	return s
}

// member is the id of one of the crowd.
func (a tenant) member(i int) user.ID { return a.first + 10 + user.ID(i) }

// tally is what clients did and were told.
type tally struct {
	written  []string // the values whose writing was acknowledged; each is unique
	moved    int
	reserved int
	released int
	counted  int
	lives    int            // users who were added, changed, read and deleted
	calls    map[string]int // answers by API
	refused  map[string]int // expected refusals
	took     []time.Duration
}

func newTally() *tally { return &tally{calls: map[string]int{}, refused: map[string]int{}} }

func (t *tally) add(o *tally) {
	t.written = append(t.written, o.written...)
	t.took = append(t.took, o.took...)
	t.moved += o.moved
	t.reserved += o.reserved
	t.released += o.released
	t.counted += o.counted
	t.lives += o.lives
	for k, n := range o.calls {
		t.calls[k] += n
	}
	for k, n := range o.refused {
		t.refused[k] += n
	}
}

// report says in a few lines what was seen.
func (t *tally) report(took time.Duration) string {
	slices.Sort(t.took)
	at := func(part float64) time.Duration {
		return t.took[int(part*float64(len(t.took)-1))].Round(10 * time.Microsecond)
	}
	return fmt.Sprintf("%d clients, %s: %d requests, %.0f a second; "+
		"half of them within %s, 99 %% within %s, all within %s\n"+
		"answers by API: %v\n"+
		"acknowledged: %d values, %d transfers, %d reservations and %d releases, %d increments, %d whole lives\n"+
		"expected refusals: %v",
		loadClients, took.Round(time.Millisecond), len(t.took), float64(len(t.took))/took.Seconds(), at(.5), at(.99), at(1),
		t.calls, len(t.written), t.moved, t.reserved, t.released, t.counted, t.lives, t.refused)
}
