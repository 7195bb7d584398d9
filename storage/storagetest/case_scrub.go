package storagetest

import (
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

var scrubRules = []rule{
	{"Scrub/Everything", "Scrub makes each change and each dead letter of the user its Scrubbed, whatever delivery has it, and takes " +
		"the Name from each posting of the user, for good: in what is committed and in what the transaction wrote before; all else " +
		"stays", testScrub},
}

func (x tx) scrub(ids ...user.ID) {
	x.Helper()
	for _, id := range ids {
		x.ok(x.w.Scrub(x.ctx, id), "Scrub")
	}
}

// scrubbed changes w like Writer.Scrub changes the stored data: it scrubs the changes and dead
// letters of the user with the id, and removes the user's name from the transfers, in the
// generations from 1 to last. It returns w.
func (w *world) scrubbed(id user.ID, last int) *world {
	for i, c := range w.changes[:2*last] {
		if c.UserID == id {
			w.changes[i], w.letters[i] = c.Scrubbed(), w.letters[i].Scrubbed()
		}
	}
	for i, t := range w.transfers[:3*last] {
		w.transfers[i] = t.WithoutName(id)
	}
	return w
}

func testScrub(h *harness) {
	one, two := everything(1), everything(2)
	third := func() *world { // written in the second revision, behind two
		w := everything(3)
		for i := range 2 {
			id := storage.ChangeID{Revision: 2, Index: 2 + i}
			w.changes[4+i].ID, w.letters[4+i].Change.ID = id, id
		}
		return w
	}
	h.update(acme, one.write)
	h.rollback(func(x tx) { x.scrub(1) })
	h.both(acme, one.check)
	want := third().scrubbed(1, 2)
	h.update(acme, func(x tx) {
		two.write(x)
		x.scrub(1, 99) // the second one is no user
		everything(2).scrubbed(1, 2).check(x)
		third().write(x)
		want.check(x)
	})
	h.both(acme, want.check)
	want.scrubbed(2, 3).scrubbed(1, 3)
	h.update(acme, func(x tx) { x.scrub(2, 1); want.check(x) })
	h.both(acme, want.check)

	put := func(x tx) {
		x.putDelivery(delivery("a", 1), delivery("b", 1))
		x.putLetter("a", one.letters...)
		x.putLetter("b", one.letters...)
	}
	h.update("letters", put)
	h.update("letters", func(x tx) { x.scrub(2) })
	h.both("letters", func(x tx) {
		for _, name := range []string{"a", "b"} {
			x.hasLetters(name, one.letters[0], one.letters[1].Scrubbed())
		}
	})
}
