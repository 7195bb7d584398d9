package roster

import (
	"context"
	"errors"

	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// Hidden and missing users produce the same error, so callers cannot probe for ids, names or
// values. One function, absent, makes both errors, from the actor and the action alone.

// noTarget is a target that is in no scope except the one of all users.
var noTarget = permission.Target{ID: -1}

// readActor returns the actor as the storage knows them. An actor who is not there, or whose
// sign-in ended, is the zero Actor, which every policy denies.
func (h Handle) readActor(ctx context.Context, r storage.Reader) (permission.Actor, error) {
	if h.actor.system {
		return permission.Actor{System: true}, nil
	}
	if h.actor.id == 0 {
		return permission.Actor{Permissions: h.actor.permissions, Grants: h.actor.grants, Key: h.actor.key}, nil
	}
	u, err := r.User(ctx, h.actor.id)
	if errors.Is(err, storage.ErrNotFound) {
		return permission.Actor{}, nil
	}
	if err != nil {
		return permission.Actor{}, err
	}
	if h.actor.signedIn && h.actor.stamp != u.Credentials.SignInStamp {
		return permission.Actor{}, nil
	}
	a := permission.ActorOf(u)
	a.Permissions, a.Grants, a.Key = h.actor.permissions, h.actor.grants, h.actor.key
	return a, nil
}

// findTarget reads the target of the call into u, which is undefined after an error. refused
// is the denial if the actor may read the user and may not do the action to them.
//
// Errors: storage.ErrNotFound if there is no such user, if the user is deleted and deleted users
// are not meant, and if the user is hidden: the actor may neither read the user nor do the action
// to them; instead *permission.Denied if the actor may do the action to no user; the policy's own
// if it fails.
func (s *readTx) findTarget(
	ctx context.Context, id user.ID, action permission.Action, deleted bool, u *user.User,
) (refused, err error) {
	*u, err = s.User(ctx, id)
	switch {
	case err != nil && !isNotFound(err):
		return nil, err
	case err == nil && (deleted || u.Live()):
		target := permission.TargetOf(*u)
		refused = s.allow(ctx, s.request(action, target))
		if refused != nil && !errors.Is(refused, permission.ErrDenied) {
			return nil, refused
		}
		shown := refused == nil
		if !shown && action != permission.UserRead {
			if shown, err = s.allowed(ctx, s.request(permission.UserRead, target)); err != nil {
				return nil, err
			}
		}
		if shown {
			return refused, nil
		}
	}
	return nil, s.absent(ctx, action)
}

// authorizedTarget returns the target of the call if the actor may do the action to the target.
// Errors: as findTarget; *permission.Denied.
func (s *readTx) authorizedTarget(ctx context.Context, id user.ID, action permission.Action, deleted bool) (user.User, error) {
	var u user.User
	refused, err := s.findTarget(ctx, id, action, deleted, &u)
	if err = firstOf(err, refused); err != nil {
		return user.User{}, err
	}
	return u, nil
}

// absent returns the error for a user that is not there or is hidden, the same for both. It asks
// the policy the same questions as findTarget, so that a policy that fails does not reveal whether
// the user exists.
func (s *readTx) absent(ctx context.Context, action permission.Action) error {
	err := s.allow(ctx, s.request(action, noTarget))
	if err != nil && !scoped(err) {
		return err
	}
	if action != permission.UserRead {
		if _, err := s.allowed(ctx, s.request(permission.UserRead, noTarget)); err != nil {
			return err
		}
	}
	return storage.ErrNotFound
}

// scoped reports whether a refusal means that the actor may do it, but not to this target.
func scoped(err error) bool {
	var denied *permission.Denied
	return err != nil && errors.As(err, &denied) && denied != nil && denied.Scoped
}

// aboutPower reports whether a refusal means that the actor may do it, but not to a target with
// such roles.
func aboutPower(err error) bool {
	var denied *permission.Denied
	return errors.As(err, &denied) && denied != nil && denied.AboutPower()
}

// settings returns the account. If the account is missing, an actor that may not do the action gets
// *permission.Denied instead of storage.ErrNotFound, and so cannot probe for accounts.
func (s *readTx) settings(ctx context.Context, action permission.Action) (user.Account, error) {
	account, err := s.Account(ctx)
	if isNotFound(err) {
		if denied := s.may(ctx, action); denied != nil {
			return account, denied
		}
	}
	return account, err
}

// may asks the policy about an action that has no target.
func (s *readTx) may(ctx context.Context, action permission.Action) error {
	return s.allow(ctx, s.request(action, permission.Target{}))
}

// request returns the request to do an action to a target. Every request of the front door is made
// here, but for those of permission.Change, so that none lacks the account or the actor.
func (s *readTx) request(action permission.Action, target permission.Target) permission.Request {
	return permission.Request{Account: s.h.account, Actor: s.actor, Action: action, Target: target}
}

// allow asks the policy. The error is a denial, or says that the policy failed.
func (s *readTx) allow(ctx context.Context, r permission.Request) error {
	err := s.h.authorizer.Check(ctx, r)
	if err == nil {
		s.h.obs.allowed(ctx, s.h.authorizer, r)
	}
	return err
}

// allowed reports whether the policy allows a request. Where a denial is no error, a policy that
// fails is one still.
func (s *readTx) allowed(ctx context.Context, r permission.Request) (bool, error) {
	err := s.allow(ctx, r)
	if errors.Is(err, permission.ErrDenied) {
		return false, nil
	}
	return err == nil, err
}

// allowChange asks for every action that it takes to change the attributes.
func (s *readTx) allowChange(ctx context.Context, out *user.Outcome, named, changed user.Attributes) error {
	change := permission.Change{
		Actor: s.actor, Target: permission.TargetOf(out.Before),
		Named: named, Changed: changed, Group: out.After.Capacity.MemberOf.Group,
	}
	if changed.Has(user.AttrManagerOf) {
		change.Manages = out.After.Management.Groups().Without(out.Before.Management.Groups().Slice()...).Slice()
	}
	change.Granted, change.Removed = s.roleChange(ctx, out)
	for r := range change.Requests() {
		r.Account = s.h.account
		if err := s.allow(ctx, r); err != nil {
			return err
		}
	}
	return nil
}

// roleChange returns the roles that the user gains and loses.
func (s *readTx) roleChange(ctx context.Context, out *user.Outcome) (granted, removed user.Roles) {
	return out.RoleChange(func(id user.ProfileID) (user.Profile, bool) { return s.profile(ctx, id) })
}

// facts are what the rules ask of the account.
func (s *readTx) facts(ctx context.Context) user.Facts {
	maxID := int64(0)
	if !s.actor.System {
		maxID = maxUserID
	}
	return user.Facts{
		MaxID:       maxID,
		Now:         s.now,
		Transitions: s.h.dir.transitions,
		Profile:     func(id user.ProfileID) (user.Profile, bool) { return s.profile(ctx, id) },
		Reference:   func(k user.ReferenceKind, id int64) (known, any bool) { return s.hasReference(ctx, k, id) },
	}
}
