package permission

import (
	"context"
	"strings"

	"github.com/ca74b63c/roster/user"
)

// Check returns nil if the policy allows the request, and a *Denied if not. It decides in this order, which is the
// order of precedence of its rules:
//
//  1. System may do everything that is an action (unknown-action).
//  2. The actor is somebody, lives and is enabled (no-actor, actor-deleted, actor-disabled).
//  3. Some row allows him the action (not-in-policy, no-permission) for this target (target-role, not-managed-group,
//     not-self, not-a-user). Where no row names the action but the attribute table those that the request names, the
//     next step answers.
//  4. The rows that do reach every attribute that the request names, together (attribute-…).
//  5. The self rules (grants-role-not-held, own-admin-role, target-holds-role-not-grantable,
//     takes-role-not-grantable, old-password-required).
//
// It allocates nothing when it allows, and the *Denied alone when it does not.
func (p *Policy) Check(_ context.Context, r Request) error {
	if v := p.decide(&r); v.rule != "" {
		return p.denied(&r, v)
	}
	return nil
}

// Explain returns Check's decision and what made it. Where several rows together reach the attributes that the request
// names, the rule is their names joined by "+".
func (p *Policy) Explain(_ context.Context, r Request) Explanation {
	if v := p.decide(&r); v.rule != "" {
		return Explanation{false, p.denied(&r, v).Reason}
	}
	reason := Reason{Action: r.Action, Policy: p.Name(), Rule: RuleSystem, Need: needSystem}
	if !r.Actor.System {
		p.explainAllowed(&r, &reason)
	}
	return Explanation{true, reason}
}

// verdict is a decision before it is put into words. An empty rule allows.
type verdict struct {
	rule       string
	scoped     bool
	roles      user.Roles
	attributes user.Attributes
}

// actorRefused returns the rule by which the request is refused before anybody looks at what he may do.
func actorRefused(r *Request) string {
	switch actor := &r.Actor; {
	case r.Action == 0 || r.Action >= numActions:
		return RuleUnknownAction
	case actor.System:
		return ""
	case actor.ID < 0, actor.ID == 0 && actor.Permissions == 0:
		return RuleNoActor
	case actor.Deleted:
		return RuleActorDeleted
	case actor.Disabled:
		return RuleActorDisabled
	}
	return ""
}

func (p *Policy) decide(r *Request) verdict {
	if p == nil {
		return verdict{rule: RuleUnknownAction}
	}
	if rule := actorRefused(r); rule != "" {
		return verdict{rule: rule}
	}
	if r.Actor.System {
		return verdict{}
	}
	var who mask
	p.names.addActor(&who, &r.Actor)
	if r.Attributes != 0 || !p.free[r.Action].any(&who) { // else some row allows it, whoever the target is
		rows, within := p.rows[r.Action], r.within()
		var target mask
		p.names.add(&target, &r.Target.Roles)
		missing, some := r.Attributes, false
		for i := range rows {
			if row := &rows[i]; row.who.any(&who) && row.reaches(&target, within) {
				some = true
				if missing &^= row.attributes; missing == 0 {
					break
				}
			}
		}
		if !some || missing != 0 {
			return p.refused(r, some, missing)
		}
	}
	if p.self.concerns(r) {
		rule, roles := p.self.refused(r)
		return verdict{rule: rule, roles: roles}
	}
	return verdict{}
}

// reaches reports whether the row is for a target who holds the roles and whom the scopes cover.
func (c *compiledRow) reaches(roles *mask, within scopes) bool {
	return within&c.scope != 0 && !c.others.any(roles)
}

// refused says why no row, or no set of rows, allows the request.
func (p *Policy) refused(r *Request, some bool, missing user.Attributes) verdict {
	if some {
		return p.attributesRefused(r, missing)
	}
	rows := p.rows[r.Action]
	switch {
	case len(rows) == 0 && len(p.spec.Attributes) > 0 && r.Attributes != 0:
		return p.attributesRefused(r, missing) // its table says more: that the attribute is read-only
	case len(rows) == 0:
		return verdict{rule: RuleNotInPolicy}
	}
	var who mask
	p.names.addActor(&who, &r.Actor)
	within := r.within()
	nearest, v := 0, verdict{rule: RuleNoPermission}
	for i := range rows {
		if row := &rows[i]; row.who.any(&who) {
			if near, why := row.misses(r, within); near > nearest {
				nearest, v = near, why
			}
		}
	}
	return v
}

// misses says why a row for the actor is not for the target, and how near it comes.
func (c *compiledRow) misses(r *Request, within scopes) (near int, v verdict) {
	switch {
	case within&c.scope != 0:
		return 4, verdict{rule: RuleTargetRole, scoped: true, roles: c.without.Common(r.Target.Roles)}
	case c.scope == ManagedGroup.bit():
		return 3, verdict{rule: RuleNotManagedGroup, scoped: true}
	case c.scope == Self.bit():
		return 2, verdict{rule: RuleNotSelf, scoped: true}
	default:
		return 1, verdict{rule: RuleNotAUser, scoped: true}
	}
}

func (p *Policy) attributesRefused(r *Request, missing user.Attributes) verdict {
	nobody := missing.Without(p.able[r.Action])
	if nobody == 0 {
		return verdict{rule: RuleAttribute, attributes: missing}
	}
	rule := RuleAttributeUnknown
	var read, written user.Attributes
	for a := Action(1); a < numActions; a++ {
		if a.Reads() {
			read |= p.able[a]
		} else {
			written |= p.able[a]
		}
	}
	switch {
	case r.Action.Reads() && nobody.HasAny(written):
		rule, nobody = RuleAttributeWriteOnly, nobody&written
	case !r.Action.Reads() && nobody.HasAny(read):
		rule, nobody = RuleAttributeReadOnly, nobody&read
	}
	return verdict{rule: rule, attributes: nobody}
}

func (p *Policy) denied(r *Request, v verdict) *Denied {
	d := &Denied{Reason{
		Action: r.Action, Policy: p.Name(), Rule: v.rule, Scoped: v.scoped, Roles: v.roles, Attributes: v.attributes,
	}}
	switch v.rule {
	case RuleUnknownAction, RuleNoActor, RuleActorDeleted, RuleActorDisabled, RuleNotInPolicy:
	case RuleGrant, RuleTargetHolds, RuleTake, RuleOwnAdmin, RuleOldPassword:
		d.Need, d.Source = p.self.need(v.rule, v.roles), selfSources[v.rule]
	case RuleAttribute:
		d.Need, d.Source = p.needFor(r.Action, v.attributes), p.spec.Source
	case RuleAttributeReadOnly, RuleAttributeWriteOnly, RuleAttributeUnknown: // there is nobody to turn to
		d.Source, d.Basis = p.attributeSource(v.attributes)
	default:
		d.Need, d.Source = p.need[r.Action], p.spec.Source
	}
	return d
}

// needFor says in words whose rows reach one of the attributes.
func (p *Policy) needFor(a Action, attributes user.Attributes) string {
	var who []string
	for i := range p.rows[a] {
		if c := &p.rows[a][i]; c.attributes.HasAny(attributes) {
			who = append(who, p.spec.Rows[c.row].who())
		}
	}
	return strings.Join(who, "; or ")
}

// attributeSource returns where the access level of the attributes stands.
func (p *Policy) attributeSource(attributes user.Attributes) (string, Basis) {
	for _, row := range p.spec.Attributes {
		if row.Attributes.HasAny(attributes) {
			return row.Source, row.Basis
		}
	}
	return p.spec.Source, Assumed
}

func (p *Policy) explainAllowed(r *Request, reason *Reason) {
	var names []string
	within, missing := r.within(), r.Attributes
	var who, target mask
	p.names.addActor(&who, &r.Actor)
	p.names.add(&target, &r.Target.Roles)
	for i := range p.rows[r.Action] {
		c := &p.rows[r.Action][i]
		if !c.who.any(&who) || !c.reaches(&target, within) || r.Attributes != 0 && missing&c.attributes == 0 {
			continue
		}
		row := p.spec.Rows[c.row]
		if len(names) == 0 {
			reason.Need, reason.Source, reason.Basis = row.who(), row.Source, row.Basis
		}
		names = append(names, row.Name)
		if missing &^= c.attributes; missing == 0 {
			break
		}
	}
	reason.Rule = strings.Join(names, "+")
}
