package liveperson

import (
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"testing"
	"time"

	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/user"
)

// book is a list of sessions in a test, with a clock that the test moves.
type book struct {
	testing.TB
	*sessions
	now time.Time
}

func newBook(t testing.TB) *book {
	b := &book{TB: t, now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	b.sessions = newSessions(Options{Random: rand.Reader, Options: vendorhttp.Options{Clock: func() time.Time { return b.now }}})
	return b
}

// login returns a new token.
func (b *book) login(account user.AccountID, id user.ID) string {
	b.Helper()
	token, _, err := b.open(session{account: account, user: id})
	if err != nil {
		b.Fatal(err)
	}
	return token
}

// fill lets users of an account log in, from the first id on, until there are n sessions more.
func (b *book) fill(account user.AccountID, first user.ID, n int) {
	b.Helper()
	for i := range n {
		b.login(account, first+user.ID(i/limits[ofUser]))
	}
}

func (b *book) good(token string) bool {
	_, ok := b.find(token)
	return ok
}

// check demands that the queues and the tokens tell of the same sessions, as many as are wanted,
// and that no queue is empty.
func (b *book) check(want int) {
	b.Helper()
	if len(b.byToken) != want {
		b.Errorf("%d sessions, want %d", len(b.byToken), want)
	}
	for i, queues := range b.queues {
		n := 0
		for of, q := range queues {
			if n += q.Len(); q.Len() == 0 || q.Len() > b.limits[i] {
				b.Errorf("a queue of scope %d, %v, has %d sessions", i, of, q.Len())
			}
		}
		if n != want {
			b.Errorf("scope %d has %d sessions, want %d", i, n, want)
		}
	}
}

// TestSessionsOfAUser: a user with as many sessions as one may have loses the oldest of their own.
func TestSessionsOfAUser(t *testing.T) {
	b := newBook(t)
	others := []string{b.login("acme", 2), b.login("globex", 1)}
	var tokens []string
	for range limits[ofUser] + 3 {
		tokens = append(tokens, b.login("acme", 1))
	}
	for i, token := range tokens {
		if b.good(token) != (i >= 3) {
			t.Errorf("session %d of %d is good: %v", i+1, len(tokens), b.good(token))
		}
	}
	for _, token := range others {
		if !b.good(token) {
			t.Error("another user's session ended")
		}
	}
	b.check(limits[ofUser] + 2)
}

// TestSessionsOfAnAccount: an account that floods logins costs nothing but its own oldest sessions.
func TestSessionsOfAnAccount(t *testing.T) {
	b := newBook(t)
	victim := b.login("victim", 1)
	oldest := b.login("flood", 1)
	b.fill("flood", 2, limits[inAccount]-1)
	if !b.good(oldest) {
		t.Fatal("the account was not full yet")
	}
	b.fill("flood", 1_000_000, 3*limits[inAccount])
	if b.good(oldest) {
		t.Error("the oldest session is good still")
	}
	if !b.good(victim) {
		t.Error("another account's session ended")
	}
	if !b.good(b.login("victim", 2)) || !b.good(b.login("flood", 3)) {
		t.Error("a login is closed")
	}
	b.check(limits[inAccount] + 2)
}

// TestSessionsOfTheProcess: all accounts together have a bound too. Beyond it the account with the
// most gives way.
func TestSessionsOfTheProcess(t *testing.T) {
	b := newBook(t)
	var kept []string
	for i := range 100 {
		kept = append(kept, b.login("victim", user.ID(i)))
	}
	accounts := limits[everywhere]/limits[inAccount] + 2
	for i := range accounts {
		b.fill(user.AccountID(fmt.Sprint("flood", i)), 1, limits[inAccount])
	}
	for i := range 100 {
		kept = append(kept, b.login("victim", user.ID(i)))
	}
	for _, token := range kept {
		if !b.good(token) {
			t.Fatal("a session of an account that has few ended")
		}
	}
	b.check(limits[everywhere])
}

// TestSessionsExpire: with as many sessions as there may be, all whose time is over go at the next
// login of any account.
func TestSessionsExpire(t *testing.T) {
	b := newBook(t)
	for i := 0; len(b.byToken) < limits[everywhere]; i++ {
		b.fill(user.AccountID(fmt.Sprint("acme", i)), 1, limits[inAccount])
	}
	b.now = b.now.Add(DefaultLifetime - time.Second)
	late := b.login("late", 1)
	b.check(limits[everywhere])
	b.now = b.now.Add(time.Second)
	token := b.login("globex", 1)
	b.check(2)
	b.now = b.now.Add(DefaultLifetime - 2*time.Second)
	if !b.good(late) || !b.good(token) {
		t.Error("a session ended before its time")
	}
	b.now = b.now.Add(time.Second)
	if b.good(late) || !b.good(token) {
		t.Error("a session has another time than its own")
	}
	b.now = b.now.Add(time.Second)
	if b.good(token) {
		t.Error("a session outlives its time")
	}
	b.login("globex", 1)
	b.check(1)
	if _, ok := b.byToken[sha256.Sum256([]byte(token))]; ok {
		t.Error("a session whose time is over is kept")
	}
}
