package liveperson

import "github.com/ca74b63c/roster/examples/vendorhttp"

// knownNames are the attributes of users, the parameters of queries, and the members of the bodies
// of the other calls.
var knownNames = func() *vendorhttp.Names {
	list := []string{
		"agentGroupId", "assignmentDate", "userType", passwordField, "oldPassword", "confirmPassword", newPasswordField,
		"username", "password", "appKey", "secret", "accessToken", "accessTokenSecret",
		"v", "version", "select", "include_deleted", "source",
	}
	list = append(list, ignored...)
	for i := range fields {
		list = append(list, fields[i].name)
	}
	return vendorhttp.NamesOf(list...)
}()
