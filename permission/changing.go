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
	Group            user.GroupID    // the agent group that the user comes out in
	Manages          []user.GroupID  // the agent groups that the user manages only after it
	Named            user.Attributes // what the caller asks to change
	Changed          user.Attributes // what comes out different
	Granted, Removed user.Roles
}

// Requests yields the request for each action that the change takes, in the order of Changing. What
// was set to what it was takes none; neither does what only a rule changed, a reset after a lost
// role, but for the roles themselves: taking a profile from a user takes its role. A move to
// another agent group takes the action twice: for the target as it is, and for the target as it
// comes out. Each group that the user is to manage takes the action once more, for the target as a
// member of that group.
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
			if attributes.Has(user.AttrMemberOf) && c.Group != c.Target.Group {
				r.Target.Group, r.Attributes = c.Group, user.AttributesOf(user.AttrMemberOf)
				if !yield(r) {
					return
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
