package storagetest

import (
	"context"
	"fmt"
	"math"
	"reflect"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// call is a call of one method of a Reader or a Writer.
type call struct {
	name string // of the method, or what is read
	run  func(x tx) (any, error)
}

// lookups are calls of the methods that return one item. In an account without data each returns
// storage.ErrNotFound.
var lookups = []call{
	{"Account", func(x tx) (any, error) { return x.r.Account(x.ctx) }},
	{"User", func(x tx) (any, error) { return x.r.User(x.ctx, 1) }},
	{"UserByKey", func(x tx) (any, error) { return x.r.UserByKey(x.ctx, user.Key{Kind: user.KeyLogin, Value: "missing"}) }},
	{"Reference", func(x tx) (any, error) { return x.r.Reference(x.ctx, user.ReferenceSkill, 1) }},
	{"ReferenceByName", func(x tx) (any, error) { return x.r.ReferenceByName(x.ctx, user.ReferenceSkill, "nothing") }},
	{"Transfer", func(x tx) (any, error) { return x.r.Transfer(x.ctx, 1) }},
	{"TransferByKey", func(x tx) (any, error) { return x.r.TransferByKey(x.ctx, "no key") }},
	{"Reversal", func(x tx) (any, error) { return x.r.Reversal(x.ctx, 1) }},
	{"Delivery", func(x tx) (any, error) { return x.r.Delivery(x.ctx, "consumer") }},
}

// others are calls of the reading methods that return neither one item nor a list.
var others = []call{
	{"CountUsers", func(x tx) (any, error) { return x.r.CountUsers(x.ctx, storage.Query{}) }},
	{"Secret", func(x tx) (any, error) { return x.r.Secret(x.ctx, 1) }},
	{"Balances", func(x tx) (any, error) { return x.r.Balances(x.ctx, balance.Account) }},
	{"Counters", func(x tx) (any, error) { return x.r.Counters(x.ctx) }},
}

// listings returns one call of each method that returns a list. Each call asks for at most limit
// items.
func listings(limit int) []call {
	return []call{
		{"Users", func(x tx) (any, error) {
			return x.r.Users(x.ctx, storage.Query{Deleted: storage.WithDeleted, Limit: limit})
		}},
		{"References", func(x tx) (any, error) { return x.r.References(x.ctx, user.ReferenceSkill, 0, limit) }},
		{"Transfers", func(x tx) (any, error) { return x.r.Transfers(x.ctx, storage.TransferQuery{Limit: limit}) }},
		{"Statement", func(x tx) (any, error) { return x.r.Statement(x.ctx, balance.Account, storage.EntryID{}, limit) }},
		{"Changes", func(x tx) (any, error) { return x.r.Changes(x.ctx, storage.ChangeQuery{Limit: limit}) }},
		{"Deliveries", func(x tx) (any, error) { return x.r.Deliveries(x.ctx, "", limit) }},
		{"DeadLetters", func(x tx) (any, error) { return x.r.DeadLetters(x.ctx, "consumer", storage.ChangeID{}, limit) }},
	}
}

// fruitless are calls of each method that returns a list. Each call finds nothing, both in an
// account without data and in one with the data of the function everything.
var fruitless = []call{
	{"Users that no filter matches", func(x tx) (any, error) {
		return x.r.Users(x.ctx, storage.Query{Kinds: []user.Kind{user.System}})
	}},
	{"Users with a text that no user has", func(x tx) (any, error) {
		return x.r.Users(x.ctx, storage.Query{Text: "no user has this"})
	}},
	{"Users behind the last one", func(x tx) (any, error) {
		return x.r.Users(x.ctx, storage.Query{After: &storage.Position{ID: math.MaxInt64}})
	}},
	{"Users beyond the offset", func(x tx) (any, error) { return x.r.Users(x.ctx, storage.Query{Offset: storage.MaxPage}) }},
	{"References behind the last one", func(x tx) (any, error) {
		return x.r.References(x.ctx, user.ReferenceSkill, math.MaxInt64, 0)
	}},
	{"Transfers behind the last one", func(x tx) (any, error) {
		return x.r.Transfers(x.ctx, storage.TransferQuery{After: math.MaxInt64})
	}},
	{"Statement of a holder without transfers", func(x tx) (any, error) {
		return x.r.Statement(x.ctx, math.MaxInt64, storage.EntryID{}, 0)
	}},
	{"Statement behind the oldest entry", func(x tx) (any, error) {
		return x.r.Statement(x.ctx, balance.Account, storage.EntryID{Transfer: 1}, 0)
	}},
	{"Changes behind the last one", func(x tx) (any, error) {
		return x.r.Changes(x.ctx, storage.ChangeQuery{After: storage.ChangeID{Revision: math.MaxInt64}})
	}},
	{"Deliveries behind the last one", func(x tx) (any, error) { return x.r.Deliveries(x.ctx, "zz", 0) }},
	{"DeadLetters behind the last one", func(x tx) (any, error) {
		return x.r.DeadLetters(x.ctx, "consumer", storage.AfterRevision(math.MaxInt64), 0)
	}},
}

// writes has one call of each writing method of a Writer. All succeed if they run in this order in
// an account without data.
var writes = []call{
	{"Load", func(x tx) (any, error) { return nil, x.w.Load(x.ctx, storage.Counters{}) }},
	{"NextID", func(x tx) (any, error) { return x.w.NextID(x.ctx, storage.UserIDs) }},
	{"PutAccount", func(x tx) (any, error) { return nil, x.w.PutAccount(x.ctx, user.Account{ID: acme, Currency: "USD"}) }},
	{"PutUser", func(x tx) (any, error) { return nil, x.w.PutUser(x.ctx, person(1, "one")) }},
	{"PutSecret", func(x tx) (any, error) { return nil, x.w.PutSecret(x.ctx, 1, user.SecretOf("h", moment(1))) }},
	{"PutReference", func(x tx) (any, error) { return nil, x.w.PutReference(x.ctx, ref(user.ReferenceView, 1, "view")) }},
	{"DeleteReference", func(x tx) (any, error) { return nil, x.w.DeleteReference(x.ctx, user.ReferenceView, 1) }},
	{"PostTransfer", func(x tx) (any, error) { return nil, x.w.PostTransfer(x.ctx, newLedger().fund(1)) }},
	{"AppendChange", func(x tx) (any, error) {
		c := change(1, "")
		c.ID = storage.ChangeID{Revision: 1} // after Load it is the caller's
		return nil, x.w.AppendChange(x.ctx, c)
	}},
	{"Scrub", func(x tx) (any, error) { return nil, x.w.Scrub(x.ctx, 1) }},
	{"CompactChanges", func(x tx) (any, error) { // after Load there is no earlier revision
		return nil, x.w.CompactChanges(x.ctx, storage.ChangeID{})
	}},
	{"PutDelivery", func(x tx) (any, error) { return nil, x.w.PutDelivery(x.ctx, delivery("consumer", 1)) }},
	{"PutDeadLetter", func(x tx) (any, error) { return nil, x.w.PutDeadLetter(x.ctx, "consumer", letterAt(1, 0)) }},
	{"DeleteDeadLetter", func(x tx) (any, error) {
		return nil, x.w.DeleteDeadLetter(x.ctx, "consumer", letterAt(1, 0).Change.ID)
	}},
	{"DeleteDelivery", func(x tx) (any, error) { return nil, x.w.DeleteDelivery(x.ctx, "consumer") }},
}

// reads returns a call of each method of storage.Reader that can return an error.
func reads() []call { return append(append(listings(1), lookups...), others...) }

// methods returns a call of each method of storage.Writer that can return an error.
func methods() []call { return append(reads(), writes...) }

// transactions calls View, Update and DeleteAccount of account a with ctx, one after another, and
// returns the error of each. ran reports whether the function of View or Update ran.
func (h *harness) transactions(ctx context.Context, a user.AccountID) (errs map[string]error, ran bool) {
	view := h.s.View(ctx, a, func(context.Context, storage.Reader) error { ran = true; return nil })
	_, update := h.s.Update(ctx, a, func(_ context.Context, w storage.Writer) error {
		ran = true
		return w.PutUser(h.ctx, person(1, "one"))
	})
	_, deletion := h.s.DeleteAccount(ctx, a)
	return map[string]error{"View": view, "Update": update, "DeleteAccount": deletion}, ran
}

// empty ends the test unless the account of the transaction x has no data. The counters may have
// any value, and older changes may have been removed. what describes the account in the failure.
func (x tx) empty(what string) {
	x.Helper()
	for _, c := range lookups {
		x.fails(storage.ErrNotFound, c.name+" of "+what)(c.run(x))
	}
	for _, c := range listings(0) {
		if c.name == "Changes" && x.r.Revision() != 0 {
			continue // which are no longer kept
		}
		x.size(0, c, "of "+what)
	}
	none := x.changesOf(storage.ChangeQuery{After: storage.AfterRevision(x.r.Revision())})
	x.same(none, []storage.Change{}, "Changes of "+what)
	x.same(x.count(storage.Query{Deleted: storage.WithDeleted}), 0, "CountUsers of "+what)
	x.same(x.balances(balance.Account, 1, 2, balance.World), make([]balance.Units, 4), "Balances of "+what)
	for id := range user.ID(4) {
		x.gives(user.Secret{}, "Secret of a user of "+what)(x.r.Secret(x.ctx, id))
	}
}

// size ends the test unless the call c returns a list of n items.
func (x tx) size(n int, c call, what string) {
	x.Helper()
	list, err := c.run(x)
	x.ok(err, c.name+" "+what)
	if got := reflect.ValueOf(list).Len(); got != n {
		x.Fatalf("%s %s returns %d items, want %d", c.name, what, got, n)
	}
}

// nothing ends the test unless the account acme looks as if nothing was ever written to it.
func (h *harness) nothing() {
	h.Helper()
	h.view(acme, func(x tx) {
		x.same(x.r.Revision(), user.Revision(0), "Revision of an account that nothing was committed to")
		x.empty("an account that nothing was committed to")
	})
}

// pages ends the test unless read returns the right part of the list all, after each of the places
// and with several limits. behind reports whether an item comes after a place.
func pages[T, P any](
	h *harness, what string, all []T, places []P, behind func(P, T) bool, read func(after P, limit int) ([]T, error),
) {
	h.Helper()
	for _, place := range places {
		for _, limit := range []int{0, 1, 2, 5, storage.MaxPage} {
			want := matching(all, false, limit, func(item T) bool { return behind(place, item) })
			h.gives(want, fmt.Sprintf("%s behind %+v, at most %d", what, place, limit))(read(place, limit))
		}
	}
}

// matching returns the first items of the list for which wanted returns true, at most limit (0
// means storage.MaxPage). If newest is true, it begins with the last item.
func matching[T any](all []T, newest bool, limit int, wanted func(T) bool) []T {
	if limit == 0 {
		limit = storage.MaxPage
	}
	var list []T
	for i := range all {
		if newest {
			i = len(all) - 1 - i
		}
		if len(list) < limit && wanted(all[i]) {
			list = append(list, all[i])
		}
	}
	return list
}
