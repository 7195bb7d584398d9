package pgstore

import (
	"sync"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/counting"
	"github.com/ca74b63c/roster/user"
)

// known is what the Store read or wrote of an account. It is valid while the account's row has the
// number of commits that it had then. Every lock, and every commit without a lock, compares that
// number. An entry may also record that a row does not exist.
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

// learn adds the users, the owners of unique keys, and the balances in from to k. An entry of from
// replaces the entry of k for the same user, key or holder. Store uses it to add what a successful
// Update wrote to what is known of the account.
func (k *known) learn(from *known) {
	k.users.overlay(from.users)
	k.owners.overlay(from.owners)
	k.balances.overlay(from.balances)
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

// lookup returns the value for the key k in the map own. If own has no entry for k, lookup returns
// the value in the other map, the parameter before. The second result reports whether one of the
// maps has an entry for k. If it is false, the value is the zero value.
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
}

// take removes what the cache remembers of an account and returns it. If the cache remembers
// nothing of the account, the field known of the result is nil.
func (c *cache) take(a user.AccountID) remembered {
	c.mu.Lock()
	defer c.mu.Unlock()
	m := c.accounts[a]
	delete(c.accounts, a)
	return m
}

// put stores m as the cache's entry for account a, and replaces an earlier entry of the account.
// m.known must not be nil. If a new entry would exceed the limit of the cache, put first removes
// entries of arbitrary other accounts. put also removes arbitrary users, owners and balances from
// m, until m is within the limits for one account. If the limit of the cache is 0, put stores
// nothing.
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
