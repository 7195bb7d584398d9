package sample

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// Person returns a typical agent with some forty attributes. Sets and texts depend on the id.
func Person(id user.ID) user.User {
	login := fmt.Sprintf("agent%d", id)
	return user.User{
		ID: id, Version: 1,
		Identity: user.Identity{Login: login, PID: fmt.Sprint("pid-", id), EmployeeID: fmt.Sprint("E-", id), Description: "an agent"},
		Names: user.Names{First: "Kim", Last: fmt.Sprint("Park ", id),
			Full: fmt.Sprint("Kim Park ", id), Display: fmt.Sprint("Kim ", id)},
		Contact: user.Contact{Email: login + "@example.com", Phone: fmt.Sprintf("+1212%07d", id),
			Mobile: "0542-123456", Language: "en_GB"},
		Capacity: user.Capacity{MaxChats: 4, Skills: user.IDSetOf(user.SkillID(id%50+1), 99),
			MemberOf: user.Assignment{Group: user.GroupID(id%20 + 1)}},
		Custom:   user.Custom{}.With("site", user.TextValue("Berlin")).With("desk", user.NumberValue(float64(id%1000))),
		Presence: user.Presence{Status: user.Status(id % 8), Since: time.UnixMicro(int64(id)).UTC()},
		Access: user.Access{
			Granted: user.RolesOf(user.Agent), Roles: user.RolesOf(user.Agent), Profiles: user.IDSetOf[user.ProfileID](7),
			Applications: user.IDSetOf(user.ApplicationID(id%1000 + 1)), Disabled: id%10 == 0,
		},
		Lifecycle: user.Lifecycle{Created: time.UnixMicro(int64(id)).UTC(), Updated: time.UnixMicro(int64(id)).UTC()},
	}
}

// Count returns the number of users that pass the filters of q, and the revision of the account. It
// fails the test if it cannot read.
func Count(tb testing.TB, s storage.Storage, account user.AccountID, q storage.Query) (n int, rev user.Revision) {
	tb.Helper()
	err := s.View(tb.Context(), account, func(ctx context.Context, r storage.Reader) (err error) {
		rev = r.Revision()
		n, err = r.CountUsers(ctx, q)
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
	return n, rev
}

// Put writes the person with the id into the account "acme", in an Update of its own.
func Put(ctx context.Context, s storage.Storage, id user.ID) error {
	_, err := s.Update(ctx, "acme", func(ctx context.Context, w storage.Writer) error { return w.PutUser(ctx, Person(id)) })
	return err
}

// Crowd puts the persons 1 to n into an account, a thousand in a transaction.
func Crowd(tb testing.TB, s storage.Storage, account user.AccountID, n int) {
	tb.Helper()
	for first := 1; first <= n; first += 1000 {
		_, err := s.Update(context.Background(), account, func(ctx context.Context, w storage.Writer) error {
			for i := first; i < first+1000 && i <= n; i++ {
				if err := w.PutUser(ctx, Person(user.ID(i))); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			tb.Fatal(err)
		}
	}
}
