package permission

import (
	"context"
	"strings"

	"github.com/ca74b63c/roster/user"
)

// Check returns nil if the policy allows the request, and a *Denied if not. It decides in this order, which is the
// order of precedence of its rules:
//
//  1. System may do everything that has a name of an action (unknown-action).
//  2. The actor is somebody, lives and is enabled (no-actor, actor-deleted, actor-disabled).
//  3. Some row allows him the action (not-in-policy, no-permission) for this target (target-role, not-managed-group,
//     not-same-value, not-self, not-a-user). Where no row names the action but the attribute table those that the request names, the
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

// actorRefused returns the rule by which the request is refused before the policy looks at what the
// actor may do. named says that the action is one of a policy.
func actorRefused(r *Request, named bool) string {
	switch actor := &r.Actor; {
	case !named && !r.Action.Valid():
		return RuleUnknownAction
	case actor.System:
		return ""
	case actor.ID < 0, actor.ID == 0 && actor.Permissions.IsZero():
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
	act := p.action(r.Action)
	if rule := actorRefused(r, act != &unnamed); rule != "" {
		return verdict{rule: rule}
	}
	if r.Actor.System {
		return verdict{}
	}
	var who mask
	p.names.addActor(&who, &r.Actor)
	if r.Attributes != 0 || !act.free.any(&who) { // else some row allows it, whoever the target is
		rows, within := act.rows, r.within()
		var target mask
		p.names.addRoles(&target, &r.Target.Roles)
		missing, some := r.Attributes, false
		for i := range rows {
			if row := &rows[i]; row.who.any(&who) && row.reaches(r, &target, within) {
				some = true
				if missing &^= row.attributes; missing == 0 {
					break
				}
			}
		}
		if !some || missing != 0 {
			return p.refused(r, act, some, missing)
		}
	}
	if p.self.concerns(r, act.power) {
		rule, roles := p.self.refused(r, act.power)
		return verdict{rule: rule, roles: roles}
	}
	return verdict{}
}

// reaches reports whether the row is for a target that holds the roles and is within the scopes.
func (c *compiledRow) reaches(r *Request, roles *mask, within scopes) bool {
	return c.covers(r, within) && !c.others.any(roles)
}

// covers reports whether the target is in the row's scope.
func (c *compiledRow) covers(r *Request, within scopes) bool {
	return within&c.scope != 0 || c.same != nil && c.same.holds(r)
}

// refused says why no row, or no set of rows, allows the request.
func (p *Policy) refused(r *Request, act *compiledAction, some bool, missing user.Attributes) verdict {
	if some {
		return p.attributesRefused(r, act, missing)
	}
	rows := act.rows
	switch {
	case len(rows) == 0 && len(p.spec.Attributes) > 0 && r.Attributes != 0:
		return p.attributesRefused(r, act, missing) // its table says more: that the attribute is read-only
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
	case c.covers(r, within):
		return 4, verdict{rule: RuleTargetRole, scoped: true, roles: c.without.Common(r.Target.Roles)}
	case c.scope == inManagedGroup:
		return 3, verdict{rule: RuleNotManagedGroup, scoped: true}
	case c.same != nil:
		return 3, verdict{rule: RuleNotSame, scoped: true}
	case c.scope == inSelf:
		return 2, verdict{rule: RuleNotSelf, scoped: true}
	default:
		return 1, verdict{rule: RuleNotAUser, scoped: true}
	}
}

func (p *Policy) attributesRefused(r *Request, act *compiledAction, missing user.Attributes) verdict {
	nobody := missing.Without(act.able)
	if nobody == 0 {
		return verdict{rule: RuleAttribute, attributes: missing}
	}
	rule := RuleAttributeUnknown
	var read, written user.Attributes
	for i := range p.acts {
		if i < numStandardActions && standardActions[i].Reads() {
			read |= p.acts[i].able
		} else {
			written |= p.acts[i].able
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
	case RuleUnknownAction, RuleNoActor, RuleActorDeleted, RuleActorDisabled:
	case RuleNotInPolicy:
		if _, standard := r.Action.position(); !standard {
			d.Need = needRow
		}
	case RuleGrant, RuleTargetHolds, RuleTake, RuleOwnAdmin, RuleOldPassword:
		d.Need, d.Source = p.self.need(v.rule, v.roles), selfSources[v.rule]
	case RuleAttribute:
		d.Need, d.Source = p.needFor(r.Action, v.attributes), p.spec.Source
	case RuleAttributeReadOnly, RuleAttributeWriteOnly, RuleAttributeUnknown: // there is nobody to turn to
		d.Source, d.Basis = p.attributeSource(v.attributes)
	default:
		d.Need, d.Source = p.action(r.Action).need, p.spec.Source
	}
	return d
}

// needFor says in words whose rows reach one of the attributes.
func (p *Policy) needFor(a Action, attributes user.Attributes) string {
	var who []string
	rows := p.action(a).rows
	for i := range rows {
		if c := &rows[i]; c.attributes.HasAny(attributes) {
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
	p.names.addRoles(&target, &r.Target.Roles)
	rows := p.action(r.Action).rows
	for i := range rows {
		c := &rows[i]
		if !c.who.any(&who) || !c.reaches(r, &target, within) || r.Attributes != 0 && missing&c.attributes == 0 {
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
