package roster

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"log/slog"

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

// Password is a password as its owner typed it. Printed, logged or encoded as JSON it is
// "redacted", and where fmt asks no method (the unexported field of a struct, %p) it is an address.
// The zero Password is none at all.
type Password struct {
	reveal func() string // a function, so that fmt and reflection cannot read the text; nil: ""
}

// PasswordOf returns a Password with the given text.
func PasswordOf(text string) Password {
	if text == "" {
		return Password{}
	}
	return Password{func() string { return text }}
}

// Reveal returns the password as it was typed: for a hasher, and for nothing that keeps it.
func (p Password) Reveal() string {
	if p.reveal == nil {
		return ""
	}
	return p.reveal()
}

// IsZero reports whether it is empty.
func (p Password) IsZero() bool { return p.reveal == nil }

// Equal reports whether both are the same text, in a time that tells nothing of where they differ.
func (p Password) Equal(q Password) bool {
	return subtle.ConstantTimeCompare([]byte(p.Reveal()), []byte(q.Reveal())) == 1
}

// String returns "redacted".
func (Password) String() string { return "redacted" }

// Format prints "redacted" for every verb that fmt asks it for.
func (Password) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "redacted") }

// LogValue logs "redacted".
func (Password) LogValue() slog.Value { return slog.StringValue("redacted") }

// MarshalText writes "redacted".
func (Password) MarshalText() ([]byte, error) { return []byte("redacted"), nil }

// UnmarshalText reads a password as it was typed: what a program is configured with may hold one.
func (p *Password) UnmarshalText(b []byte) error {
	*p = PasswordOf(string(b))
	return nil
}

// PasswordChange is a change of a password. Users who change their own password also give the old
// one, and the new one twice (LivePerson oldPassword, confirmPassword: "Required only when a user
// updates their own password").
type PasswordChange struct {
	New, Old, Confirm  Password
	HasOld, HasConfirm bool
}

// candidate is what a policy judges.
func (n PasswordChange) candidate(u *user.User, own bool) password.Candidate {
	return password.Candidate{
		New: n.New.Reveal(), Old: n.Old.Reveal(), HasOld: n.HasOld, Confirm: n.Confirm.Reveal(), HasConfirm: n.HasConfirm,
		Own: own, Login: u.Identity.Login, Display: u.Names.Display, Email: u.Contact.Email,
		Context: []string{u.Names.First, u.Names.Last, u.Names.Full},
	}
}

// ChangePassword changes the actor's own password. Where a change is required
// (Credentials.ChangeNextLogin), the new password must not be the present one, whatever the policy
// remembers.
//
// Errors: storage.ErrNotFound; *permission.Denied, also without the old password; ErrStale;
// *validate.Error of the password policy, all problems at once; ErrWrongPassword; *validate.Error
// for a password used before; the hasher's error, user.ErrHash and
// password.ErrBusy included. ErrStale also if others
// kept changing the same password meanwhile.
func (h Handle) ChangePassword(ctx context.Context, n PasswordChange, opts ...CallOption) (_ Result, err error) {
	if ctx, h.obs = start(ctx, &h, "ChangePassword", h.actor.id); h.obs != nil {
		defer h.obs.end(&err)
	}
	return h.editPassword(ctx, h.actor.id, n, opts)
}

// ResetPassword sets a user's password without the old one; actors who reset their own need the old
// one all the same. A change that is required of the user stays required after another actor's
// reset, to whatever password. Errors: as ChangePassword.
func (h Handle) ResetPassword(ctx context.Context, id user.ID, n PasswordChange, opts ...CallOption) (_ Result, err error) {
	if ctx, h.obs = start(ctx, &h, "ResetPassword", id); h.obs != nil {
		defer h.obs.end(&err)
	}
	return h.editPassword(ctx, id, n, opts)
}

func (h Handle) editPassword(ctx context.Context, id user.ID, n PasswordChange, opts []CallOption) (Result, error) {
	return oneOf(h.edit(ctx, []Edit{{ID: id, Password: &n}}, opts))
}

// checkFirstPassword judges the password of a user who is to be created.
func (h Handle) checkFirstPassword(n *CreateParams) error {
	if n.Password.IsZero() {
		return nil
	}
	if !n.User.MayHavePassword() {
		return noPassword()
	}
	return h.passwords.Check(PasswordChange{New: n.Password}.candidate(&n.User, false))
}

// noPassword refuses one for a user who may have none (user.User.MayHavePassword).
func noPassword() error {
	var c validate.Collector
	c.Add(validate.Problem{Path: password.PathNew, Code: validate.Forbidden})
	return c.Err()
}

// hashedPassword is a new password that was judged and hashed, outside of any transaction because
// that takes long, against what the user's secret was then.
type hashedPassword struct {
	hash     string
	seen     user.Secret
	proven   bool // the old password was given and is right
	remember int  // how many passwords the policy remembers
	compared int  // with how many of the last ones it was compared
}

// errSecretChanged makes withPasswords start anew. If that does not help either, it is the caller's
// to try again.
var errSecretChanged = fmt.Errorf("roster: the password was changed meanwhile: %w", ErrStale)

const passwordTries = 3

// withPasswords decides the edits, judges and hashes their passwords, and calls write; again, if a
// password was changed between. Deciding comes first: only who may do it makes the machine work,
// and errors keep their order.
func (h Handle) withPasswords(ctx context.Context, c call, edits []Edit, place func(int) item,
	write func([]hashedPassword) ([]Result, error),
) ([]Result, error) {
	for try := 1; ; try++ {
		passwords := make([]hashedPassword, len(edits))
		outcomes := make([]user.Outcome, len(edits))
		err := h.readTransaction(ctx, c, func(ctx context.Context, s *readTx) error {
			for i := range edits {
				n := edits[i].Password
				out, _, err := s.decide(ctx, &edits[i], n != nil && n.HasOld)
				if err == nil && n != nil {
					outcomes[i] = out
					passwords[i].seen, err = s.Secret(ctx, edits[i].ID)
				}
				if err != nil {
					return place(i).failed(err)
				}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		for i := range edits {
			if edits[i].Password == nil {
				continue
			}
			if err := h.newHash(ctx, &passwords[i], edits[i].Password, &outcomes[i]); err != nil {
				return nil, place(i).failed(err)
			}
		}
		results, err := write(passwords)
		if !errors.Is(err, errSecretChanged) || try == passwordTries {
			return results, err
		}
	}
}

// newHash judges and hashes the new password of a user as the rest of the edit changes the user.
func (h Handle) newHash(ctx context.Context, p *hashedPassword, n *PasswordChange, out *user.Outcome) (err error) {
	u, own := &out.After, !h.actor.system && out.After.ID == h.actor.id
	if !u.MayHavePassword() {
		return noPassword()
	}
	if err := h.passwords.Check(n.candidate(u, own)); err != nil {
		return err
	}
	if n.HasOld {
		if p.proven, err = h.verifies(ctx, p.seen.Hash(), n.Old); err != nil {
			return err
		}
		if !p.proven {
			return ErrWrongPassword
		}
	}
	p.remember = h.passwords.Remembers()
	p.compared = out.Before.Credentials.Compared(own, p.remember)
	if err := h.checkReuse(ctx, p.seen, n.New, p.compared); err != nil {
		return err
	}
	p.hash, err = h.dir.hash(ctx, n.New)
	return err
}

// hash returns the hash of a password. It is called outside of any transaction, because it takes
// long. Errors: the hasher's; user.ErrHash.
func (d *Directory) hash(ctx context.Context, plain Password) (string, error) {
	hash, err := d.hasher.Hash(ctx, plain.Reveal())
	if err == nil {
		err = user.CheckHash(hash)
	}
	if err != nil {
		return "", err
	}
	return hash, nil
}

func (h Handle) verifies(ctx context.Context, hash string, plain Password) (bool, error) {
	if hash == "" {
		return false, h.dir.hasher.VerifyUnknown(ctx, plain.Reveal())
	}
	ok, _, err := h.dir.hasher.Verify(ctx, hash, plain.Reveal())
	return ok, err
}

// checkReuse compares the new password with the last n ones (Voximplant 535).
func (h Handle) checkReuse(ctx context.Context, s user.Secret, plain Password, n int) error {
	for _, hash := range s.Last(n) {
		switch used, err := h.verifies(ctx, hash, plain); {
		case err != nil:
			return err
		case used:
			return password.UsedBefore()
		}
	}
	return nil
}

// credentials are the attributes that a password's change shows in.
const credentials user.Attributes = 1<<user.AttrPassword | 1<<user.AttrPasswordChanged | 1<<user.AttrChangeNextLogin

// setPassword writes the new secret and what the user shows of it. A user who changed the own
// password need not change it again, unless the edit says so (renewed). What the password was
// judged by must not have changed since.
func (t *tx) setPassword(ctx context.Context, out *user.Outcome, p *hashedPassword, renewed bool) error {
	u := &out.After
	secret, err := t.Secret(ctx, u.ID)
	if err != nil {
		return err
	}
	differs := p.compared >= out.Before.Credentials.Compared(t.own(u.ID), p.remember)
	if !u.MayHavePassword() || !secret.Equal(p.seen) || !differs {
		return errSecretChanged
	}
	u.Credentials = u.Credentials.Renewed(renewed, t.now, t.Next())
	return t.PutSecret(ctx, u.ID, secret.Next(p.hash, t.now, p.remember))
}

// dropPassword takes the password from a user who becomes an API user.
func (t *tx) dropPassword(ctx context.Context, u *user.User) error {
	u.Credentials = u.Credentials.Dropped(t.now)
	return t.PutSecret(ctx, u.ID, user.Secret{})
}
