package roster_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// accountsOf collects the accounts of a directory until an error.
func accountsOf(ctx context.Context, dir *roster.Directory) (list []user.AccountID, err error) {
	for id, err := range dir.Accounts(ctx) {
		if err != nil {
			return list, err
		}
		list = append(list, id)
	}
	return list, nil
}

// TestAccounts lists accounts over the border of a page, in order, each once.
func TestAccounts(t *testing.T) {
	dir := roster.New(memstore.New())
	if list, err := accountsOf(t.Context(), dir); err != nil || len(list) != 0 {
		t.Errorf("an empty storage has the accounts %v, %v", list, err)
	}
	var want []user.AccountID
	for i := range storage.MaxPage + 2 {
		id := user.AccountID(fmt.Sprint("account-", i))
		if _, err := dir.As(id, roster.SystemActor()).CreateAccount(t.Context(), user.Account{Currency: "USD"}); err != nil {
			t.Fatal(err)
		}
		want = append(want, id)
	}
	slices.Sort(want)
	if list, err := accountsOf(t.Context(), dir); err != nil || !slices.Equal(list, want) {
		t.Errorf("%d accounts, %v; want %d", len(list), err, len(want))
	}
	for id, err := range dir.Accounts(t.Context()) {
		if err != nil || id != want[0] {
			t.Errorf("the first account is %s, %v", id, err)
		}
		break
	}
}

// TestAccountsStopAfterAnError returns the error of the context and of the storage, once.
func TestAccountsStopAfterAnError(t *testing.T) {
	closed := memstore.New()
	if err := closed.Close(); err != nil {
		t.Fatal(err)
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for name, tt := range map[string]struct {
		ctx  context.Context
		dir  *roster.Directory
		want error
	}{
		"a closed storage":    {t.Context(), roster.New(closed), storage.ErrClosed},
		"no storage":          {t.Context(), nil, storage.ErrClosed},
		"a cancelled context": {cancelled, roster.New(memstore.New()), context.Canceled},
		"no context":          {nil, roster.New(memstore.New()), validate.ErrInvalid},
	} {
		n := 0
		for id, err := range tt.dir.Accounts(tt.ctx) {
			if n++; id != "" || !errors.Is(err, tt.want) {
				t.Errorf("%s: %q, %v; want %v", name, id, err, tt.want)
			}
		}
		if n != 1 {
			t.Errorf("%s: %d errors", name, n)
		}
	}
}
