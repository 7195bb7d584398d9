package bench

import (
	"fmt"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// directory is the work that each side does. The ids of users that insert adds follow all others.
type directory interface {
	insert(users ...user.User) error
	get(id user.ID) error
	setMaxChats(id user.ID, n int) error
	page(a user.ApplicationID, after user.ID, n int) ([]user.User, error)
	search(part string) (int, error)
	count(a user.ApplicationID) (int, error)
	move(units int64, to ...user.ID) error
	balance(id user.ID) (int64, error)
}

// front is the directory of roster.
type front struct{ roster.Handle }

func (f front) insert(users ...user.User) error {
	for _, u := range users {
		u.ID = 0
		if _, err := f.Create(ctx, roster.CreateParams{User: u}); err != nil {
			return err
		}
	}
	return nil
}

func (f front) get(id user.ID) error {
	u, err := f.Get(ctx, id)
	if err == nil && u.ID != id {
		return errUnknown
	}
	return err
}

func (f front) setMaxChats(id user.ID, n int) error {
	r, err := f.Patch(ctx, id, user.Patch{MaxChats: user.Set(n)})
	if err == nil && r.User.Capacity.MaxChats != n {
		return fmt.Errorf("%v changed", r.Changed)
	}
	return err
}

func (f front) page(a user.ApplicationID, after user.ID, n int) ([]user.User, error) {
	q := storage.Query{Applications: []user.ApplicationID{a}, Limit: n}
	if after > 0 {
		q.After = &storage.Position{ID: after}
	}
	page, err := f.List(ctx, roster.ListParams{Query: q})
	return page.Users, err
}

func (f front) search(part string) (int, error) {
	page, err := f.List(ctx, roster.ListParams{Query: storage.Query{Text: part}})
	return len(page.Users), err
}

// count counts the enabled agents of an application.
func (f front) count(a user.ApplicationID) (int, error) {
	return f.Count(ctx, roster.ListParams{Query: storage.Query{
		Enabled: storage.Yes, Roles: user.RolesOf(user.Agent), Applications: []user.ApplicationID{a},
	}})
}

func (f front) move(units int64, to ...user.ID) error {
	amount, err := balance.FromUnits(balance.Units(units), "USD")
	if err != nil {
		return err
	}
	r, err := f.Transfer(ctx, roster.TransferParams{Users: to, Amount: amount})
	if err == nil && len(r.Transfer.Postings) != len(to) {
		return fmt.Errorf("%d postings", len(r.Transfer.Postings))
	}
	return err
}

func (f front) balance(id user.ID) (int64, error) {
	list, err := f.Balances(ctx, id)
	if err != nil {
		return 0, err
	}
	return int64(list[0].Own.Units()), nil
}

// scanned is plain go-memdb whose totals read every row.
type scanned struct{ *plain }

func (s scanned) count(a user.ApplicationID) (int, error) {
	return s.scan(func(u *user.User) bool {
		return u.Enabled() && u.Access.Applications.Has(a) && u.Access.Roles.Has(user.Agent)
	})
}
