package memstore

import (
	"hash/maphash"
	"slices"
	"sync"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// keyIndex says which users may claim a key, by the key's hash. It is not one of the persistent structures: all states
// of an account share one, and it may name users who claim the key in another state only, or in none since a
// transaction was rolled back. Whoever looks a key up asks the user as he is in his own state. So the index has only to
// name all who claim a key in any state that is still read, and nothing is taken out of it. When half of it is stale,
// the next states get a new one.
//
// A user has up to six keys, and adding one here costs a tenth of what it costs to copy a path in a sorted tree. The
// maps hold no pointers, so the garbage collector need not look into them.
type keyIndex struct {
	mu    sync.RWMutex
	first map[uint64]user.ID  // one who may claim the key
	more  map[uint64]*userSet // all others

	// Of the account's writer alone:
	claims int // that are in it
	stale  int // at most so many of them are not claims in the present state
}

// userSet has users in the order in which they came.
type userSet struct {
	list []user.ID
	has  map[user.ID]struct{}
}

func newKeyIndex() *keyIndex {
	return &keyIndex{first: map[uint64]user.ID{}, more: map[uint64]*userSet{}}
}

// add adds a claim.
func (x *keyIndex) add(hash uint64, id user.ID) {
	x.mu.Lock()
	defer x.mu.Unlock()
	first, ok := x.first[hash]
	if !ok {
		x.first[hash] = id
		x.claims++
		return
	}
	others := x.more[hash]
	if first == id || others != nil && others.hasUser(id) {
		return
	}
	if others == nil {
		others = &userSet{has: map[user.ID]struct{}{}}
		x.more[hash] = others
	}
	others.list = append(others.list, id)
	others.has[id] = struct{}{}
	x.claims++
}

func (s *userSet) hasUser(id user.ID) bool {
	_, ok := s.has[id]
	return ok
}

// candidates calls yield with the users who may claim a key with the hash, the newest first, until it returns false.
func (x *keyIndex) candidates(hash uint64, yield func(user.ID) bool) {
	if x == nil {
		return // nobody was ever put
	}
	x.mu.RLock()
	defer x.mu.RUnlock()
	first, ok := x.first[hash]
	if !ok {
		return
	}
	if others := x.more[hash]; others != nil {
		for _, id := range slices.Backward(others.list) {
			if !yield(id) {
				return
			}
		}
	}
	yield(first)
}

// staleClaims is how many stale claims an index may have however small it is.
const staleClaims = 1024

// tooStale reports whether the index should be replaced.
func (x *keyIndex) tooStale() bool { return x != nil && x.stale > max(staleClaims, x.claims/2) }

// freshKeys makes a new index, which names nobody in vain.
func (s *state) freshKeys(seed maphash.Seed) {
	s.keys = newKeyIndex()
	s.eachUser(func(u *user.User) bool {
		s.changeKeys(seed, u.ID, user.Keys{}, u.Keys())
		return true
	})
}

// hashKey returns the hash of a key. It is seeded by chance for each store, so that nobody can choose logins that
// collide.
func hashKey(seed maphash.Seed, k user.Key) uint64 { return maphash.Comparable(seed, k) }

// claimants calls yield with the users who claim the key, until it returns false.
func (s *state) claimants(seed maphash.Seed, k user.Key, yield func(*user.User) bool) {
	if k.Value == "" || k.Kind == 0 || int(k.Kind) >= user.NumKeyKinds {
		return
	}
	hash := hashKey(seed, k)
	s.keys.candidates(hash, func(id user.ID) bool {
		u := s.user(id)
		return u == nil || !u.Claims(k) || yield(u)
	})
}

// claim returns the user who claims the key.
func (s *state) claim(seed maphash.Seed, k user.Key) (found *user.User, err error) {
	err = storage.ErrNotFound
	s.claimants(seed, k, func(u *user.User) bool {
		if found != nil {
			err = storage.ErrAmbiguous
			return false
		}
		found, err = u, nil
		return true
	})
	if err != nil {
		return nil, err
	}
	return found, nil
}

// checkUnique returns an *storage.ExistsError if another user claims one of the unique keys that a user is to have
// and did not have before.
func (s *state) checkUnique(seed maphash.Seed, id user.ID, old, keys user.Keys) error {
	for kind := user.KeyKind(1); int(kind) < user.NumKeyKinds; kind++ {
		if !kind.Unique() || keys[kind] == "" || keys[kind] == old[kind] {
			continue
		}
		var taken error
		s.claimants(seed, user.Key{Kind: kind, Value: keys[kind]}, func(u *user.User) bool {
			if u.ID != id {
				taken = &storage.ExistsError{What: kind.String(), ID: int64(u.ID)}
			}
			return taken == nil
		})
		if taken != nil {
			return taken
		}
	}
	return nil
}

// changeKeys makes the user claim keys instead of old.
func (s *state) changeKeys(seed maphash.Seed, id user.ID, old, keys user.Keys) (added int) {
	for kind := user.KeyKind(1); int(kind) < user.NumKeyKinds; kind++ {
		if keys[kind] == old[kind] {
			continue
		}
		if old[kind] != "" {
			s.keys.stale++
		}
		if keys[kind] != "" {
			s.keys.add(hashKey(seed, user.Key{Kind: kind, Value: keys[kind]}), id)
			added++
		}
	}
	return added
}
