package roster

import (
	"context"
	"errors"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/user/password"
)

// SignIn returns the live user of the account with the given login, if plain is the password of the
// user. If Credentials.ChangeNextLogin of the user is set, the host must let the user change the
// password first; SignIn does not check this. An unknown login takes as long as a wrong password.
// If the hash of the right password has an older scheme or cost, SignIn stores a new hash, unless
// the hasher is busy.
//
// Errors, in this order:
//   - *validate.Error for a nil context or a malformed account id; those of context and storage
//   - the hasher's error, such as password.ErrBusy, if it cannot verify the password
//   - ErrCredentials for an account or a login that does not exist, a login that is not valid, a
//     deleted user, a user without a password, and a wrong password
//   - ErrDisabled for the right password of a disabled user
//   - if SignIn stores a new hash: another error of the hasher, user.ErrHash, user.ErrTime, or an
//     error of the storage
func (d *Directory) SignIn(ctx context.Context, account user.AccountID, login string, plain Password) (_ user.User, err error) {
	h := d.As(account, SystemActor()) // works for a nil d
	ctx, h.obs = start(ctx, &h, "SignIn")
	defer h.obs.end(&err)
	u, secret, err := h.credentials(ctx, login)
	if err != nil {
		return user.User{}, err
	}
	if u.ID == 0 || secret.Hash() == "" {
		if err := d.hasher.VerifyUnknown(ctx, plain.Reveal()); err != nil {
			return user.User{}, err
		}
		return user.User{}, ErrCredentials
	}
	h.obs.found(u.ID)
	ok, rehash, err := d.hasher.Verify(ctx, secret.Hash(), plain.Reveal())
	switch {
	case err != nil:
		return user.User{}, err
	case !ok:
		return user.User{}, ErrCredentials
	case !u.Enabled():
		return user.User{}, ErrDisabled
	}
	if rehash {
		err := h.rehash(ctx, u.ID, secret, plain)
		if err != nil && !errors.Is(err, password.ErrBusy) { // the next sign-in hashes it anew
			return user.User{}, err
		}
	}
	return u, nil
}

// credentials returns the live user with the login, and the secret of the user, or zero values for
// a login that is not valid or not there. Errors: those of checkCall and the storage.
func (h *Handle) credentials(ctx context.Context, login string) (u user.User, secret user.Secret, err error) {
	key, err := user.KeyOf(user.KeyLogin, login)
	if err != nil {
		return u, secret, h.checkCall(ctx) // an invalid login is an unknown login
	}
	u, err = view(ctx, h, call{}, method{}, func(ctx context.Context, s *readTx) (user.User, error) {
		u, err := s.UserByKey(ctx, key)
		if isNotFound(err) || err == nil && !u.Live() {
			return user.User{}, nil
		}
		if err == nil {
			secret, err = s.Secret(ctx, u.ID)
		}
		return u, err
	})
	return u, secret, err
}

// rehash replaces the stored hash of the user by a new hash of the password plain, with a change
// record. If the stored secret is not equal to seen, because it changed meanwhile, rehash writes
// nothing. Errors: those of the hasher and the storage; user.ErrHash; user.ErrTime.
func (h *Handle) rehash(ctx context.Context, id user.ID, seen user.Secret, plain Password) error {
	hash, err := h.dir.hash(ctx, plain)
	if err != nil {
		return err
	}
	_, _, err = update(ctx, h, call{}, method{}, noResult(func(ctx context.Context, t *tx) error {
		now, err := t.Secret(ctx, id)
		if err != nil || !now.Equal(seen) {
			return err
		}
		if err := t.PutSecret(ctx, id, now.Rehashed(hash)); err != nil {
			return err
		}
		return t.record(ctx, storage.Change{Type: storage.PasswordRehashed, UserID: id})
	}))
	return err
}
