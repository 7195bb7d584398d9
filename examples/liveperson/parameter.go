package liveperson

import (
	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/validate"
)

// userQuery are the parameters of all calls about users. serviceQuery are the parameters of the
// other calls. The server does not use their version, which is 1.0 or 1.3 at the vendor.
var (
	userQuery = []vendorhttp.Parameter{
		// The vendor's table says both "Required" and "Default Value: 2.0". Here v is required.
		{Name: "v", Type: vendorhttp.TypeDecimal, Required: true, Rule: validate.LivePersonVersion, Strict: true, About: "The version of the API."},
		{Name: "select", About: "The fields to show, as id,memberOf(agentGroupId), or $all."},
		{Name: "include_deleted", Type: vendorhttp.TypeBoolean, About: "Whether deleted users are shown."},
		{Name: "source", About: "Where the request comes from. It is not used."},
	}
	serviceQuery = []vendorhttp.Parameter{
		{Name: "version", Also: []string{"v"}, Type: vendorhttp.TypeDecimal, Rule: validate.LivePersonVersion, About: "The version of the API."},
	}
)

// groupRows are the members of memberOf, and of each element of managerOf.
var groupRows = []vendorhttp.Parameter{
	{Name: "agentGroupId", Type: vendorhttp.TypeInteger, Required: true, About: "The agent group."},
	{Name: "assignmentDate", Type: vendorhttp.TypeAny, About: "As it is shown."},
}

// The rows of passwords.
var (
	oldPasswordRow     = vendorhttp.Parameter{Name: "oldPassword", About: "The old password, where users change their own."}
	confirmPasswordRow = vendorhttp.Parameter{Name: "confirmPassword", About: "The new password once more."}
	newPasswordRow     = vendorhttp.Parameter{Name: newPasswordField, About: "The new password."}
	changePasswordRows = []vendorhttp.Parameter{newPasswordRow, oldPasswordRow, confirmPasswordRow}
	resetPasswordRows  = []vendorhttp.Parameter{newPasswordRow}
)

// passwordLoginRows are the members of a login with a password, keyLoginRows those of a login with
// an application key.
var (
	usernameRow       = vendorhttp.Parameter{Name: "username", Required: true, About: "The name to sign in with."}
	passwordLoginRows = []vendorhttp.Parameter{usernameRow, {Name: "password", Required: true, About: "The password."}}
	keyLoginRows      = []vendorhttp.Parameter{
		usernameRow, {Name: "appKey", Required: true, About: "The application key."}, {Name: "secret", Required: true, About: "Its secret."},
		{Name: "accessToken", About: "It is not looked at."}, {Name: "accessTokenSecret", About: "It is not looked at."},
	}
)

// ignoredRows are members that the vendor's document does not have, but that the vendor's replies
// or older clients have. They are accepted, so that a client may send back the body of a reply.
var ignoredRows = []vendorhttp.Parameter{
	{Name: "dateCreated", Type: vendorhttp.TypeAny}, {Name: "isActive", Type: vendorhttp.TypeAny}, {Name: "lpaCreatedUser", Type: vendorhttp.TypeAny},
	{Name: "resetMfaSecret", Type: vendorhttp.TypeAny}, {Name: "mfaSecret", Type: vendorhttp.TypeAny}, {Name: "isMfaSecretBinded", Type: vendorhttp.TypeAny},
}

// userRows are the members of a user's body.
var userRows = func() []vendorhttp.Parameter {
	rows := []vendorhttp.Parameter{{Name: passwordField, About: "The password, to set it; required to add a user that is no API user."}, oldPasswordRow, confirmPasswordRow}
	for i := range fields {
		f := &fields[i]
		row := vendorhttp.Parameter{Name: f.name, Type: f.kind, Required: f.required}
		switch {
		case f.name == "userTypeId":
			row.Also = []string{"userType"}
		case f.group != noGroup:
			row.Members = groupRows
		case f.readOnly && f.name != "id":
			row.Type, row.About = vendorhttp.TypeAny, "As it is shown."
		}
		rows = append(rows, row)
	}
	for _, row := range ignoredRows {
		row.About = "It is not looked at."
		rows = append(rows, row)
	}
	return rows
}()
