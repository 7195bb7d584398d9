package model

import (
	"strconv"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
)

// teamLead is a role of the host: its holders read the users of their site and set the custom
// attribute n of them, and the loss of the role resets the site.
const teamLead user.Role = "team_lead"

// policySpec returns the default policy with one more row. In this row, a user with the role
// team_lead may read the users of the same site, read views, and set the custom attribute n.
func policySpec() permission.Spec {
	spec := permission.Default().Spec()
	spec.Rows = append(spec.Rows, permission.Row{
		Name: "leads-look-after-their-site", Roles: user.RolesOf(teamLead), Scope: permission.SameCustom("site"),
		Actions: permission.ActionsOf(permission.UserRead, permission.ViewsRead, permission.CustomSetOf("n")),
	})
	return spec
}

// withTeamLeads returns two options of roster.New for the role team_lead: a policy, and a list of
// transitions. When a user loses the role, the added transition clears the user's custom attribute
// site. withTeamLeads panics if the policy is not valid.
func withTeamLeads() []roster.Option {
	policy, err := permission.New(policySpec())
	if err != nil {
		panic(err) // the spec is a constant
	}
	return []roster.Option{
		roster.WithAuthorizer(policy),
		roster.WithTransitions(append(user.DefaultTransitions(), user.Transition{Name: "team-lead-lost", Lost: teamLead, Custom: []string{"site"}})),
	}
}

// customSchema defines the custom attributes of the users. Values are drawn that it allows.
var customSchema = user.CustomSchemaOf(
	user.CustomAttribute{Name: "site", Type: user.CustomChoice, Options: user.ListOf("Berlin", "Oslo", "Riga")},
	user.CustomAttribute{Name: "n", Type: user.CustomNumber},
)

// eachCustom calls set with the name and the value of each word, such as "site=Oslo" or "n=". The
// empty value becomes the zero Value, which clears an attribute.
func eachCustom(words string, set func(name string, value user.Value)) {
	for name, value := range valuesOf(words) {
		if n, err := strconv.Atoi(value); err == nil {
			set(name, user.NumberValue(float64(n)))
		} else {
			set(name, user.TextValue(value))
		}
	}
}
