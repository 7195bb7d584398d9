package pgstore

import (
	"context"
	"errors"
	"sync"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/counting"
	"github.com/ca74b63c/roster/storage/internal/sqlread"
	"github.com/ca74b63c/roster/user"
)

// known is what the Store read or wrote of an account. An entry may record that a row does not
// exist. It is valid while the account's row has the number of commits that it had then. Every
// lock, and every commit without a lock, compares that number.
type known struct {
	users     lazy[user.ID, *user.User] // nil: there is none
	owners    lazy[user.Key, user.ID]   // of unique keys; 0: no user
	balances  lazy[balance.Holder, held]
	sequences lazy[storage.Sequence, counting.Stored]
	beyond    user.ID // no user has this id or a greater one, but for those in the map; 0: not known
}

// held is a holder's balance.
type held struct {
	units balance.Units
	row   bool // there is a row
}

// lazy is a map that is allocated with its first entry. Most transfers use few of the maps of a
// transaction.
type lazy[K comparable, V any] map[K]V

func (m *lazy[K, V]) set(k K, v V) {
	if *m == nil {
		*m = make(lazy[K, V])
	}
	(*m)[k] = v
}

// overlay sets every entry of over in m.
func (m *lazy[K, V]) overlay(over lazy[K, V]) {
	for k, v := range over {
		m.set(k, v)
	}
}

// lookup returns the value for the key k in the map own or, if it has none, in the map before. The
// second result reports whether one of them has k.
func lookup[K comparable, V any](own, before lazy[K, V], k K) (V, bool) {
	v, ok := own[k]
	if !ok {
		v, ok = before[k]
	}
	return v, ok
}

// The most entries that are remembered of one account between transactions.
const (
	maxUsers    = 512
	maxOwners   = 1024
	maxBalances = 8192
)

func (k *known) shrink() {
	k.beyond = 0 // a user that is forgotten may exist
	shrink(k.users, maxUsers)
	shrink(k.owners, maxOwners)
	shrink(k.balances, maxBalances)
}

// shrink deletes arbitrary entries until at most most are left.
func shrink[K comparable, V any](m map[K]V, most int) {
	for key := range m {
		if len(m) <= most {
			return
		}
		delete(m, key)
	}
}

// cache keeps what was known of each account after its last transaction in this Store.
type cache struct {
	mu       sync.Mutex
	most     int
	accounts map[user.AccountID]remembered
}

type remembered struct {
	row     accountRow // after the commit
	known   *known
	busy    bool // several Updates shared the commit
	replays bool // the last idempotency key that was asked for was not new
}

// take removes the entry of the account a from the cache and returns the entry, or the zero
// remembered if the cache has none.
func (c *cache) take(a user.AccountID) remembered {
	c.mu.Lock()
	defer c.mu.Unlock()
	m := c.accounts[a]
	delete(c.accounts, a)
	return m
}

// put stores m as the entry of the account a in the cache; m.known must not be nil. If the cache is
// full, put removes arbitrary other accounts. If m.known is too large, put removes arbitrary
// entries of it.
func (c *cache) put(a user.AccountID, m remembered) {
	m.known.shrink()
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.accounts[a]; !ok {
		shrink(c.accounts, c.most-1)
	}
	if c.most > 0 {
		c.accounts[a] = m
	}
}

// Two guesses save round trips. If one is wrong, the function runs again in the mode alone, which
// guesses nothing.
//
// Unique keys of new users. To ask for the owners of each user's keys would be a round trip a user.
// So from the second new user of an Update on, keys are assumed to be free. One query asks for all
// of them before anything that depends on them is sent, and at the latest after the function.
//
// The idempotency key of a transfer. It is nearly always new, and to ask for it would be one of a
// payment's two round trips. So it is assumed to be new, and the unique index of keys refuses the
// commit if it is not. Before the Update returns an error of its function, the engine is asked. A
// group with such a transfer takes no other Update, so no other work is lost with it.

// errAssumed reports that a key that the Update assumed to be free belongs to a user or a transfer.
var errAssumed = errors.New("pgstore: a key that was assumed to be free is taken")

// guess reports whether the writer may assume, without a query, that no transfer has the
// idempotency key. If so, it records the key, which confirm may check later. It returns true at
// most once in an Update, and only if Store.take has set w.guesses.
func (w *writer) guess(key string) bool {
	if !w.guesses {
		return false
	}
	w.guesses, w.guessed = false, key
	return true
}

// confirm asks the database about every assumption. Errors: errAssumed, the context's, and the
// engine's.
func (w *writer) confirm(ctx context.Context) error {
	if err := w.confirmOwners(ctx); err != nil {
		return err
	}
	return w.confirmKey(ctx)
}

func (w *writer) confirmOwners(ctx context.Context) error {
	if len(w.assumed) == 0 {
		return nil
	}
	found, err := w.ownersOf(ctx, w.assumed)
	if err == nil && len(found) > 0 {
		err = errAssumed
	}
	if err == nil {
		w.assumed = nil
	}
	return err
}

func (w *writer) confirmKey(ctx context.Context) error {
	if w.guessed == "" {
		return nil
	}
	taken := false
	err := w.peek(ctx, func(row sqlread.Row) error { return row.Scan(&taken) },
		"SELECT true FROM roster_postings WHERE account = $1 AND key = $2", w.account, w.guessed)
	if err == nil && taken {
		err = errAssumed
	}
	if err == nil {
		w.guessed = ""
	}
	return err
}
