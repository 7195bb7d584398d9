package roster

import (
	"context"
	"errors"
	"sync"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/user/password"
)

// SignIn returns the user whose login and password these are; Credentials.ChangeNextLogin says that
// the user must change it first. It takes as long for an unknown login as for a wrong password. A
// good password whose hash is of an older scheme or cost is hashed anew, unless the hasher is busy
// by then. Errors: ErrCredentials; ErrDisabled, for the right password only; the hasher's,
// password.ErrBusy if it is asked for too much at a time, and the storage's; user.ErrHash if what
// is hashed anew has no hash that can be stored.
func (d *Directory) SignIn(ctx context.Context, account user.AccountID, login string, plain Password) (_ user.User, err error) {
	h := d.As(account, SystemActor()) // refuses what a nil directory cannot do, before d is looked into
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

// credentials returns the live user with the login, and the user's secret. Both are zero if there
// is no such user.
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

// finder is one search for credentials. It is kept for the next one, without what it found, because
// a server whose callers give their password with each request signs in as often as it reads.
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

// rehash stores the verified password under the hasher's present scheme, unless it was changed
// meanwhile.
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
