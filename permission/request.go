package permission

import "github.com/ca74b63c/roster/user"

// Actor is who asks. The zero Actor may do nothing.
//
// Fill it from what the store holds, in the transaction of the write, and not from what a caller says of himself.
type Actor struct {
	ID    user.ID    // 0: an API key that belongs to no user; such an actor is never its own target
	Roles user.Roles // those granted directly and those that profiles give

	// Grants are the roles that the definition of the API key lets it grant, and with them what
	// those may grant.
	Grants      user.Roles
	Permissions Permissions // of the API key that the call came with

	// Key says that the call came with an API key: Permissions and Grants alone count then. Roles
	// do not add to them, nor does what everyone may do to their own user.
	Key bool

	Disabled bool // a disabled actor may do nothing
	Deleted  bool // a deleted actor may do nothing

	// System is the embedding host itself: a migration, a job, a test. It may do everything, no rule applies to it.
	System bool

	Manages user.List[user.Assignment]
	Group   user.GroupID // the agent group that the user is a member of; 0: none
	Membership
}

// Membership is what rows compare of an actor and a target (SameAs, SameCustom), beside their agent
// groups. A host's Authorizer can decide by it too.
type Membership struct {
	Groups           user.IDSet[user.GroupID] // of Omnidesk
	Profiles         user.IDSet[user.ProfileID]
	PermissionGroups user.IDSet[user.PermissionGroupID]
	Applications     user.IDSet[user.ApplicationID]
	LinesOfBusiness  user.IDSet[user.LineOfBusinessID]
	Custom           user.Custom
}

func membershipOf(u *user.User) Membership {
	return Membership{
		Groups: u.Access.Groups, Profiles: u.Access.Profiles, PermissionGroups: u.Access.PermissionGroups,
		Applications: u.Access.Applications, LinesOfBusiness: u.Access.LinesOfBusiness, Custom: u.Custom,
	}
}

// ActorOf returns the user as an actor without an API key.
func ActorOf(u user.User) Actor {
	return Actor{
		ID: u.ID, Roles: u.Access.Roles, Manages: u.Management.ManagerOf,
		Disabled: !u.Enabled(), Deleted: !u.Live(), Group: u.Capacity.MemberOf.Group, Membership: membershipOf(&u),
	}
}

// Target is whom an action is done to. The zero Target is nobody: a user who is yet to be created, all users, or the
// account itself.
type Target struct {
	ID       user.ID
	Roles    user.Roles   // before the change
	Disabled bool         // before the change: EnabledSet enables such a user
	Group    user.GroupID // the agent group that the user is a member of; 0: none
	Membership
}

// TargetOf returns the user as a target.
func TargetOf(u user.User) Target {
	return Target{
		ID: u.ID, Roles: u.Access.Roles, Group: u.Capacity.MemberOf.Group, Disabled: !u.Enabled(),
		Membership: membershipOf(&u),
	}
}

// Request is the question: may this actor do this to that target?
type Request struct {
	Account user.AccountID // in which the call happens; the front door fills it, and a Policy ignores it

	Action Action
	Actor  Actor
	Target Target

	// Granted and Removed are the roles that the target gains and loses by the write, whichever way
	// it happens: by name, by profiles, or at creation. ReferenceWrite grants what the profile
	// gives, before and after; to delete it, too.
	Granted, Removed user.Roles

	// Attributes are those that a write touches or a read asks for by name. A request that names none is judged by
	// its action alone.
	Attributes user.Attributes

	// HasOld says that the call proves knowledge of the target's present password: LivePerson's oldPassword was
	// verified, or the call itself was signed in with it (HTTP Basic, as Genesys does).
	HasOld bool
}

// grantor returns the roles that count when the question is what the actor may grant.
func (a *Actor) grantor() user.Roles {
	if a.Key {
		return a.Grants
	}
	return a.Roles.With(a.Grants)
}

// own reports whether the actor does it to himself.
func (r *Request) own() bool { return r.Actor.ID > 0 && r.Actor.ID == r.Target.ID }

// within returns the scopes of the constants that the target is in. They are found once for a request, so that a row asks for a bit.
func (r *Request) within() scopes {
	s := inAnybody
	if r.Target.ID > 0 {
		s |= inAnyUser
	}
	if r.own() {
		s |= inSelf
	}
	if r.Target.Group != 0 && (user.Management{ManagerOf: r.Actor.Manages}).Manages(r.Target.Group) {
		s |= inManagedGroup
	}
	return s
}

// setsPassword reports whether the request would give the target another password.
func (r *Request) setsPassword() bool {
	return r.Action == PasswordChange || r.Action == PasswordReset ||
		r.Attributes.Has(user.AttrPassword) && !r.Action.Reads()
}
