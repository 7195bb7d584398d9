package memstore

import (
	"cmp"
	"hash/maphash"
	"slices"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

func (a claim) compare(b claim) int {
	return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.id, b.id))
}

func (a claim) key() []byte {
	return number(number(make([]byte, 0, 26), a.hash), uint64(a.id))
}

// claimOf returns the item of the table of keys for a key of a user.
func (s *Store) claimOf(k user.Key, id user.ID) claim {
	return claim{maphash.Comparable(s.seed, k), id}
}

// claimants calls yield with each user that claims a key, until yield returns false. In a
// transaction these are the users as it left them: those that the rows name and those that it put.
func (r *reader) claimants(k user.Key, yield func(*user.User) bool) {
	if k.Kind == 0 || int(k.Kind) >= user.NumKeyKinds || k.Value == "" {
		return
	}
	var pending []user.ID
	if r.writer != nil {
		pending = r.writer.claims[k]
	}
	from := r.store.claimOf(k, 0)
	for item := range itemsFrom(r.rows, tableKeys, from, false) {
		if item.hash != from.hash {
			break
		}
		if u := r.user(item.id); u != nil && u.Claims(k) && !slices.Contains(pending, item.id) && !yield(u) {
			return
		}
	}
	for _, id := range pending {
		if u := r.user(id); u.Claims(k) && !yield(u) {
			return
		}
	}
}

// claimKeys checks that no other user claims a unique key of u, and notes the keys that are new to
// u. prev is the user that u replaces, nil if there is none. The rows follow when the transaction is
// flushed.
func (w *writer) claimKeys(prev, u *user.User) error {
	var before user.Keys
	if prev != nil {
		if user.SameKeys(*prev, *u) {
			return nil
		}
		before = prev.Keys()
	}
	keys := u.Keys()
	for kind := user.KeyKind(1); int(kind) < user.NumKeyKinds; kind++ {
		if keys[kind] == before[kind] || !kind.Unique() {
			continue
		}
		var taken user.ID
		w.claimants(user.Key{Kind: kind, Value: keys[kind]}, func(other *user.User) bool {
			if other.ID != u.ID {
				taken = other.ID
			}
			return taken == 0
		})
		if taken != 0 {
			return &storage.ExistsError{What: kind.String(), ID: int64(taken)}
		}
	}
	for kind, value := range keys {
		if value != before[kind] && value != "" {
			k := user.Key{Kind: user.KeyKind(kind), Value: value}
			if !slices.Contains(w.claims[k], u.ID) {
				w.claims[k] = append(w.claims[k], u.ID)
			}
		}
	}
	return nil
}

// keyChanges appends the changes of the table of keys for a user.
func (w *writer) keyChanges(list []leafChange[claim], old, u *user.User) []leafChange[claim] {
	var before user.Keys
	if old != nil {
		if user.SameKeys(*old, *u) {
			return list
		}
		before = old.Keys()
	}
	for kind, value := range u.Keys() {
		was := before[kind]
		if was == value {
			continue
		}
		if was != "" {
			list = append(list, leafChange[claim]{w.store.claimOf(user.Key{Kind: user.KeyKind(kind), Value: was}, u.ID), true})
		}
		if value != "" {
			list = append(list, leafChange[claim]{w.store.claimOf(user.Key{Kind: user.KeyKind(kind), Value: value}, u.ID), false})
		}
	}
	return list
}
