package permission

import (
	"context"
	"slices"
	"sync"
)

// Guarded puts the rules that every Policy has of its own in front of a host's Authorizer: an actor
// that is no user and no key, or is deleted or disabled, may do nothing, and the rules about power
// hold. What they do not refuse, a decides; System passes as in a Policy. A nil Authorizer denies
// everything.
//
// The front door keeps StandardSelfRules under every Authorizer by itself. Guarded is for a host
// that has others:
//
//	rules := permission.StandardSelfRules()
//	rules.Credentials = user.AttributesOf(user.AttrEmail) // who reads the mail recovers the account
//	authorizer := permission.Guarded(myCasbin, rules)
func Guarded(a Authorizer, rules SelfRules) Authorizer {
	self := rules.table()
	return &guard{inner: a, self: &self}
}

// EnsureGuarded returns an Authorizer that refuses what every Policy refuses by its own rules, and
// else decides as a does: a itself if it has such rules, as a Policy and what Guarded returned
// have; else a behind StandardSelfRules. All keeps the rules of each of its members. Any has rules
// of its own if each of its members has. The front door calls it for the host's Authorizer.
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

// guarded reports whether everything that a allows keeps rules about power.
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

type guard struct {
	inner   Authorizer
	self    *selfTable
	asksAll bool // inner decides about System too
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

// settles returns the denial of a request that the rules refuse, and whether there is nothing more
// to decide.
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
