package permission

import (
	"maps"
	"slices"

	"github.com/ca74b63c/roster/user"
)

// SelfRules are the rules about power: no actor gains, gives or takes more than it may grant. Every
// policy includes them, and the front door keeps them under every Authorizer (see EnsureGuarded).
// They only refuse, in this order:
//
//   - grants-role-not-held: no actor gives a role that it neither holds nor may grant by Grants: by
//     name, by a profile, at creation, or by defining what a profile gives; nor does it delete a
//     profile that gives such a role;
//   - own-admin-role: no actor takes the role Admin from its own user;
//   - target-holds-role-not-grantable: no actor gives roles to a user, or acts as a user, who holds
//     a role that the actor may not grant. What lets an actor act as a user is to set one of the
//     user's Credentials, to enable the user, and to restore the user;
//   - takes-role-not-grantable: no actor takes roles from, disables, deletes or erases such a user,
//     but for FreeTaking;
//   - old-password-required: no user sets their own password without the old one, by PasswordReset
//     or an update either.
//
// Who may grant a role may grant what that role may grant, since a user with the role can be made
// first. The zero SelfRules let each role grant itself alone. Actor.System alone is exempt.
type SelfRules struct {
	// Grants says which roles count as held when it comes to granting them. Without it an Admin who
	// is no agent could not create an agent. Each role may be granted by its holders, whether
	// listed here or not.
	Grants []Grant

	// Credentials are attributes that let an actor that sets them act as the user. They add to
	// StandardCredentials, which always count: a host that recovers accounts by e-mail adds the
	// e-mail address. Only a changed value counts.
	Credentials user.Attributes

	// FreeTaking lets the rows alone decide who takes roles, disables, deletes and erases: a
	// vendor's document may let a role update and delete users who hold more.
	FreeTaking bool
}

// Grant lets the holders of a role grant others.
type Grant struct {
	Holder user.Role
	May    user.Roles
}

// StandardSelfRules are those of a Spec without Self: an Owner grants every role; an Admin or an
// LPA every role but Owner, which is the account itself; a user manager makes agents. Any other
// role grants itself only. A role that this package does not name counts among every role.
func StandardSelfRules() SelfRules {
	every, everyOther := user.AllRoles(), user.RolesOf(user.Owner).Complement()
	return SelfRules{Grants: []Grant{
		{user.Owner, every},
		{user.Admin, everyOther},
		{user.LPA, everyOther},
		{user.UserManager, user.RolesOf(user.UserManager, user.Agent)},
	}}
}

// StandardCredentials returns the attributes that let an actor that sets them act as the user at
// every host: the password, the keys and the OAuth client of an API user, and whether the user is
// one.
func StandardCredentials() user.Attributes {
	return user.AttributesOf(user.AttrPassword, user.AttrAllowedAppKeys, user.AttrOAuth2ClientID, user.AttrAPIUser)
}

// freeTaking returns the rules of a vendor whose document lets roles take what they could not give.
func freeTaking() *SelfRules {
	rules := StandardSelfRules()
	rules.FreeTaking = true
	return &rules
}

// MayGrant returns the roles that an actor who holds these may grant.
func (s SelfRules) MayGrant(held user.Roles) user.Roles {
	t := s.table()
	return t.mayGrant(held)
}

// selfTable is SelfRules with the closed grants: a holder may grant whatever a role that it may
// grant may grant.
type selfTable struct {
	vendor      [user.NumVendorRoles]user.Roles // by Role.Vendor
	host        map[user.Role]user.Roles        // a role that is not here grants itself alone
	credentials user.Attributes
	freeTaking  bool
}

func (s SelfRules) table() selfTable {
	t := selfTable{
		host:        make(map[user.Role]user.Roles),
		credentials: s.Credentials.With(StandardCredentials()), freeTaking: s.FreeTaking,
	}
	holders := user.VendorRoles()
	for _, g := range s.Grants {
		holders = holders.With(user.RolesOf(g.Holder))
	}
	for holder := range holders.All() {
		t.set(holder, user.RolesOf(holder))
	}
	for _, g := range s.Grants {
		t.set(g.Holder, t.of(g.Holder).With(g.May))
	}
	for via := range holders.All() {
		for holder := range holders.All() {
			if may := t.of(holder); may.Has(via) {
				t.set(holder, may.With(t.of(via)))
			}
		}
	}
	return t
}

func (s *selfTable) set(holder user.Role, may user.Roles) {
	if i, vendor := holder.Vendor(); vendor {
		s.vendor[i] = may
	} else {
		s.host[holder] = may
	}
}

// of returns the roles that a holder of the role may grant.
func (s *selfTable) of(holder user.Role) user.Roles {
	if i, vendor := holder.Vendor(); vendor {
		return s.vendor[i]
	}
	if may, named := s.host[holder]; named {
		return may
	}
	return user.RolesOf(holder)
}

func (s *selfTable) mayGrant(held user.Roles) (may user.Roles) {
	for holder := range held.All() {
		may = may.With(s.of(holder))
	}
	return may
}

// beyond returns the given roles that an actor who holds these may not grant.
func (s *selfTable) beyond(held, roles user.Roles) user.Roles {
	if !held.IsList() {
		return roles
	}
	for holder, rest := held.Cut(); holder != "" && !roles.IsZero(); holder, rest = rest.Cut() {
		roles = roles.Without(s.of(holder))
	}
	return roles
}

// power says what an action means to the rules, whatever else the request says.
type power uint8

const (
	writes     power = iota // nothing by itself
	reads                   // nothing at all
	givesPower              // the actor acts as the target afterwards
	takesPower
	setsEnabled
	setsRoles
)

func powerOf(a Action) power {
	switch a {
	case PasswordChange, PasswordReset, UserRestore:
		return givesPower
	case UserDelete, UserErase:
		return takesPower
	case EnabledSet:
		return setsEnabled
	case RolesSet:
		return setsRoles
	}
	if a.Reads() {
		return reads
	}
	return writes
}

// concerns reports whether a rule may be about the request.
func (s *selfTable) concerns(r *Request, p power) bool {
	return p > reads || !r.Granted.IsZero() || !r.Removed.IsZero() || r.Attributes&s.credentials != 0
}

// refused returns the first rule that the request breaks, in the order of the list above, and the
// roles concerned.
func (s *selfTable) refused(r *Request, p power) (rule string, roles user.Roles) {
	held, own := r.Actor.grantor(), r.own()
	if not := s.beyond(held, r.Granted); !not.IsZero() {
		return RuleGrant, not
	}
	if own && r.Removed.Has(user.Admin) {
		return RuleOwnAdmin, user.RolesOf(user.Admin)
	}
	holds, loses := s.beyond(held, r.Target.Roles), s.beyond(held, r.Removed)
	gives, takes := s.bounded(r, p)
	switch {
	case gives && !holds.IsZero():
		return RuleTargetHolds, holds
	case takes && !(holds.IsZero() && loses.IsZero()):
		return RuleTake, holds.With(loses)
	case own && !r.HasOld && r.setsPassword():
		return RuleOldPassword, user.Roles{}
	}
	return "", user.Roles{}
}

// bounded reports whether the request gives roles to the target or lets the actor act as the target,
// and whether it takes power from the target where that is bounded.
func (s *selfTable) bounded(r *Request, p power) (gives, takes bool) {
	if p == reads {
		return false, false
	}
	gives, takes = !r.Granted.IsZero() || r.Attributes&s.credentials != 0, !r.Removed.IsZero()
	switch p {
	case givesPower:
		gives = true
	case setsEnabled:
		if r.Attributes == 0 || r.Attributes.Has(user.AttrEnabled) {
			gives, takes = gives || r.Target.Disabled, takes || !r.Target.Disabled
		}
	case takesPower:
		takes = true
	case setsRoles:
		takes = takes || !gives // a request that does not say which roles
	}
	return gives, takes && !s.freeTaking
}

// need says in words what a request that broke the rule lacks. It names who may grant all of the
// roles.
func (s *selfTable) need(rule string, roles user.Roles) string {
	switch rule {
	case RuleOwnAdmin:
		return "another user to take it"
	case RuleOldPassword:
		return "the old password, or another user to reset it"
	case RuleGrant, RuleTargetHolds, RuleTake:
		var who user.Roles
		if roles.IsList() && roles.Len() == 1 {
			who = roles // each role may be granted by its holders
		}
		for role := range user.VendorRoles().With(user.RolesOf(slices.Collect(maps.Keys(s.host))...)).All() {
			if s.of(role).HasAll(roles) {
				who = who.With(user.RolesOf(role))
			}
		}
		if who.IsZero() {
			return "roles that together grant those refused"
		}
		return "one of the roles " + who.String()
	}
	return ""
}

const (
	needSystem = "the embedding host"
	needRow    = "a row that names the action" // of a host's own, which may be mistyped
)

var selfSources = map[string]string{
	RuleGrant:       "no actor grants a role that it may not grant",
	RuleTargetHolds: "no actor gains or gives more than it may grant",
	RuleTake:        "no actor takes a role that it may not grant",
	RuleOwnAdmin:    `Genesys: "You cannot remove role 'ROLE_ADMIN' from yourself."`,
	RuleOldPassword: `LivePerson oldPassword: "Required only when a user updates their own password."`,
}
