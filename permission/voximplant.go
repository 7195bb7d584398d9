package permission

import (
	"sync"

	"github.com/ca74b63c/roster/user"
)

// Voximplant returns the policy of Voximplant's Management API: the roles of the calling service
// account, by method.
func Voximplant() *Policy { return voximplantOnce() }

var voximplantOnce = sync.OnceValue(func() *Policy { return must(voximplant()) })

const (
	voximplantGet      = `Voximplant GetUsers, "Available for roles": Owner, Admin, Developer, Supervisor, User manager`
	voximplantAdd      = `Voximplant AddUser, "Available for roles": Owner, Admin, User manager`
	voximplantDelete   = `Voximplant DelUser, "Available for roles": Owner, Admin, User manager`
	voximplantSet      = `Voximplant SetUserInfo, "Available for roles": Owner, Admin, User manager`
	voximplantTransfer = `Voximplant TransferMoneyToUser, "Available for roles": Owner, Admin, User manager`
)

func voximplant() Spec {
	writers := user.RolesOf(user.Owner, user.Admin, user.UserManager)
	readers := writers.With(user.RolesOf(user.Developer, user.Supervisor))
	// The parameters of the methods. Only the vendor's clients have mobile_phone.
	fields := user.AttributesOf(user.AttrLogin, user.AttrPassword, user.AttrDisplayName, user.AttrCustomData,
		user.AttrEnabled, user.AttrParentAccounting, user.AttrMobile)
	return Spec{
		Name:   "voximplant",
		Source: "Voximplant Management API, Users",
		Operations: []Operation{
			Documented.call("AddUser", UserCreate),
			Documented.call("DelUser", UserDelete),
			Documented.call("GetUsers", UserList, UserRead, MoneyRead, ReferenceRead),
			Documented.call("SetUserInfo", UserUpdate, UserRename, EnabledSet, PasswordReset),
			Documented.call("TransferMoneyToUser", MoneyTransfer, MoneyRead),
		},
		Rows: []Row{
			{Name: "get-users", Actions: ActionsOf(UserList, UserRead, ReferenceRead), Roles: readers,
				Source: voximplantGet, Basis: Documented},
			// return_live_balance: of each user, not of the account
			{Name: "get-users-balance", Actions: ActionsOf(MoneyRead), Roles: readers, Scope: AnyUser,
				Source: voximplantGet, Basis: Documented},
			{Name: "add-user", Actions: ActionsOf(UserCreate), Roles: writers,
				Attributes: fields.With(user.AttributesOf(user.AttrApplications)), Source: voximplantAdd,
				Basis: Documented},
			{Name: "set-user-info", Actions: ActionsOf(UserUpdate, UserRename, EnabledSet, PasswordReset),
				Roles: writers, Attributes: fields, Source: voximplantSet, Basis: Documented},
			{Name: "del-user", Actions: ActionsOf(UserDelete), Roles: writers, Source: voximplantDelete,
				Basis: Documented},
			// It returns "The new account balance".
			{Name: "transfer-money-to-user", Actions: ActionsOf(MoneyTransfer, MoneyRead), Roles: writers,
				Source: voximplantTransfer, Basis: Documented},
			{Name: "own-password", Actions: ActionsOf(PasswordChange), Roles: readers, Scope: Self,
				Source: "the document has no such call", Basis: Assumed},
		},
		Self: freeTaking(), // roles that write may disable and delete users

	}
}
