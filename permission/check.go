package permission

import (
	"context"
	"strings"

	"github.com/ca74b63c/roster/user"
)

// Check returns nil if the policy allows the request, and a *Denied otherwise. It checks in this
// order. The rules in parentheses are those that it denies by.
//
//  1. The name of the action is valid (unknown-action). Actor.System is then allowed.
//  2. The actor is a user or an API key, and neither deleted nor disabled (no-actor,
//     actor-deleted, actor-disabled).
//  3. A row allows the actor the action (not-in-policy, no-permission) for the target
//     (target-role, not-managed-group, not-same-value, not-self, not-a-user). If no row names the
//     action, but the attribute table has the requested attributes, step 4 gives the denial.
//  4. The rows that allow it have, together, every requested attribute (attribute-read-only,
//     attribute-write-only, attribute-not-in-policy, attribute-no-permission).
//  5. The actor does not change, for its own user, an attribute that a row compares (SameAs,
//     SameCustom), unless rows let the actor change the attribute for every user
//     (chooses-own-reach).
//  6. The rules about power hold (grants-role-not-held, own-admin-role,
//     target-holds-role-not-grantable, takes-role-not-grantable, old-password-required).
//
// An allowed request costs no allocation, and a denied one only that of the *Denied.
func (p *Policy) Check(_ context.Context, r Request) error {
	if d := p.decide(&r); d != nil {
		return d
	}
	return nil
}

// Explain returns whether Check allows the request, and the reason. For a denied request, the
// reason is that of the *Denied. For an allowed request, the rule is the name of the row that
// allows it. If several rows together have the requested attributes, the rule is the names of these
// rows, joined by "+". For Actor.System the rule is RuleSystem.
func (p *Policy) Explain(_ context.Context, r Request) Explanation {
	if d := p.decide(&r); d != nil {
		return Explanation{false, d.Reason}
	}
	reason := Reason{Action: r.Action, Policy: p.Name(), Rule: RuleSystem, Need: needSystem}
	if !r.Actor.System {
		p.explainAllowed(&r, &reason)
	}
	return Explanation{true, reason}
}

// verdict is a denial without its texts.
type verdict struct {
	rule       string
	scoped     bool
	roles      user.Roles
	attributes user.Attributes
}

// actorRefused returns the rule that denies every request of this actor, such as RuleActorDeleted.
// It returns RuleUnknownAction if the name of the action is not valid and named is false: no row of
// the policy has the action. It returns "" if none of these rules denies the request.
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

// decide returns nil if the policy allows the request. Otherwise it returns the denial by the first
// rule that the request breaks, in the order of the comment of Check. A nil policy denies every
// request.
func (p *Policy) decide(r *Request) *Denied {
	if p == nil {
		return p.denied(r, verdict{rule: RuleUnknownAction})
	}
	act := p.action(r.Action)
	if rule := actorRefused(r, act != &unnamed); rule != "" {
		return p.denied(r, verdict{rule: rule})
	}
	if r.Actor.System {
		return nil
	}
	var who mask
	p.names.addActor(&who, &r.Actor)
	if r.Attributes != 0 || !act.free.any(&who) { // otherwise some row allows it for every target
		rows, within := act.rows, r.within()
		missing, some := r.Attributes, false
		for i := range rows {
			if row := &rows[i]; row.who.any(&who) && row.reaches(r, within) {
				some = true
				if missing &^= row.attributes; missing == 0 {
					break
				}
			}
		}
		if !some || missing != 0 {
			return p.denied(r, p.refused(r, act, some, missing))
		}
		if r.own() && r.Attributes != 0 {
			if set := p.choosesReach(r, act, &who); set != 0 {
				return p.denied(r, verdict{rule: RuleOwnReach, attributes: set})
			}
		}
	}
	if p.self.concerns(r, act.power) {
		if rule, roles := p.self.refused(r, act.power); rule != "" {
			return p.denied(r, verdict{rule: rule, roles: roles})
		}
	}
	return nil
}

// reaches reports whether the row is for the target of the request: the target is in the scope of
// the row and has none of the excluded roles. Without a target, the history and the money of the
// account concern users of all roles, so a row that excludes roles is not for them.
func (c *compiledRow) reaches(r *Request, within scopes) bool {
	if r.Target.ID == 0 && !c.without.IsZero() {
		switch r.Action {
		case ChangesRead, StatementRead, MoneyRead, MoneyReverse:
			return false
		}
	}
	return c.covers(r, within) && !c.without.HasAny(r.Target.Roles)
}

// covers reports whether the target is in the scope of the row.
func (c *compiledRow) covers(r *Request, within scopes) bool {
	return within&c.scope != 0 || c.same != nil && c.same.holds(r)
}

// refused returns the verdict on a request that the rows do not allow. The parameter some says that
// rows allow the actor the action for the target, but not the attributes in missing. The verdict is
// then that of attributesRefused. If no row names the action, the rule is RuleNotInPolicy, or that
// of attributesRefused if there is an attribute table and the request has attributes. If rows are
// for the actor, the verdict is that of the row with the greatest near (compiledRow.misses).
// Otherwise the rule is RuleNoPermission.
func (p *Policy) refused(r *Request, act *compiledAction, some bool, missing user.Attributes) verdict {
	if some {
		return p.attributesRefused(r, act, missing)
	}
	rows := act.rows
	switch {
	case len(rows) == 0 && len(p.spec.Attributes) > 0 && r.Attributes != 0:
		return p.attributesRefused(r, act, missing) // the table has a better reason
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

// misses returns why the row is not for the target of the request, as a verdict. near is greater
// for a row that comes nearer to the target, from 1 to 4.
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

// attributesRefused returns the verdict on a request for the attributes in missing, which no row
// for the actor and the target has. If rows for the same action have all of them, the rule is
// RuleAttribute. Otherwise, if an action that reads needs attributes that only writing actions
// have, the rule is RuleAttributeWriteOnly, and RuleAttributeReadOnly in the opposite case. It is
// RuleAttributeUnknown if no row has them. The verdict has the attributes that the rule is about.
func (p *Policy) attributesRefused(r *Request, act *compiledAction, missing user.Attributes) verdict {
	unknown := missing.Without(act.able)
	if unknown == 0 {
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
	case r.Action.Reads() && unknown.HasAny(written):
		rule, unknown = RuleAttributeWriteOnly, unknown&written
	case !r.Action.Reads() && unknown.HasAny(read):
		rule, unknown = RuleAttributeReadOnly, unknown&read
	}
	return verdict{rule: rule, attributes: unknown}
}

// denied returns the error for a denied request. The rule, the roles and the attributes in the
// error are those of the verdict v. denied adds what would have allowed the request (Need), and the
// sentence behind the rule (Source, Basis).
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
	case RuleOwnReach:
		d.Need, d.Source = needEveryUser, selfSources[v.rule]
	case RuleGrant, RuleTargetHolds, RuleTake, RuleOwnAdmin, RuleOldPassword:
		d.Need, d.Source = p.self.need(v.rule, v.roles), selfSources[v.rule]
	case RuleAttribute:
		d.Need, d.Source = p.needFor(r.Action, v.attributes), p.spec.Source
	case RuleAttributeReadOnly, RuleAttributeWriteOnly, RuleAttributeUnknown: // no row would help
		d.Source, d.Basis = p.attributeSource(v.attributes)
	default:
		d.Need, d.Source = p.action(r.Action).need, p.spec.Source
	}
	return d
}

// needFor describes the actors and targets of the rows for the action a that have one of the given
// attributes, such as "role agent; or role admin". It returns "" if there is no such row.
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

// attributeSource returns the source of the access level of the attributes.
func (p *Policy) attributeSource(attributes user.Attributes) (string, Basis) {
	for _, row := range p.spec.Attributes {
		if row.Attributes.HasAny(attributes) {
			return row.Source, row.Basis
		}
	}
	return p.spec.Source, Assumed
}

// explainAllowed sets the rule of the reason to the names of the rows that together allow the
// request, joined by "+". It skips a row that adds no requested attribute. Need, Source and Basis
// are those of the first named row.
func (p *Policy) explainAllowed(r *Request, reason *Reason) {
	var names []string
	within, missing := r.within(), r.Attributes
	var who mask
	p.names.addActor(&who, &r.Actor)
	rows := p.action(r.Action).rows
	for i := range rows {
		c := &rows[i]
		if !c.who.any(&who) || !c.reaches(r, within) || r.Attributes != 0 && missing&c.attributes == 0 {
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
