package storagetest

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ca74b63c/roster/balance"
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
		want := filled[user.Account](seed)
		if want.ID = acme; seed == 1 {
			want = user.Account{ID: acme}
		}
		h.update(acme, func(x tx) { x.ok(x.w.PutAccount(x.ctx, want), "PutAccount") })
		h.both(acme, func(x tx) { x.gives(want, "Account")(x.r.Account(x.ctx)) })
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

// tenant is what testAccountIsolation writes into the n-th account: the same ids, logins, names and
// keys as in every account. The rest tells whose they are.
type tenant struct {
	n        int
	user     user.User
	secret   user.Secret
	ref      user.Reference
	transfer balance.Transfer
	change   storage.Change
}

func tenantOf(n int) tenant {
	t := tenant{n, person(1, "same"), user.SecretOf(fmt.Sprint("hash of ", n), moment(1)), ref(user.ReferenceView, 1, "same"),
		newLedger().fund(balance.Units(n + 1)), change(1, fmt.Sprint("change of ", n))}
	t.user.Identity.Description, t.ref.Description = fmt.Sprint("user of ", n), fmt.Sprint("view of ", n)
	t.transfer.Key = "same"
	return t
}

func (t tenant) write(x tx) error {
	x.same(x.count(storage.Query{}), 0, "users of an account before it was written to")
	x.putUser(t.user)
	x.putSecret(1, t.secret)
	x.putReference(t.ref)
	x.post(t.transfer)
	x.record(t.change)
	return x.w.PutAccount(x.ctx, user.Account{ID: acme, Currency: "USD", Name: fmt.Sprint("account ", t.n)})
}

func (t tenant) check(x tx, a user.AccountID) {
	what := func(s string) string { return fmt.Sprintf("%s of account %q", s, a) }
	x.same(x.r.Revision(), user.Revision(1), what("Revision"))
	x.same(x.user(1), t.user, what("User"))
	x.same(x.byKey(keyOf(t.user, user.KeyLogin)), t.user, what("UserByKey"))
	x.same(x.count(storage.Query{}), 1, what("CountUsers"))
	x.same(x.ids(storage.Query{Text: "same"}), []user.ID{1}, what("Users"))
	x.gives(t.secret, what("Secret"))(x.r.Secret(x.ctx, 1))
	x.gives(t.ref, what("ReferenceByName"))(x.r.ReferenceByName(x.ctx, user.ReferenceView, "same"))
	x.same(x.balances(balance.Account), []balance.Units{balance.Units(t.n + 1)}, what("Balances"))
	x.gives(t.transfer, what("TransferByKey"))(x.r.TransferByKey(x.ctx, "same"))
	t.change.ID.Revision = 1
	x.same(x.changes(), []storage.Change{t.change}, what("Changes"))
}

func testAccountIsolation(h *harness) {
	allowed, odd := lookalikes()
	var written []user.AccountID
	for _, a := range slices.Concat(allowed, odd) {
		_, err := h.attempt(a, tenantOf(len(written)).write)
		if errors.Is(err, storage.ErrInvalid) && slices.Contains(odd, a) {
			continue
		}
		h.ok(err, fmt.Sprintf("Update of %q", a))
		written = append(written, a)
	}
	for n, a := range written {
		h.view(a, func(x tx) { tenantOf(n).check(x, a) })
	}
	h.update(written[0], func(x tx) { x.ok(x.w.Scrub(x.ctx, 1), "Scrub") })
	h.view(written[1], func(x tx) { tenantOf(1).check(x, "that is not scrubbed") })
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
