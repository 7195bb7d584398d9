package permission

import (
	"iter"

	"github.com/ca74b63c/roster/user"
)

// changing says which action it takes to change which attributes; any other attribute takes
// UserUpdate.
var changing = [...]struct {
	action     Action
	attributes user.Attributes
}{
	{UserRename, user.AttributesOf(user.AttrLogin)},
	{RolesSet, user.AttributesOf(user.AttrRoles, user.AttrGranted, user.AttrProfiles)},
	{EnabledSet, user.AttributesOf(user.AttrEnabled, user.AttrDisabledManually)},
	{PasswordReset, user.AttributesOf(user.AttrPassword)},
	{PresenceSet, user.AttributesOf(user.AttrStatus)},
	{PreferencesSet, user.AttributesOf(user.AttrChatSound, user.AttrNotifyAssignment, user.AttrAutoAnswer)},
	{IncognitoSet, user.AttributesOf(user.AttrIncognito)},
	{CapacitySet, user.AttributesOf(user.AttrMaxChats, user.AttrMaxAsyncChats)},
	{ViewsSet, user.AttributesOf(user.AttrViews)},
	{StatisticSet, user.AttributesOf(user.AttrStatistics)},
	{CampaignSet, user.AttributesOf(user.AttrCampaigns)},
	{CustomSet, user.AttributesOf(user.AttrCustom)},
}

// Changing yields the actions that it takes to change the given attributes, each with those that it
// covers. A change of several sorts needs every one of them: a patch is no way around a permission.
func Changing(attributes user.Attributes) iter.Seq2[Action, user.Attributes] {
	return func(yield func(Action, user.Attributes) bool) {
		rest := attributes
		for i := range changing {
			covered := attributes & changing[i].attributes
			if covered == 0 {
				continue
			}
			rest = rest.Without(covered)
			if !yield(changing[i].action, covered) {
				return
			}
		}
		if rest != 0 {
			yield(UserUpdate, rest)
		}
	}
}

// Change is a change of one user, for Requests, which leave the account to the caller.
type Change struct {
	Actor            Actor
	Target           Target          // as the user is before it
	After            Target          // as the user comes out; its Group and Membership count
	Manages          []user.GroupID  // the agent groups that the user manages only after it
	Named            user.Attributes // what the caller asks to change
	Changed          user.Attributes // what comes out different
	Granted, Removed user.Roles
}

// moving are the attributes by which a change moves a user between scopes.
var moving = shared.With(user.AttributesOf(user.AttrCustom))

// arrivals returns the target as the user comes out, and once more for each id that one of the moved
// sets gained.
func (c *Change) arrivals(moved user.Attributes) []Target {
	after := c.Target
	after.Group, after.Membership = c.After.Group, c.After.Membership
	list := []Target{after}
	if moved.Has(user.AttrGroups) {
		list = addGained(list, c.Target.Groups, after, func(t *Target) *user.IDSet[user.GroupID] { return &t.Groups })
	}
	if moved.Has(user.AttrProfiles) {
		list = addGained(list, c.Target.Profiles, after, func(t *Target) *user.IDSet[user.ProfileID] { return &t.Profiles })
	}
	if moved.Has(user.AttrPermissionGroups) {
		list = addGained(list, c.Target.PermissionGroups, after,
			func(t *Target) *user.IDSet[user.PermissionGroupID] { return &t.PermissionGroups })
	}
	if moved.Has(user.AttrApplications) {
		list = addGained(list, c.Target.Applications, after,
			func(t *Target) *user.IDSet[user.ApplicationID] { return &t.Applications })
	}
	if moved.Has(user.AttrLinesOfBusiness) {
		list = addGained(list, c.Target.LinesOfBusiness, after,
			func(t *Target) *user.IDSet[user.LineOfBusinessID] { return &t.LinesOfBusiness })
	}
	return list
}

// addGained adds the target after for each id that a set of it has and before has not. The id is
// alone in the set then.
func addGained[T ~int64](list []Target, before user.IDSet[T], after Target, set func(*Target) *user.IDSet[T]) []Target {
	whole := *set(&after)
	if whole.Len() < 2 {
		return list // the target as a whole says the same
	}
	for id := range whole.All() {
		if !before.Has(id) {
			*set(&after) = user.IDSetOf(id)
			list = append(list, after)
		}
	}
	return list
}

// Requests yields the request for each action that the change takes, in the order of Changing. What
// was set to what it was takes none; neither does what only a rule changed, a reset after a lost
// role, but for the roles themselves: taking a profile from a user takes its role. A change of the
// agent group or of the Membership takes the action twice: for the target as it is, and for the
// target as it comes out. So no actor moves a user out of its scope, or into another one. Each id
// that a set of the Membership gains takes the action once more, for a target that has no other id
// in the set. So does each agent group that the user is to manage, for the target as a member of
// that group.
func (c Change) Requests() iter.Seq[Request] {
	roles := user.AttributesOf(user.AttrRoles, user.AttrGranted, user.AttrProfiles)
	return func(yield func(Request) bool) {
		for action, attributes := range Changing(c.Changed & c.Named.With(roles)) {
			r := Request{
				Action: action, Actor: c.Actor, Target: c.Target, Attributes: attributes,
			}
			if action == RolesSet {
				r.Granted, r.Removed = c.Granted, c.Removed
				r.Attributes = user.AttributesOf(user.AttrRoles) // given by name or by profile
			}
			if !yield(r) {
				return
			}
			if moved := attributes & moving; moved != 0 {
				if action != RolesSet {
					r.Attributes = moved
				}
				for _, r.Target = range c.arrivals(moved) {
					if !yield(r) {
						return
					}
				}
			}
			if !attributes.Has(user.AttrManagerOf) {
				continue
			}
			for _, group := range c.Manages {
				r.Target.Group, r.Attributes = group, user.AttributesOf(user.AttrManagerOf)
				if !yield(r) {
					return
				}
			}
		}
	}
}
