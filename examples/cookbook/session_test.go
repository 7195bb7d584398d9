package cookbook_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"sync"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
)

// sessions keeps the actor of each session under a secret token, which a cookie holds. A server
// with several processes keeps the id and the stamp in a table instead.
type sessions struct {
	dir    *roster.Directory
	actors sync.Map // token: roster.Actor
}

// signIn begins a session and returns its token.
func (s *sessions) signIn(ctx context.Context, login, password string) (token string, err error) {
	u, err := s.dir.SignIn(ctx, "acme", login, roster.PasswordOf(password))
	if err != nil {
		return "", err // roster.ErrCredentials, roster.ErrDisabled, or password.ErrBusy
	}
	token = rand.Text()
	s.actors.Store(token, roster.UserActor(u.ID).SignedIn(u.Credentials.SignInStamp))
	return token, nil
}

// handle returns the handle of a session. Without a session its actor may do nothing.
func (s *sessions) handle(token string) roster.Handle {
	actor, _ := s.actors.Load(token)
	signedIn, _ := actor.(roster.Actor)
	return s.dir.As("acme", signedIn)
}

func (s *sessions) signOut(token string) { s.actors.Delete(token) }

func Example_session() {
	if err := signInAndOut(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	// Output:
	// a wrong password: unauthenticated
	// signed in: <nil>
	// after a new password: denied no-actor
	// after a sign-out: denied no-actor
}

func signInAndOut(ctx context.Context) error {
	s := &sessions{dir: roster.New(memstore.New())}
	host := s.dir.As("acme", roster.SystemActor())
	if _, err := host.CreateAccount(ctx, user.Account{Currency: "USD"}); err != nil {
		return err
	}
	created, err := host.Create(ctx, roster.CreateParams{
		User: user.User{Identity: user.Identity{Login: "ann"}}, Password: roster.PasswordOf("a long enough phrase"),
	})
	if err != nil {
		return err
	}
	id := created.User.ID

	_, err = s.signIn(ctx, "ann", "a guess")
	fmt.Println("a wrong password:", roster.CodeOf(err))
	token, err := s.signIn(ctx, "ann", "a long enough phrase")
	if err != nil {
		return err
	}
	_, err = s.handle(token).Get(ctx, id)
	fmt.Println("signed in:", err)

	// A new password ends every session of the user. So do Disable, Delete and the loss of a role.
	change := roster.PasswordChange{New: roster.PasswordOf("quite another phrase")}
	if _, err := host.ResetPassword(ctx, id, change); err != nil {
		return err
	}
	report := func(when string, err error) {
		var denied *permission.Denied
		if errors.As(err, &denied) {
			fmt.Println(when, roster.CodeOf(err), denied.Rule)
		}
	}
	_, err = s.handle(token).Get(ctx, id)
	report("after a new password:", err)

	token, err = s.signIn(ctx, "ann", "quite another phrase")
	if err != nil {
		return err
	}
	s.signOut(token)
	_, err = s.handle(token).Get(ctx, id)
	report("after a sign-out:", err)
	return nil
}
