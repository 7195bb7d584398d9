package roster_test

import (
	"errors"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// Check and Explain answer for a host's own actions as for any other: a hidden user and a missing
// one are the same error, and an action that no row names is denied by a rule that says so.
func TestCheckOfAHostsOwnAction(t *testing.T) {
	const listen, report permission.Action = "recording.listen", "report.read"
	policy := must(permission.New(permission.Spec{Name: "own", Rows: []permission.Row{
		{
			Name: "managers-listen", Actions: permission.ActionsOf(listen), Roles: user.RolesOf(user.AgentManager),
			Scope: permission.ManagedGroup,
		},
		{Name: "keys-report", Actions: permission.ActionsOf(report), Permissions: permission.PermissionsOf("REPORT_READ")},
	}}))
	each(t, func(t *testing.T, w *world) {
		as := func(a roster.Actor) roster.Handle { return w.dir.As("acme", a).WithAuthorizer(policy) }
		reader := as(roster.KeyActor(0, permission.PermissionsOf("REPORT_READ")))
		for _, tt := range []struct {
			name   string
			h      roster.Handle
			action permission.Action
			target user.ID
			rule   string
			err    error
		}{
			{"in the group", as(roster.UserActor(manager)), listen, agent, "managers-listen", nil},
			{"outside of it", as(roster.UserActor(manager)), listen, other, "", storage.ErrNotFound},
			{"missing", as(roster.UserActor(manager)), listen, noUser, "", storage.ErrNotFound},
			{"by another role", as(roster.UserActor(agent)), listen, agent, permission.RuleNoPermission, permission.ErrDenied},
			{"no user in particular", as(roster.UserActor(manager)), listen, 0, permission.RuleNotManagedGroup, permission.ErrDenied},
			{"a key", reader, report, 0, "keys-report", nil},
			{"a key of another permission", as(roster.KeyActor(0, permission.PermissionsOf("REPORT_WRITE"))), report, 0, permission.RuleNoPermission, permission.ErrDenied},
			{"mistyped", reader, "report.raed", 0, permission.RuleNotInPolicy, permission.ErrDenied},
			{"the host", as(roster.SystemActor()), "report.raed", agent, permission.RuleSystem, nil},
		} {
			err := tt.h.Check(w.ctx, tt.action, tt.target)
			e, failed := tt.h.Explain(w.ctx, tt.action, tt.target)
			var denied *permission.Denied
			if !errors.Is(err, tt.err) || errors.Is(err, storage.ErrNotFound) != errors.Is(failed, storage.ErrNotFound) ||
				e.Allowed != (err == nil) || e.Rule != tt.rule || errors.As(err, &denied) && denied.Reason != e.Reason {
				t.Errorf("%s: Check %v, want %v, Explain %v, %v", tt.name, err, tt.err, e, failed)
			}
		}
	})
}
