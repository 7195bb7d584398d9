package roster

import (
	"context"
	"errors"

	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// Hidden and missing users produce the same error, so callers cannot probe for ids, names or
// values. One method, absent, makes the error for both. It uses the actor and the action only.

// noTarget is a target that is in no scope, except in the scope of all users.
var noTarget = permission.Target{ID: -1}

// readActor returns the actor of the call with the stored roles. If the user of the actor does not
// exist, or the session has ended, it returns the zero Actor, which every policy denies. Errors:
// those of the storage.
func (h Handle) readActor(ctx context.Context, r storage.Reader) (permission.Actor, error) {
	if h.actor.system {
		return permission.Actor{System: true}, nil
	}
	if h.actor.id == 0 {
		return permission.Actor{Permissions: h.actor.permissions, Grants: h.actor.grants, Key: h.actor.key}, nil
	}
	u, err := r.User(ctx, h.actor.id)
	switch ended := h.actor.signedIn && h.actor.stamp != u.Credentials.SignInStamp; {
	case isNotFound(err), err == nil && ended:
		return permission.Actor{}, nil
	case err != nil:
		return permission.Actor{}, err
	}
	a := permission.ActorOf(u)
	a.Permissions, a.Grants, a.Key = h.actor.permissions, h.actor.grants, h.actor.key
	return a, nil
}

// findTarget reads the user with the id into u, also a deleted one if deleted is true, and checks
// that the actor may do the action to the user. refused is the *permission.Denied if the actor may
// not do the action but may read the user. err is the error of absent if there is no such user, or
// if the actor may do neither. After err do not use u. Other errors in err: those of the policy and
// the storage.
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

// authorizedTarget returns the user with the id, also a deleted one if deleted is true, if the
// actor may do the action to the user. Errors: storage.ErrNotFound for a missing or hidden user;
// *permission.Denied; those of the policy and the storage.
func (s *readTx) authorizedTarget(ctx context.Context, id user.ID, action permission.Action, deleted bool) (user.User, error) {
	var u user.User
	refused, err := s.findTarget(ctx, id, action, deleted, &u)
	if err = firstOf(err, refused); err != nil {
		return user.User{}, err
	}
	return u, nil
}

// absent returns the error for a missing or hidden user: *permission.Denied if the policy denies
// the action to every user, otherwise storage.ErrNotFound. absent asks the policy the same
// questions as findTarget, and returns its error if the policy fails. So no error reveals whether
// the user exists.
func (s *readTx) absent(ctx context.Context, action permission.Action) error {
	err := s.allow(ctx, s.request(action, noTarget))
	if err != nil && !denial(err).Scoped {
		return err
	}
	if action != permission.UserRead {
		if _, err := s.allowed(ctx, s.request(permission.UserRead, noTarget)); err != nil {
			return err
		}
	}
	return storage.ErrNotFound
}

// denial returns the *permission.Denied in err as a value, or the zero Denied if err contains none.
// Its Scoped is true if the actor may do the action to other users. Its AboutPower returns true if
// the target has, or would get, a role that the actor may not grant.
func denial(err error) (d permission.Denied) {
	var denied *permission.Denied
	if errors.As(err, &denied) && denied != nil {
		d = *denied
	}
	return d
}

// settings returns the settings of the account. Without an account the error is
// storage.ErrNotFound, or *permission.Denied if the policy denies the action. Other errors: those
// of the policy and the storage.
func (s *readTx) settings(ctx context.Context, action permission.Action) (user.Account, error) {
	account, err := s.Account(ctx)
	if isNotFound(err) {
		err = firstOf(s.may(ctx, action), err)
	}
	return account, err
}

// may returns nil if the policy allows the action without a target. Errors: *permission.Denied;
// that of a policy that fails.
func (s *readTx) may(ctx context.Context, action permission.Action) error {
	return s.allow(ctx, s.request(action, permission.Target{}))
}

// request returns the request of the actor to do an action to a target.
func (s *readTx) request(action permission.Action, target permission.Target) permission.Request {
	return permission.Request{Account: s.h.account, Actor: s.actor, Action: action, Target: target}
}

// allow returns nil if the policy allows the request r, and then sets Rule for observers
// (observation.allowed). Errors: *permission.Denied; that of a policy that fails.
func (s *readTx) allow(ctx context.Context, r permission.Request) error {
	err := s.h.authorizer.Check(ctx, r)
	if err == nil {
		s.h.obs.allowed(ctx, s.h.authorizer, r)
	}
	return err
}

// allowed reports whether the policy allows the request r, as allow does. A denial is no error.
// Errors: that of a policy that fails.
func (s *readTx) allowed(ctx context.Context, r permission.Request) (bool, error) {
	err := s.allow(ctx, r)
	if errors.Is(err, permission.ErrDenied) {
		return false, nil
	}
	return err == nil, err
}

// allowChange returns nil if the policy allows every action that the change of a user in out needs.
// named are the attributes that the caller named, changed those that judgedChange returns, and
// custom the actions that changingCustom returns. Errors: *permission.Denied for the first denied
// action; those of the policy.
func (s *readTx) allowChange(
	ctx context.Context, out *user.Outcome, named, changed user.Attributes, custom []permission.Action,
) error {
	change := permission.Change{
		Custom: custom,
		Actor:  s.actor, Target: permission.TargetOf(out.Before),
		Named: named, Changed: changed, After: permission.TargetOf(out.After),
	}
	if changed.Has(user.AttrManagerOf) {
		change.Manages = out.After.Management.Groups().Without(out.Before.Management.Groups().Slice()...).Slice()
	}
	change.Granted, change.Removed = out.RoleChange(s.profiles(ctx))
	for r := range change.Requests() {
		r.Account = s.h.account
		if err := s.allow(ctx, r); err != nil {
			return err
		}
	}
	return nil
}

// facts returns what the rules about a change in this transaction need: the time, the transitions,
// the greatest id, and functions that read profiles, custom attributes and reference data.
func (s *readTx) facts(ctx context.Context) user.Facts {
	maxID := int64(0)
	if !s.actor.System {
		maxID = maxUserID
	}
	return user.Facts{
		MaxID:       maxID,
		Now:         s.now,
		Transitions: s.h.dir.transitions,
		Profile:     s.profiles(ctx),
		Custom:      func() user.CustomSchema { return s.customSchema(ctx) },
		Reference: func(k user.ReferenceKind, id int64) (known, any bool) {
			_, known, any = s.cachedReference(ctx, k, id)
			return known, any
		},
	}
}

// judgedChange returns the attributes that the policy must allow the actor to change: those that
// out changes. If the actor may not read the user, the result also contains all in named, so that
// the answer does not reveal which values differ, and the second result is true. If all in named
// change and none is custom, there is nothing to reveal, and the second result is false. Errors:
// those of the policy.
func (s *readTx) judgedChange(ctx context.Context, out *user.Outcome, named user.Attributes) (user.Attributes, bool, error) {
	if named.Without(out.Changed) == 0 && !named.Has(user.AttrCustom) {
		return out.Changed, false, nil
	}
	readable, err := s.allowed(ctx, s.request(permission.UserRead, permission.TargetOf(out.Before)))
	if readable {
		return out.Changed, false, err
	}
	return out.Changed.With(named), true, err
}

// Check returns nil if the actor may do the action to the user with the given id. The user may be
// deleted. If id is 0, Check checks the action without a target. Check writes nothing. Use Check
// for the actions that a host adds in its policy, for example before the host plays a recording or
// closes a ticket. The other methods of Handle check their own actions.
//
// Errors, in this order:
//   - the error of a context that is done; storage.ErrClosed
//   - *validate.Error at "/action" for a text that is no name of an action
//   - *permission.Denied if the actor may do the action to no user at all. With id 0 it is
//     *permission.Denied if the actor may not do the action without a target. The rule is
//     permission.RuleNotInPolicy for an action that no row of the policy names
//   - storage.ErrNotFound if the user does not exist or is hidden: the actor may not read the user
//     and may not do the action to them
//   - *permission.Denied if the actor may only read the user
//   - another error of an Authorizer or of the storage
func (h Handle) Check(ctx context.Context, action permission.Action, id user.ID) error {
	m := method{name: "Check", invalid: checkAction(action)}
	_, err := runView(ctx, &h, m, noResult(func(ctx context.Context, s *readTx) error {
		if id == 0 {
			return s.may(ctx, action)
		}
		_, err := s.authorizedTarget(ctx, id, action, true)
		return err
	}), id)
	return err
}

// Explain returns whether the actor may do the action to the user with the given id, and the rule
// of the policy that decides. A denial is a result and no error. The user may be deleted. If id is
// 0, Explain checks the action without a target, such as to list users. If the actor may do the
// action to no user, the result is the denial, also for a user that does not exist.
//
// Errors, in this order:
//   - *validate.Error at "/action" for a text that is no name of an action
//   - storage.ErrNotFound if the actor may do the action to some users, and the user does not exist
//     or is hidden
//   - the error of an Authorizer that fails for a given user; without a target, the result is a
//     denial
func (h Handle) Explain(ctx context.Context, action permission.Action, id user.ID) (permission.Explanation, error) {
	m := method{name: "Explain", invalid: checkAction(action)}
	return runView(ctx, &h, m, func(ctx context.Context, s *readTx) (e permission.Explanation, err error) {
		request := s.request(action, permission.Target{})
		if id != 0 {
			var u user.User
			_, err := s.findTarget(ctx, id, action, true, &u)
			switch {
			case err == nil:
				request.Target = permission.TargetOf(u)
			case errors.Is(err, permission.ErrDenied):
				request.Target = noTarget
			default:
				return e, err
			}
		}
		return permission.Explain(ctx, h.authorizer, request), nil
	}, id)
}

// checkAction returns nil if action is a valid name of an action, whether the policy knows it or
// not. Errors: *validate.Error at /action.
func checkAction(action permission.Action) error {
	switch {
	case action == "":
		return problem("/action", validate.Required)
	case !action.Valid():
		return problem("/action", validate.Invalid)
	}
	return nil
}

// firstOf returns the first of the errors that is not nil, or nil.
func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
