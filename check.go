package roster

import (
	"context"
	"errors"

	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// Check returns nil if the actor may do an action to a user. The user may be deleted. The id 0 asks
// about an action without a target. Check is for the actions that a host adds in its policy: the
// host asks before it plays a recording or closes a ticket. Every other call checks its own
// actions.
//
// Errors: *validate.Error at "/action" for a text that is no name of an action;
// storage.ErrNotFound if the user does not exist, or the actor may neither read the user nor do the
// action to them; *permission.Denied, with permission.RuleNotInPolicy for an action that no row
// names; an Authorizer's own.
func (h Handle) Check(ctx context.Context, action permission.Action, id user.ID) (err error) {
	if ctx, h.obs = start(ctx, &h, "Check", id); h.obs != nil {
		defer h.obs.end(&err)
	}
	if err := checkAction(action); err != nil {
		return err
	}
	return h.view(ctx, func(ctx context.Context, s *readTx) error {
		if id == 0 {
			return s.may(ctx, action)
		}
		_, err := s.authorizedTarget(ctx, id, action, true)
		return err
	})
}

// Explain returns whether the actor may do an action to a user, and the rule that decides. The
// user may be deleted. The id 0 asks about an action without a target, such as to list users. If
// the actor may do the action to no user, the result is the same whether the user exists or not.
//
// Errors: *validate.Error at "/action" for a text that is no name of an action; storage.ErrNotFound
// if the user does not exist or is hidden.
func (h Handle) Explain(ctx context.Context, action permission.Action, id user.ID) (e permission.Explanation, err error) {
	if ctx, h.obs = start(ctx, &h, "Explain", id); h.obs != nil {
		defer h.obs.end(&err)
	}
	if err := checkAction(action); err != nil {
		return e, err
	}
	err = h.view(ctx, func(ctx context.Context, s *readTx) error {
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
				return err
			}
		}
		e = permission.Explain(ctx, h.authorizer, request)
		return nil
	})
	return e, err
}

// checkAction returns the problem with an action whose name is not valid.
func checkAction(action permission.Action) error {
	var c validate.Collector
	c.Require("/action", action != "")
	if action != "" && !action.Valid() {
		c.Add(validate.Problem{Path: "/action", Code: validate.Invalid})
	}
	return c.Err()
}
