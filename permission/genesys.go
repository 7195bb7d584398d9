package permission

import (
	"sync"

	"github.com/ca74b63c/roster/user"
)

// Genesys returns the policy of Genesys HTCC 8.5.0: two roles, their operations on /users and
// /users/{id}, and the access level of each attribute. As the document says, an agent may update
// and delete every user. The rules about power keep an agent from becoming an administrator by an
// update.
func Genesys() *Policy { return genesysOnce() }

// GenesysPut returns the policy Genesys for a PUT on /users/{id}. In it, the attribute
// changePasswordOnFirstLogin is read-only, because its access level names POST and not PUT.
func GenesysPut() *Policy { return genesysPutOnce() }

var (
	genesysOnce    = sync.OnceValue(func() *Policy { return must(genesys()) })
	genesysPutOnce = sync.OnceValue(func() *Policy {
		spec := genesys()
		spec.Later = CanUpdate
		return must(spec)
	})
)

const (
	genesysRead   = `Genesys Users API, GET on /users and /users/{id}: "Contact Center Admin, Agent"`
	genesysCreate = `Genesys Users API, POST on /users: "Creates a user. Contact Center Admin"`
	genesysUpdate = `Genesys Users API, POST on /users/{id}: "Contact Center Admin, Agent"`
	genesysDelete = `Genesys Users API, DELETE on /users/{id}: "Contact Center Admin, Agent"`
	genesysSub    = `Genesys Users API: "subresources=*: Will return all subresources (for example, devices, skills)"`
	genesysLevel  = `Genesys Users API, "Access Level"`
)

func genesys() Spec {
	admin, either := user.RolesOf(user.Admin), user.RolesOf(user.Admin, user.Agent)
	return Spec{
		Name:   "genesys",
		Source: "Genesys HTCC 8.5.0, Users API",
		Operations: []Operation{
			Documented.call("GET /api/v2/users", UserList),
			Documented.call("POST /api/v2/users", UserCreate),
			Documented.call("GET /api/v2/users/{id}", UserRead),
			Documented.call("POST /api/v2/users/{id}", UserUpdate, RolesSet, PasswordReset),
			// The attribute table and later editions have PUT.
			Observed.call("PUT /api/v2/users/{id}", UserUpdate, RolesSet, PasswordReset),
			Documented.call("DELETE /api/v2/users/{id}", UserDelete),
		},
		Rows: []Row{
			{Name: "read", Actions: ActionsOf(UserRead, UserList), Roles: either, Source: genesysRead,
				Basis: Documented},
			{Name: "read-subresources", Actions: ActionsOf(ReferenceRead), Roles: either, Source: genesysSub, Basis: Documented},
			{Name: "create", Actions: ActionsOf(UserCreate), Roles: admin, Source: genesysCreate, Basis: Documented},
			{Name: "update", Actions: ActionsOf(UserUpdate, RolesSet, PasswordReset), Roles: either,
				Source: genesysUpdate, Basis: Documented},
			{Name: "delete", Actions: ActionsOf(UserDelete), Roles: either, Source: genesysDelete, Basis: Documented},
			// The document has no call for it, and a password that an update may write.
			{Name: "own-password", Actions: ActionsOf(PasswordChange), Roles: either, Scope: Self,
				Source: `password: "POST, PUT"`, Basis: Assumed},
		},
		Attributes: genesysAttributes(),
		Self:       freeTaking(), // an update removes roles, and both roles may delete
	}
}

// genesysAttributes is the table of the document. Two rows of it say "GET, POST, DELETE". A
// DELETE has no body, so they are read as "GET, POST". The later edition confirms this:
// "'userName' is a read-only property" on PUT. POST creates a user on /users and changes one on
// /users/{id}; userName is read-only in both kinds of change.
func genesysAttributes() []AttributeRow {
	row := func(name string, access Access, attributes ...user.Attribute) AttributeRow {
		return AttributeRow{name, user.AttributesOf(attributes...), access, genesysLevel, Documented}
	}
	return []AttributeRow{
		row("userName", CanRead|CanCreate, user.AttrLogin),
		row("password", CanCreate|CanUpdate|Updates, user.AttrPassword),
		row("firstName", CanRead|CanCreate|CanUpdate|Updates, user.AttrFirstName),
		row("lastName", CanRead|CanCreate|CanUpdate|Updates, user.AttrLastName),
		// Profiles are included, because to remove a role removes the profiles that give it.
		row("roles", CanRead|CanCreate|CanUpdate|Updates, user.AttrRoles, user.AttrGranted, user.AttrProfiles),
		row("skills", CanRead, user.AttrSkills),
		row("devices", CanRead, user.AttrDevices),
		row("doNotDisturb", CanRead, user.AttrStatus),
		row("changePasswordOnFirstLogin", CanRead|CanCreate|Updates, user.AttrChangeNextLogin),
		{"emailAddress", user.AttributesOf(user.AttrEmail), CanRead, "user resource of 8.5.2", Observed},
		{"enabled", user.AttributesOf(user.AttrEnabled), CanRead, "user resource of 8.5.2", Observed},
	}
}
