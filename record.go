package roster

import (
	"context"
	"errors"
	"iter"

	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// put writes the user after, with new versions (user.Stamp) and without a change record. before is
// the stored user, or zero for a new one. If the write removes an administrator, and the actor is
// not the system actor, checkAdministrators will run. Errors: those of the storage.
func (t *tx) put(ctx context.Context, before, after *user.User) error {
	user.Stamp(before, after, t.Next())
	t.config = max(t.config, after.ConfigVersion)
	if !t.actor.System {
		for i, roles := range permission.KeptAdministrators(t.h.authorizer) {
			if before.Administers(roles) && !after.Administers(roles) {
				t.tookAdministrator[i] = true
			}
		}
	}
	return t.PutUser(ctx, *after)
}

// store writes the user after with the time of the transaction as Updated, and appends a change
// record of the type what with the text detail. before is the stored user, or zero for a new one.
// Errors: *storage.ExistsError for a unique name that is taken, unless releaseNames releases the
// name; those of the storage.
func (t *tx) store(
	ctx context.Context, what storage.ChangeType, before, after *user.User, detail string,
) error {
	after.Lifecycle.Updated = t.now
	err := t.releaseNames(ctx, before, after)
	if err == nil {
		err = t.put(ctx, before, after)
	}
	if err != nil {
		return err
	}
	c := storage.Change{Type: what, UserID: after.ID, Detail: detail}
	if before.ID == 0 {
		created := *after
		c.Created = &created
	} else {
		c.Diff = recordedDiff(*before, *after)
	}
	return t.record(ctx, c)
}

// recordedDiff returns the differences that a change record holds: all but the time of the
// update, which is the time of the change.
func recordedDiff(before, after user.User) []user.Difference {
	before.Lifecycle.Updated = after.Lifecycle.Updated
	return user.Diff(before, after)
}

// checkAdministrators returns ErrLastAdministrator if the call removed an administrator and the
// account has none left. It runs after all writes, because a call may also make one. Other errors:
// those of the storage.
func (t *tx) checkAdministrators(ctx context.Context) error {
	for i, roles := range permission.KeptAdministrators(t.h.authorizer) {
		if !t.tookAdministrator[i] {
			continue
		}
		if left, err := t.Users(ctx, administrators(roles, 1)); err != nil || len(left) == 0 {
			return firstOf(err, ErrLastAdministrator)
		}
	}
	return nil
}

// withoutHolder returns err. It sets the ID of a *storage.ExistsError about a name to 0 if the
// actor may not read all users. t may be nil.
func (t *tx) withoutHolder(ctx context.Context, err error) error {
	var taken *storage.ExistsError
	if t == nil || !errors.As(err, &taken) || taken.What == "id" {
		return err
	}
	if q, failed := t.within(ctx, permission.UserRead, storage.Query{}); !q.all || failed != nil {
		taken.ID = 0
	}
	return err
}

// administrators returns the query for the administrators with one of the roles, at most limit of
// them in one page.
func administrators(roles user.Roles, limit int) storage.Query {
	return storage.Query{Roles: roles, Enabled: storage.Yes, APIUser: storage.No, Limit: limit}
}

// record appends the change c to the history, with the time, the actor and the reason of the call.
// It sets t.wrote, so that a dry run knows that the call writes. Errors: those of the storage.
func (t *tx) record(ctx context.Context, c storage.Change) error {
	t.wrote = true
	c.At, c.Reason = t.now, t.call.reason
	c.Actor = t.h.actor.id
	return t.AppendChange(ctx, c)
}

// takenName returns the kind of a unique name, such as user.KeyLogin, if err is a
// *storage.ExistsError that says that the name is taken, and 0 for any other err.
func takenName(err error) user.KeyKind {
	var taken *storage.ExistsError
	if errors.As(err, &taken) {
		for kind := user.KeyLogin; kind.Unique(); kind++ {
			if kind.String() == taken.What {
				return kind
			}
		}
	}
	return 0
}

// newNames yields the unique names (login, pid, full name) that the user after has and the same
// user before has not.
func newNames(before, after *user.User) iter.Seq[user.Key] {
	return func(yield func(user.Key) bool) {
		had, has := before.Keys(), after.Keys()
		for kind := user.KeyLogin; kind.Unique(); kind++ {
			if has[kind] != "" && has[kind] != had[kind] && !yield(user.Key{Kind: kind, Value: has[kind]}) {
				return
			}
		}
	}
}

// releaseNames takes the new unique names of the user after from deleted users that no longer keep
// them (user.User.HoldExpired), with a change record for each. It does so only in the second
// transaction of a call, after the first one failed because a name is taken (tx.again). Errors:
// *storage.ExistsError if another user keeps a name; those of the storage.
func (t *tx) releaseNames(ctx context.Context, before, after *user.User) error {
	if takenName(t.earlier) == 0 {
		return nil
	}
	for key := range newNames(before, after) {
		holder, err := t.UserByKey(ctx, key)
		switch {
		case isNotFound(err), err == nil && holder.ID == after.ID:
			continue
		case err != nil:
			return err
		case !holder.HoldExpired(t.now):
			return &storage.ExistsError{What: key.Kind.String(), ID: int64(holder.ID)}
		}
		released := holder.Release()
		if err = t.put(ctx, &holder, &released); err == nil {
			diff := recordedDiff(holder, released)
			err = t.record(ctx, storage.Change{Type: storage.NamesReleased, UserID: holder.ID, Diff: diff})
		}
		if err != nil {
			return err
		}
	}
	return nil
}
