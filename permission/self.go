package permission

import (
	"math/bits"

	"github.com/ca74b63c/roster/user"
)

// SelfRules are the rules about oneself that every policy includes. They only refuse:
//
//   - grants-role-not-held: no one grants a role that he does not hold, or that Grants does not let him grant;
//   - own-admin-role: no one takes the role Admin from himself;
//   - old-password-required: no one sets his own password without the old one, by PasswordReset or an update either.
//
// The zero SelfRules apply the three to the letter. Actor.System alone is exempt.
type SelfRules struct {
	// Grants says which roles count as held when it comes to granting them. Without it an Admin who is no agent
	// could not create an agent. Each role counts as held by who holds it, whether listed here or not.
	Grants []Grant

	// GuardTaking refuses as well to take from anybody else a role that the actor could not grant.
	GuardTaking bool
}

// Grant lets the holders of a role grant others.
type Grant struct {
	Holder user.Role
	May    user.Roles
}

// StandardSelfRules are those of the five policies of this package: an Owner grants every role; an Admin or an LPA
// every role but Owner, which is the account itself; a user manager makes agents. Any other role grants itself only.
func StandardSelfRules() SelfRules {
	everyOther := user.AllRoles.Without(user.RolesOf(user.Owner))
	return SelfRules{Grants: []Grant{
		{user.Owner, user.AllRoles},
		{user.Admin, everyOther},
		{user.LPA, everyOther},
		{user.UserManager, user.RolesOf(user.UserManager, user.Agent)},
	}}
}

// MayGrant returns the roles that an actor who holds these may grant.
func (s SelfRules) MayGrant(held user.Roles) user.Roles {
	may := held & user.AllRoles
	for _, g := range s.Grants {
		if held.Has(g.Holder) {
			may |= g.May & user.AllRoles
		}
	}
	return may
}

// refused returns the first rule that the request breaks, in the order of the list above, and the roles concerned.
func (s *selfTable) refused(r *Request) (rule string, roles user.Roles) {
	if r.Granted|r.Removed != 0 {
		may := s.mayGrant(r.Actor.Roles)
		if not := r.Granted &^ may; not != 0 {
			return RuleGrant, not
		}
		if r.own() {
			if r.Removed.Has(user.Admin) {
				return RuleOwnAdmin, user.RolesOf(user.Admin)
			}
		} else if not := r.Removed &^ may; s.guardTaking && not != 0 {
			return RuleTake, not
		}
	}
	if r.own() && !r.HasOld && r.setsPassword() {
		return RuleOldPassword, 0
	}
	return "", 0
}

// selfTable is SelfRules with the grants by number of the role.
type selfTable struct {
	grants      [32]user.Roles
	guardTaking bool
}

func (s SelfRules) table() selfTable {
	t := selfTable{guardTaking: s.GuardTaking}
	for role := range user.AllRoles.All() {
		t.grants[role] = s.MayGrant(user.RolesOf(role))
	}
	return t
}

func (s *selfTable) mayGrant(held user.Roles) (may user.Roles) {
	for rest := uint32(held & user.AllRoles); rest != 0; rest &= rest - 1 {
		may |= s.grants[bits.TrailingZeros32(rest)&31]
	}
	return may
}

// need says in words what a request that broke the rule lacks. It names who may grant or take all of the roles.
func (s *selfTable) need(rule string, roles user.Roles) string {
	switch rule {
	case RuleOwnAdmin:
		return "somebody else to take it"
	case RuleOldPassword:
		return "the old password, or somebody else to reset it"
	case RuleGrant, RuleTake:
		var who user.Roles
		for role := range user.AllRoles.All() {
			if s.grants[role].HasAll(roles) {
				who |= user.RolesOf(role)
			}
		}
		if who == 0 {
			return "roles that together hold those refused"
		}
		return "one of the roles " + who.String()
	}
	return ""
}

const needSystem = "the embedding host"

var selfSources = map[string]string{
	RuleGrant:       "no one grants a role that he does not hold",
	RuleTake:        "no one takes a role that he could not grant",
	RuleOwnAdmin:    `Genesys: "You cannot remove role 'ROLE_ADMIN' from yourself."`,
	RuleOldPassword: `LivePerson oldPassword: "Required only when a user updates their own password."`,
}
