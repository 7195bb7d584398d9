package permission

import (
	"iter"
	"math"
	"slices"

	"github.com/ca74b63c/roster/user"
)

// changing maps attributes to the action that changes them. Any other attribute has UserUpdate.
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

// Changing yields the actions that a change of the given attributes needs, each with its
// attributes. A change of several kinds of attributes needs each of the actions.
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

// Change is a change of one user, from which Requests makes requests.
type Change struct {
	Actor            Actor
	Target           Target          // the user before the change
	After            Target          // the user after the change; only Group and Membership are used
	Manages          []user.GroupID  // agent groups that the user manages only after the change
	Custom           []Action        // the actions of CustomSetOf that the change needs; nil: CustomSet
	Named            user.Attributes // the attributes that the caller named
	Changed          user.Attributes // the attributes that differ
	Granted, Removed user.Roles
}

// otherUser is an id that no user has.
const otherUser user.ID = math.MaxInt64

// moving are the attributes whose change moves a user between scopes.
var moving = shared.With(user.AttributesOf(user.AttrCustom))

// arrivals returns the target as it is after the change of the attributes in moved: with the group
// and memberships of c.After. An attribute can be a set of ids that has several ids after the
// change. Then arrivals also returns one copy of the target for each id that this set gains. The
// set of the copy has only this id.
func (c *Change) arrivals(moved user.Attributes) []Target {
	after := c.Target
	after.Group, after.Membership = c.After.Group, c.After.Membership
	list := []Target{after}
	for a := range moved.All() {
		before, ids := c.Target.ids(a), after.ids(a)
		for _, id := range ids {
			if len(ids) > 1 && !slices.Contains(before, id) { // the first target has a single id
				gained := after
				gained.setID(a, id)
				list = append(list, gained)
			}
		}
	}
	return list
}

// Requests yields a request for each action that the change needs, in the order of Changing. The
// caller sets Request.Account. A value that stays needs no action. A value that only a rule
// changed, such as a reset after the loss of a role, needs none either, except the roles: to
// remove a profile removes its role.
//
// A change of the agent group or of the Membership needs the action twice: for the target before
// the change and for the target after it. So a row alone moves no user out of its scope or into
// another one; another row of the actor may allow the second request. For each id that a set of
// the Membership gains, it needs the action once more, for a target with only that id in the set.
// For each agent group that the user gets to manage, it needs the action for the target as a
// member of that group, or for another user if the target is the actor.
func (c Change) Requests() iter.Seq[Request] {
	roles := user.AttributesOf(user.AttrRoles, user.AttrGranted, user.AttrProfiles)
	return func(yield func(Request) bool) {
		for action, attributes := range Changing(c.Changed & c.Named.With(roles)) {
			actions := []Action{action}
			if action == CustomSet && c.Custom != nil {
				actions = c.Custom
			}
			for _, action := range actions {
				if !c.request(action, attributes, yield) {
					return
				}
			}
		}
	}
}

// request yields the requests for one action that changes the given attributes, as the comment of
// Requests describes them. It returns false as soon as yield returns false, and true otherwise.
func (c *Change) request(action Action, attributes user.Attributes, yield func(Request) bool) bool {
	r := Request{Action: action, Actor: c.Actor, Target: c.Target, Attributes: attributes}
	if action == RolesSet {
		r.Granted, r.Removed = c.Granted, c.Removed
		r.Attributes = user.AttributesOf(user.AttrRoles) // a profile gives roles too
	}
	if !yield(r) {
		return false
	}
	if moved := attributes & moving; moved != 0 {
		if action != RolesSet {
			r.Attributes = moved
		}
		for _, r.Target = range c.arrivals(moved) {
			if !yield(r) {
				return false
			}
		}
	}
	if !attributes.Has(user.AttrManagerOf) {
		return true
	}
	if r.own() {
		r.Target.ID = otherUser // a row for the own user is for no member of a group
	}
	for _, group := range c.Manages {
		r.Target.Group, r.Attributes = group, user.AttributesOf(user.AttrManagerOf)
		if !yield(r) {
			return false
		}
	}
	return true
}
