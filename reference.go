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
// for the system actor. For a profile, the actor must be allowed to grant the roles that the
// profile has given so far, and those that it gives from now on.
//
// While the account has no piece of a kind, users may have any ids of the kind, except for
// profiles, which must always exist. Once the account has a piece of the kind, a user can be given
// only ids of existing pieces (user.CheckReferences). Ids that users already have stay.
//
// Errors, in this order:
//   - *validate.Error for a piece that is not valid
//   - *permission.Denied
//   - ErrStale; IfVersion is compared with the version of the stored piece, or 0 for a new one
//   - *validate.Error at /id for a new id that is too great
//   - ErrInUse if users, deleted ones too, have the profile, and the role that it gives would
//     change
//   - *storage.ExistsError, which is storage.ErrExists, if another piece of the kind has the name
func (h Handle) PutReference(ctx context.Context, ref user.Reference, opts ...CommonOption) (user.Reference, error) {
	var c validate.Collector
	c.Merge("", ref.Check())
	if ref.ID > 0 {
		c.Range("/id", ref.ID, 0, maxHostID)
	}
	m := method{name: "PutReference", invalid: c.Err(), action: permission.ReferenceWrite}
	stored, _, err := runUpdate(ctx, &h, m, opts, func(ctx context.Context, t *tx) (stored user.Reference, err error) {
		var old user.Reference
		if ref.ID != 0 {
			if old, err = t.Reference(ctx, ref.Kind, ref.ID); err != nil && !isNotFound(err) {
				return stored, err
			}
		}
		holders, err := t.authorizeReference(ctx, old, old.Roles().With(ref.Roles()))
		if err != nil {
			return stored, err
		}
		var c validate.Collector
		if old.ID == 0 && !c.Range("/id", ref.ID, 0, h.maxID()) {
			return stored, c.Err()
		}
		if err := old.CheckReplace(ref, holders); err != nil {
			return stored, err
		}
		stored = ref
		if stored.ID == 0 {
			if stored.ID, err = t.NextID(ctx, storage.ReferenceIDs(ref.Kind)); err != nil {
				return stored, err
			}
		}
		stored.Version = t.Next()
		if err := t.PutReference(ctx, stored); err != nil {
			return stored, err
		}
		return stored, t.record(ctx, storage.Change{
			Type: storage.ReferenceUpdated, ReferenceKind: stored.Kind, ReferenceID: stored.ID,
		})
	})
	return stored, err
}

// DeleteReference removes the piece of reference data of the kind k with the given id. To delete a
// profile, the actor must also be allowed to grant the role of the profile.
//
// Errors, in this order:
//   - *permission.Denied if the actor may not change reference data
//   - storage.ErrNotFound if there is no such piece
//   - *permission.Denied if the actor may not grant the role of the profile
//   - ErrStale; IfVersion is compared with the version of the piece
//   - ErrInUse if the piece is a profile that users have, deleted ones too
func (h Handle) DeleteReference(ctx context.Context, k user.ReferenceKind, id int64, opts ...CommonOption) error {
	m := method{name: "DeleteReference", action: permission.ReferenceWrite}
	_, _, err := runUpdate(ctx, &h, m, opts, noResult(func(ctx context.Context, t *tx) error {
		old, err := t.Reference(ctx, k, id)
		if err != nil {
			return err
		}
		holders, err := t.authorizeReference(ctx, old, old.Roles())
		if err == nil {
			err = old.CheckDelete(holders)
		}
		if err == nil {
			err = t.DeleteReference(ctx, k, id)
		}
		if err != nil {
			return err
		}
		return t.record(ctx, storage.Change{Type: storage.ReferenceDeleted, ReferenceKind: k, ReferenceID: id})
	}))
	return err
}

// authorizeReference checks that the actor may write reference data that gives the roles gives, and
// that the call expects the version of old, which is zero for new data. It returns how many users,
// deleted ones too, have the profile old. Errors, in this order: *permission.Denied; ErrStale;
// those of the storage.
func (t *tx) authorizeReference(ctx context.Context, old user.Reference, gives user.Roles) (holders int, err error) {
	if !gives.IsZero() {
		r := t.request(permission.ReferenceWrite, permission.Target{})
		r.Granted = gives
		err = t.allow(ctx, r)
	}
	if err = firstOf(err, t.checkVersion(old.Version)); err != nil || !old.Gives() {
		return 0, err
	}
	return t.CountUsers(ctx, storage.Query{Deleted: storage.WithDeleted, Profile: user.ProfileID(old.ID)})
}

// Reference returns the piece of reference data of the kind k with the given id.
//
// Errors, in this order: *permission.Denied if the actor may not read reference data;
// storage.ErrNotFound if there is no such piece.
func (h Handle) Reference(ctx context.Context, k user.ReferenceKind, id int64) (user.Reference, error) {
	m := method{name: "Reference", action: permission.ReferenceRead}
	return runView(ctx, &h, m, func(ctx context.Context, s *readTx) (user.Reference, error) {
		return s.Reference(ctx, k, id)
	})
}

// ReferenceByName returns the piece of reference data of the kind k with the given name, compared
// by bytes.
//
// Errors, in this order:
//   - *validate.Error at /name for a name that is not valid UTF-8 or has a NUL
//   - *permission.Denied if the actor may not read reference data
//   - storage.ErrNotFound if there is no such piece
func (h Handle) ReferenceByName(ctx context.Context, k user.ReferenceKind, name string) (user.Reference, error) {
	var c validate.Collector
	c.Storable("/name", name)
	m := method{name: "ReferenceByName", invalid: c.Err(), action: permission.ReferenceRead}
	return runView(ctx, &h, m, func(ctx context.Context, s *readTx) (user.Reference, error) {
		return s.ReferenceByName(ctx, k, name)
	})
}

// References returns the pieces of reference data of the kind k whose id is greater than the
// parameter after, in ascending order of id. The list has at most limit pieces (1 to
// storage.MaxPage; 0 is storage.MaxPage) and is not nil. For the next page, set after to the id of
// the last piece.
//
// Errors, in this order: *permission.Denied if the actor may not read reference data;
// storage.ErrInvalid for a limit out of range.
func (h Handle) References(ctx context.Context, k user.ReferenceKind, after int64, limit int) ([]user.Reference, error) {
	m := method{name: "References", action: permission.ReferenceRead}
	return runView(ctx, &h, m, func(ctx context.Context, s *readTx) ([]user.Reference, error) {
		return orEmpty(s.References(ctx, k, after, limit))
	})
}

// paged yields the items of a list, page after page, until a page is not full. The first page
// begins after place and has limit items; each later page is twice as large, up to storage.MaxPage.
// read returns at most limit items after the given place. placeOf returns the place of an item. If
// read fails, paged yields the error and ends.
func paged[T, P any](
	place P, limit int, read func(place P, limit int) ([]T, error), placeOf func(T) P,
) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for place, limit := place, limit; ; limit = min(2*limit, storage.MaxPage) {
			page, err := read(place, limit)
			if err != nil {
				var zero T
				yield(zero, err)
				return
			}
			for i := range page {
				if !yield(page[i], nil) {
					return
				}
			}
			if len(page) < limit {
				return
			}
			place = placeOf(page[len(page)-1])
		}
	}
}

// refs yields all reference data of a kind, in ascending order of id. It ends after an error.
func refs(ctx context.Context, r storage.Reader, k user.ReferenceKind) iter.Seq2[user.Reference, error] {
	return paged(0, storage.MaxPage, func(after int64, limit int) ([]user.Reference, error) {
		return r.References(ctx, k, after, limit)
	}, func(ref user.Reference) int64 { return ref.ID })
}

// users yields all users that q matches, in the order of q, and an error at the end if there is
// one. The first page has q.Limit users.
func users(ctx context.Context, r storage.Reader, q storage.Query) iter.Seq2[user.User, error] {
	return paged(q.After, q.Max(), func(after *storage.Position, limit int) ([]user.User, error) {
		q.After, q.Limit = after, limit
		return r.Users(ctx, q)
	}, func(u user.User) *storage.Position {
		position := q.PositionOf(u)
		return &position
	})
}

// isNotFound reports whether err is storage.ErrNotFound.
func isNotFound(err error) bool { return errors.Is(err, storage.ErrNotFound) }
