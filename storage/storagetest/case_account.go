package storagetest

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

var accountRules = []rule{
	{"Account/Settings", "PutAccount writes the account's settings, every one; Account reads them, ErrNotFound if there " +
		"are none yet", testAccountSettings},
	{"Account/Isolation", "a transaction names one account and sees nothing of another; ids of accounts compare by " +
		"bytes (one that user.AccountID does not allow may be ErrInvalid instead)", testAccountIsolation},
	{"Account/Listing", "Accounts lists the accounts that were ever written to, by bytes, greater than after, at most " +
		"limit (1 to MaxPage; 0 is MaxPage)", testAccountListing},
}

func testAccountSettings(h *harness) {
	h.put(acme, person(1, "one"))
	h.view(acme, func(x tx) {
		x.fails(storage.ErrNotFound, "Account of an account without settings")(x.r.Account(x.ctx))
	})
	for seed := range len(hostile) {
		want := everyField[user.Account](seed)
		if want.ID = acme; seed == 1 {
			want = user.Account{ID: acme}
		}
		h.update(acme, func(x tx) { x.ok(x.w.PutAccount(x.ctx, want), "PutAccount") })
		h.both(acme, func(x tx) { x.gives(want, "Account")(x.r.Account(x.ctx)) })
	}
}

// lookalikes returns similar account ids, which a wrong comparison could confuse. Those in allowed
// are valid, and those in odd are not.
func lookalikes() (allowed, odd []user.AccountID) {
	long := strings.Repeat("x", 63)
	return []user.AccountID{
			"a", "A", "a.", "a..b", "a-", "a_", "aa", "b", "1", "01", "1.0", "null", "public",
			user.AccountID(long + "x"), user.AccountID(long + "y"),
		}, []user.AccountID{
			"a\x01", "a\x01b", "a\x01c", "a/../b", "a%", "a'", "a b", "a ", " a", "é", "e\u0301", "a\U0010ffff", "a\ufffd", "a\n",
		}
}

// tenant returns test data for the n-th of several accounts. Ids, logins and keys are the same in
// each account, so that a storage that mixes accounts fails. Names, descriptions, the secret, the
// change and the transfer contain n.
func tenant(n int) *world {
	w := everything(1)
	w.account.Name, w.users[0].Identity.Description = fmt.Sprint("account ", n), fmt.Sprint("user of ", n)
	w.secret, w.ref.Description = user.SecretOf(fmt.Sprint("hash of ", n), moment(1)), fmt.Sprint("skill of ", n)
	w.changes[0].Detail, w.transfers[0].Reason = fmt.Sprint("change of ", n), fmt.Sprint("transfer of ", n)
	return w
}

func testAccountIsolation(h *harness) {
	allowed, odd := lookalikes()
	var written []user.AccountID
	for _, a := range slices.Concat(allowed, odd) {
		_, err := h.attempt(a, func(x tx) error {
			x.same(x.count(storage.Query{}), 0, fmt.Sprintf("users that %q has before it was written to", a))
			return tenant(len(written)).tryWrite(x.ctx, x.w)
		})
		if errors.Is(err, storage.ErrInvalid) && slices.Contains(odd, a) {
			continue
		}
		h.ok(err, fmt.Sprintf("Update of %q", a))
		written = append(written, a)
	}
	for n, a := range written {
		h.view(a, tenant(n).check)
	}
	h.update(written[0], func(x tx) { x.scrub(1) })
	h.view(written[1], tenant(1).check)
}

func testAccountListing(h *harness) {
	h.same(h.accounts(storage.NotDeleted, "", 0), []user.AccountID{}, "Accounts of an empty storage")
	want, _ := lookalikes()
	for _, a := range want {
		h.put(a, person(1, "one"))
	}
	h.view("viewed", func(tx) {})
	h.update("unwritten", func(tx) {})
	h.rollback(func(x tx) { x.putUser(person(1, "one")) })
	slices.Sort(want)
	places := append([]user.AccountID{"", want[4] + "!"}, want...) // one is the id of no account
	behind := func(after, a user.AccountID) bool { return a > after }
	pages(h, "Accounts", want, places, behind, func(after user.AccountID, limit int) ([]user.AccountID, error) {
		return h.s.Accounts(h.ctx, storage.NotDeleted, after, limit)
	})
	h.accounts(storage.NotDeleted, "", 2)[0] = "changed by the caller"
	h.same(h.accounts(storage.NotDeleted, "", 2), want[:2], "Accounts after the caller changed an answer")
	for _, limit := range []int{-1, storage.MaxPage + 1} {
		h.fails(storage.ErrInvalid, fmt.Sprintf("Accounts, limit %d", limit))(h.s.Accounts(h.ctx, storage.NotDeleted, "", limit))
	}
}
