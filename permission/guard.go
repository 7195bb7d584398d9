package permission

import (
	"context"
	"slices"
	"sync"

	"github.com/ca74b63c/roster/user"
)

// Guarded returns an Authorizer that applies the rules of every Policy before a. An actor that is
// neither a user nor an API key, or is deleted or disabled, may do nothing, and the given rules
// about power hold. Otherwise a decides. Actor.System is allowed as in a Policy, even if a is nil.
// A nil a denies every other request.
//
// Package roster applies StandardSelfRules to every Authorizer. A host needs Guarded only for
// other rules:
//
//	rules := permission.StandardSelfRules()
//	rules.Credentials = user.AttributesOf(user.AttrEmail) // the host recovers accounts by e-mail
//	authorizer := permission.Guarded(myCasbin, rules)
func Guarded(a Authorizer, rules SelfRules) Authorizer {
	self := rules.table()
	return &guard{inner: a, self: &self}
}

// EnsureGuarded returns an Authorizer that applies the rules of every Policy and otherwise
// decides as a. It returns a itself if a has such rules: a Policy, the result of Guarded, an All
// with such a member, and an Any of such members. To any other a it adds StandardSelfRules.
// Package roster calls it for the Authorizer of the host.
func EnsureGuarded(a Authorizer) Authorizer {
	if guarded(a) {
		return a
	}
	return &guard{inner: a, self: standardTable(), asksAll: true}
}

var standardTable = sync.OnceValue(func() *selfTable {
	t := StandardSelfRules().table()
	return &t
})

// guarded reports whether rules about power apply to everything that a allows.
func guarded(a Authorizer) bool {
	switch a := a.(type) {
	case *Policy, *guard:
		return true
	case AuthorizerFunc:
		return a == nil // it allows nothing
	case all:
		return slices.ContainsFunc(a, guarded)
	case anyOf:
		return !slices.ContainsFunc(a, func(a Authorizer) bool { return a != nil && !guarded(a) })
	}
	return false
}

// guard is an Authorizer with rules about power in front of it.
type guard struct {
	inner   Authorizer
	self    *selfTable
	asksAll bool // inner also decides about Actor.System
}

func (g *guard) Check(ctx context.Context, r Request) error {
	if d, ok := g.settles(&r); d != nil {
		return d
	} else if ok {
		return nil
	}
	return g.inner.Check(ctx, r)
}

func (g *guard) Explain(ctx context.Context, r Request) Explanation {
	if d, ok := g.settles(&r); d != nil {
		return Explanation{false, d.Reason}
	} else if ok {
		return Explanation{true, Reason{Action: r.Action, Policy: guardName, Rule: RuleSystem, Need: needSystem}}
	}
	return Explain(ctx, g.inner, r)
}

const guardName = "self-rules"

// settles decides a request without the inner Authorizer where it can. The first of these cases
// decides:
//
//   - The actor may do nothing: the denial and true.
//   - The actor is Actor.System and asksAll is not set: nil and true, which allows the request.
//   - A rule about power denies the request, which no such rule does for Actor.System: the denial
//     and true.
//   - There is no inner Authorizer: a denial and true.
//   - Otherwise the inner Authorizer must decide: nil and false.
func (g *guard) settles(r *Request) (*Denied, bool) {
	_, standard := r.Action.position()
	v := verdict{rule: actorRefused(r, standard)}
	if v.rule == "" && r.Actor.System && !g.asksAll {
		return nil, true
	}
	if power := powerOf(r.Action); v.rule == "" && !r.Actor.System && g.self.concerns(r, power) {
		v.rule, v.roles = g.self.refused(r, power)
	}
	switch {
	case v.rule != "":
		d := &Denied{Reason{Action: r.Action, Policy: guardName, Rule: v.rule, Roles: v.roles}}
		d.Need, d.Source = g.self.need(v.rule, v.roles), selfSources[v.rule]
		return d, true
	case g.inner == nil:
		return &Denied{Reason{Action: r.Action, Rule: RuleNoAuthorizer}}, true
	}
	return nil, false
}

// AdministratorRoles is an optional interface of an Authorizer. It returns the roles that make a
// user an administrator (user.User.Administers). Only the host may do what would leave an account
// without one. An empty set means StandardAdministratorRoles.
type AdministratorRoles interface {
	AdministratorRoles() user.Roles
}

// StandardAdministratorRoles returns the roles that make a user an administrator if the
// Authorizer does not say: Owner, Admin and LPA.
func StandardAdministratorRoles() user.Roles { return user.RolesOf(user.Owner, user.Admin, user.LPA) }

// KeptAdministrators returns two sets of roles. An account must always have an administrator with a
// role of the first set, and one with a role of the second set unless the second set is empty.
//
// The first set has the roles that make a user an administrator under the Authorizer a. The second
// set has those of the first set that may create users. It is empty if all of them may, or none.
// The second set is for a policy in which some of these roles, such as Owner, may not create users.
// If only users with such a role were left, no user could create another one.
func KeptAdministrators(a Authorizer) [2]user.Roles {
	every := administratorRolesOf(a)
	able := creatorsOf(a).Common(every)
	if able == every {
		able = user.Roles{}
	}
	return [2]user.Roles{every, able}
}

// administratorRolesOf returns the roles that make a user an administrator under a.
func administratorRolesOf(a Authorizer) user.Roles {
	if says, ok := member(a).(AdministratorRoles); ok {
		if roles := says.AdministratorRoles(); !roles.IsZero() {
			return roles
		}
	}
	return StandardAdministratorRoles()
}

// creatorsOf returns the roles that the rows of a let create users. It returns none if a has no
// rows.
func creatorsOf(a Authorizer) user.Roles {
	if p, ok := member(a).(*Policy); ok && p != nil {
		return p.creators
	}
	return user.Roles{}
}

// member returns the Authorizer that names the administrator roles of a. For the result of Guarded,
// member continues with the inner Authorizer. For the result of All or Any, member continues with
// the first element that implements AdministratorRoles or is itself a result of Guarded, All or
// Any. Without such an element it returns nil. Any other a is the result.
func member(a Authorizer) Authorizer {
	var list []Authorizer
	switch c := a.(type) {
	case *guard:
		return member(c.inner)
	case all:
		list = c
	case anyOf:
		list = c
	default:
		return a
	}
	for _, a := range list {
		switch a.(type) {
		case *guard, all, anyOf, AdministratorRoles:
			return member(a)
		}
	}
	return nil
}

// AdministratorRoles returns Spec.Administrators.
func (p *Policy) AdministratorRoles() user.Roles {
	if p == nil {
		return user.Roles{}
	}
	return p.spec.Administrators
}
