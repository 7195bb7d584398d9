package roster

import (
	"context"
	"errors"
	"sync"

	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// Get returns one user. Errors: storage.ErrNotFound if he is not there, is deleted, or is hidden from the actor;
// *permission.Denied.
func (h Handle) Get(ctx context.Context, id user.ID) (user.User, error) {
	if err := ctx.Err(); err != nil {
		return user.User{}, err
	}
	g := getters.Get().(*getter)
	g.h, g.id = h, id
	err := h.dir.store.View(ctx, h.account, g.read)
	u := g.u
	g.h, g.u = Handle{}, user.User{}
	getters.Put(g)
	if err != nil {
		return user.User{}, err
	}
	return u, nil
}

// getter is one Get. It is kept for the next one, because the most frequent call should not allocate.
type getter struct {
	h    Handle
	id   user.ID
	u    user.User
	read func(context.Context, storage.Reader) error
}

var getters = sync.Pool{New: func() any {
	g := new(getter)
	g.read = g.view
	return g
}}

func (g *getter) view(ctx context.Context, r storage.Reader) error {
	actor, err := g.h.readActor(ctx, r)
	if err != nil {
		return err
	}
	g.u, err = g.h.readable(ctx, r, actor, g.id, false)
	return err
}

// readable returns the user if the actor may read him.
func (h *Handle) readable(ctx context.Context, r storage.Reader, actor permission.Actor, id user.ID, deleted bool) (user.User, error) {
	u, err := r.User(ctx, id)
	if err != nil {
		if errors.Is(err, storage.ErrNotFound) {
			return u, h.absent(actor, permission.UserRead)
		}
		return u, err
	}
	if !u.Live() && !deleted {
		return user.User{}, h.absent(actor, permission.UserRead)
	}
	if err := h.allow(permission.Request{Action: permission.UserRead, Actor: actor, Target: permission.TargetOf(u)}); err != nil {
		return user.User{}, err
	}
	return u, nil
}

// GetDeleted returns one user even if he is deleted. Errors: as Get.
func (h Handle) GetDeleted(ctx context.Context, id user.ID) (u user.User, err error) {
	err = h.view(ctx, func(ctx context.Context, r storage.Reader, actor permission.Actor) error {
		u, err = h.readable(ctx, r, actor, id, true)
		return err
	})
	return u, err
}

// GetMany returns the users with the given ids, in their order, all of one state of the account. Errors: as Get, for
// the first id that has one; storage.ErrInvalid for more than storage.MaxPage ids.
func (h Handle) GetMany(ctx context.Context, ids ...user.ID) ([]user.User, error) {
	if len(ids) > storage.MaxPage {
		return nil, tooMany("ids", storage.MaxPage)
	}
	var users []user.User
	err := h.view(ctx, func(ctx context.Context, r storage.Reader, actor permission.Actor) error {
		users = make([]user.User, len(ids))
		for i, id := range ids {
			var err error
			if users[i], err = h.readable(ctx, r, actor, id, false); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return users, nil
}

// Find returns the live user whom a text names: his login, pid, full name, e-mail, phone or employee id, in any
// spelling that has the same canonical form. Errors: *validate.Error for a text that can name nobody; as Get;
// storage.ErrAmbiguous if it names several.
func (h Handle) Find(ctx context.Context, kind user.KeyKind, text string) (u user.User, err error) {
	key, err := user.KeyOf(kind, text)
	if err != nil {
		return user.User{}, err
	}
	err = h.view(ctx, func(ctx context.Context, r storage.Reader, actor permission.Actor) error {
		found, err := r.UserByKey(ctx, key)
		switch {
		case errors.Is(err, storage.ErrNotFound):
			return h.absent(actor, permission.UserRead)
		case errors.Is(err, storage.ErrAmbiguous):
			if denied := h.allow(permission.Request{Action: permission.UserRead, Actor: actor, Target: nowhere}); denied != nil {
				return denied
			}
			return err
		case err != nil:
			return err
		}
		u, err = h.readable(ctx, r, actor, found.ID, false)
		return err
	})
	return u, err
}

// Explain says whether the actor may do an action to a user, and which rule decides; id 0 asks about nobody in
// particular (a list, the account itself). Errors: storage.ErrNotFound as in Get.
func (h Handle) Explain(ctx context.Context, action permission.Action, id user.ID) (e permission.Explanation, err error) {
	err = h.view(ctx, func(ctx context.Context, r storage.Reader, actor permission.Actor) error {
		request := permission.Request{Action: action, Actor: actor}
		if id != 0 {
			u, err := r.User(ctx, id)
			if errors.Is(err, storage.ErrNotFound) {
				return h.absent(actor, permission.UserRead)
			}
			if err != nil {
				return err
			}
			request.Target = permission.TargetOf(u)
		}
		e = permission.Explain(h.authorizer, request)
		return nil
	})
	return e, err
}

// Revision returns the revision of the account: how many changes it has seen. Errors: none but the storage's.
func (h Handle) Revision(ctx context.Context) (rev user.Revision, err error) {
	err = h.view(ctx, func(ctx context.Context, r storage.Reader, _ permission.Actor) error {
		rev = r.Revision()
		return nil
	})
	return rev, err
}
