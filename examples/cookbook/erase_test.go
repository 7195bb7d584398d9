package cookbook_test

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// erase removes the personal data of a user for good: from the user, and from every change in the
// history. Amounts of money stay, because they belong to the books.
func erase(ctx context.Context, host roster.Handle, id user.ID, request string) error {
	_, err := host.Erase(ctx, id, roster.WithReason(request))
	return err
}

func Example_erase() {
	if err := forget(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	// Output:
	// user 1 is erased: true, e-mail ""
	// user.erased "request 17" 0 values
	// user.updated "" 0 values
	// user.created "" 0 values
}

func forget(ctx context.Context) error {
	host := roster.New(memstore.New()).As("acme", roster.SystemActor())
	if _, err := host.CreateAccount(ctx, user.Account{Currency: "USD"}); err != nil {
		return err
	}
	ann := user.User{Identity: user.Identity{Login: "ann"}, Contact: user.Contact{Email: "ann@example.com"}}
	created, err := host.Create(ctx, roster.CreateParams{User: ann})
	if err != nil {
		return err
	}
	id := created.User.ID
	if _, err := host.Patch(ctx, id, user.Patch{Phone: user.Set("+31612345678")}); err != nil {
		return err
	}
	if err := erase(ctx, host, id, "request 17"); err != nil {
		return err
	}

	u, err := host.GetDeleted(ctx, id)
	if err != nil {
		return err
	}
	fmt.Printf("user %d is erased: %t, e-mail %q\n", u.ID, u.Lifecycle.Erased, u.Contact.Email)
	changes, err := host.Changes(ctx, storage.ChangeQuery{UserID: id, Newest: true})
	for _, c := range changes {
		fmt.Printf("%s %q %d values\n", c.Type, c.Reason, len(c.Diff))
	}
	if err != nil {
		return err
	}
	// What is older than the law asks you to keep can go as a whole.
	_, err = host.CompactChanges(ctx, time.Now().AddDate(-2, 0, 0))
	return err
}
