package permission

import (
	"slices"
	"sync"

	"github.com/ca74b63c/roster/user"
)

// Default returns the policy for a host that follows no vendor. Each role may do what the vendor
// that has it lets it do. Every user may manage their own settings. API keys may do what Omnidesk
// lets them do. An actor that neither owns nor administers the account cannot write to users that
// do.
func Default() *Policy { return standardOnce() }

var standardOnce = sync.OnceValue(func() *Policy { return must(standard()) })

func standard() Spec {
	const ours = "ruled by what each role is for at the vendor that has it"
	chiefs := user.RolesOf(user.Owner, user.Admin, user.LPA)
	others := chiefs.Complement()
	rows := []Row{
		{Name: "admin-everything", Actions: StandardActions(), Roles: chiefs, Source: ours},
		{Name: "staff-reads", Actions: readUsers.With(ActionsOf(AccountRead)), Source: ours,
			Roles: user.RolesOf(user.UserManager, user.AgentManager, user.CampaignManager, user.Supervisor,
				user.Developer, user.ACDManager, user.Accountant)},
		{Name: "user-manager-manages-users",
			Actions: ActionsOf(UserCreate, UserUpdate, UserRename, UserDelete, UserRestore, RolesSet, EnabledSet,
				PasswordReset, IncognitoSet, ActivationSend).With(careForAgent),
			Roles: user.RolesOf(user.UserManager), Targets: others, Source: ours},
		{Name: "user-manager-moves-money", Actions: ActionsOf(MoneyTransfer, MoneyRead, StatementRead),
			Roles: user.RolesOf(user.UserManager), Source: voximplantTransfer},
		{Name: "accountant-reads-money", Actions: ActionsOf(MoneyRead, StatementRead),
			Roles: user.RolesOf(user.Accountant), Source: ours},
		{Name: "users-balance", Actions: ActionsOf(MoneyRead), Scope: AnyUser,
			Roles: user.RolesOf(user.Developer, user.Supervisor), Source: voximplantGet},
		{Name: "agent-manager-updates-own-agents", Actions: careForAgent, Roles: user.RolesOf(user.AgentManager),
			Scope: ManagedGroup, Targets: user.RolesOf(user.Agent), Attributes: managerReach(), Source: ours},
		{Name: "acd-manager-directs-work", Roles: user.RolesOf(user.ACDManager), Targets: others, Source: ours,
			Actions: ActionsOf(Reserve, PresenceSet, StatusLock, StatusUnlock, CapacitySet)},
		{Name: "reads-self", Everyone: true, Scope: Self, Source: ours,
			Actions: ActionsOf(UserRead, UserList, UserReadSettings, ViewsRead, MoneyRead, StatementRead)},
		// Omnidesk has a separate permission for the incognito mode.
		{Name: "own-work", Everyone: true, Scope: Self, Source: ours,
			Actions: ActionsOf(PresenceSet, PreferencesSet, ViewsSet, StatisticSet, StatisticDelete, WatchSet, TabRefresh),
			Attributes: user.AttributesOf(user.AttrStatus, user.AttrChatSound, user.AttrNotifyAssignment, user.AttrAutoAnswer,
				user.AttrViews, user.AttrStatistics)},
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
