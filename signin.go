package roster

import (
	"context"
	"errors"
	"sync"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/user/password"
)

// SignIn returns the live user of the account with the given login, if plain is the password of the
// user. If Credentials.ChangeNextLogin of the user is set, the host must let the user change the
// password first. SignIn does not check this. After an error the user is zero.
//
// An unknown login takes as long as a wrong password. If the hash of the right password has an
// older scheme or cost, SignIn stores a new hash, unless the hasher is busy.
//
// Errors, in this order:
//   - the hasher's error, such as password.ErrBusy, if it cannot verify the password
//   - ErrCredentials for an account or a login that does not exist, a login that is not valid, a
//     deleted user, a user without a password, and a wrong password
//   - ErrDisabled for the right password of a disabled user
//   - if SignIn stores a new hash: another error of the hasher, user.ErrHash, or user.ErrTime
func (d *Directory) SignIn(ctx context.Context, account user.AccountID, login string, plain Password) (_ user.User, err error) {
	h := d.As(account, SystemActor()) // works for a nil d
	if ctx, h.obs = start(ctx, &h, "SignIn"); h.obs != nil {
		defer h.obs.end(&err)
	}
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

// credentials returns the user with the login and the secret of the user, which contains the
// password hash. It reads both in one read transaction. Both results are zero and the error is nil
// if the login is not valid, or if no user has the login, or if the user is deleted. It returns an
// error if the handle cannot be used or the storage fails.
func (h Handle) credentials(ctx context.Context, login string) (user.User, user.Secret, error) {
	if err := h.checkCall(ctx); err != nil {
		return user.User{}, user.Secret{}, err
	}
	key, err := user.KeyOf(user.KeyLogin, login)
	if err != nil {
		return user.User{}, user.Secret{}, nil // an invalid login is an unknown login
	}
	f := finders.Get().(*finder)
	f.key = key
	h.obs.reading()
	err = h.dir.store.View(ctx, h.account, f.read)
	u, secret := f.u, f.secret
	f.key, f.u, f.secret = user.Key{}, user.User{}, user.Secret{}
	finders.Put(f)
	if err != nil {
		return user.User{}, user.Secret{}, err
	}
	return u, secret, nil
}

// finder holds the values of one call of credentials. A pool keeps finders without the values,
// because a server whose clients send their password with each request signs in as often as it
// reads.
type finder struct {
	key    user.Key
	u      user.User
	secret user.Secret
	read   func(context.Context, storage.Reader) error
}

var finders = sync.Pool{New: func() any {
	f := new(finder)
	f.read = f.view
	return f
}}

// view reads the user with the key f.key and the secret of the user, and sets f.u and f.secret.
// Handle.credentials runs view in a read transaction. If there is no such user, or the user is
// deleted, view sets f.u and f.secret to zero and returns nil. It returns the other errors of the
// storage.
func (f *finder) view(ctx context.Context, r storage.Reader) (err error) {
	f.secret = user.Secret{}
	if f.u, err = r.UserByKey(ctx, f.key); err != nil || !f.u.Live() {
		f.u = user.User{}
		if isNotFound(err) {
			return nil
		}
		return err
	}
	f.secret, err = r.Secret(ctx, f.u.ID)
	return err
}

// rehash hashes the password plain again by the present scheme of the hasher, and stores the new
// hash for the user with the id. seen is the secret that plain was verified against. If the stored
// secret now differs from seen, the password was changed in the meantime, and rehash stores nothing
// and returns nil. Otherwise it also records a change of type storage.PasswordRehashed. Errors:
// those of the hasher and of the storage.
func (h Handle) rehash(ctx context.Context, id user.ID, seen user.Secret, plain Password) error {
	hash, err := h.dir.hash(ctx, plain)
	if err != nil {
		return err
	}
	_, err = h.update(ctx, nil, func(ctx context.Context, t *tx) error {
		now, err := t.Secret(ctx, id)
		if err != nil || !now.Equal(seen) {
			return err
		}
		if err := t.PutSecret(ctx, id, now.Rehashed(hash)); err != nil {
			return err
		}
		return t.record(ctx, storage.Change{Type: storage.PasswordRehashed, UserID: id})
	})
	return err
}
