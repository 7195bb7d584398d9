package storagetest

import (
	"fmt"
	"testing"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

func keyCases() []Case {
	return []Case{
		{"Key/Find", "UserByKey returns the user who claims the key, and ErrNotFound if nobody does", testKeyFind},
		{"Key/Unique", "PutUser returns an *ExistsError that says which key another user claims, and who, if it is a unique " +
			"one; a user may keep its own keys", testKeyUnique},
		{"Key/Freed", "a key that its user gave up, by a patch or by deletion, is free at once, in the same transaction too",
			testKeyFreed},
		{"Key/Held", "a deleted user whose names are held claims the unique keys and no other", testKeyHeld},
		{"Key/Swap", "unique keys are compared at each PutUser, not only at the commit", testKeySwap},
		{"Key/Bytes", "keys are canonical and compare by bytes, neither more alike nor less", testKeyBytes},
		{"Key/Shared", "several users may claim a key that is not unique; UserByKey then returns ErrAmbiguous", testKeyShared},
	}
}

func testKeyFind(t testing.TB, open Open) {
	h := start(t, open)
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
			x.noKey(user.Key{Kind: k}, "an empty "+k.String())
		}
		x.noKey(user.Key{}, "the zero key")
		x.noKey(user.Key{Kind: 200, Value: "name1"}, "a kind of key that there is not")
		for _, text := range hostile {
			x.noKey(user.Key{Kind: user.KeyPID, Value: text}, "a hostile text as key")
		}
	})
	h.put(acme, user.User{ID: 9}) // claims nothing
	h.view(acme, func(x tx) {
		for _, k := range keyKinds() {
			x.noKey(user.Key{Kind: k}, "an empty "+k.String()+", with a user who has none")
		}
	})
}

func testKeyUnique(t testing.TB, open Open) {
	h := start(t, open)
	first := person(11, "first")
	h.put(acme, first, person(22, "second"))
	for k, take := range map[user.KeyKind]func(*user.User){
		user.KeyLogin:    func(u *user.User) { u.Identity.Login = first.Identity.Login },
		user.KeyPID:      func(u *user.User) { u.Identity.PID = first.Identity.PID },
		user.KeyFullName: func(u *user.User) { u.Names.Full = first.Names.Full },
	} {
		for _, u := range []user.User{person(33, "third"), person(22, "second")} {
			take(&u)
			_, err := h.attempt(acme, func(x tx) error { return x.w.PutUser(x.ctx, u) })
			h.exists(err, k.String(), 11, "PutUser with another's "+k.String())
		}
		_, err := h.attempt(acme, func(x tx) error {
			u := person(44, "fourth")
			x.putUser(u)
			v := person(55, "fifth")
			v.Identity.Login, v.Identity.PID, v.Names.Full = "", "", ""
			switch k {
			case user.KeyLogin:
				v.Identity.Login = u.Identity.Login
			case user.KeyPID:
				v.Identity.PID = u.Identity.PID
			case user.KeyFullName:
				v.Names.Full = u.Names.Full
			}
			return x.w.PutUser(x.ctx, v)
		})
		h.exists(err, k.String(), 44, "PutUser with the "+k.String()+" of a user put before in the transaction")
	}
	first.Identity.Description = "again"
	h.put(acme, first)
	h.view(acme, func(x tx) {
		x.same(x.users(storage.Query{}), []user.User{first, person(22, "second")}, "the users")
	})
	h.put(acme, user.User{ID: 100}, user.User{ID: 101}) // an empty text is nobody's key
}

func testKeyFreed(t testing.TB, open Open) {
	h := start(t, open)
	h.put(acme, person(1, "one"))
	renamed := person(1, "renamed")
	h.put(acme, renamed)
	taker := person(2, "one")
	h.put(acme, taker)
	h.both(acme, func(x tx) {
		for _, k := range keyKinds() {
			if k != user.KeyPhone { // the sample's phone follows the id
				x.same(x.byKey(keyOf(taker, k)).ID, user.ID(2), "who took a freed "+k.String())
			}
		}
		x.same(x.byKey(keyOf(renamed, user.KeyLogin)).ID, user.ID(1), "who was renamed")
	})
	deleted := taker
	deleted.Lifecycle.Deleted = moment(1)
	h.put(acme, deleted)
	h.both(acme, func(x tx) {
		for _, k := range keyKinds() {
			x.noKey(keyOf(taker, k), "the "+k.String()+" of who was deleted")
		}
	})
	h.put(acme, person(3, "one"))
	h.update(acme, func(x tx) { // freed and taken within one transaction, more than once
		for range 3 {
			x.putUser(person(3, "three"))
			x.putUser(person(4, "one"))
			x.putUser(person(4, "four"))
			x.putUser(person(3, "one"))
		}
		x.same(x.byKey(keyOf(person(3, "one"), user.KeyLogin)).ID, user.ID(3), "who took the login last")
		x.noKey(keyOf(person(3, "three"), user.KeyLogin), "a login that was given up again")
	})
	_, err := h.attempt(acme, func(x tx) error { x.putUser(person(3, "three")); return errStop })
	h.is(err, errStop, "Update")
	_, err = h.attempt(acme, func(x tx) error { return x.w.PutUser(x.ctx, person(5, "one")) })
	h.is(err, storage.ErrExists, "PutUser with a key that only a rollback freed")
	h.view(acme, func(x tx) {
		x.same(x.byKey(keyOf(person(3, "one"), user.KeyLogin)).ID, user.ID(3), "whose login it is after a rollback")
	})
}

func testKeyHeld(t testing.TB, open Open) {
	h := start(t, open)
	held := person(1, "held")
	living := held.Keys()
	held.Lifecycle.Deleted, held.Lifecycle.HoldUntil = moment(1), moment(2)
	h.put(acme, held)
	taker := person(2, "taker")
	h.both(acme, func(x tx) {
		for _, k := range keyKinds() {
			if key := (user.Key{Kind: k, Value: living[k]}); k.Unique() {
				x.same(x.byKey(key), held, "the deleted user that holds the "+k.String())
			} else {
				x.noKey(key, "the "+k.String()+" of a deleted user whose names are held")
			}
		}
	})
	for k, take := range map[user.KeyKind]func(*user.User){
		user.KeyLogin:    func(u *user.User) { u.Identity.Login = held.Identity.Login },
		user.KeyPID:      func(u *user.User) { u.Identity.PID = held.Identity.PID },
		user.KeyFullName: func(u *user.User) { u.Names.Full = held.Names.Full },
	} {
		u := taker
		take(&u)
		_, err := h.attempt(acme, func(x tx) error { return x.w.PutUser(x.ctx, u) })
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

func testKeySwap(t testing.TB, open Open) {
	h := start(t, open)
	a, b := person(1, "aa"), person(2, "bb")
	h.put(acme, a, b)
	_, err := h.attempt(acme, func(x tx) error {
		swapped := a
		swapped.Identity.Login = b.Identity.Login
		x.exists(x.w.PutUser(x.ctx, swapped), "login", 2, "PutUser with a login that its owner would give up later")
		return errStop
	})
	if err == nil {
		h.Fatalf("an Update committed after PutUser had failed")
	}
	swappedA, swappedB := a, b
	swappedA.Identity.Login, swappedB.Identity.Login = b.Identity.Login, a.Identity.Login
	h.update(acme, func(x tx) { // through a third name it works
		between := a
		between.Identity.Login = "between"
		x.putUser(between)
		x.putUser(swappedB)
		x.putUser(swappedA)
	})
	h.both(acme, func(x tx) {
		x.same(x.byKey(keyOf(a, user.KeyLogin)), swappedB, "who has the first login now")
		x.same(x.byKey(keyOf(b, user.KeyLogin)), swappedA, "who has the second login now")
		x.noKey(user.Key{Kind: user.KeyLogin, Value: "between"}, "the login between")
	})
	testKeyRing(h)
}

// testKeyRing puts three users, and then gives each user the unique keys of the next one, in one
// Update. In this Update two of the users first lose their keys, so that no key has two owners at
// any time. testKeyRing ends the test if the storage refuses this, or if UserByKey does not find
// the new owner of each key.
func testKeyRing(h *harness) {
	h.Helper()
	list := []user.User{person(11, "first"), person(12, "second"), person(13, "third")}
	h.put(acme, list...)
	passed := make([]user.User, len(list))
	for i, next := range []int{1, 2, 0} {
		passed[i] = list[i]
		passed[i].Identity.Login, passed[i].Identity.PID, passed[i].Names.Full = list[next].Identity.Login, list[next].Identity.PID, list[next].Names.Full
	}
	h.update(acme, func(x tx) {
		for _, u := range list[1:] {
			u.Identity.Login, u.Identity.PID, u.Names.Full = "", "", ""
			x.putUser(u)
		}
		for _, u := range passed {
			x.putUser(u)
		}
	})
	h.both(acme, func(x tx) {
		for i, next := range []int{1, 2, 0} {
			for k := user.KeyLogin; k.Unique(); k++ {
				x.same(x.byKey(keyOf(list[next], k)), passed[i], "who was passed a "+k.String())
			}
		}
	})
}

func testKeyBytes(t testing.TB, open Open) {
	h := start(t, open)
	pairs := [][2]string{
		{"alice", "Alice"}, {"ALICE", "alice"}, {"\u0130", "i"}, {"\u0131", "i"}, {"\u0131", "I"}, {"\u0130", "\u0131"},
		{"stra\u00dfe", "strasse"}, {"\u00e9", "e\u0301"}, {"\u00e9", "e"}, {"\u03c3", "\u03c2"}, {"a", "\u0430"},
		{"\uff41", "a"}, {"a.b", "ab"}, {"a_b", "axb"}, {"a%b", "axb"}, {"a-b", "a_b"}, {"1", "01"}, {"a", "aa"},
		{"a\x01", "a"}, {"a\x01b", "a\x01c"}, {"a\U0010ffff", "a\ufffd"}, {"a ", "a"}, {`a\`, "a"}, {"a'", "a''"},
	}
	texts := map[user.KeyKind]func(*user.User) *string{
		user.KeyLogin:      func(u *user.User) *string { return &u.Identity.Login },
		user.KeyPID:        func(u *user.User) *string { return &u.Identity.PID },
		user.KeyFullName:   func(u *user.User) *string { return &u.Names.Full },
		user.KeyEmail:      func(u *user.User) *string { return &u.Contact.Email },
		user.KeyEmployeeID: func(u *user.User) *string { return &u.Identity.EmployeeID },
	}
	for _, k := range keyKinds() {
		text, ok := texts[k]
		if !ok {
			continue // digits have no look-alikes
		}
		for i, pair := range pairs {
			if k == user.KeyEmail {
				pair = [2]string{pair[0] + "@example.com", pair[1] + "@example.com"}
			}
			a := user.AccountID(fmt.Sprintf("%s.%d", k, i))
			first, second := user.User{ID: 1}, user.User{ID: 2}
			*text(&first), *text(&second) = pair[0], pair[1]
			testKeyPair(h, a, k, first, second)
		}
	}
}

// testKeyPair puts the users first and second into account a in one Update, and checks their keys
// of kind k. first must have the id 1. If the users claim the same key and the kind is unique, the
// second PutUser must return an *ExistsError for user 1. Otherwise both users must be stored, and
// UserByKey must return for the key of each user
//
//   - storage.ErrNotFound if the user has no key of this kind;
//   - storage.ErrAmbiguous if both users claim the key;
//   - the user in the other cases.
//
// testKeyPair ends the test if one of these checks fails.
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
			key := keyOf(u, k)
			got, err := x.r.UserByKey(x.ctx, key)
			switch {
			case key.Value == "":
				x.is(err, storage.ErrNotFound, "UserByKey of a text without a key")
			case same:
				x.is(err, storage.ErrAmbiguous, "UserByKey of a key that two claim")
			default:
				x.ok(err, "UserByKey")
				x.same(got, u, "the user by "+k.String())
				x.same(x.ids(storage.Query{Key: key}), []user.ID{u.ID}, "Users by "+k.String())
			}
		}
	})
}

func testKeyShared(t testing.TB, open Open) {
	h := start(t, open)
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
			_, err := x.r.UserByKey(x.ctx, key)
			x.is(err, storage.ErrAmbiguous, "UserByKey of a shared "+k.String())
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
