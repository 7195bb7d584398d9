package storagetest

import (
	"testing"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

func copyCases() []Case {
	return []Case{
		{"Copy/In", "a value that a caller changes after passing it to a Writer does not change in the storage", testCopyIn},
		{"Copy/Out", "values that a Reader returns are the caller's: changing them changes nothing in the storage", testCopyOut},
	}
}

func testCopyIn(t testing.TB, open Open) {
	h := start(t, open)
	fund := newLedger().fund(100)
	fund.Skipped = []balance.Skip{{User: 5, Reason: balance.AccountShort}}
	want := storage.Change{Created: new(person(1, "created")), Diff: user.Diff(person(1, "before"), person(1, "after"))}
	spoil := func(transfer balance.Transfer, c storage.Change) {
		transfer.Postings[0] = balance.Posting{From: 3, To: 4, Amount: 5, Name: "changed"}
		transfer.Skipped[0].User = 99
		c.Created.Identity.Login = "changed"
		clear(c.Diff)
	}
	h.update(acme, func(x tx) {
		transfer, c := filled[balance.Transfer](1), want.Clone()
		transfer.ID, transfer.Kind, transfer.Key, transfer.Reverses = fund.ID, fund.Kind, "", 0
		transfer.Postings = []balance.Posting{fund.Postings[0]}
		transfer.Skipped = []balance.Skip{fund.Skipped[0]}
		x.post(transfer)
		x.record(c)
		spoil(transfer, c)
		spare := want.Clone()
		spare.ID = storage.ChangeID{Revision: 1}
		x.putDelivery(delivery("consumer", 1))
		x.putLetter("consumer", letter(spare, 1))
		spoil(filled[balance.Transfer](1), spare)
		testCopies(x, fund, want)
	})
	h.view(acme, func(x tx) { testCopies(x, fund, want) })
	ids, kinds := []user.ID{1, 2}, []user.Kind{user.Human}
	h.put(acme, people(1, 3)...)
	h.view(acme, func(x tx) {
		q := storage.Query{IDs: ids, Kinds: kinds, After: &storage.Position{}}
		x.same(x.ids(q), []user.ID{1, 2}, "Users")
		x.same(ids, []user.ID{1, 2}, "the caller's ids")
		ids[0], q.After.ID = 3, 2
		x.same(x.ids(q), []user.ID{3}, "Users of the changed query")
	})
}

func testCopies(x tx, fund balance.Transfer, want storage.Change) {
	x.Helper()
	got := x.transfer(fund.ID)
	x.same(got.Postings, fund.Postings, "the postings")
	x.same(got.Skipped, fund.Skipped, "the skipped users")
	changes := x.changes(storage.ChangeID{}, 0)
	x.same(*changes[0].Created, *want.Created, "Created of the change")
	x.same(changes[0].Diff, want.Diff, "Diff of the change")
	letters := x.letters("consumer", storage.ChangeID{}, 0)
	x.same(*letters[0].Change.Created, *want.Created, "Created of the dead letter")
	x.same(letters[0].Change.Diff, want.Diff, "Diff of the dead letter")
}

func testCopyOut(t testing.TB, open Open) {
	h := start(t, open)
	w := everything(1)
	h.update(acme, w.write)
	spoil := func(x tx) {
		users := x.users(storage.Query{})
		for i := range users {
			users[i] = user.User{ID: 77}
		}
		refs, err := x.r.References(x.ctx, user.ReferenceSkill, 0, 0)
		x.ok(err, "References")
		for i := range refs {
			refs[i] = user.Reference{}
		}
		units := x.balances(balance.Account, 1, 2)
		clear(units)
		entries := x.statement(balance.Account, storage.EntryID{}, 0)
		clear(entries)
		transfers, err := x.r.Transfers(x.ctx, storage.TransferQuery{})
		x.ok(err, "Transfers")
		for _, transfer := range append(transfers, x.transfer(1), x.transfer(2), x.transfer(3)) {
			clear(transfer.Postings)
		}
		byKey, err := x.r.TransferByKey(x.ctx, "key 1")
		x.ok(err, "TransferByKey")
		clear(byKey.Postings)
		changes := x.changes(storage.ChangeID{}, 0)
		for _, c := range changes {
			if c.Created != nil {
				*c.Created = user.User{}
			}
			clear(c.Diff)
		}
		clear(changes)
		for _, l := range x.letters("consumer", storage.ChangeID{}, 0) {
			if l.Change.Created != nil {
				*l.Change.Created = user.User{}
			}
			clear(l.Change.Diff)
		}
		w.check(x)
	}
	h.both(acme, spoil)
	h.both(acme, w.check)
	// Users that the same transaction put or recorded are the storage's as well.
	h.update(acme, func(x tx) {
		everything(2).write(x)
		for _, c := range x.changes(storage.ChangeID{}, 0) {
			if c.Created != nil {
				c.Created.Identity.Login = "changed"
			}
			clear(c.Diff)
		}
		everything(2).check(x)
	})
	h.both(acme, everything(2).check)
}
