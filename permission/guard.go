package permission

import "context"

// Guarded puts the rules that every Policy has of its own in front of a host's Authorizer: an actor who is nobody,
// deleted or disabled may do nothing, and the self rules hold. What they do not refuse, a decides; System passes as in
// a Policy. A nil Authorizer denies everything.
//
//	authorizer := permission.Guarded(myCasbin, permission.StandardSelfRules())
func Guarded(a Authorizer, rules SelfRules) Authorizer {
	return &guard{inner: a, self: rules.table()}
}

type guard struct {
	inner Authorizer
	self  selfTable
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

// settles returns the denial of a request that the rules refuse, and whether there is nothing more to decide.
func (g *guard) settles(r *Request) (*Denied, bool) {
	rule := actorRefused(r)
	if rule == "" && r.Actor.System {
		return nil, true
	}
	v := verdict{rule: rule}
	if rule == "" {
		v.rule, v.roles = g.self.refused(r)
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
