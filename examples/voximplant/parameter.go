package voximplant

import (
	"maps"
	"slices"

	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/validate"
)

// callerParameters are the parameters of every method: the method's name and the credentials.
var callerParameters = []vendorhttp.Parameter{
	{Name: "cmd", About: "The method, where the path does not name it."},
	{Name: "account_id", Type: vendorhttp.TypeInteger, About: "The account. One of account_id, account_name and account_email stands beside an api_key."},
	{Name: "account_name", About: "The account's name."},
	{Name: "account_email", About: "The account's e-mail address."},
	{Name: "api_key", About: "The caller's key, where no token stands in the header Authorization."},
}

// refusedParameters are parameters of the vendor's that this adapter refuses.
var refusedParameters = []vendorhttp.Parameter{{Name: "account_password"}, {Name: "session_id"}}

// firstParameters are the parameters that are read before the method is known.
var firstParameters = slices.Concat(callerParameters, refusedParameters)

// The selectors of an application and of users.
var (
	applicationParameters = []vendorhttp.Parameter{
		{Name: "application_id", Type: vendorhttp.TypeInteger, About: "The application. It excludes application_name."},
		{Name: "application_name", About: "The application's name."},
	}
	userParameters = []vendorhttp.Parameter{
		{Name: "user_id", Type: vendorhttp.TypeInteger, About: "The user. It excludes user_name; one of the two is given."},
		{Name: "user_name", About: "The user's name. It takes application_id or application_name too."},
	}
	usersParameters = []vendorhttp.Parameter{
		{Name: "user_id", Type: vendorhttp.TypeIntegers, About: "The users, separated by semicolons, or 'all'. It excludes user_name; one of the two is given."},
		{Name: "user_name", Type: vendorhttp.TypeTexts, About: "The users' names, separated by semicolons, or 'all'. It takes application_id or application_name too."},
	}
)

// infoParameters are the attributes that AddUser and SetUserInfo set.
var infoParameters = []vendorhttp.Parameter{
	{Name: "user_custom_data", Rule: validate.VoximplantUserCustomData, About: "Any text."},
	{Name: "mobile_phone", Rule: validate.VoximplantMobilePhone, About: "The mobile phone."},
	{Name: "parent_accounting", Type: vendorhttp.TypeBoolean, About: "Whether the user uses the account's money."},
	{Name: "user_active", Type: vendorhttp.TypeBoolean, About: "Whether the user is active."},
}

var addUserParameters = slices.Concat(applicationParameters, infoParameters, []vendorhttp.Parameter{
	{Name: "user_name", Required: true, Rule: validate.VoximplantUserName, About: "The user's name."},
	{Name: "user_display_name", Required: true, Rule: validate.VoximplantUserDisplayName, About: "The name that is shown."},
	{Name: "user_password", Required: true, Rule: validate.Password, About: "The password: an upper-case and a lower-case letter, a digit and a special character are in it."},
})

var setUserInfoParameters = slices.Concat(applicationParameters, userParameters, infoParameters, []vendorhttp.Parameter{
	{Name: "new_user_name", Rule: validate.VoximplantUserName, About: "Another name for the user."},
	{Name: "user_display_name", Rule: validate.VoximplantUserDisplayName, About: "The name that is shown."},
	{Name: "user_password", Rule: validate.Password, About: "Another password."},
})

var deleteParameters = slices.Concat(applicationParameters, usersParameters)

var transferParameters = slices.Concat(applicationParameters, usersParameters, []vendorhttp.Parameter{
	{Name: "amount", Type: vendorhttp.TypeDecimal, Required: true, About: "How much each user gets; from a user if negative."},
	{Name: "currency", About: "The currency of the amount; the account's if absent."},
	{Name: "strict_mode", Type: vendorhttp.TypeBoolean, About: "Whether all users get it or none."},
	{Name: "account_transaction_description", Rule: validate.VoximplantTransactionDescription, About: "A description in the account's history."},
	{Name: "user_transaction_description", Rule: validate.VoximplantTransactionDescription, About: "A description in the user's history."},
})

var getUsersParameters = slices.Concat(applicationParameters, []vendorhttp.Parameter{
	{Name: "user_id", Type: vendorhttp.TypeInteger, About: "The user."},
	{Name: "user_name", Rule: validate.SearchText, About: "A part of the name."},
	{Name: "user_display_name", Rule: validate.SearchText, About: "A part of the name that is shown."},
	{Name: "user_active", Type: vendorhttp.TypeBoolean, About: "Whether the users are active."},
	{Name: "skill_id", Type: vendorhttp.TypeInteger, About: "A skill that the users have."},
	{Name: "excluded_skill_id", Type: vendorhttp.TypeInteger, About: "A skill that the users lack."},
	{Name: "acd_queue_id", Type: vendorhttp.TypeInteger, About: "A queue that the users are in."},
	{Name: "excluded_acd_queue_id", Type: vendorhttp.TypeInteger, About: "A queue that the users are not in."},
	{Name: "acd_status", Type: vendorhttp.TypeTexts, About: "Statuses, separated by semicolons, or 'all'."},
	{Name: "showing_skill_id", Type: vendorhttp.TypeInteger, About: "The only skill to show."},
	{Name: "with_skills", Type: vendorhttp.TypeBoolean, About: "Whether the users' skills are shown."},
	{Name: "with_queues", Type: vendorhttp.TypeBoolean, About: "Whether the users' queues are shown."},
	{Name: "return_live_balance", Type: vendorhttp.TypeBoolean, About: "Whether live_balance is shown."},
	{Name: "order_by", Words: slices.Sorted(maps.Keys(orders)), About: "What the users are ordered by."},
	{Name: "count", Type: vendorhttp.TypeInteger, About: "How many users to show at most."},
	{Name: "offset", Type: vendorhttp.TypeInteger, About: "How many users to leave out before them."},
})
