package history

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/internal/systemtest/engine"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// removals are the ways in which an actor takes an administrator from the account. Package roster
// tests the others.
var removals = []func(ctx context.Context, h roster.Handle, id user.ID) error{
	func(ctx context.Context, h roster.Handle, id user.ID) error { return second(h.Delete(ctx, id)) },
	func(ctx context.Context, h roster.Handle, id user.ID) error { return second(h.Disable(ctx, id)) },
	func(ctx context.Context, h roster.Handle, id user.ID) error {
		return second(h.SetRoles(ctx, id, user.RolesOf(user.Agent)))
	},
}

// second returns the error of a call.
func second[T any](_ T, err error) error { return err }

// races has two administrators remove themselves, or each other, at the same time. One of them
// always stays. There are 21 races, 300 with CI=true.
func races(t *testing.T, one, other storage.Storage) {
	t.Helper()
	n := 21
	if os.Getenv("CI") == "true" {
		n = 300
	}
	hosts := [2]*roster.Directory{roster.New(one), roster.New(other)}
	last := 0
	for race := range n {
		account := user.AccountID(fmt.Sprint("race", race))
		host := hosts[0].As(account, roster.SystemActor())
		if _, err := host.CreateAccount(t.Context(), user.Account{Currency: "USD"}); err != nil {
			t.Fatal(err)
		}
		people := make([]roster.CreateParams, 2)
		for i := range people {
			people[i].User.Identity.Login = fmt.Sprint("user", i)
			people[i].User.Access.Granted = user.RolesOf(user.LPA)
		}
		if _, err := host.CreateMany(t.Context(), people); err != nil {
			t.Fatal(err)
		}
		var begin, done sync.WaitGroup
		var errs [2]error
		begin.Add(1)
		for i := range errs {
			actor := user.ID(i + 1)
			target := actor
			if race%3 == 0 { // each other
				target = 3 - actor
			}
			remove := removals[(race/3+i*race)%len(removals)]
			done.Go(func() {
				begin.Wait()
				errs[i] = remove(t.Context(), hosts[i].As(account, roster.UserActor(actor)), target)
			})
		}
		begin.Done()
		done.Wait()
		left, err := host.Count(t.Context(), roster.ListParams{Query: storage.Query{
			Roles: permission.StandardAdministratorRoles(), Enabled: storage.Yes, APIUser: storage.No,
		}})
		if err != nil || left != 1 {
			t.Fatalf("race %d: %d administrators are left, %v; told %v", race, left, err, errs)
		}
		for _, err := range errs {
			switch {
			case err == nil:
			case errors.Is(err, roster.ErrLastAdministrator):
				last++
			case race%3 == 0 && errors.Is(err, permission.ErrDenied): // the other one was faster: the actor is none any more
			default:
				t.Fatalf("race %d: %v", race, err)
			}
		}
	}
	if last < n/2 {
		t.Errorf("%d of %d races ended with ErrLastAdministrator", last, n)
	}
}

func TestTwoAdministratorsRaceInMemory(t *testing.T) {
	s := memstore.New()
	defer s.Close()
	races(t, s, s)
}

// Two programs share the file.
func TestTwoAdministratorsRaceInSQLite(t *testing.T) {
	path := filepath.Join(t.TempDir(), "roster.db")
	races(t, engine.SQLite(t, path), engine.SQLite(t, path))
}

// Two programs share the database.
func TestTwoAdministratorsRaceInPostgreSQL(t *testing.T) {
	config := engine.Schema(t)
	races(t, engine.PostgreSQL(t, config), engine.PostgreSQL(t, config))
}
