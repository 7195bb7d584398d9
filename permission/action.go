package permission

import (
	"slices"

	"github.com/ca74b63c/roster/internal/nameset"
)

// Action is the name of what a call does: a lower-case letter, then at most 63 lower-case
// letters, digits, underscores, periods and hyphens. The constants are the actions of package
// roster. A host adds its own actions, such as "recording.listen", by naming them in the rows of
// a policy, and asks about them with roster.Handle.Check. An action that no row names is denied
// to every actor except Actor.System.
type Action string

// The actions of package roster.
const (
	UserRead         Action = "user.read"
	UserList         Action = "user.list" // lists, counts and totals; they show the users that UserRead allows
	UserReadSettings Action = "user.settings.read"
	UserCreate       Action = "user.create"
	UserUpdate       Action = "user.update" // attributes that have no action of their own
	UserRename       Action = "user.rename" // the login name
	UserDelete       Action = "user.delete"
	UserRestore      Action = "user.restore"
	UserErase        Action = "user.erase" // removes the personal data for good
	RolesSet         Action = "roles.set"  // roles granted directly, and profiles
	EnabledSet       Action = "enabled.set"
	PasswordChange   Action = "password.change" // of the own user, with the old password
	PasswordReset    Action = "password.reset"  // of another user, without the old password
	PresenceSet      Action = "presence.set"
	StatusLock       Action = "status.lock"
	StatusUnlock     Action = "status.unlock"
	Reserve          Action = "slot.reserve" // reserve or release a slot for a channel
	PreferencesSet   Action = "preferences.set"
	IncognitoSet     Action = "incognito.set"
	CapacitySet      Action = "capacity.set" // how many chats a user takes
	ViewsRead        Action = "views.read"
	ViewsSet         Action = "views.set"
	StatisticSet     Action = "statistic.set"
	StatisticDelete  Action = "statistic.delete"
	WatchSet         Action = "watch.set"
	CampaignSet      Action = "campaign.set"
	CustomSet        Action = "custom.set" // all custom attributes, at creation too; see CustomSetOf
	TabRefresh       Action = "tab.refresh"
	ActivationSend   Action = "activation.send"
	ReferenceRead    Action = "reference.read" // reference data: skills, groups, profiles and so on
	ReferenceWrite   Action = "reference.write"
	AccountRead      Action = "account.read"
	AccountWrite     Action = "account.write"
	MoneyRead        Action = "money.read" // the balance of the target, or of the account without a target
	MoneyFund        Action = "money.fund"
	MoneyTransfer    Action = "money.transfer"
	MoneyReverse     Action = "money.reverse"
	StatementRead    Action = "statement.read"
	ChangesRead      Action = "changes.read"
)

// standardActions are the constants in the order in which sets list them.
var standardActions = [...]Action{
	UserRead, UserList, UserReadSettings, UserCreate, UserUpdate, UserRename, UserDelete,
	UserRestore, UserErase, RolesSet, EnabledSet, PasswordChange, PasswordReset, PresenceSet,
	StatusLock, StatusUnlock, Reserve, PreferencesSet, IncognitoSet, CapacitySet, ViewsRead,
	ViewsSet, StatisticSet, StatisticDelete, WatchSet, CampaignSet, CustomSet, TabRefresh,
	ActivationSend, ReferenceRead, ReferenceWrite, AccountRead, AccountWrite, MoneyRead, MoneyFund,
	MoneyTransfer, MoneyReverse, StatementRead, ChangesRead,
}

const numStandardActions = len(standardActions)

// positions has the position of each standard action.
var positions = func() map[Action]int {
	m := make(map[Action]int, numStandardActions)
	for i, a := range standardActions {
		m[a] = i
	}
	return m
}()

// StandardActions returns the actions of package roster, which are the constants of this package.
func StandardActions() Actions { return ActionsOf(standardActions[:]...) }

// readActions are the standard actions that write nothing.
var readActions = ActionsOf(UserRead, UserList, UserReadSettings, ViewsRead, ReferenceRead, AccountRead, MoneyRead,
	StatementRead, ChangesRead)

// position returns the position of a in StandardActions. It reports false for a host's own action.
func (a Action) position() (int, bool) {
	i, standard := positions[a]
	return i, standard
}

func (Action) at(position int) Action { return standardActions[position] }

// Valid reports whether a is a valid name of an action.
func (a Action) Valid() bool { return nameset.Lower(string(a)) }

// String returns the name.
func (a Action) String() string { return string(a) }

// Reads reports whether a is a standard action that writes nothing. A host's own action counts as
// a write.
func (a Action) Reads() bool { return readActions.Has(a) }

// Permission is the name of a permission of an API key: an upper-case letter, then at most 63
// upper-case letters, digits and underscores; or a name of the form of an Action. The constants
// are those of a vendor. A host adds its own permissions, such as "REPORT_READ", by naming them
// in the rows of a policy and in keys. A permission that a policy does not name allows nothing
// under that policy.
type Permission string

// The permissions of Omnidesk's user controller.
const (
	PermUserRead                    Permission = "USER_READ"
	PermUserCUD                     Permission = "USER_CUD" // create, update, delete
	PermReserveUser                 Permission = "API_RESERVE_USER"
	PermUserAnonymousBrowsingUpdate Permission = "USER_ANONYMOUS_BROWSING_UPDATE"
)

// vendorPermissions are the constants in the order in which sets list them.
var vendorPermissions = [...]Permission{PermUserRead, PermUserCUD, PermReserveUser, PermUserAnonymousBrowsingUpdate}

// VendorPermissions returns the vendors' permissions, which are the constants of this package.
func VendorPermissions() Permissions { return PermissionsOf(vendorPermissions[:]...) }

// position returns the position of p in VendorPermissions. It reports false for a host's own
// permission.
func (p Permission) position() (int, bool) {
	i := slices.Index(vendorPermissions[:], p)
	return max(i, 0), i >= 0
}

func (Permission) at(position int) Permission { return vendorPermissions[position] }

// Valid reports whether p is a valid name of a permission.
func (p Permission) Valid() bool { return nameset.Upper(string(p)) || nameset.Lower(string(p)) }

// String returns the name.
func (p Permission) String() string { return string(p) }
