package roster_test

import (
	"context"
	"errors"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// TestCreateWithActivation checks that the revision that creates the user also records the
// request for the mail, and that the actor needs the permission to request mails.
func TestCreateWithActivation(t *testing.T) {
	ctx := context.Background()
	store := memstore.New()
	defer store.Close()
	dir := roster.New(store)
	host := dir.As("acme", roster.SystemActor())
	if _, err := host.CreateAccount(ctx, user.Account{Currency: "EUR"}); err != nil {
		t.Fatal(err)
	}
	n := roster.CreateParams{User: user.User{Identity: user.Identity{Login: "ann"}}, Activation: true}

	creator := permission.AuthorizerFunc(func(_ context.Context, r permission.Request) error {
		if r.Action == permission.ActivationSend {
			return permission.ErrDenied
		}
		return nil
	})
	before, err := host.Revision(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := host.WithAuthorizer(creator).Create(ctx, n); !errors.Is(err, permission.ErrDenied) {
		t.Errorf("who may not ask for the mail: %v", err)
	}
	if after, _ := host.Revision(ctx); after != before {
		t.Errorf("a refused call made revision %d of %d", after, before)
	}

	r, err := host.Create(ctx, n)
	if err != nil {
		t.Fatal(err)
	}
	changes, err := host.Changes(ctx, storage.ChangeQuery{After: storage.AfterRevision(before)})
	if err != nil {
		t.Fatal(err)
	}
	if len(changes) != 2 || changes[0].Type != storage.UserCreated || changes[1].Type != storage.ActivationRequested ||
		changes[1].UserID != r.User.ID || changes[0].ID.Revision != changes[1].ID.Revision {
		t.Errorf("changes: %+v", changes)
	}
}
