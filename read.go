package roster

import (
	"context"
	"errors"
	"sync"

	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// Get returns the live user with the given id. If the actor may not read the views of the user
// (permission.ViewsRead), the views are empty; Settings returns them to an actor that may read all
// settings.
//
// Errors: storage.ErrNotFound if the user does not exist, is deleted, or is hidden from the actor;
// *permission.Denied if the actor may read no user.
func (h Handle) Get(ctx context.Context, id user.ID) (u user.User, err error) {
	err = h.get(ctx, "Get", id, permission.UserRead, &u)
	return u, err
}

// get sets *u to the live user with the given id, as Get and Settings do, without runView, which is
// slower. name is the name of the exported method. Errors: those of checkCall; storage.ErrNotFound;
// *permission.Denied; those of the policy and the storage.
func (h *Handle) get(ctx context.Context, name string, id user.ID, action permission.Action, u *user.User) (err error) {
	ctx, h.obs = start(ctx, h, name, id)
	defer h.obs.end(&err)
	if err := h.checkCall(ctx); err != nil {
		return err
	}
	g := getters.Get().(*getter)
	g.h, g.id, g.action = *h, id, action
	err = h.dir.store.View(ctx, h.account, g.read)
	if err == nil {
		*u = g.u
	}
	g.h, g.u = Handle{}, user.User{}
	getters.Put(g)
	return err
}

// getter holds the values of one call of get. A pool keeps getters, so that get does not allocate.
type getter struct {
	h      Handle
	id     user.ID
	action permission.Action
	u      user.User
	tx     readTx
	read   func(context.Context, storage.Reader) error
}

var getters = sync.Pool{New: func() any {
	g := new(getter)
	g.read = g.view
	return g
}}

// view reads the user g.id into g.u, if the actor may do g.action to the user. For
// permission.UserRead, it empties the views of g.u if the actor may not read the views. After an
// error g.u is undefined. Errors: as get, without those of checkCall.
func (g *getter) view(ctx context.Context, r storage.Reader) (err error) {
	g.h.obs.reading()
	g.tx = readTx{Reader: r, h: &g.h} // reading needs no time and no options
	if g.tx.actor, err = g.h.readActor(ctx, r); err == nil {
		var refused error
		refused, err = g.tx.findTarget(ctx, g.id, g.action, false, &g.u)
		if err = firstOf(err, refused); err == nil && g.action == permission.UserRead {
			err = g.tx.show(ctx, &g.u)
		}
	}
	g.tx = readTx{}
	return err
}

// GetDeleted returns the user with the given id, deleted or live, as Get does. Errors: as Get, but
// a deleted user is no error.
func (h Handle) GetDeleted(ctx context.Context, id user.ID) (user.User, error) {
	return runView(ctx, &h, method{name: "GetDeleted"}, func(ctx context.Context, s *readTx) (user.User, error) {
		return s.read(ctx, id, true)
	}, id)
}

// GetMany returns the live users with the given ids, in the order of ids, from one state of the
// account. Without ids the list is empty. Errors: storage.ErrInvalid for more than storage.MaxPage
// ids; for the first id that fails, an error as Get in an *ItemError.
func (h Handle) GetMany(ctx context.Context, ids ...user.ID) ([]user.User, error) {
	m := method{name: "GetMany", invalid: atMost(storage.MaxPage, "ids", len(ids))}
	return runView(ctx, &h, m, func(ctx context.Context, s *readTx) ([]user.User, error) {
		users := make([]user.User, len(ids))
		for i, id := range ids {
			var err error
			if users[i], err = s.read(ctx, id, false); err != nil {
				return nil, &ItemError{i, err}
			}
		}
		return users, nil
	}, ids...)
}

// Find returns the live user who has the given text as login, pid, full name, e-mail address, phone
// number or employee id, as kind says. The text may have any spelling with the same canonical form
// (user.KeyOf). Find finds only a user that the actor may read. If the actor may not read the views
// of the user, the views are empty.
//
// Errors, in this order:
//   - *validate.Error at /text if no user can have the text, or if kind is unknown
//   - storage.ErrNotFound, or *permission.Denied if the actor may read no user
//   - storage.ErrAmbiguous if several users that the actor may read share the e-mail address, phone
//     number or employee id
func (h Handle) Find(ctx context.Context, kind user.KeyKind, text string) (user.User, error) {
	key, err := user.KeyOf(kind, text)
	var c validate.Collector
	if c.Merge("/text", err); err == nil {
		c.Storable("/text", key.Value)
	}
	m := method{name: "Find", invalid: c.Err()}
	return runView(ctx, &h, m, func(ctx context.Context, s *readTx) (found user.User, err error) {
		if kind.Unique() {
			found, err = s.UserByKey(ctx, key)
		} else {
			found, err = s.onlyOne(ctx, key)
		}
		switch {
		case isNotFound(err):
			return found, s.absent(ctx, permission.UserRead)
		case err != nil:
			return found, err
		}
		s.concerns(found.ID)
		return s.read(ctx, found.ID, false)
	})
}

// onlyOne returns the only live user that has the key and that the actor may read. Errors:
// storage.ErrNotFound if there is no such user; storage.ErrAmbiguous if there are several; those of
// the policy and the storage.
func (s *readTx) onlyOne(ctx context.Context, key user.Key) (one user.User, err error) {
	q, err := s.within(ctx, permission.UserRead, storage.Query{Key: key})
	if err != nil {
		return one, err
	}
	err = storage.ErrNotFound
	for u, failed := range s.visible(ctx, q) {
		switch {
		case failed != nil:
			return one, failed
		case err == nil:
			return one, storage.ErrAmbiguous
		}
		one, err = u, nil
	}
	return one, err
}

// Revision returns the revision of the account. Every actor may read it, except one that may do
// nothing at all, such as a missing, deleted or disabled user. Errors: *permission.Denied.
func (h Handle) Revision(ctx context.Context) (user.Revision, error) {
	return h.revision(ctx, "Revision", storage.Reader.Revision)
}

// ConfigRevision returns the last revision that changed the configuration of a user
// (user.Configuration). No user, deleted ones too, has a greater ConfigVersion. An actor that may
// read Revision may read it. Errors: *permission.Denied.
func (h Handle) ConfigRevision(ctx context.Context) (user.Revision, error) {
	return h.revision(ctx, "ConfigRevision", storage.Reader.ConfigRevision)
}

// revision calls which with the account and returns the resulting revision. name is the name of the
// exported method. Errors: *permission.Denied (checkActor).
func (h Handle) revision(
	ctx context.Context, name string, which func(storage.Reader) user.Revision,
) (user.Revision, error) {
	return runView(ctx, &h, method{name: name}, func(ctx context.Context, s *readTx) (user.Revision, error) {
		return which(s.Reader), s.checkActor(ctx)
	})
}

// checkActor returns nil if the actor may make calls at all. Errors: *permission.Denied for an
// actor that no policy would allow anything, such as a disabled user or an ended session; those of
// the policy.
func (s *readTx) checkActor(ctx context.Context) error {
	err := s.may(ctx, permission.UserList)
	var denied *permission.Denied
	if errors.As(err, &denied) && denied != nil && !denied.AboutActor() {
		return nil
	}
	return err
}
