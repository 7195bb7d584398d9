package scim

import (
	"strings"

	"github.com/ca74b63c/roster/user"
)

// enterpriseNames lists the attributes of the enterprise extension (RFC 7643 section 4.3), each
// with the custom attribute that stores it. The account must have this attribute, of type text or
// choice.
var enterpriseNames = []struct{ name, custom, description string }{
	{"employeeNumber", "employee_number", "The number of the user in the organization."},
	{"costCenter", "cost_center", "The name of a cost center."},
	{"organization", "organization", "The name of an organization."},
	{"division", "division", "The name of a division."},
	{"department", "department", "The name of a department."},
	{"manager", "manager", "The user's manager."},
}

// enterpriseSchema returns the enterprise extension (RFC 7643 section 4.3) of an account with the
// custom attributes custom. Each attribute of the extension is stored in the custom attribute of
// the same meaning, for example costCenter in cost_center. If the account has no such custom
// attribute of type text or choice, the server accepts the attribute in requests and ignores it,
// and /Schemas does not list it.
func enterpriseSchema(custom user.CustomSchema) *schema {
	s := &schema{ID: EnterpriseSchema, Name: "EnterpriseUser", Description: "Enterprise User"}
	for _, e := range enterpriseNames {
		a := text(e.name, e.description)
		isManager := e.name == "manager"
		if isManager {
			a = a.with(
				text("value", "The id of the manager."),
				text("$ref", "").of(typeReference).ignored(),
				text("displayName", "").ignored(),
			)
		}
		if !keeps(custom, e.custom) {
			s.Attributes = append(s.Attributes, a.ignored())
			continue
		}
		s.Attributes = append(s.Attributes, a.from(
			func(_ *view, u *user.User) any {
				v := customValue(u, e.custom)
				if isManager && v != nil {
					return object{"value": v}
				}
				return v
			},
			func(u *user.User, v any) error {
				if o, ok := v.(object); ok {
					v = o["value"]
				}
				u.Custom = u.Custom.With(e.custom, modelValue(v))
				return nil
			}, user.AttrCustom))
	}
	return s
}

// keeps reports whether an account with the custom attributes custom has the attribute name, of
// type text or choice. An attribute of the enterprise extension can be stored only in such an
// attribute.
func keeps(custom user.CustomSchema, name string) bool {
	a, ok := custom.Get(name)
	return ok && (a.Type == user.CustomString || a.Type == user.CustomChoice)
}

// customSub returns the account's custom attributes as sub-attributes of the SCIM attribute
// "custom". It leaves out the attributes that the enterprise extension already contains, and those
// with a dot in their name, because no SCIM path can name them. A sub-attribute is required if its
// custom attribute is. It returns nil if no attribute is left.
func customSub(custom user.CustomSchema) []attribute {
	var list []attribute
	for c := range custom.All() {
		if strings.Contains(c.Name, ".") || isEnterprise(c.Name) && keeps(custom, c.Name) {
			continue
		}
		a := text(c.Name, "An attribute of the account.").exact()
		a.Required = c.Required
		switch c.Type {
		case user.CustomNumber:
			a = a.of(typeDecimal)
		case user.CustomBoolean:
			a = a.of(typeBoolean)
		case user.CustomDate:
			a.Description = "A date of the account, as 2026-11-30."
		case user.CustomChoice:
			a = a.canonical(c.Options.Slice()...)
		}
		list = append(list, a)
	}
	return list
}

func isEnterprise(custom string) bool { return enterpriseName(custom) != "" }

// enterpriseName returns the name of the attribute of the enterprise extension that is stored in
// the given custom attribute. It returns "" if there is none.
func enterpriseName(custom string) string {
	for _, e := range enterpriseNames {
		if e.custom == custom {
			return e.name
		}
	}
	return ""
}

func getCustom(sub []attribute, u *user.User) any {
	o := object{}
	for i := range sub {
		if v := customValue(u, sub[i].Name); v != nil {
			o[sub[i].Name] = v
		}
	}
	if len(o) == 0 {
		return nil
	}
	return o
}

func setCustom(sub []attribute, u *user.User, v any) {
	o, _ := v.(object)
	for i := range sub {
		u.Custom = u.Custom.With(sub[i].Name, modelValue(o[sub[i].Name]))
	}
}

// customValue returns the value that the user u has for a custom attribute, as a SCIM value: a
// string, a float64 or a bool. The parameter name is the name of the attribute. The result is nil
// if the user has no value, or if the value cannot be decoded.
func customValue(u *user.User, name string) any {
	v, ok := u.Custom.Get(name)
	if !ok {
		return nil
	}
	var value any
	if v.Decode(&value) != nil {
		return nil
	}
	return value
}

// modelValue converts a SCIM value to a value of the model. For nil and for a list or an object it
// returns the zero Value.
func modelValue(v any) user.Value {
	switch v := v.(type) {
	case string:
		return user.TextValue(v)
	case float64:
		return user.NumberValue(v)
	case bool:
		return user.BoolValue(v)
	}
	return user.Value{}
}
