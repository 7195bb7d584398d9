package roster

import (
	"context"
	"errors"

	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// Check returns nil if the actor may do the action to the user with the given id, deleted or not.
// If id is 0, Check asks for an action without a target. It writes nothing. Use it for the actions
// that a host adds in its policy, for example before the host plays a recording or closes a ticket.
// The other methods of Handle check their own actions.
//
// Errors, in this order:
//   - *validate.Error at "/action" for a text that is no name of an action
//   - storage.ErrNotFound if the user does not exist, or the actor may neither read the user nor do
//     the action to them. If the actor may do the action to no user at all, the error is
//     *permission.Denied instead
//   - *permission.Denied, with permission.RuleNotInPolicy for an action that no row of the policy
//     names
//   - another error of an Authorizer
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
// 0, Explain asks for an action without a target, such as to list users. If the actor may do the
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

// checkAction returns a *validate.Error at /action if action is empty or is no valid name of an
// action. Otherwise it returns nil. It does not ask the policy.
func checkAction(action permission.Action) error {
	switch {
	case action == "":
		return problem("/action", validate.Required)
	case !action.Valid():
		return problem("/action", validate.Invalid)
	}
	return nil
}

// firstOf returns the first error that is not nil.
func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
