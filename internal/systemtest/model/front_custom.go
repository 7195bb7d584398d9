package model

import (
	"strconv"
	"strings"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
)

// teamLead is a role of the host: its holders read the users of their site and set the custom
// attribute n of them, and the loss of the role resets the site.
const teamLead user.Role = "team_lead"

// policySpec returns the default policy with one more row, for team leads. The row allows them to
// read users and views and to set the custom attribute n, if the user has the same custom attribute
// site as the team lead.
func policySpec() permission.Spec {
	spec := permission.Default().Spec()
	spec.Rows = append(spec.Rows, permission.Row{
		Name: "leads-look-after-their-site", Roles: user.RolesOf(teamLead), Scope: permission.SameCustom("site"),
		Actions: permission.ActionsOf(permission.UserRead, permission.ViewsRead, permission.CustomSetOf("n")),
	})
	return spec
}

// withTeamLeads returns the options that team leads need.
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

// customValue makes a number, a boolean or a text of a word.
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

// customPatchOf makes the patch that words say.
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

func customWords(c user.Custom) string {
	var list []string
	for name, v := range c.All() {
		list = append(list, name+"="+v.String())
	}
	return words(list...)
}

// customSchemaOf makes the schema that words say.
func customSchemaOf(v string) user.CustomSchema {
	var list []user.CustomAttribute
	for _, word := range strings.Fields(v) {
		parts := append(strings.SplitN(strings.TrimSuffix(word, "!"), ":", 3), "")
		a := user.CustomAttribute{Name: parts[0], Type: user.CustomType(parts[1]), Required: strings.HasSuffix(word, "!")}
		switch a.Type {
		case user.CustomNumber:
			least, most, _ := strings.Cut(parts[2], "|")
			a.Min, a.Max = customValue(least), customValue(most)
		case user.CustomChoice:
			a.Options = user.ListOf(strings.Split(parts[2], "|")...)
		case user.CustomString:
			a.MaxLength, _ = strconv.Atoi(parts[2])
		}
		list = append(list, a)
	}
	return user.CustomSchemaOf(list...)
}

func customSchemaWords(s user.CustomSchema) string {
	var list []string
	for a := range s.All() {
		word := a.Name + ":" + string(a.Type)
		switch a.Type {
		case user.CustomNumber:
			word += ":" + a.Min.String() + "|" + a.Max.String()
		case user.CustomChoice:
			word += ":" + strings.Join(a.Options.Slice(), "|")
		case user.CustomString:
			word += ":" + strconv.Itoa(a.MaxLength)
		}
		if a.Required {
			word += "!"
		}
		list = append(list, word)
	}
	return strings.Join(list, " ")
}
