package model

import (
	"slices"
	"strconv"
	"strings"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
)

// teamLead is a role of the host: its holders read the users of their site and set the custom
// attribute n of them, and the loss of the role resets the site.
const teamLead user.Role = "team_lead"

// policySpec returns the default policy with one more row, for team leads.
func policySpec() permission.Spec {
	spec := permission.Default().Spec()
	spec.Rows = append(spec.Rows, permission.Row{
		Name: "leads-look-after-their-site", Roles: user.RolesOf(teamLead), Scope: permission.SameCustom("site"),
		Actions: permission.ActionsOf(permission.UserRead, permission.ViewsRead, permission.CustomSetOf("n")),
	})
	return spec
}

// withTeamLeads returns the options of roster.New that the role team_lead needs: the policy, and a
// transition that clears the custom attribute site of a user that loses the role.
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

// customValue converts a word to a value: an integer to a number, "true" and "false" to a boolean,
// and every other word to a text. The empty word becomes the zero Value, which clears an attribute.
func customValue(word string) user.Value {
	if n, err := strconv.Atoi(word); err == nil {
		return user.NumberValue(float64(n))
	}
	if word == "true" || word == "false" {
		return user.BoolValue(word == "true")
	}
	return user.TextValue(word)
}

// customOf makes the values that words say.
func customOf(v string) (c user.Custom) {
	for _, word := range strings.Fields(v) {
		if name, value, ok := strings.Cut(word, "="); ok {
			c = c.With(name, customValue(value))
		}
	}
	return c
}

// customPatchOf converts a text such as "site=Oslo n=" to a patch of custom attributes. If the text
// is empty or begins with "-", the patch replaces all custom attributes.
func customPatchOf(v string) (p user.CustomPatch) {
	if v == "" || strings.HasPrefix(v, "-") {
		return user.ReplaceCustom(customOf(v))
	}
	for _, word := range strings.Fields(v) {
		if name, value, ok := strings.Cut(word, "="); ok {
			p = p.Set(name, customValue(value))
		}
	}
	return p
}

// customSchemaOf converts the text of a schema to a schema of the product.
func customSchemaOf(words string) user.CustomSchema {
	return user.CustomSchemaOf(each(schemaOf(words), func(d definition) user.CustomAttribute {
		a := user.CustomAttribute{Name: d.name, Type: user.CustomType(d.kind), Required: d.required}
		switch a.Type {
		case user.CustomNumber:
			least, most, _ := strings.Cut(d.limits, "|")
			a.Min, a.Max = customValue(least), customValue(most)
		case user.CustomChoice:
			a.Options = user.ListOf(strings.Split(d.limits, "|")...)
		case user.CustomString:
			a.MaxLength = atoi(d.limits)
		}
		return a
	})...)
}

// customSchemaWords returns the first text in schemas that stands for the schema s, or "another
// schema" if there is none.
func customSchemaWords(s user.CustomSchema) string {
	i := slices.IndexFunc(schemas, func(words string) bool { return customSchemaOf(words).Equal(s) })
	if i < 0 {
		return "another schema"
	}
	return schemas[i]
}
