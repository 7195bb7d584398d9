package model

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// Front is one account of the product on a storage.
type Front struct {
	dir     *roster.Directory
	store   storage.Storage
	account user.AccountID
	now     time.Time
}

// newFront returns a Front for the account, which must have no data in the store yet. The clock of
// the Front stands 999 nanoseconds after now, in a time zone other than UTC, so that roster must
// normalize the times. opts are passed to roster.New.
func newFront(store storage.Storage, account user.AccountID, now time.Time, opts ...roster.Option) *Front {
	f := &Front{store: store, account: account, now: now}
	clock := func() time.Time { // it shows more than the product keeps
		return f.now.Add(999 * time.Nanosecond).In(time.FixedZone("", 3600))
	}
	f.dir = roster.New(store, append(opts, roster.WithClock(clock))...)
	return f
}

// as returns the handle of the call's actor.
func (f *Front) as(how How) roster.Handle {
	if how.As == 0 {
		return f.dir.As(f.account, roster.SystemActor())
	}
	return f.dir.As(f.account, roster.UserActor(user.ID(how.As)))
}

func (h How) options() (list []roster.CallOption) {
	if h.Dry {
		list = append(list, roster.DryRun())
	}
	if h.IfVersion != nil {
		list = append(list, roster.IfVersion(user.Revision(*h.IfVersion)))
	}
	if h.IfRevision != nil {
		list = append(list, roster.IfRevision(user.Revision(*h.IfRevision)))
	}
	if h.IfSince != nil {
		list = append(list, roster.IfUnchangedSince(user.Revision(*h.IfSince)))
	}
	return list
}

// common returns those of the options that calls without a target accept.
func common(options []roster.CallOption) (list []roster.CommonOption) {
	for _, o := range options {
		if c, ok := o.(roster.CommonOption); ok {
			list = append(list, c)
		}
	}
	return list
}

// accountOf converts the fields of r to account settings. A missing number becomes 0.
func accountOf(r Record) user.Account {
	return user.Account{Currency: r["currency"], Overdraft: int64(atoi(r["overdraft"]))}
}

func showAccount(a user.Account) Record {
	r := Record{}
	r.set("currency", a.Currency)
	r.set("overdraft", itoa(a.Overdraft))
	r.set("created", moment(a.Created))
	r.set(".version", itoa(a.Version))
	return r
}

// each returns the list of what show returns for each item, and nil if there are no items.
func each[A, B any](list []A, show func(A) B) (shown []B) {
	for _, item := range list {
		shown = append(shown, show(item))
	}
	return shown
}

func showResult(r roster.Result) Result {
	return Result{User: recordOf(r.User), Revision: int(r.Revision), Returned: int64(r.Returned.Units())}
}

func showOne(r roster.Result) []Result { return []Result{showResult(r)} }

func showResults(list []roster.Result) []Result { return each(list, showResult) }

func showTransfer(t balance.Transfer) Transfer {
	shown := Transfer{
		Terms: Terms{
			Kind: t.Kind.String(), Amount: int64(t.Requested.Units()), In: string(t.Requested.Currency()), Strict: t.Strict,
			Reverses: int(t.Reverses),
		},
		ID: int(t.ID), At: moment(t.At), Actor: int(t.Actor), Currency: string(t.Currency), Key: t.Key,
	}
	for _, p := range t.Postings {
		shown.Postings = append(shown.Postings, Posting{int(p.From), int(p.To), int64(p.Amount), int64(p.FromAfter), int64(p.ToAfter)})
	}
	for _, s := range t.Skipped {
		shown.Skipped = append(shown.Skipped, fmt.Sprint(s.User, " ", s.Reason))
	}
	return shown
}

func showReceipt(r roster.Receipt) Receipt {
	return Receipt{
		Transfer: showTransfer(r.Transfer), Account: int64(r.Account.Units()), Revision: int(r.Revision), Replayed: r.Replayed,
	}
}

func showChange(c storage.Change) Change {
	s := Change{
		Revision: int(c.ID.Revision), Index: c.ID.Index, At: moment(c.At), Type: string(c.Type), Actor: int(c.Actor),
		User: int(c.UserID), Transfer: int(c.TransferID),
	}
	if c.ReferenceKind != 0 {
		s.Reference = c.ReferenceKind.String() + " " + itoa(c.ReferenceID)
	}
	return s
}

// everything reads the whole state from the storage, below the front door.
func (f *Front) everything(ctx context.Context) (e Everything, err error) {
	err = f.store.View(ctx, f.account, func(ctx context.Context, r storage.Reader) error {
		e = Everything{Revision: int(r.Revision()), Config: int(r.ConfigRevision())}
		account, err := r.Account(ctx)
		if err != nil {
			return err
		}
		e.Account = showAccount(account)
		users, err := r.Users(ctx, storage.Query{Deleted: storage.WithDeleted})
		if err != nil {
			return err
		}
		e.Users = each(users, recordOf)
		holders := each(users, func(u user.User) balance.Holder { return balance.HolderOf(u.ID) })
		holders = slices.Insert(holders, 0, balance.Account)
		funds, err := r.Balances(ctx, holders...)
		if err != nil {
			return err
		}
		e.Funds = each(funds, func(n balance.Units) int64 { return int64(n) })
		transfers, err := r.Transfers(ctx, storage.TransferQuery{})
		if err != nil {
			return err
		}
		e.Transfers = each(transfers, showTransfer)
		for _, x := range transfers {
			by, err := r.Reversal(ctx, x.ID)
			if err != nil && !errors.Is(err, storage.ErrNotFound) {
				return err
			}
			e.Reversals = append(e.Reversals, int(by))
		}
		changes, err := r.Changes(ctx, storage.ChangeQuery{})
		e.Changes = each(changes, showChange)
		return err
	})
	return e, err
}
