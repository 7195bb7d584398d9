package roster

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// ErrStale is returned when what is to change has another version than the caller expects. See StaleError.
var ErrStale = errors.New("roster: stale version")

// StaleError says which version there is. errors.Is(err, ErrStale) holds.
type StaleError struct {
	Expected, Current user.Revision
}

// Error says both versions.
func (e *StaleError) Error() string {
	return fmt.Sprintf("roster: stale version: expected %d, it is %d", e.Expected, e.Current)
}

// Is reports whether target is ErrStale.
func (e *StaleError) Is(target error) bool { return target == ErrStale }

// CallOption says more about one call that writes.
type CallOption func(*call)

type call struct {
	version    user.Revision
	hasVersion bool
	revision   user.Revision
	hasRev     bool
	reason     string
	dry        bool
}

// IfVersion lets the call happen only if its target has this version; else ErrStale.
func IfVersion(v user.Revision) CallOption {
	return func(c *call) { c.version, c.hasVersion = v, true }
}

// IfRevision lets the call happen only if nothing in the account changed since this revision; else ErrStale.
func IfRevision(r user.Revision) CallOption {
	return func(c *call) { c.revision, c.hasRev = r, true }
}

// Because records a reason with the change, for the people who read the history; at most 500 characters.
func Because(reason string) CallOption { return func(c *call) { c.reason = reason } }

// DryRun makes the call answer what it would do, and do nothing. Its errors are those of the call itself.
func DryRun() CallOption { return func(c *call) { c.dry = true } }

// errDryRun rolls a transaction back whose answer is wanted without its effect.
var errDryRun = errors.New("roster: dry run")

func newCall(opts []CallOption) (call, error) {
	var c call
	for _, opt := range opts {
		opt(&c)
	}
	if c.reason != "" {
		var problems validate.Collector
		if !problems.Check(validate.Reason, validate.Strict, "/reason", c.reason) {
			return c, problems.Err()
		}
	}
	return c, nil
}

// tx is one writing call inside its transaction.
type tx struct {
	storage.Writer
	h     *Handle
	call  call
	now   time.Time
	actor permission.Actor
}

// update runs one writing call: it opens the transaction, reads the actor, checks the expected revision's part that
// needs no target, and lets fn do the rest. A dry run's transaction is rolled back; it returns the revision that the
// commit would have made.
func (h *Handle) update(ctx context.Context, opts []CallOption, fn func(context.Context, *tx) error) (user.Revision, error) {
	c, err := newCall(opts)
	if err != nil {
		return 0, err
	}
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	now := user.Normal(h.dir.clock())
	var next user.Revision
	rev, err := h.dir.store.Update(ctx, h.account, func(ctx context.Context, w storage.Writer) error {
		t := &tx{Writer: w, h: h, call: c, now: now}
		next = w.Next()
		var err error
		if t.actor, err = h.readActor(ctx, w); err != nil {
			return err
		}
		if err := fn(ctx, t); err != nil {
			return err
		}
		if c.dry {
			return errDryRun
		}
		return nil
	})
	if c.dry && errors.Is(err, errDryRun) {
		return next, nil
	}
	return rev, err
}

// readActor returns the actor as the storage knows him. One who is not there is nobody, whom every policy denies.
func (h *Handle) readActor(ctx context.Context, r storage.Reader) (permission.Actor, error) {
	if h.actor.system {
		return permission.Actor{System: true}, nil
	}
	if h.actor.id == 0 {
		return permission.Actor{Permissions: h.actor.permissions, Key: h.actor.key}, nil
	}
	u, err := r.User(ctx, h.actor.id)
	if errors.Is(err, storage.ErrNotFound) {
		return permission.Actor{}, nil
	}
	if err != nil {
		return permission.Actor{}, err
	}
	a := permission.ActorOf(u)
	a.Permissions, a.Key = h.actor.permissions, h.actor.key
	return a, nil
}

// target reads the user whom the call is about. Errors: storage.ErrNotFound if he is not there, is deleted (unless
// deleted ones are asked for), or the actor may not even see him; *permission.Denied if the actor could do it to nobody,
// whoever it is about.
func (t *tx) target(ctx context.Context, id user.ID, action permission.Action, deleted bool) (user.User, error) {
	u, err := t.User(ctx, id)
	if errors.Is(err, storage.ErrNotFound) || err == nil && !u.Live() && !deleted {
		return user.User{}, t.h.absent(t.actor, action)
	}
	return u, err
}

// absent answers for a user who is not there just as for one whom the actor may not see.
func (h *Handle) absent(actor permission.Actor, action permission.Action) error {
	err := h.authorizer.Check(permission.Request{Action: action, Actor: actor, Target: nowhere})
	if err != nil && !scoped(err) {
		return err
	}
	return storage.ErrNotFound
}

// nowhere is a target outside of every scope narrower than everybody.
var nowhere = permission.Target{ID: -1}

// allow asks the policy. A target outside of what the actor may do it to and may see is not found.
func (h *Handle) allow(r permission.Request) error {
	err := h.authorizer.Check(r)
	if err == nil || r.Target.ID == 0 || !scoped(err) {
		return err
	}
	if r.Action != permission.UserRead {
		r = permission.Request{Action: permission.UserRead, Actor: r.Actor, Target: r.Target}
		if !scoped(h.authorizer.Check(r)) {
			return err
		}
	}
	return storage.ErrNotFound
}

// scoped reports whether a refusal means that the actor may do it, but not to this target.
func scoped(err error) bool {
	var denied *permission.Denied
	return err != nil && errors.As(err, &denied) && denied.Scoped
}

func (t *tx) allow(action permission.Action, target user.User) error {
	return t.h.allow(permission.Request{Action: action, Actor: t.actor, Target: permission.TargetOf(target)})
}

// allowChange asks for every action that the change takes. Attributes that were set to what they were take none;
// neither do those that only a rule changed.
func (t *tx) allowChange(out user.Outcome, named user.Attributes) error {
	roles := user.AttributesOf(user.AttrRoles, user.AttrGranted, user.AttrProfiles)
	for action, attributes := range permission.Changing(out.Changed & named.With(roles)) {
		r := permission.Request{
			Action: action, Actor: t.actor, Target: permission.TargetOf(out.Before), Attributes: attributes,
		}
		if action == permission.RolesSet {
			r.Granted, r.Removed = roleChange(out)
			r.Attributes = user.AttributesOf(user.AttrRoles)
		}
		if err := t.h.allow(r); err != nil {
			return err
		}
	}
	return nil
}

// roleChange returns what the user gains and loses. A role granted directly that he had by a profile counts as
// gained: it outlives the profile.
func roleChange(out user.Outcome) (granted, removed user.Roles) {
	before, after := out.Before.Access, out.After.Access
	granted = after.Roles.Without(before.Roles).With(after.Granted.Without(before.Granted))
	return granted, before.Roles.Without(after.Roles)
}

// fresh checks the expected versions. A target that a call has not, has version 0.
func (t *tx) fresh(version user.Revision) error {
	if t.call.hasVersion && t.call.version != version {
		return &StaleError{t.call.version, version}
	}
	if t.call.hasRev && t.call.revision != t.Revision() {
		return &StaleError{t.call.revision, t.Revision()}
	}
	return nil
}

// store writes the user as the rules made him, and the change that says so.
func (t *tx) store(ctx context.Context, what storage.ChangeType, before, after user.User, detail string) (user.User, error) {
	after.Version = t.Next()
	after.Lifecycle.Updated = t.now
	if err := t.releaseNames(ctx, before, after); err != nil {
		return after, err
	}
	if err := t.PutUser(ctx, after); err != nil {
		return after, err
	}
	c := storage.Change{Type: what, User: after.ID, After: &after, Detail: detail}
	if before.ID != 0 {
		c.Before = &before
	}
	return after, t.record(ctx, c)
}

// record appends a change with who, when and why.
func (t *tx) record(ctx context.Context, c storage.Change) error {
	c.At, c.Reason = t.now, t.call.reason
	c.Actor = t.h.actor.id
	return t.AppendChange(ctx, c)
}

// releaseNames takes unique names that after claims and before did not from deleted users whose hold on them ended.
func (t *tx) releaseNames(ctx context.Context, before, after user.User) error {
	if user.SameKeys(before, after) {
		return nil
	}
	had, wants := before.Keys(), after.Keys()
	for kind := user.ByLogin; kind.Unique(); kind++ {
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
		released.Version = t.Next()
		if err := t.PutUser(ctx, released); err != nil {
			return err
		}
		if err := t.record(ctx, storage.Change{
			Type: storage.NamesReleased, User: holder.ID, Before: &holder, After: &released,
		}); err != nil {
			return err
		}
	}
	return nil
}

// view runs one reading call.
func (h *Handle) view(ctx context.Context, fn func(context.Context, storage.Reader, permission.Actor) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return h.dir.store.View(ctx, h.account, func(ctx context.Context, r storage.Reader) error {
		actor, err := h.readActor(ctx, r)
		if err != nil {
			return err
		}
		return fn(ctx, r, actor)
	})
}
