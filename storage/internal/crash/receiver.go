package crash

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// Receiver is where deliverers send changes. Now and then it fails before or after it takes a
// change, hangs, or answers what is no HTTP.
type Receiver struct {
	mu      sync.Mutex
	times   map[storage.ChangeID]int
	last    map[user.ID]storage.ChangeID
	again   int // how many requests repeated a change
	faults  int // how many requests were answered badly
	wrong   []string
	sender  int // the process that sent the last request
	at      time.Time
	longest time.Duration // between two requests of different processes
}

// newReceiver returns a receiver that nothing has been sent to.
func newReceiver() *Receiver {
	return &Receiver{times: make(map[storage.ChangeID]int), last: make(map[user.ID]storage.ChangeID)}
}

// ServeHTTP implements http.Handler. It records the change in the body of the request and answers
// with status 200. For about 1 of 13 requests it simulates a fault instead:
//
//   - It answers with status 503 and does not record the change.
//   - It waits until the client gives up, and does not record the change.
//   - It answers with bytes that are not HTTP, and does not record the change.
//   - It records the change and answers with status 500.
//
// It answers a body that it cannot decode with status 400.
func (r *Receiver) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	var m message
	if err := json.NewDecoder(q.Body).Decode(&m); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	switch n := rand.IntN(1000); {
	case n < 30:
		r.fault(w, http.StatusServiceUnavailable)
	case n < 35:
		r.fault(w, 0)
		<-q.Context().Done() // the deliverer gives up, or is killed
	case n < 45:
		r.fault(w, 0)
		garbage(w)
	case n < 75:
		r.take(m)
		r.fault(w, http.StatusInternalServerError)
	default:
		r.take(m)
	}
}

// fault adds one to the number of requests that were answered with a fault. If status is not 0,
// fault writes it as the status of the answer.
func (r *Receiver) fault(w http.ResponseWriter, status int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.faults++
	if status != 0 {
		w.WriteHeader(status)
	}
}

// garbage answers with bytes that are no HTTP.
func garbage(w http.ResponseWriter) {
	c, _, err := http.NewResponseController(w).Hijack()
	if err == nil {
		_, _ = io.WriteString(c, "\x00\xffgarbage\r\n\r\n")
		_ = c.Close()
	}
}

// take records that the message m arrived now, and which process sent it. If the previous message
// came from another process, take updates r.longest, the longest time between two such messages.
//
// A change that came before is only counted as a repetition. For a new change, take adds an error
// to r.wrong if the id is not greater than that of the last new change of the same user.
func (r *Receiver) take(m message) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := time.Now()
	if r.sender != m.PID && r.sender != 0 {
		r.longest = max(r.longest, now.Sub(r.at))
	}
	r.sender, r.at = m.PID, now
	if r.times[m.ID]++; r.times[m.ID] > 1 {
		r.again++
		return
	}
	if !r.last[m.UserID].Less(m.ID) {
		r.wrong = append(r.wrong, fmt.Sprintf("%v of user %d after %v", m.ID, m.UserID, r.last[m.UserID]))
	}
	r.last[m.UserID] = m.ID
}

// count returns the number of different changes that the Receiver got, and the id of the process
// that sent the last message. That message may have repeated a change.
func (r *Receiver) count() (changes, sender int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.times), r.sender
}

// awaitChange waits until the Receiver gets a change that it did not have before. It returns the id
// of the process that sent the last message. It fails the test if no new change comes within
// patience, 60 seconds.
func (r *Receiver) awaitChange(tb testing.TB) (sender int) {
	tb.Helper()
	before, _ := r.count()
	for limit := time.Now().Add(patience); ; time.Sleep(time.Millisecond) {
		n, sender := r.count()
		if n > before {
			return sender
		}
		if time.Now().After(limit) {
			tb.Fatalf("no change came in %s", patience)
		}
	}
}

// check fails the test if the changes that the Receiver got are not exactly those in the parameter
// all, or if it got the changes of a user in the wrong order. Repeated changes are allowed. check
// prints how many requests were repetitions, how many were answered with a fault, and the longest
// time between the last request of one process and the first of another.
func (r *Receiver) check(tb testing.TB, all []storage.Change) {
	tb.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	missing := 0
	for _, c := range all {
		if r.times[c.ID] == 0 {
			missing++
		}
	}
	if missing > 0 || len(r.times) != len(all) || len(r.wrong) > 0 {
		tb.Errorf("%d changes came, of %d; %d are missing; in the wrong order: %v", len(r.times), len(all), missing, r.wrong)
	}
	tb.Logf("%d changes; %d requests repeated one, %d were answered badly; the longest time between two processes was %s",
		len(all), r.again, r.faults, r.longest)
}
