package roster

import (
	"context"
	"errors"

	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// put writes the user as the rules made them and sets the revisions in after. It notes whether the
// write takes an administrator from the account, for checkAdministrators.
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

// store writes the user as the rules made them, and the change that says so. It sets the revisions
// and the time of the update in after.
func (t *tx) store(
	ctx context.Context, what storage.ChangeType, before, after *user.User, detail string,
) error {
	after.Lifecycle.Updated = t.now
	if err := t.releaseNames(ctx, before, after); err != nil {
		return err
	}
	if err := t.put(ctx, before, after); err != nil {
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

// recordedDiff returns what a change records of an update: every difference but the time of the
// update, which is the time of the change.
func recordedDiff(before, after user.User) []user.Difference {
	before.Lifecycle.Updated = after.Lifecycle.Updated
	return user.Diff(before, after)
}

// checkAdministrators refuses what took the last administrator from the account, by the state that
// all of the call's writes come to: a call may take one administrator and make another. A call that
// took none reads nothing.
func (t *tx) checkAdministrators(ctx context.Context) error {
	for i, roles := range permission.KeptAdministrators(t.h.authorizer) {
		if !t.tookAdministrator[i] {
			continue
		}
		left, err := t.Users(ctx, administrators(roles, 1))
		if err != nil {
			return err
		}
		if len(left) == 0 {
			return ErrLastAdministrator
		}
	}
	return nil
}

// withoutHolder returns an error about a taken name. It has the id of the user that has the name
// only if the actor may read every user.
func (t *tx) withoutHolder(ctx context.Context, err error) error {
	var taken *storage.ExistsError
	if !errors.As(err, &taken) || taken.What == "id" { // which the actor named
		return err
	}
	if may, failed := t.allowed(ctx, t.request(permission.UserRead, noTarget)); !may || failed != nil {
		taken.ID = 0
	}
	return err
}

// administrators returns the query for the users that administer an account by one of the roles.
func administrators(roles user.Roles, limit int) storage.Query {
	return storage.Query{
		Roles: roles, Enabled: storage.Yes, APIUser: storage.No, Limit: limit,
	}
}

// record appends a change with who, when and why. Every write ends with one, so that it also marks
// the transaction as one that wrote.
func (t *tx) record(ctx context.Context, c storage.Change) error {
	t.wrote = true
	c.At, c.Reason = t.now, t.call.reason
	c.Actor = t.h.actor.id
	return t.AppendChange(ctx, c)
}

// isUserName reports whether what an ExistsError names is a unique name of users.
func isUserName(what string) bool {
	for kind := user.KeyLogin; kind.Unique(); kind++ {
		if kind.String() == what {
			return true
		}
	}
	return false
}

// releaseNames takes unique names that after claims and before did not from deleted users whose
// hold on them has ended, if the transaction releases names.
func (t *tx) releaseNames(ctx context.Context, before, after *user.User) error {
	if !t.releases || user.SameKeys(*before, *after) {
		return nil
	}
	had, wants := before.Keys(), after.Keys()
	for kind := user.KeyLogin; kind.Unique(); kind++ {
		if wants[kind] == "" || wants[kind] == had[kind] && before.ID != 0 {
			continue
		}
		holder, err := t.UserByKey(ctx, user.Key{Kind: kind, Value: wants[kind]})
		if errors.Is(err, storage.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		if holder.ID == after.ID {
			continue
		}
		if !holder.HoldExpired(t.now) {
			return &storage.ExistsError{What: kind.String(), ID: int64(holder.ID)}
		}
		released := holder.Release()
		if err := t.put(ctx, &holder, &released); err != nil {
			return err
		}
		if err := t.record(ctx, storage.Change{
			Type: storage.NamesReleased, UserID: holder.ID, Diff: recordedDiff(holder, released),
		}); err != nil {
			return err
		}
	}
	return nil
}
