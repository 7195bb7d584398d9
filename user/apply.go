package user

import (
	"time"

	"github.com/ca74b63c/roster/validate"
)

// Facts are what a rule needs to know besides the user.
type Facts struct {
	Now time.Time
	// Profile returns a profile, and whether the account has it. Nil means that it has none.
	Profile func(ProfileID) (Profile, bool)
	// Reference reports whether the account has a piece of reference data (known), and whether
	// it has any piece of the kind (any). Nil means that it has none.
	Reference func(k ReferenceKind, id int64) (known, any bool)
	// MaxID is the greatest id of a piece that the account does not have; 0 is no limit.
	MaxID int64
	// Transitions say which attributes the loss of a role resets. Nil means DefaultTransitions.
	Transitions []Transition
	// Custom returns the account's custom attributes; nil: there are none.
	Custom func() CustomSchema
}

// Outcome is the result of applying a patch.
type Outcome struct {
	Before, After User
	// Changed are the attributes that differ between Before and After.
	Changed Attributes
	// Lost are the attributes that changed to their default. The default of Status, Enabled and
	// DisabledManually is no loss.
	Lost Attributes
	// Resets are the attributes that were reset because the user lost a role.
	Resets []Reset
}

// roleSources are the attributes that determine the roles.
const roleSources Attributes = 1<<AttrProfiles | 1<<AttrGranted | 1<<AttrRoles

// Apply applies the patch to the user u and returns the Outcome, with u before and after the
// change. It does the following, in this order:
//
//   - It sets or clears each attribute that the patch names. A group that stays keeps the date of
//     its Assignment. A new group gets the date Facts.Now.
//   - If the patch changes Enabled and does not name DisabledManually, it sets DisabledManually to
//     the opposite of Enabled (LivePerson, disabledManually).
//   - If the patch names Roles, Granted or Profiles, it derives the roles from the granted roles
//     and the profiles. If the patch names Roles, the result is exactly Roles: profiles that give
//     another role are removed, and roles that no profile gives are granted directly.
//   - It sets or clears each custom attribute that the patch names.
//   - If the user lost a role, it resets the attributes that Facts.Transitions name for this role,
//     even if the patch set them. A locked status stays.
//
// Apply does not check the values, which Check does. It does not check whether u is deleted. u
// itself does not change. After an error the Outcome is empty.
//
// Errors, in this order:
//
//   - ErrTime for Facts.Now
//   - ErrStatusLocked if the status is locked and the patch names another status
//   - *validate.Error with every problem of the following kinds
//
// The problems are:
//
//   - a profile that does not exist, also one that u has, if the roles must be derived again
//   - more than MaxRoles roles, from grants and profiles together
//   - an id of other reference data that u does not have and CheckReferences does not know
//   - a custom attribute that the schema does not have, or a new value that the schema refuses
//   - too many or too large custom attributes, and a required one that the user lacks, if the user
//     is new (Version 0) or the patch changes a custom attribute
//   - managed agent groups in the patch that were not reset, if the user is no agent manager after
//     the change ("Only an agent manager can manage agent groups", LivePerson)
func (p Patch) Apply(u User, f Facts) (Outcome, error) {
	if err := CheckTime(f.Now); err != nil {
		return Outcome{}, err
	}
	s := borrow(&u, &u)
	defer s.release()
	s.patch = p
	before, after, now := &s.before, &s.after, NormalizeTime(f.Now)
	named := p.Attributes()
	if named.Has(AttrStatus) {
		presence, err := u.Presence.To(p.Status.value, now)
		if err != nil {
			return Outcome{}, err
		}
		after.Presence = presence
	}
	for a := range named.All() {
		if put := attributes[a].put; put != nil {
			put(&s.patch, after, now)
		}
	}
	if disabled := p.Enabled.state == given && !p.Enabled.value; named.Has(AttrEnabled) && disabled != u.Access.Disabled {
		after.Access.Disabled = disabled
		if !named.Has(AttrDisabledManually) {
			after.Access.DisabledManually = disabled
		}
	}
	var problems validate.Collector
	var resets []Reset
	if named.HasAny(roleSources) {
		after.Access.resolve(p.Roles, f.Profile, &problems)
		problems.Items(AttrRoles.Path(), after.Access.Roles.Len(), MaxRoles)
	}
	if named.Has(AttrCustom) || u.Version == 0 {
		after.Custom = p.Custom.apply(u.Custom)
		f.checkCustom(&problems, p.Custom, before, after)
	}
	if !after.Access.Roles.HasAll(u.Access.Roles) {
		resets = transit(u.Access.Roles, after, f.Transitions)
		if after.Presence.Since = u.Presence.Since; after.Presence.Status != u.Presence.Status {
			after.Presence.Since = now
		}
	}
	f.checkAdded(&problems, named, before, after)
	if named.Has(AttrManagerOf) && !after.Management.ManagerOf.IsZero() && !after.Access.Roles.manages() {
		problems.Add(validate.Problem{Path: AttrManagerOf.Path(), Code: validate.Conflict})
	}
	if err := problems.Err(); err != nil {
		return Outcome{}, err
	}
	changed := differing(before, after, AllAttributes())
	lost := changed.Without(neverLost | differing(after, &unset, changed))
	return Outcome{Before: u, After: *after, Changed: changed, Lost: lost, Resets: resets}, nil
}

// neverLost are the attributes that Lost never contains.
const neverLost Attributes = 1<<AttrStatus | 1<<AttrEnabled | 1<<AttrDisabledManually

// RoleChange returns the roles that the change o grants and the roles that it removes, so that the
// caller can check whether the actor may do both.
//
//   - granted has each role that the user gains. It also has each role of a new direct grant or of
//     a new profile, even if the user had this role from another source.
//   - removed has each role that the user loses.
//
// Both sets are empty if the change touches neither the roles nor their sources. The function
// profile finds a profile by its id, as Facts.Profile does. RoleChange ignores a new profile that
// it does not find, and every new profile if profile is nil.
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
