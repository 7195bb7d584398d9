package voximplant_test

import (
	"strings"
	"testing"

	"github.com/ca74b63c/roster/examples/vendorhttp/matrix"
)

const (
	documented = matrix.Documented
	observed   = matrix.Observed
	assumed    = matrix.Assumed
)

func TestMatrix(t *testing.T) {
	matrix.Run(t, matrix.Table{
		Vendor: "Voximplant", Document: "Management API, Users",
		Sections: []matrix.Section{
			{Name: "AddUser", Rows: addUserRows()},
			{Name: "DelUser", Rows: delUserRows()},
			{Name: "GetUsers", Rows: getUsersRows()},
			{Name: "SetUserInfo", Rows: setUserInfoRows()},
			{Name: "TransferMoneyToUser", Rows: transferRows()},
			{Name: "Requests", Rows: requestRows()},
			{Name: "Authentication", Rows: authRows()},
			{Name: "Errors", Rows: errorRows()},
		},
	})
}

var (
	long51  = strings.Repeat("a", 51)
	long50  = long51[:50]
	long256 = strings.Repeat("é", 256)
	long255 = strings.Repeat("é", 255)
	long8k  = strings.Repeat("x", 8192)
)

var userNamesRefused = map[string]int{
	"ab": 122, long51: 122, "Ann": 122, "-ann": 122, "a.b.c": 122, "ann b": 122, "ännn": 122, "ann\n": 122, "-": 485, "": 485,
}

func addUserRows() []matrix.Row {
	return []matrix.Row{
		documented.Row("Adds a new user.", addsAUser),
		documented.Row("Available for roles: Owner, Admin, User manager", rolesOf(writers, "AddUser", newUser)),
		documented.Row("AddUser example: Add a new user.", addsAUser),
		documented.Row("application_id: number. The application ID which a new user is to be bound to. Can be used instead of the application_name parameter", addUserApplicationID),
		documented.Row("application_name: string. The application name which a new user is to be bound to. Can be used instead of the application_id parameter", addUserApplicationName),
		assumed.Row("exactly one of application_id and application_name: both are 458, none is 485", addUserOneApplication),
		documented.Row("parent_accounting: boolean, optional. Whether the user uses the parent account's money, 'false' if the user has a separate balance", addUserParentAccounting),
		assumed.Row("parent_accounting absent: a separate balance", addUserParentAccountingDefault),
		documented.Row("user_active: boolean, optional, defaults on: true. Whether the user is active. Inactive users cannot log in to applications", addUserActive),
		documented.Row("user_custom_data: string, optional. Any string", addUserCustomData),
		observed.Row("user_custom_data: the length should be less than 8192", check("AddUser", newUser, "user_custom_data", []string{long8k[1:], ""}, map[string]int{long8k: 212})),
		documented.Row("user_display_name: string. The user display name. The length must be less than 256", check("AddUser", newUser, "user_display_name", []string{"K", long255}, map[string]int{long256: 157, "": 485, "-": 485})),
		assumed.Row("user_display_name: no control characters, which would end in logs and on pages", check("AddUser", newUser, "user_display_name", []string{"李 <b>"}, map[string]int{"a\nb": 157, "a\x1bb": 157})),
		documented.Row("user_name: string. The user name in format [a-z0-9][a-z0-9_-]{2,49}", check("AddUser", newUser, "user_name", []string{"abc", "0_-", long50}, userNamesRefused)),
		observed.Row("user_name: unique, or 118", userNameNotUnique),
		documented.Row("user_password: string. The user password. Must be at least 8 characters long and contain at least one uppercase and lowercase letter, one number, and one special character", check("AddUser", newUser, "user_password", []string{"Aa1!aaaa", "Ünïcode-Pass1"}, passwordsRefused)),
		observed.Row("mobile_phone: string, optional, less than 50 characters", check("AddUser", newUser, "mobile_phone", []string{"0542-123456", "+31 20 1234567"}, map[string]int{strings.Repeat("1", 50): 203})),
		documented.Row("Returns result: number. 1. user_id: number. The new user ID", addsAUser),
		observed.Row("more users than the account may have are 109", tooManyUsers),
		observed.Row("all problems of a request are in errors, the first in error", allProblemsAtOnce),
		assumed.Row("a call that names nothing is told every parameter that it lacks", nothingGiven),
	}
}

func delUserRows() []matrix.Row {
	return []matrix.Row{
		documented.Row("Deletes the specified user(s).", deletesTwoUsers),
		documented.Row("Available for roles: Owner, Admin, User manager", rolesOf(writers, "DelUser", "user_id=3")),
		documented.Row("DelUser example: Delete two users with ID 3 and 55.", deletesTwoUsers),
		documented.Row("application_id: number, optional. Delete the specified users bound to the application ID. It is required if the user_name is specified", every(delUserBound, delUserNameNeedsApplication)),
		documented.Row("application_name: string, optional. Delete the specified users bound to the application name. Can be used instead of the application_id parameter", delUserByName),
		documented.Row("user_id: intlist. The user ID list separated by semicolons (;). Use the 'all' value to select all users", every(deletesTwoUsers, delUserEscapedList, delUserAll)),
		documented.Row("user_name: stringlist. The user name list separated by semicolons (;) that can be used instead of user_id", delUserByName),
		observed.Row("user_name=all selects all users of the application", delUserNameAll),
		assumed.Row("exactly one of user_id and user_name: both are 458, none is 485", delUserOneSelector),
		assumed.Row("all is bounded to the account, and to the application where one is given", every(delUserAll, delUserAllOfApplication)),
		assumed.Row("all leaves out the user that the caller acts as", delUserAllSparesTheCaller),
		assumed.Row("all leaves out the last administrator", delUserAllLeavesTheLastAdministrator),
		assumed.Row("the last administrator is not deleted: 104", delUserOfTheLastAdministrator),
		assumed.Row("what a deleted user has returns to the account; error 5 if the account cannot hold it", every(delUserReturnsMoney, delUserOverflows)),
		assumed.Row("one user who is not there refuses the whole list", delUserAllOrNone),
		assumed.Row("an element of a list that is empty or 0 is 117", badElements),
		assumed.Row("names select by bytes: another spelling of a name is another name", namesByBytes),
		documented.Row("Returns result: number. 1", deletesTwoUsers),
	}
}

func getUsersRows() []matrix.Row {
	refused := func(code int, field string, queries ...string) func(*testing.T) {
		return refusedBy("GetUsers", code, field, queries...)
	}
	return []matrix.Row{
		documented.Row("Shows the users of the specified account.", every(twoFirstIdentities, found("application_id=1", "ann bob cas dan"))),
		documented.Row("Available for roles: Owner, Admin, Developer, Supervisor, User manager", rolesOf(readers, "GetUsers", "application_id=1&with_skills=1")),
		documented.Row("GetUsers example: Get two first identities.", twoFirstIdentities),
		documented.Row("acd_queue_id: number, optional. The ACD queue ID to filter", every(found("application_id=1&acd_queue_id=1", "ann"), refused(218, "acd_queue_id", "acd_queue_id=x"))),
		documented.Row("acd_status: stringlist, optional. The ACD status list separated by semicolons (;) to filter. The following values are possible: OFFLINE, ONLINE, READY, BANNED, IN_SERVICE, AFTER_SERVICE, TIMEOUT, DND", every(
			found("application_id=1&acd_status=READY;DND", "ann"), found("application_id=1&acd_status=OFFLINE", "bob cas dan"),
			found("application_id=1&acd_status=ONLINE;BANNED;IN_SERVICE;AFTER_SERVICE;TIMEOUT", ""), refused(227, "acd_status", "acd_status=AWAY", "acd_status=ready", "acd_status=READY;"))),
		documented.Row("application_id: number. The application ID to filter", every(found("application_id=2", "eve"), refused(116, "application_id", "application_id=9"))),
		documented.Row("application_name: string. The application name part to filter", every(found("application_name=app", "ann bob cas dan eve"), found("application_name=HER", "eve"), found("application_name=nothing", ""))),
		observed.Row("neither application_id nor application_name: the users of the account; both are 458", every(twoFirstIdentities, refused(458, "application_id, application_name", "application_id=1&application_name=app"))),
		documented.Row("count: number, optional, defaults on: 20. The max returning record count", every(defaultCount, found("count=1", "ann"), refused(496, "count", "count=x", "count=-1"))),
		assumed.Row("count above 1,000 is capped", defaultCount),
		documented.Row("excluded_acd_queue_id: number, optional. The excluded ACD queue ID to filter", every(found("application_id=1&excluded_acd_queue_id=1", "bob cas dan"), refused(218, "excluded_acd_queue_id", "excluded_acd_queue_id=x"))),
		documented.Row("excluded_skill_id: number, optional. The excluded skill ID to filter", every(found("application_id=1&excluded_skill_id=2", "bob cas dan"), refused(224, "excluded_skill_id", "excluded_skill_id=x"))),
		documented.Row("offset: number, optional, defaults on: 0. The first N records are skipped in the output", every(found("application_id=1&offset=1&count=2", "bob cas"), found("application_id=1&offset=9", ""), refused(496, "offset", "offset=-1", "offset=x", "offset=9999999999"))),
		documented.Row("order_by: string, optional, defaults on: user_name. The following values are available: 'user_id', 'user_name' and 'user_display_name'", every(
			found("application_id=1&order_by=user_id", "ann bob cas dan"), found("application_id=1&order_by=user_display_name", "ann bob cas dan"),
			found("order_by=user_name&count=3", "ann bob cas"), found("order_by=user_id&offset=4&count=2", "eve staff-owner"), refused(496, "order_by", "order_by=id", "order_by=USER_ID"))),
		documented.Row("return_live_balance: boolean, optional, defaults on: true. Whether to get the user live balance", liveBalance),
		documented.Row("showing_skill_id: number, optional. The skill to show in the 'skills' field output", every(showingSkill, refused(222, "showing_skill_id", "showing_skill_id=x"))),
		assumed.Row("showing_skill_id without with_skills shows no skills", showingSkillAlone),
		documented.Row("skill_id: number, optional. The skill ID to filter", every(found("skill_id=2", "ann"), found("skill_id=1", "ann bob"), refused(222, "skill_id", "skill_id=x"))),
		documented.Row("user_active: boolean, optional. Whether the user is active to filter. Inactive users cannot log in to applications", every(found("application_id=1&user_active=false", "cas"), found("application_id=1&user_active=True", "ann bob dan"), refused(496, "user_active", "user_active=maybe"))),
		documented.Row("user_display_name: string, optional. The user display name part to filter", found("user_display_name=Z", "ann")),
		documented.Row("user_id: number, optional. The user ID to filter", every(found("user_id=55", "dan"), found("user_id=99", ""), refused(117, "user_id", "user_id=x", "user_id=1;2"))),
		documented.Row("user_name: string, optional. The user name part to filter", every(found("user_name=a&application_id=1", "ann cas dan"), found("user_name=nobody", ""))),
		documented.Row("with_queues: boolean, optional, defaults on: false. Whether to get the bound queues", withQueues),
		documented.Row("with_skills: boolean, optional, defaults on: false. Whether to get the bound skills", withSkills),
		documented.Row("Returns count: number. The returned user count", twoFirstIdentities),
		documented.Row("Returns result: the UserInfoType records", userInfo),
		documented.Row("Returns total_count: number. The total found user count", twoFirstIdentities),
		observed.Row("UserInfoType: user_id, user_name, user_display_name, user_active, parent_accounting, live_balance, balance, fixed_balance, acd_status, acd_status_change_time, created, modified", userInfo),
		observed.Row("timestamps are YYYY-MM-DD HH:mm:ss in UTC", userInfo),
	}
}

func setUserInfoRows() []matrix.Row {
	const base = "user_id=1"
	return []matrix.Row{
		documented.Row("Edits the user.", editsTheUser),
		documented.Row("Available for roles: Owner, Admin, User manager", rolesOf(writers, "SetUserInfo", "user_id=1&user_display_name=x&user_password=New-Passw0rd!&new_user_name=anna&user_active=false")),
		documented.Row("SetUserInfo example: Edit the user password.", setsThePassword),
		documented.Row("application_id: number, optional. The application ID. It is required if the user_name is specified", every(setUserInfoByName, setUserInfoNameNeedsApplication)),
		documented.Row("application_name: string, optional. The application name that can be used instead of application_id", setUserInfoByName),
		documented.Row("new_user_name: string, optional. The new user name in format [a-z0-9][a-z0-9_-]{2,49}", check("SetUserInfo", base, "new_user_name", []string{"abc", long50}, map[string]int{"ab": 462, long51: 462, "Ann": 462})),
		documented.Row("parent_accounting: boolean, optional. Whether to use the parent account's money, 'false' to use a separate user balance", every(editsTheUser, check("SetUserInfo", base, "parent_accounting", nil, map[string]int{"maybe": 496}))),
		documented.Row("user_active: boolean, optional. Whether the user is active. Inactive users cannot log in to applications", editsTheUser),
		assumed.Row("user_active absent: unchanged (\"Defaults on: true\" would let every rename activate the user)", renamingDoesNotActivate),
		assumed.Row("the last administrator is not made inactive: 104", deactivatesNotTheLastAdministrator),
		documented.Row("user_custom_data: string, optional. Any string", check("SetUserInfo", base, "user_custom_data", []string{long8k[1:], "a\nb"}, map[string]int{long8k: 212})),
		documented.Row("user_display_name: string, optional. The new user display name. The length must be less than 256", check("SetUserInfo", base, "user_display_name", []string{long255}, map[string]int{long256: 157})),
		documented.Row("user_id: number. The user to edit", every(editsTheUser, setUserInfoOneSelector)),
		documented.Row("user_name: string. The user name that can be used instead of user_id", setUserInfoByName),
		documented.Row("user_password: string, optional. The new user password. Must be at least 8 characters long and contain at least one uppercase and lowercase letter, one number, and one special character", every(setsThePassword, check("SetUserInfo", base, "user_password", []string{"Aa1!aaaa"}, passwordsRefused))),
		assumed.Row("no user sets the password of, or enables, a user with a role that they may not grant (104); disabling and deleting stay as the table says", takesNoAccountOver),
		observed.Row("user_password: one used before is 535", passwordUsedBefore),
		assumed.Row("exactly one of user_id and user_name: both are 458, none is 485", setUserInfoOneSelector),
		observed.Row("an empty text is not given, 0 neither", every(nothingGivenStays, setUserInfoByName)),
		assumed.Row("roles and custom attributes of the host's own are not shown, and stay", hostWordsStay),
		documented.Row("Returns result: number. 1", setsThePassword),
	}
}

func transferRows() []matrix.Row {
	return []matrix.Row{
		documented.Row("Transfer the account's money to the user or transfer the user's money to the account if the money amount is negative.", every(transfersToTwo, negativeAmount)),
		documented.Row("Available for roles: Owner, Admin, User manager", rolesOf(writers, "TransferMoneyToUser", "user_id=1&amount=1")),
		documented.Row("TransferMoneyToUser example: Transfer 5.67 $ to the user 1 and transfer 5.67 $ to the user 2 too. The account spends 2*5.67= 11.34 $ in total.", transfersToTwo),
		documented.Row("account_transaction_description: string, optional, defaults on: From user: ${user_name}/To user: ${user_name}", descriptions),
		documented.Row("The account transaction description. The following macro available: ${user_id}, ${user_name}", macros),
		observed.Row("descriptions are shorter than 120 characters, or 234 and 235", macros),
		documented.Row("amount: decimal. The money amount, $. The absolute amount value must be equal or greater than 0.01", amounts),
		assumed.Row("amount: no more decimals than the currency has, or 125", amounts),
		documented.Row("application_id: number, optional. The application ID. It is required if the user_name is specified", transferByName),
		documented.Row("application_name: string, optional. The application name that can be used instead of application_id", transferByName),
		documented.Row("currency: string, optional. The amount currency. Examples: RUR, EUR, USD", every(currencies, currencyRates)),
		assumed.Row("a currency other than the account's needs a rate of the embedder's, or 561; RUR is RUB", every(currencies, currencyRates)),
		documented.Row("strict_mode: boolean, optional, defaults on: true. Whether to enable the strict mode. Returns error if strict_mode is true and a user or the account does not have enough money", strictMode),
		assumed.Row("strict_mode=false: lines go by ascending user id, one whose payer lacks the money is left out", lenientMode),
		documented.Row("user_id: intlist. The user ID list separated by semicolons (;). Use the 'all' value to select all users", every(transfersToTwo, transferToAll)),
		documented.Row("user_name: stringlist. The user name list separated by semicolons (;) that can be used instead of user_id", transferByName),
		documented.Row("user_transaction_description: string, optional, defaults on: From account/To account", descriptions),
		documented.Row("The user transaction description", macros),
		assumed.Row("a user with parent accounting cannot be paid: 573", parentAccountingCannotBePaid),
		assumed.Row("all leaves out users with parent accounting; the library's receipt names them", allButParentAccounting),
		assumed.Row("one transfer is one unit: all lines or none", every(strictMode, parentAccountingCannotBePaid)),
		documented.Row("Returns balance: decimal. The new account balance. result: number. 1", transfersToTwo),
	}
}
