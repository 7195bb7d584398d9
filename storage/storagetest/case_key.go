package storagetest

import (
	"fmt"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

var keyRules = []rule{
	{"Key/Find", "UserByKey returns the user who claims the key, and ErrNotFound if none does", testKeyFind},
	{"Key/Unique", "PutUser returns an *ExistsError that says which key another user claims, and who, if it is a unique " +
		"one; a user may keep its own keys", testKeyUnique},
	{"Key/Freed", "a key that its user gave up, by a patch or by deletion, is free at once, in the same transaction too",
		testKeyFreed},
	{"Key/Held", "a deleted user whose names are held claims the unique keys and no other", testKeyHeld},
	{"Key/Swap", "unique keys are compared at each PutUser, not only at the commit", testKeySwap},
	{"Key/Bytes", "keys are canonical and compare by bytes, neither more alike nor less", testKeyBytes},
	{"Key/Shared", "several users may claim a key that is not unique; UserByKey then returns ErrAmbiguous", testKeyShared},
}

// uniqueKeys are the kinds of keys that only one user can claim.
var uniqueKeys = []user.KeyKind{user.KeyLogin, user.KeyPID, user.KeyFullName}

// textOf returns a pointer to the field of u from which the key of the kind k is made. k must not
// be the kind of the phone.
func textOf(u *user.User, k user.KeyKind) *string {
	return map[user.KeyKind]*string{
		user.KeyLogin: &u.Identity.Login, user.KeyPID: &u.Identity.PID, user.KeyFullName: &u.Names.Full,
		user.KeyEmail: &u.Contact.Email, user.KeyEmployeeID: &u.Identity.EmployeeID,
	}[k]
}

// withKey returns u with another text in the field of the key kind k (see textOf).
func withKey(u user.User, k user.KeyKind, text string) user.User {
	*textOf(&u, k) = text
	return u
}

// withUnique returns u with the unique keys of another user.
func withUnique(u, other user.User) user.User {
	for _, k := range uniqueKeys {
		u = withKey(u, k, *textOf(&other, k))
	}
	return u
}

func testKeyFind(h *harness) {
	list := people(1, 4)
	h.put(acme, list...)
	h.both(acme, func(x tx) {
		for _, k := range keyKinds() {
			for _, u := range list {
				key := keyOf(u, k)
				if key.Value == "" {
					x.Fatalf("the suite's sample has no %s", k) // a fault of the suite
				}
				x.same(x.byKey(key), u, "the user by "+k.String())
				for _, other := range keyKinds() {
					if other != k {
						x.noKey(user.Key{Kind: other, Value: key.Value}, "a "+k.String()+" as "+other.String())
					}
				}
				x.noKey(user.Key{Kind: k, Value: key.Value + "x"}, "an unknown "+k.String())
				x.noKey(user.Key{Kind: k, Value: key.Value[:len(key.Value)-1]}, "part of a "+k.String())
			}
		}
		x.noKey(user.Key{}, "the zero key")
		x.noKey(user.Key{Kind: 200, Value: "name1"}, "a kind of key that there is not")
		for _, text := range hostile {
			x.noKey(user.Key{Kind: user.KeyPID, Value: text}, "a hostile text as key")
		}
	})
	for range 2 {
		h.view(acme, func(x tx) {
			for _, k := range keyKinds() {
				x.noKey(user.Key{Kind: k}, "an empty "+k.String())
			}
		})
		h.put(acme, user.User{ID: 9}) // claims nothing
	}
}

func testKeyUnique(h *harness) {
	first, second := person(11, "first"), person(22, "second")
	h.put(acme, first, second)
	for _, k := range uniqueKeys {
		for _, u := range []user.User{person(33, "third"), second} {
			_, err := h.attempt(acme, func(x tx) error { return x.w.PutUser(x.ctx, withKey(u, k, *textOf(&first, k))) })
			h.exists(err, k.String(), 11, "PutUser with another's "+k.String())
		}
		_, err := h.attempt(acme, func(x tx) error {
			u := person(44, "fourth")
			x.putUser(u)
			return x.w.PutUser(x.ctx, withKey(user.User{ID: 55}, k, *textOf(&u, k)))
		})
		h.exists(err, k.String(), 44, "PutUser with the "+k.String()+" of a user put before in the transaction")
	}
	first.Identity.Description = "again"
	h.put(acme, first)
	h.view(acme, func(x tx) { x.same(x.users(storage.Query{}), []user.User{first, second}, "the users") })
	h.put(acme, user.User{ID: 100}, user.User{ID: 101}) // an empty text is no key
}

func testKeyFreed(h *harness) {
	h.put(acme, person(1, "one"))
	renamed, taker := person(1, "renamed"), person(2, "one")
	h.put(acme, renamed)
	h.put(acme, taker)
	h.both(acme, func(x tx) {
		for _, k := range keyKinds() {
			if k != user.KeyPhone { // the sample's phone follows the id
				x.same(x.byKey(keyOf(taker, k)), taker, "who took a freed "+k.String())
			}
		}
		x.same(x.byKey(keyOf(renamed, user.KeyLogin)), renamed, "who was renamed")
	})
	deleted := taker
	deleted.Lifecycle.Deleted = moment(1)
	h.put(acme, deleted)
	h.both(acme, func(x tx) {
		for _, k := range keyKinds() {
			x.noKey(keyOf(taker, k), "the "+k.String()+" of who was deleted")
		}
	})
	again := person(3, "one")
	h.put(acme, again)
	h.update(acme, func(x tx) { // freed and taken within one transaction, more than once
		for range 3 {
			x.putUser(person(3, "three"), person(4, "one"), person(4, "four"), again)
		}
		x.same(x.byKey(keyOf(again, user.KeyLogin)), again, "who took the login last")
		x.noKey(keyOf(person(3, "three"), user.KeyLogin), "a login that was given up again")
	})
	h.rollback(func(x tx) { x.putUser(person(3, "three")) })
	h.refused(storage.ErrExists, "PutUser with a key that only a rollback freed", func(x tx) error {
		return x.w.PutUser(x.ctx, person(5, "one"))
	})
}

func testKeyHeld(h *harness) {
	live, taker := person(1, "held"), person(2, "taker")
	held := live
	held.Lifecycle.Deleted, held.Lifecycle.HoldUntil = moment(1), moment(2)
	h.put(acme, held)
	h.both(acme, func(x tx) {
		for _, k := range keyKinds() {
			if key := keyOf(live, k); k.Unique() {
				x.same(x.byKey(key), held, "the deleted user that holds the "+k.String())
			} else {
				x.noKey(key, "the "+k.String()+" of a deleted user whose names are held")
			}
		}
	})
	for _, k := range uniqueKeys {
		_, err := h.attempt(acme, func(x tx) error { return x.w.PutUser(x.ctx, withKey(taker, k, *textOf(&held, k))) })
		h.exists(err, k.String(), 1, "PutUser with a held "+k.String())
	}
	taker.Contact.Email = held.Contact.Email
	h.put(acme, taker)
	h.both(acme, func(x tx) {
		x.same(x.byKey(keyOf(taker, user.KeyEmail)), taker, "who took a shared key of a held user")
	})
	h.put(acme, held.Release())
	taker.Identity.Login = held.Identity.Login
	h.put(acme, taker)
	h.both(acme, func(x tx) { x.same(x.byKey(keyOf(taker, user.KeyLogin)), taker, "who took a login whose hold ended") })
}

// testKeySwap gives each of three users the unique keys of the next one. In one Update two of the
// users first give up their keys. UserByKey must then find the new owners. Taking a key that its
// owner still has must fail with ErrExists.
func testKeySwap(h *harness) {
	list := []user.User{person(11, "first"), person(12, "second"), person(13, "third")}
	h.put(acme, list...)
	h.refused(storage.ErrExists, "Update after PutUser had failed", func(x tx) error {
		err := x.w.PutUser(x.ctx, withKey(list[0], user.KeyLogin, "second"))
		x.exists(err, "login", 12, "PutUser with a login that its owner would give up later")
		return nil
	})
	var passed []user.User
	for i, u := range list {
		passed = append(passed, withUnique(u, list[(i+1)%3]))
	}
	h.update(acme, func(x tx) { // two give up their keys first
		x.putUser(withUnique(list[1], user.User{}), withUnique(list[2], user.User{}))
		x.putUser(passed...)
	})
	h.both(acme, func(x tx) {
		for i, u := range passed {
			for _, k := range uniqueKeys {
				x.same(x.byKey(keyOf(list[(i+1)%3], k)), u, "who was passed a "+k.String())
			}
		}
	})
}

func testKeyBytes(h *harness) {
	pairs := [][2]string{
		{"alice", "Alice"}, {"ALICE", "alice"}, {"\u0130", "i"}, {"\u0131", "i"}, {"\u0131", "I"}, {"\u0130", "\u0131"},
		{"stra\u00dfe", "strasse"}, {"\u00e9", "e\u0301"}, {"\u00e9", "e"}, {"\u03c3", "\u03c2"}, {"a", "\u0430"},
		{"\uff41", "a"}, {"a.b", "ab"}, {"a_b", "axb"}, {"a%b", "axb"}, {"a-b", "a_b"}, {"1", "01"}, {"a", "aa"},
		{"a\x01", "a"}, {"a\x01b", "a\x01c"}, {"a\U0010ffff", "a\ufffd"}, {"a ", "a"}, {`a\`, "a"}, {"a'", "a''"},
	}
	for _, k := range append(uniqueKeys, user.KeyEmail, user.KeyEmployeeID) { // the digits of phones have no look-alikes
		for i, pair := range pairs {
			if k == user.KeyEmail {
				pair = [2]string{pair[0] + "@example.com", pair[1] + "@example.com"}
			}
			a := user.AccountID(fmt.Sprintf("%s.%d", k, i))
			testKeyPair(h, a, k, withKey(user.User{ID: 1}, k, pair[0]), withKey(user.User{ID: 2}, k, pair[1]))
		}
	}
}

// testKeyPair puts two users into the account a, and looks for each by its key of the kind k. The
// caller must give the user first the id 1. If the keys are equal, it tests one of two errors: the
// second put of a unique key must return ErrExists, and the search for a key that users may share
// must return ErrAmbiguous.
func testKeyPair(h *harness, a user.AccountID, k user.KeyKind, first, second user.User) {
	h.Helper()
	one, two := keyOf(first, k), keyOf(second, k)
	same := one == two && one.Value != ""
	_, err := h.attempt(a, func(x tx) error {
		x.putUser(first)
		return x.w.PutUser(x.ctx, second)
	})
	if same && k.Unique() {
		h.exists(err, k.String(), 1, "PutUser with one key in two spellings")
		return
	}
	h.ok(err, "PutUser of two users whose "+k.String()+" differs")
	h.both(a, func(x tx) {
		for _, u := range []user.User{first, second} {
			switch key := keyOf(u, k); {
			case key.Value == "":
				x.noKey(key, "UserByKey of a text without a key")
			case same:
				x.fails(storage.ErrAmbiguous, "UserByKey of a key that two claim")(x.r.UserByKey(x.ctx, key))
			default:
				x.same(x.byKey(key), u, "the user by "+k.String())
				x.same(x.ids(storage.Query{Key: key}), []user.ID{u.ID}, "Users by "+k.String())
			}
		}
	})
}

func testKeyShared(h *harness) {
	share := func(u user.User) user.User {
		u.Contact.Email, u.Contact.Phone, u.Identity.EmployeeID = "shared@example.com", "+12125550000", "shared"
		return u
	}
	list := []user.User{share(person(1, "one")), share(person(2, "two")), share(person(3, "three"))}
	deleted := share(person(4, "four"))
	deleted.Lifecycle.Deleted = moment(1)
	h.put(acme, append(list, deleted)...)
	shared := []user.KeyKind{user.KeyEmail, user.KeyPhone, user.KeyEmployeeID}
	h.both(acme, func(x tx) {
		for _, k := range shared {
			key := keyOf(list[0], k)
			x.fails(storage.ErrAmbiguous, "UserByKey of a shared "+k.String())(x.r.UserByKey(x.ctx, key))
			x.same(x.users(storage.Query{Key: key, Deleted: storage.WithDeleted}), list, "Users by a shared "+k.String())
		}
	})
	h.put(acme, person(1, "one"), person(3, "three"))
	h.both(acme, func(x tx) {
		for _, k := range shared {
			x.same(x.byKey(keyOf(list[1], k)), list[1], "who alone still has the "+k.String())
		}
	})
}
