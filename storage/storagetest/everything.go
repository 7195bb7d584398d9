package storagetest

import (
	"context"
	"errors"
	"fmt"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// world is one example of everything that a transaction can write, and with it the expected result
// of each reading method. The data of generation 2 replace the data of generation 1, or follow them
// in lists.
type world struct {
	generation int
	account    user.Account
	users      []user.User
	secret     user.Secret
	ref, gone  user.Reference
	transfers  []balance.Transfer // of all generations so far
	changes    []storage.Change   // likewise, with their ids
	letters    []storage.DeadLetter
	delivery   storage.Delivery
	balances   *ledger
}

func everything(generation int) *world {
	w := &world{generation: generation, balances: newLedger()}
	w.account = user.Account{ID: acme, Name: fmt.Sprint("account ", generation), Currency: "USD"}
	for id := user.ID(1); id <= 3; id++ {
		u := person(id, fmt.Sprintf("generation%d.user%d", generation, id))
		u.Identity.Description = fmt.Sprint("description ", generation)
		w.users = append(w.users, u)
	}
	w.users[2].Lifecycle.Deleted = moment(generation)
	w.secret = user.SecretOf(fmt.Sprint("hash ", generation), moment(generation))
	w.ref = ref(user.ReferenceSkill, 1, fmt.Sprint("skill ", generation))
	w.gone = ref(user.ReferenceSkill, 100+int64(generation), fmt.Sprint("gone ", generation))
	for g := 1; g <= generation; g++ {
		w.balances.fund(balance.Units(1000 * g))
		pay := w.balances.pay(balance.Units(g), 1, 2)
		pay.Key = fmt.Sprint("key ", g)
		back := w.balances.move(balance.Reversing, balance.Units(g), balance.Holder(1), balance.Account)
		back.Reverses, back.Requested = pay.ID, balance.Money{}
		w.balances.instead(pay)
		w.balances.instead(back)
		for i := range 2 {
			c := change(user.ID(i+1), fmt.Sprint("detail ", g))
			if i == 1 {
				c = creation(person(user.ID(i+1), "created"))
			}
			c.ID = storage.ChangeID{Revision: user.Revision(g), Index: i}
			w.changes = append(w.changes, c)
		}
	}
	w.transfers = w.balances.posted
	w.delivery = delivery("consumer", generation)
	for i, c := range w.changes {
		w.letters = append(w.letters, letter(c, i+1))
	}
	return w
}

// write writes all data of this generation of w. It ends the test after an error.
func (w *world) write(x tx) {
	x.Helper()
	x.ok(w.tryWrite(x.ctx, x.w), "writing one of everything")
}

// tryWrite writes all data of this generation of w by the methods of sw. It calls every method,
// also after an error, and returns all errors joined.
func (w *world) tryWrite(ctx context.Context, sw storage.Writer) error {
	errs := []error{sw.PutAccount(ctx, w.account)}
	for _, u := range w.users {
		errs = append(errs, sw.PutUser(ctx, u))
	}
	errs = append(errs, sw.PutSecret(ctx, 1, w.secret), sw.PutReference(ctx, w.ref), sw.PutReference(ctx, w.gone),
		sw.DeleteReference(ctx, w.gone.Kind, w.gone.ID))
	for _, t := range w.transfers[3*(w.generation-1):] {
		errs = append(errs, sw.PostTransfer(ctx, t))
	}
	for _, c := range w.changes[2*(w.generation-1):] {
		errs = append(errs, sw.AppendChange(ctx, c))
	}
	errs = append(errs, sw.PutDelivery(ctx, w.delivery))
	for _, l := range w.letters[2*(w.generation-1):] {
		errs = append(errs, sw.PutDeadLetter(ctx, w.delivery.Name, l))
	}
	return errors.Join(errs...)
}

// check ends the test unless the methods of x return exactly the data of w: the current generation,
// and the transfers, changes and dead letters of all earlier generations.
func (w *world) check(x tx) {
	x.Helper()
	x.gives(w.account, "Account")(x.r.Account(x.ctx))
	x.same(x.user(1), w.users[0], "User")
	x.same(x.user(3), w.users[2], "User who is deleted")
	x.same(x.byKey(keyOf(w.users[1], user.KeyLogin)), w.users[1], "UserByKey")
	if w.generation > 1 {
		x.noKey(keyOf(everything(w.generation - 1).users[1], user.KeyLogin), "UserByKey of the generation before")
	}
	x.same(x.users(storage.Query{}), w.users[:2], "Users")
	x.same(x.users(storage.Query{Text: w.users[1].Identity.Login}), w.users[1:2], "Users with a text")
	x.same(x.users(storage.Query{Deleted: storage.WithDeleted, Order: storage.OrderByLogin}), w.users, "Users with the deleted")
	x.same(x.count(storage.Query{}), 2, "CountUsers")
	x.secret(1, w.secret, "Secret")
	x.has(w.ref)
	x.noReference(w.gone.Kind, w.gone.ID, w.gone.Name)
	x.gives([]user.Reference{w.ref}, "References")(x.r.References(x.ctx, w.ref.Kind, 0, 0))

	holders := []balance.Holder{2, balance.Account, 1, 99}
	want := make([]balance.Units, len(holders))
	for i, holder := range holders {
		want[i] = w.balances.balances[holder]
	}
	x.same(x.balances(holders...), want, "Balances")
	x.checkStatements(w.balances, holders...)
	pay, back := w.transfers[len(w.transfers)-2], w.transfers[len(w.transfers)-1]
	x.same(x.transfer(back.ID), back, "Transfer")
	x.gives(pay, "TransferByKey")(x.r.TransferByKey(x.ctx, pay.Key))
	x.gives(back.ID, "Reversal")(x.r.Reversal(x.ctx, pay.ID))
	x.same(x.transfers(storage.TransferQuery{}), w.transfers, "Transfers")

	x.same(x.changes(), w.changes, "Changes")
	x.hasDelivery(w.delivery)
	x.delivers(w.delivery)
	x.hasLetters(w.delivery.Name, w.letters...)
	given := storage.Counters{Revision: x.r.Revision()}
	given.Given[storage.UserIDs] = 3
	given.Given[storage.TransferIDs] = int64(len(w.transfers))
	given.Given[storage.ReferenceIDs(w.gone.Kind)] = w.gone.ID
	x.same(x.counters(), given, "Counters")
}
