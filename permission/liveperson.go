package permission

import (
	"sync"

	"github.com/ca74b63c/roster/user"
)

// LivePerson returns the policy of LivePerson's Users API, by the role types of a user's
// profiles. The documents name no permissions, so every row is an assumption of this package.
func LivePerson() *Policy { return livePersonOnce() }

var livePersonOnce = sync.OnceValue(func() *Policy { return must(livePerson()) })

// readUsers are the actions that read users and reference data, but no money and no history.
var readUsers = ActionsOf(UserRead, UserList, UserReadSettings, ViewsRead, ReferenceRead)

// careForAgent are the actions by which a manager manages the daily work of an agent.
var careForAgent = ActionsOf(UserUpdate, CapacitySet, PresenceSet, StatusLock, StatusUnlock, PreferencesSet, ViewsSet,
	StatisticSet, StatisticDelete, WatchSet, CampaignSet)

// managerReach returns the attributes of an agent that a manager may write: all except the roles,
// other access, and what the agent signs in with.
func managerReach() user.Attributes {
	return user.AllAttributes().Without(user.AttributesOf(
		user.AttrRoles, user.AttrGranted, user.AttrProfiles, user.AttrPermissionGroups, user.AttrGroups, user.AttrManagerOf,
		user.AttrEnabled, user.AttrDisabledManually, user.AttrApplications, user.AttrLinesOfBusiness, user.AttrDevices,
		user.AttrAllowedAppKeys, user.AttrOAuth2ClientID, user.AttrAPIUser, user.AttrKind, user.AttrLogin, user.AttrPID,
		user.AttrPassword, user.AttrChangeNextLogin, user.AttrParentAccounting, user.AttrIncognito,
	))
}

func livePerson() Spec {
	const silent = "the documents name no roles; ruled by what each role type is for"
	return Spec{
		Name:       "liveperson",
		Source:     "LivePerson Users API, role types of the Profiles API",
		Operations: livePersonOperations(),
		Rows: []Row{
			{Name: "admin-everything", Actions: StandardActions(), Roles: user.RolesOf(user.Admin, user.LPA), Source: silent},
			{Name: "manager-reads", Actions: readUsers, Source: silent,
				Roles: user.RolesOf(user.AgentManager, user.CampaignManager)},
			// Targets with more roles are excluded. Otherwise a manager could take over the
			// account of an administrator that is in the manager's agent group.
			{Name: "agent-manager-updates-own-agents", Actions: careForAgent, Roles: user.RolesOf(user.AgentManager),
				Scope: ManagedGroup, Targets: user.RolesOf(user.Agent), Attributes: managerReach(), Source: silent},
			{Name: "agent-reads-self", Actions: readUsers.Without(ActionsOf(ReferenceRead)),
				Roles: user.RolesOf(user.Agent), Scope: Self, Source: silent},
			{Name: "own-password", Actions: ActionsOf(PasswordChange), Everyone: true, Scope: Self,
				Source: `LivePerson oldPassword: "Required only when a user updates their own password."`,
				Basis:  Documented},
		},
	}
}

func livePersonOperations() []Operation {
	const base = "/api/account/{accountId}/configuration/le-users/users"
	write := []Action{UserRename, RolesSet, EnabledSet, PasswordChange, PasswordReset, CapacitySet}
	return []Operation{
		Observed.call("GET "+base, UserList),
		Observed.call("GET "+base+"/{userId}", UserRead),
		Observed.call("POST "+base, UserCreate),
		Observed.call("PUT "+base, UserUpdate, write...),
		Observed.call("PUT "+base+"/{userId}", UserUpdate, write...),
		Observed.call("DELETE "+base, UserDelete),
		Observed.call("DELETE "+base+"/{userId}", UserDelete),
		Observed.call("PUT "+base+"/{userId}/changePassword", PasswordChange),
		Observed.call("PUT "+base+"/{userId}/resetPassword", PasswordReset),
	}
}
