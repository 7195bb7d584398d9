package storagetest

import (
	"context"
	"fmt"
	"time"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// brief waits until the channel is closed, but at most a tenth of a second.
func brief(done <-chan struct{}) {
	select {
	case <-done:
	case <-time.After(100 * time.Millisecond):
	}
}

// world is one of each thing that a transaction can write, and the expected result of every reading
// method. A second generation replaces or follows the things of the first.
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
		w.balances.posted[len(w.balances.posted)-2], w.balances.posted[len(w.balances.posted)-1] = pay, back
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

// write writes the things of this generation.
func (w *world) write(x tx) {
	x.Helper()
	x.ok(w.tryWrite(x.ctx, x.w), "writing one of everything")
}

func (w *world) tryWrite(ctx context.Context, sw storage.Writer) error {
	if err := sw.PutAccount(ctx, w.account); err != nil {
		return err
	}
	for _, u := range w.users {
		if err := sw.PutUser(ctx, u); err != nil {
			return err
		}
	}
	if err := sw.PutSecret(ctx, 1, w.secret); err != nil {
		return err
	}
	for _, r := range []user.Reference{w.ref, w.gone} {
		if err := sw.PutReference(ctx, r); err != nil {
			return err
		}
	}
	if err := sw.DeleteReference(ctx, w.gone.Kind, w.gone.ID); err != nil {
		return err
	}
	for _, t := range w.transfers[3*(w.generation-1):] {
		if err := sw.PostTransfer(ctx, t); err != nil {
			return err
		}
	}
	for _, c := range w.changes[2*(w.generation-1):] {
		if err := sw.AppendChange(ctx, c); err != nil {
			return err
		}
	}
	return w.tryWriteDelivery(ctx, sw)
}

func (w *world) tryWriteDelivery(ctx context.Context, sw storage.Writer) error {
	if err := sw.PutDelivery(ctx, w.delivery); err != nil {
		return err
	}
	for _, l := range w.letters[2*(w.generation-1):] {
		if err := sw.PutDeadLetter(ctx, w.delivery.Name, l); err != nil {
			return err
		}
	}
	return nil
}

// check calls the reading methods of x. It ends the test if a result differs from what w and the
// generations before w have written, or if an error is unexpected. The account must contain nothing
// else. If w is not the first generation, check also requires that a key of the generation before
// is free.
func (w *world) check(x tx) {
	x.Helper()
	account, err := x.r.Account(x.ctx)
	x.ok(err, "Account")
	x.same(account, w.account, "Account")
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
	secret, err := x.r.Secret(x.ctx, 1)
	x.ok(err, "Secret")
	x.same(secret, w.secret, "Secret")

	got, err := x.r.Reference(x.ctx, w.ref.Kind, w.ref.ID)
	x.ok(err, "Reference")
	x.same(got, w.ref, "Reference")
	_, err = x.r.Reference(x.ctx, w.gone.Kind, w.gone.ID)
	x.is(err, storage.ErrNotFound, "Ref that was deleted")
	got, err = x.r.ReferenceByName(x.ctx, w.ref.Kind, w.ref.Name)
	x.ok(err, "ReferenceByName")
	x.same(got, w.ref, "ReferenceByName")
	refs, err := x.r.References(x.ctx, w.ref.Kind, 0, 0)
	x.ok(err, "References")
	x.same(refs, []user.Reference{w.ref}, "References")

	w.checkMoney(x)
	x.same(x.changes(storage.ChangeID{}, 0), w.changes, "Changes")
	x.same(x.delivery(w.delivery.Name), w.delivery, "Delivery")
	x.same(x.deliveries("", 0), []storage.Delivery{w.delivery}, "Deliveries")
	x.same(x.letters(w.delivery.Name, storage.ChangeID{}, 0), w.letters, "DeadLetters")
	given := storage.Counters{Revision: x.r.Revision()}
	given.Given[storage.UserIDs] = 3
	given.Given[storage.TransferIDs] = int64(len(w.transfers))
	given.Given[storage.ReferenceIDs(w.gone.Kind)] = w.gone.ID
	x.same(x.counters(), given, "Counters")
}

func (w *world) checkMoney(x tx) {
	x.Helper()
	holders := []balance.Holder{2, balance.Account, 1, 99}
	want := make([]balance.Units, len(holders))
	for i, holder := range holders {
		want[i] = w.balances.balances[holder]
		x.same(x.statement(holder, storage.EntryID{}, 0), w.balances.statement(holder), "Statement of "+holder.String())
	}
	x.same(x.balances(holders...), want, "Balances")
	back := w.transfers[len(w.transfers)-1]
	pay := w.transfers[len(w.transfers)-2]
	x.same(x.transfer(back.ID), back, "Transfer")
	got, err := x.r.TransferByKey(x.ctx, pay.Key)
	x.ok(err, "TransferByKey")
	x.same(got, pay, "TransferByKey")
	id, err := x.r.Reversal(x.ctx, pay.ID)
	x.ok(err, "Reversal")
	x.same(id, back.ID, "Reversal")
	list, err := x.r.Transfers(x.ctx, storage.TransferQuery{})
	x.ok(err, "Transfers")
	x.same(list, w.transfers, "Transfers")
}
