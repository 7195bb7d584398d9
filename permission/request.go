package permission

import "github.com/ca74b63c/roster/user"

// Actor is who makes a request. The zero Actor may do nothing. Fill it in from stored data,
// inside the transaction of the write, and not from data of the client.
type Actor struct {
	// ID is 0 for an API key that belongs to no user. Such an actor is never its own target.
	ID user.ID
	// Roles are the roles of the user, from grants and from profiles.
	Roles user.Roles

	// Grants are the roles that the definition of the API key lets it grant. The key may also
	// grant what these roles may grant.
	Grants      user.Roles
	Permissions Permissions // of the API key

	// Key says that the call was made with an API key. Then only Permissions and Grants count;
	// Roles and rows for Everyone do not.
	Key bool

	Disabled bool // a disabled actor may do nothing
	Deleted  bool // a deleted actor may do nothing

	// System is the host itself. It may do everything; no rule applies to it.
	System bool

	Manages user.List[user.Assignment]
	Group   user.GroupID // the agent group that the user is a member of; 0: none
	Membership
}

// Membership holds the attributes that rows compare between actor and target (SameAs,
// SameCustom), in addition to the agent groups. A host's Authorizer can use them too.
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

// Target is the user that an action is done to. The zero Target is no user: the action is about a
// user to be created, about all users, or about the account itself.
type Target struct {
	ID       user.ID
	Roles    user.Roles   // before the change
	Disabled bool         // before the change
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

// Request asks whether an actor may do an action to a target.
type Request struct {
	Account user.AccountID // set by package roster; a Policy ignores it

	Action Action
	Actor  Actor
	Target Target

	// Granted and Removed are the roles that the target gains and loses by the write: by name,
	// by a profile, or at creation. For ReferenceWrite, Granted are the roles that the profile
	// gives before and after the write, or before its deletion.
	Granted, Removed user.Roles

	// Attributes are those that a write changes, or a read asks for by name. Without any, only
	// the action counts.
	Attributes user.Attributes

	// HasOld says that the caller knows the present password of the target: LivePerson's
	// oldPassword was verified, or the call was signed in with the password (HTTP Basic, as
	// Genesys does).
	HasOld bool
}

// grantor returns the roles that decide what the actor may grant: those of the user, or Grants of
// the API key.
func (a *Actor) grantor() user.Roles {
	if a.Key {
		return a.Grants
	}
	return a.Roles.With(a.Grants)
}

// own reports whether the actor is the target.
func (r *Request) own() bool { return r.Actor.ID > 0 && r.Actor.ID == r.Target.ID }

// within returns those of the scopes Anybody, AnyUser, Self and ManagedGroup that the target of the
// request is in. Without a target, this is only Anybody.
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

// setsPassword reports whether the request changes the password of the target.
func (r *Request) setsPassword() bool {
	return r.Action == PasswordChange || r.Action == PasswordReset ||
		r.Attributes.Has(user.AttrPassword) && !r.Action.Reads()
}
