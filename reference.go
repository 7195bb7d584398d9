package roster

import (
	"context"
	"errors"
	"iter"

	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// ErrInUse is user.ErrInUse. PutReference and DeleteReference return it if users have the profile
// and its role would change or go. UpdateAccount returns it, as a *user.CustomInUseError, if users
// have a value that the new custom attributes refuse, or lack one that they require.
var ErrInUse = user.ErrInUse

// PutReference adds a piece of reference data, or replaces the piece of the same kind and id. It
// returns the piece as stored, with the id and the new version. If ref.ID is 0, it adds a piece
// with the next free id of the kind. A caller may also choose a new id: below 2^53, or at most 2^62
// for the system actor.
//
// While the account has no piece of a kind, users may have any ids of that kind. As soon as it has
// one, a user can only be given ids of existing pieces (user.CheckReferences). Ids that a user has
// already stay. For a profile, the actor must be allowed to grant the roles that the profile gives
// before and after the call.
//
// Errors, in this order:
//   - *validate.Error for a piece that is not valid
//   - *permission.Denied
//   - ErrStale; IfVersion is compared with the version of the stored piece, or with 0 for a new
//     piece
//   - *validate.Error at /id for a new id that is too great
//   - ErrInUse if users, deleted ones too, have the profile and it would give another role
//   - *storage.ExistsError, which is storage.ErrExists, if another piece of the kind has the name
func (h Handle) PutReference(ctx context.Context, ref user.Reference, opts ...CommonOption) (_ user.Reference, err error) {
	if ctx, h.obs = start(ctx, &h, "PutReference"); h.obs != nil {
		defer h.obs.end(&err)
	}
	var c validate.Collector
	c.Merge("", ref.Check())
	if ref.ID > 0 {
		c.Range("/id", ref.ID, 0, maxHostID)
	}
	if err := c.Err(); err != nil {
		return user.Reference{}, err
	}
	stored := ref
	_, err = h.update(ctx, callOptions(opts), func(ctx context.Context, t *tx) error {
		stored = ref
		if err := t.may(ctx, permission.ReferenceWrite); err != nil {
			return err
		}
		var old user.Reference
		if ref.ID != 0 {
			var err error
			if old, err = t.Reference(ctx, ref.Kind, ref.ID); err != nil && !isNotFound(err) {
				return err
			}
		}
		if err := t.mayDefine(ctx, old.Roles().With(ref.Roles())); err != nil {
			return err
		}
		if err := t.checkVersion(old.Version); err != nil {
			return err
		}
		if old.ID == 0 {
			var c validate.Collector
			if !c.Range("/id", ref.ID, 0, h.maxID()) {
				return c.Err()
			}
		}
		holders, err := t.holders(ctx, old)
		if err != nil {
			return err
		}
		if err := old.CheckReplace(ref, holders); err != nil {
			return err
		}
		if stored.ID == 0 {
			id, err := t.NextID(ctx, storage.ReferenceIDs(ref.Kind))
			if err != nil {
				return err
			}
			stored.ID = id
		}
		stored.Version = t.Next()
		if err := t.PutReference(ctx, stored); err != nil {
			return err
		}
		return t.record(ctx, storage.Change{Type: storage.ReferenceUpdated, ReferenceKind: stored.Kind, ReferenceID: stored.ID})
	})
	if err != nil {
		return user.Reference{}, err
	}
	return stored, nil
}

// DeleteReference removes the piece of reference data of the kind k with the given id, and records
// the change. If the piece is a profile, the actor must also be allowed to grant the role that the
// profile gives.
//
// Errors, in this order:
//
//   - *permission.Denied if the actor may not change reference data
//   - storage.ErrNotFound if there is no such piece
//   - *permission.Denied if the actor may not grant the role of the profile
//   - ErrStale; IfVersion is compared with the version of the piece
//   - ErrInUse if the piece is a profile that users have, deleted ones too
func (h Handle) DeleteReference(ctx context.Context, k user.ReferenceKind, id int64, opts ...CommonOption) (err error) {
	if ctx, h.obs = start(ctx, &h, "DeleteReference"); h.obs != nil {
		defer h.obs.end(&err)
	}
	_, err = h.update(ctx, callOptions(opts), func(ctx context.Context, t *tx) error {
		if err := t.may(ctx, permission.ReferenceWrite); err != nil {
			return err
		}
		old, err := t.Reference(ctx, k, id)
		if err != nil {
			return err
		}
		if err := t.mayDefine(ctx, old.Roles()); err != nil {
			return err
		}
		if err := t.checkVersion(old.Version); err != nil {
			return err
		}
		holders, err := t.holders(ctx, old)
		if err != nil {
			return err
		}
		if err := old.CheckDelete(holders); err != nil {
			return err
		}
		if err := t.DeleteReference(ctx, k, id); err != nil {
			return err
		}
		return t.record(ctx, storage.Change{Type: storage.ReferenceDeleted, ReferenceKind: k, ReferenceID: id})
	})
	return err
}

// mayDefine returns nil if the actor may add, change or remove a profile that gives the roles in
// gives. The actor must be allowed to grant these roles. If gives is empty, it returns nil without
// asking the policy. Errors: *permission.Denied; that of a policy that fails.
func (t *tx) mayDefine(ctx context.Context, gives user.Roles) error {
	if gives.IsZero() {
		return nil
	}
	r := t.request(permission.ReferenceWrite, permission.Target{})
	r.Granted = gives
	return t.allow(ctx, r)
}

// holders returns how many users, deleted ones too, have the profile ref. For reference data that
// gives no role it reads nothing and returns 0.
func (s *readTx) holders(ctx context.Context, ref user.Reference) (int, error) {
	if !ref.Gives() {
		return 0, nil
	}
	return s.CountUsers(ctx, storage.Query{Deleted: storage.WithDeleted, Profile: user.ProfileID(ref.ID)})
}

// Reference returns the piece of reference data of the kind k with the given id.
//
// Errors, in this order:
//   - *permission.Denied if the actor may not read reference data
//   - storage.ErrNotFound if there is no such piece
func (h Handle) Reference(ctx context.Context, k user.ReferenceKind, id int64) (ref user.Reference, err error) {
	if ctx, h.obs = start(ctx, &h, "Reference"); h.obs != nil {
		defer h.obs.end(&err)
	}
	err = h.reference(ctx, func(ctx context.Context, r storage.Reader) error {
		ref, err = r.Reference(ctx, k, id)
		return err
	})
	return ref, err
}

// ReferenceByName returns the piece of reference data of the kind k with the given name. The names
// are compared by bytes, so case matters.
//
// Errors, in this order:
//   - *validate.Error at /name for a name that is not valid UTF-8 or has a NUL
//   - *permission.Denied if the actor may not read reference data
//   - storage.ErrNotFound if there is no such piece
func (h Handle) ReferenceByName(ctx context.Context, k user.ReferenceKind, name string) (ref user.Reference, err error) {
	if ctx, h.obs = start(ctx, &h, "ReferenceByName"); h.obs != nil {
		defer h.obs.end(&err)
	}
	var c validate.Collector
	if !c.Storable("/name", name) {
		return user.Reference{}, c.Err()
	}
	err = h.reference(ctx, func(ctx context.Context, r storage.Reader) error {
		ref, err = r.ReferenceByName(ctx, k, name)
		return err
	})
	return ref, err
}

// References returns the pieces of reference data of the kind k with ids greater than the parameter
// after, in ascending order of id. The list has at most limit pieces (1 to storage.MaxPage; 0 is
// storage.MaxPage). If there is none, the list is empty and not nil. For the next page, set after
// to the id of the last piece.
//
// Errors, in this order:
//
//   - *permission.Denied if the actor may not read reference data
//   - storage.ErrInvalid for a limit out of range
func (h Handle) References(ctx context.Context, k user.ReferenceKind, after int64, limit int) (list []user.Reference, err error) {
	if ctx, h.obs = start(ctx, &h, "References"); h.obs != nil {
		defer h.obs.end(&err)
	}
	err = h.reference(ctx, func(ctx context.Context, r storage.Reader) error {
		list, err = r.References(ctx, k, after, limit)
		return err
	})
	if err != nil {
		return nil, err
	}
	return orEmpty(list), nil
}

// reference runs fn in a read transaction if the actor may read reference data.
func (h Handle) reference(ctx context.Context, fn func(context.Context, storage.Reader) error) error {
	return h.view(ctx, func(ctx context.Context, s *readTx) error {
		if err := s.may(ctx, permission.ReferenceRead); err != nil {
			return err
		}
		return fn(ctx, s)
	})
}

// refs yields all reference data of a kind, in ascending order of id.
func refs(ctx context.Context, r storage.Reader, k user.ReferenceKind) iter.Seq2[user.Reference, error] {
	return func(yield func(user.Reference, error) bool) {
		after := int64(0)
		for {
			page, err := r.References(ctx, k, after, storage.MaxPage)
			if err != nil {
				yield(user.Reference{}, err)
				return
			}
			for _, ref := range page {
				if !yield(ref, nil) {
					return
				}
				after = ref.ID
			}
			if len(page) < storage.MaxPage {
				return
			}
		}
	}
}

// users yields all users that q matches, in the order of q. It reads q.Limit users first (0 is
// storage.MaxPage), then twice as many each time, up to storage.MaxPage.
func users(ctx context.Context, r storage.Reader, q storage.Query) iter.Seq2[user.User, error] {
	return func(yield func(user.User, error) bool) {
		for {
			page, err := r.Users(ctx, q)
			if err != nil {
				yield(user.User{}, err)
				return
			}
			for _, u := range page {
				if !yield(u, nil) {
					return
				}
			}
			if len(page) < q.Max() {
				return
			}
			last := q.PositionOf(page[len(page)-1])
			q.After, q.Limit = &last, min(2*q.Max(), storage.MaxPage)
		}
	}
}

// isNotFound reports whether err is storage.ErrNotFound.
func isNotFound(err error) bool { return errors.Is(err, storage.ErrNotFound) }
