package memstore

import (
	"cmp"
	"hash/maphash"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// keyClaim says that a user may claim the key with this hash. The hash is seeded by chance for each store, so that
// nobody can choose logins that collide; whoever looks a key up asks the user.
type keyClaim struct {
	hash uint64
	id   user.ID
}

func (a keyClaim) compare(b keyClaim) int {
	if c := cmp.Compare(a.hash, b.hash); c != 0 {
		return c
	}
	return cmp.Compare(a.id, b.id)
}

// hashKey returns the hash of a key, its kind in the lowest bits: a user claims one key of a kind, so he never claims
// two with one hash.
func hashKey(seed maphash.Seed, k user.Key) uint64 {
	const mask = 7
	var _ [mask + 1 - user.NumKeyKinds]struct{} // the kinds fit
	return maphash.Comparable(seed, k)&^mask | uint64(k.Kind)
}

// claimants calls yield with the users who claim the key, in ascending order of their ids.
func (s *state) claimants(seed maphash.Seed, k user.Key, yield func(*user.User) bool) {
	if k.Value == "" || k.Kind == 0 || int(k.Kind) >= user.NumKeyKinds {
		return
	}
	hash := hashKey(seed, k)
	s.keys.with(hash, func(c keyClaim) bool {
		u := s.user(c.id)
		return u == nil || u.Keys()[k.Kind] != k.Value || yield(u)
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
func (s *state) changeKeys(seed maphash.Seed, id user.ID, old, keys user.Keys, edit uint64) {
	for kind := user.KeyKind(1); int(kind) < user.NumKeyKinds; kind++ {
		if keys[kind] == old[kind] {
			continue
		}
		if old[kind] != "" {
			s.keys.remove(keyClaim{hashKey(seed, user.Key{Kind: kind, Value: old[kind]}), id}, edit)
		}
		if keys[kind] != "" {
			s.keys.add(keyClaim{hashKey(seed, user.Key{Kind: kind, Value: keys[kind]}), id}, edit)
		}
	}
}
