package differential

import (
	"time"

	"github.com/ca74b63c/roster/user"
)

// User returns a user with random attributes. The id is from 1 to 12, or in one of eight cases an
// unusual or invalid one. In one of four cases the user is deleted. Many values come from short
// lists, so that users often have equal values.
func (r *Run) User() user.User {
	draw := r.word
	u := user.User{ID: user.ID(r.id("id"))}
	u.Identity = user.Identity{
		Login: draw("login"), PID: draw("pid"), EmployeeID: draw("employee"), Kind: user.Kind(r.few("kind") % 3),
		APIUser: r.yes("api"), CustomData: draw("data"),
	}
	u.Names = user.Names{First: draw("first"), Full: draw("full"), Display: draw("display")}
	u.Contact = user.Contact{Email: draw("email") + "@example.com", Phone: oneOf(r, "phone", "", "+12125550000", "+12125550001")}
	u.Capacity.Skills = user.IDSetOf(user.SkillID(r.few("skill")), user.SkillID(r.few("skill")))
	u.Capacity.Queues = user.IDSetOf(user.QueueID(r.few("queue")))
	u.Capacity.MemberOf.Group = user.GroupID(r.few("member"))
	u.Custom = r.custom()
	u.Management.ManagerOf = user.ListOf(user.Assignment{Group: user.GroupID(r.few("manager")), Since: r.at("since")})
	u.Access = user.Access{
		Disabled: r.yes("disabled"), Roles: drawRoles(r.few("roles")),
		Applications: user.IDSetOf(user.ApplicationID(r.few("application"))), Groups: user.IDSetOf(user.GroupID(r.few("group"))),
	}
	u.Access.Profiles = user.IDSetOf(user.ProfileID(r.few("profile")))
	u.Access.LinesOfBusiness = user.IDSetOf(user.LineOfBusinessID(r.few("line of business")))
	u.Access.PermissionGroups = user.IDSetOf(user.PermissionGroupID(r.few("permission group")))
	u.Preferences.Views = user.IDSetOf(user.ViewID(r.few("view")), 9)
	u.Presence.Status = user.Status(r.few("status"))
	u.Billing.ParentAccounting = r.yes("parent")
	u.Lifecycle.Created = r.at("created")
	u.ConfigVersion, u.Credentials.SignInStamp = user.Revision(r.few("config")), user.Revision(r.few("stamp"))
	if r.number("deleted", 0, 3) == 3 {
		u.Lifecycle.Deleted, u.Lifecycle.HoldUntil = time.UnixMicro(5).UTC(), r.at("hold")
	}
	return u
}

// drawRoles returns the roles whose bits are set in n, out of four. The last one is a host's own
// role.
func drawRoles(n int) (roles user.Roles) {
	for i, role := range []user.Role{user.Admin, user.Agent, user.AgentManager, "quality_analyst"} {
		if n>>i&1 != 0 {
			roles = roles.With(user.RolesOf(role))
		}
	}
	return roles
}

// custom returns random custom attributes: none, "site" with a text, "n" with a number, or both.
// The values come from a few similar ones, so that equal values are frequent.
func (r *Run) custom() user.Custom {
	var c user.Custom
	if r.yes("a custom text") {
		c = c.With("site", user.TextValue(oneOf(r, "custom text", "Berlin", "Łódź", "3")))
	}
	if r.yes("a custom number") {
		c = c.With("n", user.NumberValue(float64(r.few("custom number"))/2))
	}
	return c
}
