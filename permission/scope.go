package permission

import (
	"slices"
	"strings"

	"github.com/ca74b63c/roster/user"
)

// Scope selects the targets of a row. A Scope is a constant, or made by SameAs or SameCustom.
type Scope string

// The constant scopes.
const (
	Anybody      Scope = ""               // every target, and no target
	AnyUser      Scope = "any user"       // every user, but neither the account nor all users
	Self         Scope = "self"           // the user of the actor
	ManagedGroup Scope = "managed groups" // members of agent groups that the actor manages
)

const (
	samePrefix   = "same "
	customPrefix = "custom/"
)

// SameAs returns the scope of the users that share a value of an attribute with the actor: the
// agent group (user.AttrMemberOf), or at least one of the groups, profiles, permission groups,
// applications or lines of business. New refuses any other attribute.
//
// An actor does not change the own value by another row (RuleOwnReach), unless that row is for
// every user. A row that lets actors change the value of others lets them choose which users the
// others reach, and who reaches them.
func SameAs(a user.Attribute) Scope { return Scope(samePrefix + a.String()) }

// SameCustom returns the scope of the users that have the same value of a custom attribute as the
// actor. A user without a value is in no such scope. What SameAs says of changes applies: a row for
// CustomSet changes every custom attribute, one for CustomSetOf a single one.
func SameCustom(name string) Scope { return samePrefix + customPrefix + Scope(name) }

// String returns the scope in words.
func (s Scope) String() string {
	if s == Anybody {
		return "anybody"
	}
	return string(s)
}

// scopes is a set of constant scopes, one bit each.
type scopes uint8

const (
	inAnybody scopes = 1 << iota
	inAnyUser
	inSelf
	inManagedGroup
)

// compile returns the scope in the form that Check uses. A constant scope gives its bit. A scope of
// SameAs or SameCustom gives the attribute to compare, and the bit 0. It returns false for any
// other scope, and for an attribute that SameAs or SameCustom does not accept.
func (s Scope) compile() (bit scopes, same *common, ok bool) {
	switch s {
	case Anybody:
		return inAnybody, nil, true
	case AnyUser:
		return inAnyUser, nil, true
	case Self:
		return inSelf, nil, true
	case ManagedGroup:
		return inManagedGroup, nil, true
	}
	name, ok := strings.CutPrefix(string(s), samePrefix)
	if !ok {
		return 0, nil, false
	}
	if custom, ok := strings.CutPrefix(name, customPrefix); ok {
		return 0, &common{custom: custom}, user.Role(custom).Valid() // same rule for names

	}
	for a := range shared.All() {
		if a.String() == name {
			return 0, &common{attribute: a}, true
		}
	}
	return 0, nil, false
}

// shared are the attributes that SameAs accepts.
var shared = user.AttributesOf(user.AttrMemberOf, user.AttrGroups, user.AttrProfiles, user.AttrPermissionGroups,
	user.AttrApplications, user.AttrLinesOfBusiness)

// common is the attribute that the actor and the target share a value of.
type common struct {
	attribute user.Attribute // one of shared, if custom is ""
	custom    string
}

// holds reports whether the actor and the target of the request share a value of the attribute. For
// a set of ids, one common id is enough. Values of a custom attribute are compared as texts. It
// returns false if the actor or the target has no value.
func (c *common) holds(r *Request) bool {
	a, t := &r.Actor, &r.Target
	if c.custom != "" {
		v, some := a.Custom.Get(c.custom)
		w, other := t.Custom.Get(c.custom)
		return some && other && (v == w || v.String() == w.String())
	}
	switch c.attribute {
	case user.AttrMemberOf:
		return a.Group != 0 && a.Group == t.Group
	case user.AttrGroups:
		return a.Groups.HasAny(t.Groups)
	case user.AttrProfiles:
		return a.Profiles.HasAny(t.Profiles)
	case user.AttrPermissionGroups:
		return a.PermissionGroups.HasAny(t.PermissionGroups)
	case user.AttrApplications:
		return a.Applications.HasAny(t.Applications)
	case user.AttrLinesOfBusiness:
		return a.LinesOfBusiness.HasAny(t.LinesOfBusiness)
	}
	return false
}

const customPrefixOfActions = string(CustomSet) + "."

// CustomSetOf returns the action that sets one custom attribute, such as "custom.set.shift_start".
// Package roster asks for it for each custom attribute that a call changes. Rows for CustomSet
// allow it too. It returns CustomSet for a name that is too long for an action of its own, which
// are those of more than 53 characters, and for one that is not valid.
func CustomSetOf(name string) Action {
	if a := Action(customPrefixOfActions + name); a.Valid() {
		return a
	}
	return CustomSet
}

// setsCustom reports whether a is an action of CustomSetOf.
func (a Action) setsCustom() bool { return strings.HasPrefix(string(a), customPrefixOfActions) }

// covers reports whether rows with these actions are for the action a.
func (r Row) covers(a Action) bool {
	return r.Actions.Has(a) || a.setsCustom() && r.Actions.Has(CustomSet)
}

// comparison is what the rows of a policy compare between actors and targets (SameAs, SameCustom).
type comparison struct {
	attributes user.Attributes
	custom     []string // names of custom attributes
}

func comparisonOf(rows []Row) (c comparison) {
	for _, row := range rows {
		_, same, _ := row.Scope.compile()
		switch {
		case same == nil:
		case same.custom == "":
			c.attributes = c.attributes.With(user.AttributesOf(same.attribute))
		default:
			c.custom = append(c.custom, same.custom)
		}
	}
	if c.attributes.Has(user.AttrProfiles) {
		c.attributes = c.attributes.With(user.AttributesOf(user.AttrRoles)) // as requests for profiles have
	}
	return c
}

// changed returns those attributes of the request that rows compare between actor and target
// (SameAs). The result also has user.AttrCustom if the action of the request sets custom
// attributes, and rows compare one of them (SameCustom).
func (c *comparison) changed(r *Request) user.Attributes {
	set := r.Attributes & c.attributes
	if r.Action == CustomSet && len(c.custom) > 0 ||
		slices.ContainsFunc(c.custom, func(name string) bool { return r.Action == CustomSetOf(name) }) {
		set = set.With(user.AttributesOf(user.AttrCustom))
	}
	return set
}

// choosesReach returns the attributes by which actors could change which users their own rows
// reach. These are the attributes in the request that rows compare (SameAs, SameCustom), without
// those that a row for every user lets the actor change. The target of the request must be the
// actor. The parameter who has the roles and permissions of the actor.
func (p *Policy) choosesReach(r *Request, act *compiledAction, who *mask) user.Attributes {
	set := p.compared.changed(r)
	if set == 0 {
		return 0
	}
	for i := range act.rows {
		if row := &act.rows[i]; row.everyUser() && row.who.any(who) {
			set = set.Without(row.attributes)
		}
	}
	return set
}
