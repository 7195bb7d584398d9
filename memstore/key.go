package memstore

import (
	"cmp"
	"encoding/binary"
	"hash/maphash"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

func (a claim) compare(b claim) int {
	return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.id, b.id))
}

func (a claim) key(b []byte) []byte {
	return binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(b, a.hash), uint64(a.id))
}

// claimOf returns the item of the table of keys for a key of a user.
func (s *Store) claimOf(k user.Key, id user.ID) claim {
	return claim{maphash.Comparable(s.seed, k), id}
}

// claimants calls yield with each user that has the key k, such as a login or an e-mail, until
// yield returns false. It finds no user for a key without a value or with an unknown kind. In an
// Update the result includes the writes of the transaction; if keys of the kind need not be unique,
// claimants flushes these writes first. The caller must not change the users.
func (r *reader) claimants(k user.Key, yield func(*user.User) bool) {
	if k.Kind == 0 || int(k.Kind) >= user.NumKeyKinds || k.Value == "" {
		return
	}
	var put user.ID // the user that may claim the key and is not in the rows
	if r.writer != nil && k.Kind.Unique() {
		put = r.writer.claims[k]
	} else {
		r.flushedRows()
	}
	if u := r.user(put); u != nil && u.Claims(k) && !yield(u) {
		return
	}
	from := r.store.claimOf(k, 0)
	for item := range itemsFrom(r, tableKeys, from) {
		if item.hash != from.hash {
			break
		}
		if u := r.user(item.id); u != nil && u.Claims(k) && item.id != put && !yield(u) {
			return
		}
	}
}

// claimKeys checks that no other user has a unique key of u, such as its login, and records the new
// unique keys of u in w.claims. prev is the user that u replaces, or nil for a new user.
//
// differ is true if u is new or its keys differ from the keys of prev; keys then contains all keys
// of u. Otherwise keys is empty. claimKeys does not write the table of keys; flush does.
//
// Errors: *storage.ExistsError if another user has one of the keys. Then nothing is recorded.
func (w *writer) claimKeys(prev, u *user.User) (keys user.Keys, differ bool, err error) {
	var before user.Keys
	if prev != nil {
		if user.SameKeys(*prev, *u) {
			return keys, false, nil
		}
		before = prev.Keys()
	}
	keys = u.Keys()
	for kind := user.KeyKind(1); kind.Unique(); kind++ {
		if keys[kind] == before[kind] {
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
			return keys, true, &storage.ExistsError{What: kind.String(), ID: int64(taken)}
		}
	}
	if w.claims == nil {
		w.claims = map[user.Key]user.ID{}
	}
	for kind := user.KeyKind(1); kind.Unique(); kind++ {
		if keys[kind] != before[kind] && keys[kind] != "" {
			w.claims[user.Key{Kind: kind, Value: keys[kind]}] = u.ID
		}
	}
	return keys, true, nil
}

// keyChanges appends to list the changes of the table of keys that the written user p needs, and
// returns the list. It adds an addition for each key that is new, and a removal for each key that
// the user no longer has. If no key of the user has changed, it returns list unchanged.
func (w *writer) keyChanges(list []leafChange[claim], p pendingUser) []leafChange[claim] {
	if !p.rekeyed {
		return list
	}
	var before user.Keys
	if p.old != nil {
		before = p.old.Keys()
	}
	for kind, value := range p.keys {
		if before[kind] == value {
			continue
		}
		for _, k := range [...]user.Key{{Value: before[kind]}, {Value: value}} {
			if k.Kind = user.KeyKind(kind); k.Value != "" {
				list = append(list, leafChange[claim]{w.store.claimOf(k, p.now.ID), k.Value != value})
			}
		}
	}
	return list
}
