package authorizer

import (
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
)

// The words of the center.
const (
	TeamLead       user.Role         = "team_lead"
	QualityAnalyst user.Role         = "quality_analyst"
	Listen         permission.Action = "recording.listen"
	Site                             = "site"
	ShiftStart                       = "shift_start"

	setsShift = permission.CustomSet + "." + ShiftStart // permission.CustomSetOf(ShiftStart)
)

// frontDoor are the actions that the front door asks about: its own, and one for each custom
// attribute.
var frontDoor = permission.StandardActions().With(permission.ActionsOf(setsShift, permission.CustomSetOf(Site)))

// Policy returns the policy of an example contact center:
//
//   - Admins do every standard action, and listen to users.
//   - Team leads read the agents of the groups that they lead, edit some of the agents' attributes,
//     and set presence and shifts. They do not change sites.
//   - Quality analysts read and listen to the agents of their own site.
//   - All users read their own user.
//
// It returns an error if the rules are not valid.
func Policy() (*permission.Policy, error) {
	agents := user.RolesOf(user.Agent) // and nothing more
	reads := permission.ActionsOf(permission.UserRead, permission.UserList)
	return permission.New(permission.Spec{
		Name:   "contact-center",
		Source: "the rules of the center",
		Rows: []permission.Row{
			{
				Name: "admins-do-everything", Roles: user.RolesOf(user.Admin),
				Actions: permission.StandardActions().With(permission.ActionsOf(Listen)),
			},
			{
				Name: "leads-look-after-groups", Roles: user.RolesOf(TeamLead),
				Actions: reads.With(permission.ActionsOf(permission.PresenceSet, setsShift)),
				Scope:   permission.ManagedGroup, Targets: agents,
			},
			{
				Name: "leads-edit", Roles: user.RolesOf(TeamLead), Actions: permission.ActionsOf(permission.UserUpdate),
				Scope: permission.ManagedGroup, Targets: agents, Attributes: edited(),
			},
			{
				Name: "analysts-listen", Roles: user.RolesOf(QualityAnalyst), Actions: reads.With(permission.ActionsOf(Listen)),
				Scope: permission.SameCustom(Site), Targets: agents,
			},
			{Name: "own-user", Everyone: true, Actions: reads, Scope: permission.Self},
		},
	})
}

// edited returns the attributes that a team lead edits.
func edited() user.Attributes {
	return user.AttributesOf(user.AttrFirstName, user.AttrLastName, user.AttrDisplayName, user.AttrSkills)
}

// Settings returns the account of the center: every user is at a site, and may have a shift.
func Settings() user.Account {
	return user.Account{Currency: "EUR", CustomAttributes: user.CustomSchemaOf(
		user.CustomAttribute{Name: Site, Type: user.CustomChoice, Options: user.ListOf("Berlin", "Riga"), Required: true},
		user.CustomAttribute{Name: ShiftStart, Type: user.CustomString, MinLength: 5, MaxLength: 5},
	)}
}

// Transitions returns what losing a role resets: the documents' rules, and the shift of an agent.
func Transitions() []user.Transition {
	return append(user.DefaultTransitions(), user.Transition{
		Name: "agent-has-no-shift", Lost: user.Agent, Custom: []string{ShiftStart},
	})
}
