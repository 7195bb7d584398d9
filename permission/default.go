package permission

import (
	"slices"
	"sync"

	"github.com/ca74b63c/roster/user"
)

// Default returns the policy for hosts that follow no vendor: each role does what its name says at the vendor that
// has it, everybody looks after himself, and API keys do what Omnidesk lets them. Who neither owns nor administers the
// account cannot write to those who do.
func Default() *Policy { return standardOnce() }

var standardOnce = sync.OnceValue(func() *Policy { return must(standard()) })

func standard() Spec {
	const ours = "ruled by what each role is for at the vendor that has it"
	chiefs := user.RolesOf(user.Owner, user.Admin, user.LPA)
	others := chiefs.Complement()
	rows := []Row{
		{Name: "admin-everything", Actions: StandardActions(), Roles: chiefs, Source: ours},
		{
			Name: "staff-reads", Actions: readUsers.With(ActionsOf(AccountRead)), Source: ours,
			Roles: user.RolesOf(user.UserManager, user.AgentManager, user.CampaignManager, user.Supervisor,
				user.Developer, user.ACDManager, user.Accountant),
		},
		{
			Name: "user-manager-manages-users",
			Actions: ActionsOf(UserCreate, UserUpdate, UserRename, UserDelete, UserRestore, RolesSet, EnabledSet,
				PasswordReset, IncognitoSet, ActivationSend).With(careForAgent),
			Roles: user.RolesOf(user.UserManager), Targets: others, Source: ours,
		},
		{
			Name: "user-manager-moves-money", Actions: ActionsOf(MoneyTransfer, MoneyRead, StatementRead),
			Roles: user.RolesOf(user.UserManager), Source: voximplantTransfer,
		},
		{
			Name: "accountant-reads-money", Actions: ActionsOf(MoneyRead, StatementRead),
			Roles: user.RolesOf(user.Accountant), Source: ours,
		},
		{
			Name: "users-balance", Actions: ActionsOf(MoneyRead), Scope: AnyUser,
			Roles: user.RolesOf(user.Developer, user.Supervisor), Source: voximplantGet,
		},
		{
			Name: "agent-manager-updates-own-agents", Actions: careForAgent, Roles: user.RolesOf(user.AgentManager),
			Scope: ManagedGroup, Targets: user.RolesOf(user.Agent), Attributes: managerReach(), Source: ours,
		},
		{
			Name: "acd-manager-directs-work", Roles: user.RolesOf(user.ACDManager), Targets: others, Source: ours,
			Actions: ActionsOf(Reserve, PresenceSet, StatusLock, StatusUnlock, CapacitySet),
		},
		{
			Name: "reads-self", Everyone: true, Scope: Self, Source: ours,
			Actions: ActionsOf(UserRead, UserList, UserReadSettings, ViewsRead, MoneyRead, StatementRead),
		},
		{
			// Not the incognito mode, for which Omnidesk has a permission of its own.
			Name: "own-work", Everyone: true, Scope: Self, Source: ours,
			Actions: ActionsOf(PresenceSet, PreferencesSet, ViewsSet, StatisticSet, StatisticDelete, WatchSet, TabRefresh),
			Attributes: user.AttributesOf(user.AttrStatus, user.AttrChatSound, user.AttrNotifyAssignment, user.AttrAutoAnswer,
				user.AttrViews, user.AttrStatistics),
		},
		{Name: "own-password", Actions: ActionsOf(PasswordChange), Everyone: true, Scope: Self, Source: ours},
	}
	for _, row := range omnideskRows() {
		row.Name = "key-" + row.Name
		rows = append(rows, row)
	}
	return Spec{
		Name:   "default",
		Source: "roster",
		Rows:   slices.Clip(rows),
	}
}
