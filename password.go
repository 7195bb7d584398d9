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

// Errors of passwords. ErrCredentials (CodeUnauthenticated) is the same for an unknown login and a
// wrong password. ErrWrongPassword (CodeInvalid) is for a wrong old password of a PasswordChange,
// ErrDisabled (CodeDisabled) for the right password of a disabled user.
var (
	ErrCredentials   = errors.New("roster: wrong login or password")
	ErrWrongPassword = errors.New("roster: the old password is wrong")
	ErrDisabled      = errors.New("roster: the user is disabled")
)

// Password is a password in plain text. If it is printed, logged or encoded as JSON, the output is
// "redacted". Where package fmt calls no method (an unexported field of a struct, the verb %p), the
// output is an address. The zero Password means that there is none. Do not encode and decode a
// Password: it would become the text "redacted".
type Password struct {
	// reveal returns the text. It is a function, so that package fmt and reflection cannot read
	// the text. A nil function means "".
	reveal func() string
}

// PasswordOf returns a Password with the given text. For "" it returns the zero Password.
func PasswordOf(text string) Password {
	if text == "" {
		return Password{}
	}
	return Password{func() string { return text }}
}

// Reveal returns the text of the password. A hasher needs it; do not store or log it.
func (p Password) Reveal() string {
	if p.reveal == nil {
		return ""
	}
	return p.reveal()
}

// IsZero reports whether p is the zero Password.
func (p Password) IsZero() bool { return p.reveal == nil }

// Equal reports whether p and q have the same text. It takes the same time wherever the texts
// differ.
func (p Password) Equal(q Password) bool {
	return subtle.ConstantTimeCompare([]byte(p.Reveal()), []byte(q.Reveal())) == 1
}

// String returns "redacted".
func (Password) String() string { return "redacted" }

// Format prints "redacted" for every verb.
func (Password) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "redacted") }

// LogValue returns "redacted".
func (Password) LogValue() slog.Value { return slog.StringValue("redacted") }

// MarshalText returns "redacted".
func (Password) MarshalText() ([]byte, error) { return []byte("redacted"), nil }

// UnmarshalText sets p to the given text, so a configuration can contain a password.
func (p *Password) UnmarshalText(b []byte) error {
	*p = PasswordOf(string(b))
	return nil
}

// PasswordChange is a new password for a user. Users that change their own password also give the
// old one, and may be required to give the new one twice (LivePerson oldPassword,
// confirmPassword: "Required only when a user updates their own password").
type PasswordChange struct {
	// New is the new password, Old the present one, and Confirm the new one again.
	New     Password `json:"new,omitzero"`
	Old     Password `json:"old,omitzero"`
	Confirm Password `json:"confirm,omitzero"`
	// HasOld says that the user gave Old even if Old is empty. In JSON it is true if the member is
	// there.
	HasOld bool `json:"-"`
}

// hasOld reports whether the user gave the old password.
func (n *PasswordChange) hasOld() bool { return n.HasOld || !n.Old.IsZero() }

// candidate returns the values by which a password policy judges the new password of the user u.
// own says that the user changes their own password.
func (n PasswordChange) candidate(u *user.User, own bool) password.Candidate {
	return password.Candidate{
		New: n.New.Reveal(), Old: n.Old.Reveal(), Confirm: n.Confirm.Reveal(),
		Own: own, Login: u.Identity.Login, Display: u.Names.Display, Email: u.Contact.Email,
		Context: []string{u.Names.First, u.Names.Last, u.Names.Full},
	}
}

// ChangePassword changes the password of the acting user and returns a Result with the user. If the
// user must change the password (Credentials.ChangeNextLogin), the new one must differ from the
// present one under every policy.
//
// Errors, in this order:
//   - storage.ErrNotFound for the system actor, which is no user
//   - *permission.Denied, also if the old password is not given
//   - ErrStale
//   - *validate.Error for an API user, and with all problems that the password policy finds
//   - ErrWrongPassword, or the error of the hasher that verifies the old password
//   - *validate.Error if the new password was used before
//   - the hasher's error, such as password.ErrBusy, and user.ErrHash
//   - ErrStale if other calls changed the same password meanwhile, several times
func (h Handle) ChangePassword(ctx context.Context, n PasswordChange, opts ...CallOption) (Result, error) {
	return oneOf(h.edit(ctx, "ChangePassword", []Edit{{ID: h.actor.id, Password: &n}}, opts))
}

// ResetPassword sets the password of a user without the old one, and returns a Result with the
// user. If the actor is the user, the old one is required as in ChangePassword. A reset by another
// actor does not clear Credentials.ChangeNextLogin. Errors: as ChangePassword, with
// storage.ErrNotFound if the user does not exist.
func (h Handle) ResetPassword(ctx context.Context, id user.ID, n PasswordChange, opts ...CallOption) (Result, error) {
	return oneOf(h.edit(ctx, "ResetPassword", []Edit{{ID: id, Password: &n}}, opts))
}

// checkFirstPassword checks the first password of the user n, if n has one. Errors: *validate.Error
// for a password of a user that must not have one, and for a password that the policy refuses;
// another error of the password policy.
func (h Handle) checkFirstPassword(n *CreateParams) error {
	if n.Password.IsZero() {
		return nil
	}
	if !n.User.MayHavePassword() {
		return problem(password.PathNew, validate.Forbidden)
	}
	return h.passwords.Check(PasswordChange{New: n.Password}.candidate(&n.User, false))
}

// hashedPassword is a new password that was checked and hashed before the write transaction,
// because hashing is slow.
type hashedPassword struct {
	hash     string
	outcome  user.Outcome // of the edit, when the password was checked
	seen     user.Secret  // the stored secret that it was checked against
	proven   bool         // the old password was given and is right
	remember int          // how many old passwords the policy remembers
	compared int          // how many old passwords it was compared with
}

// errSecretChanged is returned by setPassword if the stored secret changed after the check.
// withPasswords then tries again, passwordTries times at most.
var errSecretChanged = fmt.Errorf("roster: the password was changed meanwhile: %w", ErrStale)

const passwordTries = 3

// withPasswords applies edits of which some set a password, and returns their Results. A read
// transaction decides every edit, newHash runs outside of any transaction, and write decides again
// and writes. If another call changed one of the passwords meanwhile, all of this runs again,
// passwordTries times at most. place returns the item of an edit. Errors: as Edit.
func (h *Handle) withPasswords(ctx context.Context, c call, edits []Edit, place func(int) item,
	write func([]*hashedPassword) ([]Result, error),
) ([]Result, error) {
	for try := 1; ; try++ {
		passwords, err := view(ctx, h, c, method{}, func(ctx context.Context, s *readTx) ([]*hashedPassword, error) {
			passwords := make([]*hashedPassword, len(edits))
			for i := range edits {
				n := edits[i].Password
				out, _, err := s.decide(ctx, &edits[i], n != nil && n.hasOld())
				if err == nil && n != nil {
					passwords[i] = &hashedPassword{outcome: out}
					passwords[i].seen, err = s.Secret(ctx, edits[i].ID)
				}
				if err != nil {
					return nil, place(i).failed(err)
				}
			}
			return passwords, nil
		})
		if err != nil {
			return nil, err
		}
		for i, p := range passwords {
			if p == nil {
				continue
			}
			if err := h.newHash(ctx, p, edits[i].Password); err != nil {
				return nil, place(i).failed(err)
			}
		}
		results, err := write(passwords)
		if !errors.Is(err, errSecretChanged) || try == passwordTries {
			return results, err
		}
	}
}

// newHash checks the new password in n for the user p.outcome.After and stores its hash and the
// results of the check in p. It is slow. Errors, in this order: *validate.Error if the user must
// not have a password, or if the password policy refuses it; ErrWrongPassword for a wrong old
// password; *validate.Error for a password that was used before; those of the hasher, at any step;
// user.ErrHash.
func (h *Handle) newHash(ctx context.Context, p *hashedPassword, n *PasswordChange) (err error) {
	u := &p.outcome.After
	own := !h.actor.system && u.ID == h.actor.id
	if !u.MayHavePassword() {
		return problem(password.PathNew, validate.Forbidden)
	}
	if err := h.passwords.Check(n.candidate(u, own)); err != nil {
		return err
	}
	if n.hasOld() {
		if p.proven, err = h.verifies(ctx, p.seen.Hash(), n.Old); err != nil || !p.proven {
			return firstOf(err, ErrWrongPassword)
		}
	}
	p.remember = h.passwords.Remembers()
	p.compared = p.outcome.Before.Credentials.Compared(own, p.remember)
	if err := h.checkReuse(ctx, p.seen, n.New, p.compared); err != nil {
		return err
	}
	p.hash, err = h.dir.hash(ctx, n.New)
	return err
}

// hash returns the hash of the password plain. It is slow, so call it outside of transactions.
// Errors: those of the hasher, such as password.ErrBusy; user.ErrHash.
func (d *Directory) hash(ctx context.Context, plain Password) (string, error) {
	hash, err := d.hasher.Hash(ctx, plain.Reveal())
	if err == nil {
		err = user.CheckHash(hash)
	}
	return hash, err
}

// verifies reports whether hash is a hash of the password plain. If hash is "", it does the same
// work as for a wrong password and returns false. Errors: those of the hasher.
func (h Handle) verifies(ctx context.Context, hash string, plain Password) (bool, error) {
	if hash == "" {
		return false, h.dir.hasher.VerifyUnknown(ctx, plain.Reveal())
	}
	ok, _, err := h.dir.hasher.Verify(ctx, hash, plain.Reveal())
	return ok, err
}

// checkReuse returns password.UsedBefore, a *validate.Error, if the password plain is one of the
// last n in s (Voximplant error 535), and nil otherwise. Other errors: those of the hasher.
func (h Handle) checkReuse(ctx context.Context, s user.Secret, plain Password, n int) error {
	for _, hash := range s.Last(n) {
		if used, err := h.verifies(ctx, hash, plain); err != nil || used {
			return firstOf(err, password.UsedBefore())
		}
	}
	return nil
}

// credentials are the attributes that a new password may change.
const credentials user.Attributes = 1<<user.AttrPassword | 1<<user.AttrPasswordChanged | 1<<user.AttrChangeNextLogin

// setPassword writes the secret with the hash in p and sets out.After.Credentials, without
// ChangeNextLogin if renewed is true. Errors: errSecretChanged if the secret or the rules for the
// password changed since the check; those of the storage.
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

// dropPassword removes the secret of the user u, who becomes an API user, and clears the password
// in u.Credentials. Errors: those of the storage.
func (t *tx) dropPassword(ctx context.Context, u *user.User) error {
	u.Credentials = u.Credentials.Dropped(t.now)
	return t.PutSecret(ctx, u.ID, user.Secret{})
}
