package storagetest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

func accountCases() []Case {
	return []Case{
		{"Account/Settings", "PutAccount writes the account's settings, every one; Account reads them, ErrNotFound if there " +
			"are none yet", testAccountSettings},
		{"Account/Isolation", "a transaction names one account and sees nothing of another; ids of accounts compare by " +
			"bytes (one that user.AccountID does not allow may be ErrInvalid instead)", testAccountIsolation},
		{"Account/Listing", "Accounts lists the accounts that were ever written to, by bytes, greater than after, at most " +
			"limit (1 to MaxPage; 0 is MaxPage)", testAccountListing},
	}
}

func testAccountSettings(t testing.TB, open Open) {
	h := start(t, open)
	h.put(acme, person(1, "one"))
	h.view(acme, func(x tx) {
		_, err := x.r.Account(x.ctx)
		x.is(err, storage.ErrNotFound, "Account of an account without settings")
	})
	for seed := range 3 {
		want := filled[user.Account](seed)
		want.ID = acme
		if seed == 2 {
			want = user.Account{ID: acme}
		}
		h.update(acme, func(x tx) { x.ok(x.w.PutAccount(x.ctx, want), "PutAccount") })
		h.both(acme, func(x tx) {
			got, err := x.r.Account(x.ctx)
			x.ok(err, "Account")
			x.same(got, want, "Account")
		})
	}
}

// lookalikes returns ids of accounts that a careless comparison takes for each other.
// user.AccountID accepts those in allowed, and refuses those in odd.
func lookalikes() (allowed, odd []user.AccountID) {
	long := strings.Repeat("x", 63)
	return []user.AccountID{
			"a", "A", "a.", "a..b", "a-", "a_", "aa", "b", "1", "01", "1.0", "null", "public",
			user.AccountID(long + "x"), user.AccountID(long + "y"),
		}, []user.AccountID{
			"a\x01", "a\x01b", "a\x01c", "a/../b", "a%", "a'", "a b", "a ", " a", "é", "e\u0301", "a\U0010ffff", "a\ufffd", "a\n",
		}
}

func testAccountIsolation(t testing.TB, open Open) {
	h := start(t, open)
	allowed, odd := lookalikes()
	// write puts the same ids, logins, names and keys into each account; what differs tells whose
	// they are.
	write := func(a user.AccountID, n int) error {
		_, err := h.attempt(a, func(x tx) error {
			x.same(x.count(storage.Query{}), 0, fmt.Sprintf("users that %q has before it was written to", a))
			u := person(1, "same")
			u.Identity.Description = fmt.Sprint("user of ", n)
			x.putUser(u)
			x.ok(x.w.PutSecret(x.ctx, 1, user.SecretOf(fmt.Sprint("hash of ", n), moment(1))), "PutSecret")
			r := ref(user.ReferenceView, 1, "same")
			r.Description = fmt.Sprint("view of ", n)
			x.putReference(r)
			f := newLedger().fund(balance.Units(n + 1))
			f.Key = "same"
			x.post(f)
			c := change(1, fmt.Sprint("change of ", n))
			x.record(c)
			return x.w.PutAccount(x.ctx, user.Account{ID: a, Currency: "USD", Name: fmt.Sprint("account ", n)})
		})
		return err
	}
	var written []user.AccountID
	for _, a := range allowed {
		h.ok(write(a, len(written)), fmt.Sprintf("Update of %q", a))
		written = append(written, a)
	}
	for _, a := range odd {
		if err := write(a, len(written)); errors.Is(err, storage.ErrInvalid) {
			continue
		} else if err != nil {
			h.Fatalf("Update of %q: %v", a, err)
		}
		written = append(written, a)
	}
	for n, a := range written {
		h.view(a, func(x tx) {
			what := func(s string) string { return fmt.Sprintf("%s of account %q", s, a) }
			x.same(x.r.Revision(), user.Revision(1), what("Revision"))
			x.same(x.user(1).Identity.Description, fmt.Sprint("user of ", n), what("User"))
			login := keyOf(person(1, "same"), user.KeyLogin)
			x.same(x.byKey(login).Identity.Description, fmt.Sprint("user of ", n), what("UserByKey"))
			x.same(x.count(storage.Query{}), 1, what("CountUsers"))
			x.same(x.ids(storage.Query{Text: "same"}), []user.ID{1}, what("Users"))
			secret, err := x.r.Secret(x.ctx, 1)
			x.ok(err, "Secret")
			x.same(secret, user.SecretOf(fmt.Sprint("hash of ", n), moment(1)), what("Secret"))
			r, err := x.r.ReferenceByName(x.ctx, user.ReferenceView, "same")
			x.ok(err, "ReferenceByName")
			x.same(r.Description, fmt.Sprint("view of ", n), what("ReferenceByName"))
			x.same(x.balances(balance.Account), []balance.Units{balance.Units(n + 1)}, what("Balances"))
			f, err := x.r.TransferByKey(x.ctx, "same")
			x.ok(err, "TransferByKey")
			x.same(f.Total(), balance.Units(n+1), what("TransferByKey"))
			changes := x.changes(storage.ChangeID{}, 0)
			x.same(len(changes), 1, what("number of changes"))
			x.same(changes[0].Detail, fmt.Sprint("change of ", n), what("Changes"))
		})
	}
	h.update(written[0], func(x tx) { x.ok(x.w.Scrub(x.ctx, 1), "Scrub") })
	h.view(written[1], func(x tx) {
		x.same(x.changes(storage.ChangeID{}, 0)[0].Detail, "change of 1", "a change after Scrub in another account")
	})
}

func testAccountListing(t testing.TB, open Open) {
	h := start(t, open)
	list := func(after user.AccountID, limit int) []user.AccountID {
		ids, err := h.s.Accounts(h.ctx, storage.NotDeleted, after, limit)
		h.ok(err, "Accounts")
		return ids
	}
	h.same(list("", 0), []user.AccountID{}, "Accounts of an empty storage")
	want, _ := lookalikes()
	for _, a := range want {
		h.put(a, person(1, "one"))
	}
	for _, a := range []user.AccountID{"viewed", "rolled.back", "unwritten"} {
		h.view(a, func(tx) {})
		_, err := h.attempt(a, func(x tx) error {
			if a == "unwritten" {
				return nil
			}
			x.putUser(person(1, "one"))
			return errStop
		})
		if a != "unwritten" {
			h.is(err, errStop, "Update")
		}
	}
	slices.Sort(want)
	h.same(list("", 0), want, "Accounts")
	h.same(list("", storage.MaxPage), want, "Accounts")
	h.same(list("", 3), want[:3], "Accounts, at most 3")
	h.same(list(want[2], 3), want[3:6], "Accounts after the third, at most 3")
	h.same(list(want[len(want)-1], 3), []user.AccountID{}, "Accounts after the last")
	between := want[4] + "!" // behind the fifth, and the id of no account
	i, _ := slices.BinarySearch(want, between)
	h.same(list(between, 0), want[i:], "Accounts after an id that none has")
	got := list("", 2)
	got[0] = "changed by the caller"
	h.same(list("", 2), want[:2], "Accounts after the caller changed an answer")
	for _, limit := range []int{-1, storage.MaxPage + 1} {
		_, err := h.s.Accounts(h.ctx, storage.NotDeleted, "", limit)
		h.is(err, storage.ErrInvalid, fmt.Sprintf("Accounts, limit %d", limit))
	}
}
