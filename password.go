package roster

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/user/password"
	"github.com/ca74b63c/roster/validate"
)

// Errors of passwords. Neither says which user there is.
var (
	ErrCredentials   = errors.New("roster: wrong login or password")
	ErrWrongPassword = errors.New("roster: the old password is wrong")
	ErrDisabled      = errors.New("roster: the user is disabled")
)

// Password is a password as its owner typed it. Printed, logged or encoded as JSON it is "redacted".
type Password string

// String returns "redacted".
func (Password) String() string { return "redacted" }

// Format prints "redacted" for every verb.
func (Password) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "redacted") }

// LogValue logs "redacted".
func (Password) LogValue() slog.Value { return slog.StringValue("redacted") }

// MarshalText writes "redacted".
func (Password) MarshalText() ([]byte, error) { return []byte("redacted"), nil }

// NewPassword asks for another password. Whoever changes his own gives the old one, and once more the new one
// (LivePerson oldPassword, confirmPassword: "Required only when a user updates their own password").
type NewPassword struct {
	New, Old, Confirm  Password
	HasOld, HasConfirm bool
}

// candidate is what a policy judges.
func (n NewPassword) candidate(u user.User, own bool) password.Candidate {
	return password.Candidate{
		New: string(n.New), Old: string(n.Old), HasOld: n.HasOld, Confirm: string(n.Confirm), HasConfirm: n.HasConfirm,
		Own: own, Login: u.Identity.Login, Display: u.Names.Display, Email: u.Contact.Email,
	}
}

// SignIn returns the user whose login and password these are; Credentials.ChangeNextLogin says that he must change
// it first. It takes as long for an unknown login as for a wrong password. A good password whose hash is of an older
// scheme or cost is hashed anew. Errors: ErrCredentials; ErrDisabled, for the right password only.
func (d *Directory) SignIn(ctx context.Context, account user.AccountID, login string, plain Password) (user.User, error) {
	if err := ctx.Err(); err != nil {
		return user.User{}, err
	}
	h := d.As(account, Host())
	u, secret, err := h.credentials(ctx, login)
	if err != nil {
		return user.User{}, err
	}
	if u.ID == 0 || secret.Hash == "" {
		if err := d.hasher.VerifyUnknown(ctx, string(plain)); err != nil {
			return user.User{}, err
		}
		return user.User{}, ErrCredentials
	}
	ok, rehash, err := d.hasher.Verify(ctx, secret.Hash, string(plain))
	switch {
	case err != nil:
		return user.User{}, err
	case !ok:
		return user.User{}, ErrCredentials
	case !u.Enabled():
		return user.User{}, ErrDisabled
	}
	if rehash {
		if err := h.rehash(ctx, u.ID, secret, plain); err != nil {
			return user.User{}, err
		}
	}
	return u, nil
}

// credentials finds a live user by login. One who is not there is the zero user.
func (h *Handle) credentials(ctx context.Context, login string) (u user.User, s user.Secret, err error) {
	key, err := user.KeyOf(user.ByLogin, login)
	if err != nil {
		return user.User{}, user.Secret{}, nil // a text that can name nobody is an unknown login
	}
	err = h.view(ctx, func(ctx context.Context, r storage.Reader, _ permission.Actor) error {
		u, s = user.User{}, user.Secret{}
		found, err := r.UserByKey(ctx, key)
		if errors.Is(err, storage.ErrNotFound) || err == nil && !found.Live() {
			return nil
		}
		if err != nil {
			return err
		}
		u = found
		s, err = r.Secret(ctx, found.ID)
		return err
	})
	return u, s, err
}

// rehash stores the verified password under the hasher's present scheme, unless it was changed meanwhile.
func (h *Handle) rehash(ctx context.Context, id user.ID, seen user.Secret, plain Password) error {
	hash, err := h.dir.hasher.Hash(ctx, string(plain))
	if err != nil {
		return err
	}
	_, err = h.update(ctx, nil, func(ctx context.Context, t *tx) error {
		now, err := t.Secret(ctx, id)
		if err != nil || !now.Equal(seen) {
			return err
		}
		now.Hash = hash
		if err := t.PutSecret(ctx, id, now); err != nil {
			return err
		}
		return t.record(ctx, storage.Change{Type: storage.PasswordRehashed, User: id})
	})
	return err
}

// ChangePassword changes the actor's own password. Errors: *validate.Error of the password policy, all problems at
// once; storage.ErrNotFound; *permission.Denied; ErrStale; ErrWrongPassword.
func (h Handle) ChangePassword(ctx context.Context, n NewPassword, opts ...CallOption) (Result, error) {
	return h.editPassword(ctx, h.actor.id, n, opts)
}

// ResetPassword gives a user another password without the old one; who resets his own needs the old one all the
// same. Errors: as ChangePassword.
func (h Handle) ResetPassword(ctx context.Context, id user.ID, n NewPassword, opts ...CallOption) (Result, error) {
	return h.editPassword(ctx, id, n, opts)
}

func (h *Handle) editPassword(ctx context.Context, id user.ID, n NewPassword, opts []CallOption) (Result, error) {
	results, err := h.Edit(ctx, []Edit{{ID: id, Password: &n}}, opts...)
	if err != nil {
		return Result{}, err
	}
	return results[0], nil
}

// checkFirstPassword judges the password of a user who is to be created.
func (h *Handle) checkFirstPassword(n *NewUser) error {
	if n.Password == "" {
		return nil
	}
	if n.User.Identity.APIUser {
		return noPassword()
	}
	return h.passwords.Check(NewPassword{New: n.Password}.candidate(n.User, false))
}

// noPassword: "A User which is created as an API User doesn't have a password" (LivePerson).
func noPassword() error {
	var c validate.Collector
	c.Add(validate.Problem{Path: password.PathNew, Code: validate.Forbidden})
	return c.Err()
}

// hashedPassword is a new password that was judged and hashed, outside of any transaction because that takes long,
// against what the user's secret was then.
type hashedPassword struct {
	hash     string
	seen     user.Secret
	own      bool
	proven   bool // the old password was given and is right
	remember int
}

func (p hashedPassword) or() *hashedPassword {
	if p.hash == "" {
		return nil
	}
	return &p
}

func (p *hashedPassword) request(actor permission.Actor, u user.User) permission.Request {
	action := permission.PasswordReset
	if p.own {
		action = permission.PasswordChange
	}
	return permission.Request{
		Action: action, Actor: actor, Target: permission.TargetOf(u), HasOld: p.proven,
		Attributes: user.AttributesOf(user.AttrPassword),
	}
}

// errSecretChanged makes withPasswords start anew.
var errSecretChanged = errors.New("roster: the password was changed meanwhile")

const passwordTries = 3

// withPasswords hashes the passwords of the edits and calls write; again, if one was changed between.
func (h *Handle) withPasswords(ctx context.Context, edits []Edit, prefix func(int) string, write func([]hashedPassword) error) error {
	for try := 1; ; try++ {
		hashed := make([]hashedPassword, len(edits))
		for i := range edits {
			if edits[i].Password == nil {
				continue
			}
			var err error
			if hashed[i], err = h.hash(ctx, edits[i].ID, *edits[i].Password); err != nil {
				return at(prefix(i), err)
			}
		}
		err := write(hashed)
		if !errors.Is(err, errSecretChanged) || try == passwordTries {
			return err
		}
	}
}

// hash judges and hashes a new password. It asks the policy first: only who may do it makes the machine work.
func (h *Handle) hash(ctx context.Context, id user.ID, n NewPassword) (hashedPassword, error) {
	p := hashedPassword{own: !h.actor.system && id == h.actor.id, remember: h.passwords.Remembers()}
	var u user.User
	err := h.view(ctx, func(ctx context.Context, r storage.Reader, actor permission.Actor) (err error) {
		p.proven = n.HasOld // whether it is right is found out below; without it the policy refuses at once
		request := p.request(actor, user.User{ID: -1})
		if u, err = r.User(ctx, id); errors.Is(err, storage.ErrNotFound) || err == nil && !u.Live() {
			return h.absent(actor, request.Action)
		}
		if err != nil {
			return err
		}
		if err := h.allow(p.request(actor, u)); err != nil {
			return err
		}
		p.seen, err = r.Secret(ctx, id)
		return err
	})
	if err != nil {
		return p, err
	}
	if u.Identity.APIUser {
		return p, noPassword()
	}
	if err := h.passwords.Check(n.candidate(u, p.own)); err != nil {
		return p, err
	}
	if n.HasOld {
		if p.proven, err = h.verifies(ctx, p.seen.Hash, n.Old); err != nil {
			return p, err
		}
		if !p.proven {
			return p, ErrWrongPassword
		}
	}
	if err := h.checkReuse(ctx, p.seen, n.New, p.remember); err != nil {
		return p, err
	}
	p.hash, err = h.dir.hasher.Hash(ctx, string(n.New))
	return p, err
}

func (h *Handle) verifies(ctx context.Context, hash string, plain Password) (bool, error) {
	if hash == "" {
		return false, h.dir.hasher.VerifyUnknown(ctx, string(plain))
	}
	ok, _, err := h.dir.hasher.Verify(ctx, hash, string(plain))
	return ok, err
}

// checkReuse compares the new password with the last n ones, the present one first (Voximplant 535).
func (h *Handle) checkReuse(ctx context.Context, s user.Secret, plain Password, n int) error {
	hashes := append([]string{s.Hash}, s.Previous.Slice()...)
	for i, hash := range hashes {
		if i >= n {
			break
		}
		if hash == "" {
			continue
		}
		ok, err := h.verifies(ctx, hash, plain)
		if err != nil {
			return err
		}
		if ok {
			return password.UsedBefore()
		}
	}
	return nil
}

// setPassword writes the new secret and what u shows of it. Who changed his own need not change it again.
func (t *tx) setPassword(ctx context.Context, u *user.User, p *hashedPassword, named user.Attributes) error {
	secret, err := t.Secret(ctx, u.ID)
	if err != nil {
		return err
	}
	if !secret.Equal(p.seen) {
		return errSecretChanged
	}
	var previous []string
	if secret.Hash != "" && p.remember > 1 {
		previous = append([]string{secret.Hash}, secret.Previous.Slice()...)
		previous = previous[:min(len(previous), p.remember-1)]
	}
	u.Credentials.HasPassword, u.Credentials.ChangedAt = true, t.now
	if p.own && !named.Has(user.AttrChangeNextLogin) {
		u.Credentials.ChangeNextLogin = false
	}
	return t.PutSecret(ctx, u.ID, user.Secret{Hash: p.hash, Previous: user.ListOf(previous...), Changed: t.now})
}
