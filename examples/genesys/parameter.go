package genesys

import (
	"slices"

	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/validate"
)

// viewRows are the parameters of a read; listRows are those of a list, which takes a filter for
// each field.
var (
	viewRows = []vendorhttp.Parameter{
		{Name: "subresources", Rule: validate.GenesysSubresources, Strict: true, About: "* shows skills and devices."},
		{Name: "fields", Rule: validate.GenesysFields, Strict: true, About: "The fields to show, separated by commas, or *."},
	}
	listRows = append(slices.Clone(viewRows), filterRows()...)
	noRows   = []vendorhttp.Parameter{}
)

func filterRows() []vendorhttp.Parameter {
	rows := make([]vendorhttp.Parameter, len(fields))
	for i, f := range fields {
		rows[i] = vendorhttp.Parameter{Name: f.name, Rule: f.rule, About: "Shows the users with this value."}
		if f.flag != nil {
			rows[i].Type = vendorhttp.TypeBoolean
		}
	}
	return rows
}

// createRows are the members of a body that creates a user, updateRows those of one that changes
// one.
var (
	createRows = bodyRows("userName", "password", "firstName", "lastName", "roles")
	updateRows = bodyRows()
)

// identityRows are the members that identify the user. They may be sent with their current value,
// and cannot be changed.
var identityRows = []vendorhttp.Parameter{
	{Name: "id", About: "As it is shown."}, {Name: "uri", About: "As it is shown."},
	{Name: "path", About: "As it is shown."}, {Name: "contactCenterId", About: "As it is shown."},
}

func bodyRows(required ...string) []vendorhttp.Parameter {
	shown := []vendorhttp.Parameter{{Name: "id", Required: true}}
	rows := slices.Concat([]vendorhttp.Parameter{
		{Name: "userName", Rule: validate.GenesysUserName, About: "The name to sign in with."},
		{Name: "password", Rule: validate.Password, About: "The password. No reply shows it."},
		{Name: "firstName", Rule: validate.GenesysFirstName, About: "The first name."},
		{Name: "lastName", Rule: validate.GenesysLastName, About: "The last name."},
		{Name: "emailAddress", Rule: validate.Email, Empty: true, About: "The e-mail address."},
		{Name: "changePasswordOnFirstLogin", Type: vendorhttp.TypeBoolean, About: "Whether the user must change the password first."},
		{Name: "enabled", Type: vendorhttp.TypeBoolean, About: "Whether the user is enabled."},
		{Name: "roles", Type: vendorhttp.TypeTexts, Rule: validate.GenesysRole, About: "The whole set of roles."},
		{Name: "doNotDisturb", Rule: validate.GenesysDoNotDisturb, About: "On or Off."},
		{Name: "skills", Type: vendorhttp.TypeObjects, Members: shown, Open: true, About: "The skills, by their ids, as a reply shows them."},
		{Name: "devices", Type: vendorhttp.TypeObjects, Members: shown, Open: true, About: "The devices, by their ids, as a reply shows them."},
	}, identityRows)
	for i := range rows {
		rows[i].Required = slices.Contains(required, rows[i].Name)
	}
	return rows
}
