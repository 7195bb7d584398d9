package user

import (
	"time"

	"github.com/ca74b63c/roster/validate"
)

// Facts are what the rules must know beside the user.
type Facts struct {
	Now time.Time
	// Profile returns what a profile gives, and whether there is such a profile; nil knows none.
	Profile func(ProfileID) (Profile, bool)
	// Reference reports whether the account has a piece of reference data, and whether it has any
	// of the kind; nil has none of any kind.
	Reference func(k ReferenceKind, id int64) (known, any bool)
	// MaxID bounds the ids that the caller gives a user and that the account knows nothing of; 0 is
	// no bound.
	MaxID int64
	// Transitions say what losing a role resets; nil means DefaultTransitions.
	Transitions []Transition
	// Custom returns the account's custom attributes; nil: there are none.
	Custom func() CustomSchema
}

// Outcome is what a change came to.
type Outcome struct {
	Before, After User
	Changed       Attributes // what differs between Before and After
	Lost          Attributes // what was changed to its default, and so is gone; to be offline or enabled is no loss
	Resets        []Reset    // what was reset because a role was lost
}

// roleSources are the attributes that the set of roles comes from.
const roleSources Attributes = 1<<AttrProfiles | 1<<AttrGranted | 1<<AttrRoles

// Apply returns what u becomes. It changes nothing else and fails whole. In this order:
//
//  1. each named attribute is set or cleared; the date of an Assignment stays for a group that stays, and is Now for
//     a new one;
//  2. Enabled changed without DisabledManually sets that to the opposite of Enabled (LivePerson, disabledManually);
//  3. the roles are those granted directly and those that the profiles give. Roles, if named, is the resulting set: a
//     profile that gives a role outside it is taken away, a role that no profile gives is granted directly;
//  4. each named custom attribute is set or cleared;
//  5. a role that the set loses resets what the Transitions say, whatever the same patch set there.
//
// It asks neither whether the values keep the rules, which Check does, nor whether u lives.
//
// Errors: ErrTime for Facts.Now; ErrStatusLocked; then a *validate.Error with every problem: a
// profile that does not exist, even one that the patch does not name if the roles must be derived
// again; an id of other reference data that the user does not carry yet and that CheckReferences
// does not know; a custom attribute that the schema does not have or whose new value it refuses, and
// one that it requires and the user lacks, if the user is new (Version 0) or has another custom
// attribute than before; agent groups managed by a user who is no agent manager ("Only an agent manager can
// manage agent groups", LivePerson).
func (p Patch) Apply(u User, f Facts) (Outcome, error) {
	if err := CheckTime(f.Now); err != nil {
		return Outcome{}, err
	}
	out := Outcome{Before: u, After: u}
	after, now := &out.After, NormalizeTime(f.Now)
	named := p.Attributes()
	d := p.assign(after)
	if err := p.assignSpecial(&d, named, after, now); err != nil {
		return Outcome{}, err
	}
	var problems validate.Collector
	if named.HasAny(roleSources) {
		after.Access.resolve(p.Roles, f.Profile, &problems)
		d = d.withRoles(&u.Access, &after.Access)
	}
	if named.Has(AttrCustom) || u.Version == 0 {
		f.applyCustom(&problems, p.Custom, &u, after)
		if !after.Custom.Equal(u.Custom) {
			d.note(AttrCustom, after.Custom.IsZero())
		}
	}
	if !after.Access.Roles.HasAll(u.Access.Roles) {
		out.After, out.Resets = ApplyTransitions(u, out.After, f.Transitions)
		if after.Presence.Since = u.Presence.Since; after.Presence.Status != u.Presence.Status {
			after.Presence.Since = now
		}
		d.changed = ChangedAttributes(u, out.After)
		d.lost = d.changed.Without(ChangedAttributes(out.After, User{}))
	}
	if named.HasAny(carriers) {
		f.checkAdded(&problems, &u, after)
	}
	if named.Has(AttrManagerOf) && !after.Management.ManagerOf.IsZero() && !after.Access.Roles.Has(AgentManager) {
		problems.Add(validate.Problem{Path: AttrManagerOf.Path(), Code: validate.Conflict})
	}
	if err := problems.Err(); err != nil {
		return Outcome{}, err
	}
	out.Changed, out.Lost = d.changed, d.lost.Without(neverLost)
	return out, nil
}

// assignSpecial sets the named attributes that do more than take a value, but for the roles.
func (p *Patch) assignSpecial(d *delta, named Attributes, u *User, now time.Time) error {
	if named.Has(AttrStatus) && u.Presence.Status != p.Status.value {
		presence, err := u.Presence.To(p.Status.value, now)
		if err != nil {
			return err
		}
		u.Presence = presence
		d.note(AttrStatus, presence.Status == Offline)
	}
	if named.Has(AttrMemberOf) && u.Capacity.MemberOf.Group != p.MemberOf.value {
		u.Capacity.MemberOf = u.Capacity.MemberOf.to(p.MemberOf.value, now)
		d.note(AttrMemberOf, p.MemberOf.value == 0)
	}
	if named.Has(AttrManagerOf) {
		was := u.Management
		u.Management = was.to(p.ManagerOf.value, now)
		if !u.Management.sameGroups(was) {
			d.note(AttrManagerOf, u.Management.ManagerOf.IsZero())
		}
	}
	if disabled := p.Enabled.state == given && !p.Enabled.value; named.Has(AttrEnabled) && disabled != u.Access.Disabled {
		u.Access.Disabled = disabled
		d.note(AttrEnabled, !disabled)
		if !named.Has(AttrDisabledManually) && u.Access.DisabledManually != disabled {
			u.Access.DisabledManually = disabled
			d.note(AttrDisabledManually, !disabled)
		}
	}
	return nil
}

// withRoles returns d with what the derivation of the roles came to.
func (d delta) withRoles(before, after *Access) delta {
	d.changed, d.lost = d.changed.Without(roleSources), d.lost.Without(roleSources)
	if !after.Profiles.Equal(before.Profiles) {
		d.note(AttrProfiles, after.Profiles.IsZero())
	}
	if after.Granted != before.Granted {
		d.note(AttrGranted, after.Granted.IsZero())
	}
	if after.Roles != before.Roles {
		d.note(AttrRoles, after.Roles.IsZero())
	}
	return d
}

// neverLost are the attributes whose default is no lack.
const neverLost Attributes = 1<<AttrStatus | 1<<AttrEnabled | 1<<AttrDisabledManually

// RoleChange returns the roles that the user gains and loses, as the question is who may grant and take them. A role
// that he gets from another source than before counts as gained though he held it: it outlives the source that it came
// from. Profile returns what a profile gives, as Facts.Profile.
func (o *Outcome) RoleChange(profile func(ProfileID) (Profile, bool)) (granted, removed Roles) {
	if !o.Changed.HasAny(roleSources) {
		return granted, removed
	}
	before, after := &o.Before.Access, &o.After.Access
	granted = after.Roles.Without(before.Roles).With(after.Granted.Without(before.Granted))
	for id := range after.Profiles.All() {
		if before.Profiles.Has(id) || profile == nil {
			continue
		}
		if p, ok := profile(id); ok {
			granted = granted.With(p.roles())
		}
	}
	return granted, before.Roles.Without(after.Roles)
}
