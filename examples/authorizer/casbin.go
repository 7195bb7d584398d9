package authorizer

import (
	"context"
	"fmt"
	"strings"

	"github.com/casbin/casbin/v2"
	"github.com/casbin/casbin/v2/model"

	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
)

// casbinModel has one policy for all accounts: each line names the account that it is for. Lists
// are separated by "|", and "*" is every name.
const casbinModel = `
[request_definition]
r = account, roles, action, actor, target, holds, attributes
[policy_definition]
p = account, role, actions, scope, targets, attributes
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.account == p.account && within(p.role, r.roles) && within(r.action, p.actions) && \
    within(r.attributes, p.attributes) && covers(p.scope, r.actor, r.target) && within(r.holds, p.targets)`

// Casbin decides by a casbin enforcer. It is a permission.Authorizer.
type Casbin struct{ enforcer *casbin.SyncedEnforcer }

// NewCasbin returns an Authorizer that decides by lines, the lines of a casbin policy. A line has
// six fields: an account, a role, actions, a scope, the roles that a target may hold, and
// attributes. A field with several names separates them by "|"; "*" means every name. Errors: those
// of casbin.
func NewCasbin(lines [][]string) (*Casbin, error) {
	m, err := model.NewModelFromString(casbinModel)
	if err != nil {
		return nil, err
	}
	enforcer, err := casbin.NewSyncedEnforcer(m)
	if err != nil {
		return nil, err
	}
	enforcer.AddFunction("within", func(args ...any) (any, error) {
		return within(args[0].(string), args[1].(string)), nil
	})
	enforcer.AddFunction("covers", func(args ...any) (any, error) {
		return covers(args[0].(string), args[1].(*permission.Actor), args[2].(*permission.Target))
	})
	if _, err := enforcer.AddPolicies(lines); err != nil {
		return nil, err
	}
	return &Casbin{enforcer}, nil
}

// CasbinLines returns the policy of the center for an account.
func CasbinLines(account user.AccountID) [][]string {
	every := list(frontDoor.With(permission.ActionsOf(Listen)).String())
	return [][]string{
		{string(account), "admin", every, "", "*", "*"},
		{string(account), "team_lead", "user.read|user.list|presence.set|custom.set.shift_start", "groups", "agent", "*"},
		{string(account), "team_lead", "user.update", "groups", "agent", list(edited().String())},
		{string(account), "quality_analyst", "user.read|user.list|recording.listen", "custom/site", "agent", "*"},
		{string(account), "everyone", "user.read|user.list", "self", "*", "*"},
	}
}

// Check implements permission.Authorizer. It returns nil if the system actor makes the request r,
// or if a line of the policy allows r. Otherwise it returns a *permission.Denied. Scoped is set in
// the *permission.Denied if a line allows the action for other targets, so that lists show those
// targets. If casbin fails, Check returns the error of casbin.
func (c *Casbin) Check(_ context.Context, r permission.Request) error {
	if r.Actor.System {
		return nil
	}
	allowed, err := c.enforce(&r, &r.Target)
	if allowed || err != nil {
		return err
	}
	scoped, err := c.enforce(&r, nil)
	if err != nil {
		return err
	}
	return &permission.Denied{Reason: permission.Reason{Action: r.Action, Policy: "casbin", Rule: "no-line", Scoped: scoped}}
}

// enforce reports whether a line of the policy allows the request r for the target. If target is
// nil, it reports whether a line allows r for some target. An error of casbin is returned.
func (c *Casbin) enforce(r *permission.Request, target *permission.Target) (bool, error) {
	roles, holds, attributes := "", "", ""
	if !r.Actor.Key {
		roles = "everyone|" + list(r.Actor.Roles.String())
	}
	if target != nil && !target.Roles.IsZero() {
		holds = list(target.Roles.String())
	}
	if r.Attributes != 0 {
		attributes = list(r.Attributes.String())
	}
	return c.enforcer.Enforce(string(r.Account), roles, string(r.Action), &r.Actor, target, holds, attributes)
}

func list(names string) string { return strings.ReplaceAll(names, ",", "|") }

// within reports whether the text allowed contains every name of the text names. Both texts have
// "|" between the names. The result is true if names is empty or allowed is "*".
func within(names, allowed string) bool {
	if names == "" || allowed == "*" {
		return true
	}
	for name := range strings.SplitSeq(names, "|") {
		if !strings.Contains("|"+allowed+"|", "|"+name+"|") {
			return false
		}
	}
	return true
}

// covers reports whether the target t is in the scope of a line of the policy, for the actor a. The
// scopes are:
//
//   - "": every target
//   - "self": the actor
//   - "groups": the users of the groups that the actor manages
//   - "custom/" and a name: the users whose custom attribute with this name is set and has the same
//     value as that of the actor
//
// If t is nil, covers returns true for any scope. If t is not nil, an unknown scope is an error.
func covers(scope string, a *permission.Actor, t *permission.Target) (bool, error) {
	if scope == "" || t == nil {
		return true, nil
	}
	if name, ok := strings.CutPrefix(scope, "custom/"); ok {
		mine, some := a.Custom.Get(name)
		theirs, other := t.Custom.Get(name)
		return some && other && mine == theirs, nil
	}
	switch scope {
	case "self":
		return a.ID > 0 && a.ID == t.ID, nil
	case "groups":
		return t.Group != 0 && (user.Management{ManagerOf: a.Manages}).Manages(t.Group), nil
	}
	return false, fmt.Errorf("casbin: %q is no scope", scope)
}
