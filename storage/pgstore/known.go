package pgstore

import (
	"sync"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/counting"
	"github.com/ca74b63c/roster/user"
)

// known is what a writer knows of an account's state: what was read of it, or written. It is true
// as long as the account's row has the commits that it had then, which each commit compares, or the
// next lock. Values in the maps say too what is not there.
type known struct {
	users     lazy[user.ID, *user.User] // nil: there is none
	owners    lazy[user.Key, user.ID]   // of unique keys; 0: no user
	balances  lazy[balance.Holder, held]
	sequences lazy[storage.Sequence, counting.Stored]
	beyond    user.ID // there is no user from here on but those in the map; 0: not known
}

// held is what a holder has.
type held struct {
	units balance.Units
	row   bool // there is a row
}

// learn takes over what a transaction that succeeded knows better.
func (k *known) learn(from *known) {
	k.users.overlay(from.users)
	k.owners.overlay(from.owners)
	k.balances.overlay(from.balances)
}

// lazy is a map that is made when its first entry comes: a transfer has entries in few of those
// that a transaction may need.
type lazy[K comparable, V any] map[K]V

func (m *lazy[K, V]) set(k K, v V) {
	if *m == nil {
		*m = make(lazy[K, V])
	}
	(*m)[k] = v
}

// overlay sets what another one has.
func (m *lazy[K, V]) overlay(over lazy[K, V]) {
	if len(over) == 0 { // most are, and to begin with a map costs more than to look
		return
	}
	for k, v := range over {
		m.set(k, v)
	}
}

// lookup returns what the first map that has the key has.
func lookup[K comparable, V any](own, before lazy[K, V], k K) (V, bool) {
	v, ok := own[k]
	if !ok {
		v, ok = before[k]
	}
	return v, ok
}

// What is remembered of one account between transactions. What is beyond it is forgotten.
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

// shrink forgets any entries: which ones does not matter for what is true.
func shrink[K comparable, V any](m map[K]V, most int) {
	if len(m) <= most {
		return
	}
	for key := range m {
		if len(m) <= most {
			return
		}
		delete(m, key)
	}
}

// cache remembers what was known of accounts when their last transaction here was committed.
type cache struct {
	mu       sync.Mutex
	most     int
	accounts map[user.AccountID]remembered
}

type remembered struct {
	row   accountRow // after the commit
	known *known
	busy  bool // several shared the commit
	// The last idempotency key that was asked for was not new.
	replays bool
}

func (c *cache) init(most int) {
	c.most, c.accounts = most, make(map[user.AccountID]remembered)
}

// take returns what is remembered of an account; nothing is known if nothing is. The caller owns
// it.
func (c *cache) take(a user.AccountID) remembered {
	c.mu.Lock()
	defer c.mu.Unlock()
	m := c.accounts[a]
	delete(c.accounts, a)
	return m
}

// has reports whether anything is remembered of an account.
func (c *cache) has(a user.AccountID) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, ok := c.accounts[a]
	return ok
}

// put remembers what is known after a commit.
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
