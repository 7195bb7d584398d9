package permission

import (
	"maps"
	"slices"

	"github.com/ca74b63c/roster/user"
)

// SelfRules are the rules about power: no actor gains, gives or takes away more power than it may
// grant. Every policy includes them, and package roster applies them to every Authorizer
// (EnsureGuarded). They only refuse, in this order:
//
//   - grants-role-not-held: no actor gives a role that it may not grant: by name, by a profile,
//     at creation, or by defining a profile; nor does it delete a profile that gives such a role.
//   - own-admin-role: no actor removes the role Admin from its own user.
//   - target-holds-role-not-grantable: no actor gives roles to, or acts as, a user with a role
//     that the actor may not grant. To set one of the user's Credentials, to enable and to
//     restore the user lets an actor act as the user.
//   - takes-role-not-grantable: no actor removes roles from, disables, deletes or erases such a
//     user, unless FreeTaking is set.
//   - old-password-required: no user sets the own password without the old one, by PasswordReset
//     or by an update either.
//
// An actor may grant the roles that it holds, the roles that Grants gives for them, and so on.
// The zero SelfRules let an actor grant only the roles that it holds. The rules do not apply to
// Actor.System.
type SelfRules struct {
	// Grants are the roles that the holders of a role may grant. Each role may also be granted
	// by its own holders. Without Grants, an Admin that is not an agent could not create an
	// agent.
	Grants []Grant

	// Credentials are attributes whose change lets an actor act as the user. They add to
	// StandardCredentials, which always count. A host that recovers accounts by e-mail adds the
	// e-mail address.
	Credentials user.Attributes

	// FreeTaking turns the rule takes-role-not-grantable off, so the rows alone decide which
	// actor removes roles, disables, deletes and erases. A vendor's document may let a role
	// update and delete users with more roles.
	FreeTaking bool
}

// Grant lets the holders of a role grant other roles.
type Grant struct {
	Holder user.Role
	May    user.Roles
}

// StandardSelfRules returns the rules for a Spec without Self. An Owner grants every role; an
// Admin or an LPA grants every role except Owner; a user manager grants Agent. Any other role
// grants only itself. Every role includes the roles that a host adds.
func StandardSelfRules() SelfRules {
	every, everyOther := user.AllRoles(), user.RolesOf(user.Owner).Complement()
	return SelfRules{Grants: []Grant{
		{user.Owner, every},
		{user.Admin, everyOther},
		{user.LPA, everyOther},
		{user.UserManager, user.RolesOf(user.UserManager, user.Agent)},
	}}
}

// StandardCredentials returns the attributes whose change lets an actor act as the user at every
// host: the password, the keys and the OAuth client of an API user, and whether the user is one.
func StandardCredentials() user.Attributes {
	return user.AttributesOf(user.AttrPassword, user.AttrAllowedAppKeys, user.AttrOAuth2ClientID, user.AttrAPIUser)
}

// freeTaking returns StandardSelfRules with FreeTaking set. Then the rows alone decide which actor
// takes roles, disables, deletes and erases. It is for vendors whose documents let a role do so.
func freeTaking() *SelfRules {
	rules := StandardSelfRules()
	rules.FreeTaking = true
	return &rules
}

// MayGrant returns the roles that an actor with the roles held may grant.
func (s SelfRules) MayGrant(held user.Roles) user.Roles {
	t := s.table()
	return t.mayGrant(held)
}

// selfTable is SelfRules with closed grants: a role may grant what a role that it may grant may
// grant.
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

// of returns the roles that a holder of the given role may grant. A host's role that the table does
// not have grants only itself.
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

// beyond returns those of the given roles that an actor with the roles in held may not grant. If
// held is not a list of roles (user.Roles.IsList), beyond returns all given roles.
func (s *selfTable) beyond(held, roles user.Roles) user.Roles {
	if !held.IsList() {
		return roles
	}
	for holder, rest := held.Cut(); holder != "" && !roles.IsZero(); holder, rest = rest.Cut() {
		roles = roles.Without(s.of(holder))
	}
	return roles
}

// power is the meaning of an action for the rules, if the request has no roles and attributes.
type power uint8

const (
	writes     power = iota // no meaning by itself
	reads                   // no rule is about it
	givesPower              // the actor can act as the target afterwards
	takesPower              // the target loses power
	setsEnabled
	setsRoles
)

// powerOf returns the meaning of the action for the rules about power: a constant of the type power
// for certain actions, reads for any other action that reads, and writes for all others.
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

// refused returns the first rule about power that the request breaks, in the order of SelfRules,
// and the roles that the rule is about. It returns "" if the request breaks no rule. The parameter
// p is the power of the action.
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

// bounded reports whether the actor or the target gains power by the request (gives), and whether
// the target loses power (takes). The parameter p is the power of the action. With FreeTaking,
// takes is always false. A request for RolesSet without roles in Granted and Removed counts as
// taking power.
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
		takes = takes || !gives // the request does not name the roles
	}
	return gives, takes && !s.freeTaking
}

// need returns a text for a request that breaks the rule: which roles may grant all of roles.
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
	needRow    = "a row that names the action" // the name may be mistyped

	needEveryUser = "a row for every user, or another user to change it"
)

var selfSources = map[string]string{
	RuleGrant:       "no actor grants a role that it may not grant",
	RuleTargetHolds: "no actor gains or gives more than it may grant",
	RuleTake:        "no actor takes a role that it may not grant",
	RuleOwnAdmin:    `Genesys: "You cannot remove role 'ROLE_ADMIN' from yourself."`,
	RuleOwnReach:    "no actor chooses which users its rows reach",
	RuleOldPassword: `LivePerson oldPassword: "Required only when a user updates their own password."`,
}
